"""How far right answers stay from a tolerance, and how far mistakes go beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from grader.report.model import CheckResult, Verdict

MOST_OF_RIGHT = 0.1
LEAST_OF_WRONG = 10.0


@dataclass
class Margins:
    """Differences as parts of what a tolerance allows: the largest of each right answer, and that of each mistake."""

    right: dict[tuple[str, str], float] = field(default_factory=dict)  # (program, check) -> largest
    wrong: dict[tuple[str, str], float] = field(default_factory=dict)  # (mistake, its check) -> what caught it

    def see_right(self, name: str, found: Mapping[str, float]) -> None:
        for check, ratio in found.items():
            self.right[name, check] = max(ratio, self.right.get((name, check), 0.0))

    def see_wrong(self, name: str, check: CheckResult, found: Mapping[str, float]) -> None:
        """Only what a tolerance caught: a wrong shape, type or whole number is wrong by any."""
        by_values = check.difference is not None and check.difference.kind == "values"
        if check.verdict is Verdict.WRONG and by_values and found.get(check.name, 0.0) > 1:
            self.wrong[name, check.name] = found[check.name]

    @property
    def largest_right(self) -> float | None:
        return max(self.right.values(), default=None)

    @property
    def smallest_wrong(self) -> float | None:
        return min(self.wrong.values(), default=None)

    def problems(self) -> Iterator[str]:
        for (name, check), ratio in self.right.items():
            if ratio > MOST_OF_RIGHT:
                yield (
                    f"{name}: {check} uses {ratio:.2g} of the tolerance, at most {MOST_OF_RIGHT:g} is wanted. "
                    f"Widen the tolerance or ask for something steadier, or say why not: margin in exercise.toml."
                )
        for (name, check), ratio in self.wrong.items():
            if ratio < LEAST_OF_WRONG:
                yield (
                    f"mistake {name}: {check} catches it by only {ratio:.2g} times the tolerance, at least "
                    f"{LEAST_OF_WRONG:g} is wanted. Choose inputs that show it more, or say why not: margin in "
                    "exercise.toml."
                )
