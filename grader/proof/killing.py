"""Whether the hidden checks notice when the reference is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from grader.course.equivalent import FILE, Equivalent
from grader.proof.mutants import Mutant, mutants_of, spread
from grader.report.model import Report, Verdict

ENOUGH = 0.95
USUAL_MOST = 60
_QUIET = (Verdict.PASSED, Verdict.SKIPPED)


@dataclass
class Killing:
    """The mutants of one exercise: all of them, those that are run, and those that no hidden check noticed."""

    every: list[Mutant]
    run: list[Mutant]
    listed: Sequence[Equivalent]
    survivors: list[Mutant] = field(default_factory=list)

    @classmethod
    def of(cls, source: str, listed: Sequence[Equivalent], most: int) -> Killing:
        every = mutants_of(source)
        return cls(every, spread(every, most), listed)

    def judge(self, mutant: Mutant, report: Report) -> None:
        noticed = report.message or any(check.hidden and check.verdict not in _QUIET for check in report.checks)
        if not noticed:
            self.survivors.append(mutant)

    def reason(self, mutant: Mutant) -> str:
        """Why this mutant is as right as the reference; "" when nobody has said so."""
        same = (one.reason for one in self.listed if (one.before, one.after) == (mutant.before, mutant.after))
        return next(same, "")

    @property
    def gaps(self) -> list[Mutant]:
        """Survivors that nobody has called equivalent."""
        return [mutant for mutant in self.survivors if not self.reason(mutant)]

    @property
    def counted(self) -> int:
        """How many were run, without the equivalent ones."""
        return len(self.run) - len(self.survivors) + len(self.gaps)

    @property
    def killed(self) -> int:
        return len(self.run) - len(self.survivors)

    def problems(self) -> Iterator[str]:
        if self.killed < ENOUGH * self.counted:
            yield (
                f"{self.killed} of {self.counted} mutants are noticed, {ENOUGH:.0%} is wanted. Add a check for those "
                f"that survive, or list in {FILE} why they are as right."
            )
        for one in self.listed:
            like = [mutant for mutant in self.every if (mutant.before, mutant.after) == (one.before, one.after)]
            ran = [mutant for mutant in self.run if mutant in like]
            if not like:
                yield f"{FILE}: no mutant makes {one.after!r} of {one.before!r}. Take the entry out."
            elif len(ran) == len(like) and not any(mutant in self.survivors for mutant in like):
                yield f"{FILE}: the checks notice {one.after!r} in the place of {one.before!r}. Take the entry out."
