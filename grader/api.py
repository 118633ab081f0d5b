"""The grader as a library: a course's exercise and a submission in, a report out.

    with Grader(Settings()) as grader:
        report = grader.grade(Submission("ada.py", source), exercise)

A Grader keeps its warm processes between calls; `grade` (the function) is the one-off form.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from grader.course.hash import exercise_hash
from grader.course.model import CourseError, Exercise
from grader.host.exposure import must_be_hidden
from grader.host.grading import Grading
from grader.host.processes import ExaminerProcess, GuestParent, Nursery
from grader.host.processes import ProcessTrouble as ProcessTrouble
from grader.host.reporting import broken, not_graded, report_of, too_large, unreadable
from grader.host.task import Task, packages_needed, task_of
from grader.host.trial import USUAL
from grader.host.trial import Trial as Trial
from grader.host.turns import in_turn
from grader.jail.outer import NoWall as NoWall
from grader.jail.policy import Inner
from grader.notebooks.code import code_of
from grader.notebooks.places import in_cells, outcomes_in_cells
from grader.notebooks.reading import NotebookError
from grader.report.model import Report
from grader.report.outcome import Outcome
from grader.secret import deployment_secret as deployment_secret
from grader.submitted import MAX_SOURCE
from grader.submitted import Submission as Submission

_TRIES = 3

Kinds = Literal["public", "hidden", "all"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to grade.

    checks: which checks run. device: "cpu" or "cuda". walled: False grades without a wall, which every report then
    says.
    seed: of the random inputs; None takes it from `secret` (a deployment's own, the same for all its students).
    jobs: how many submissions are graded at a time. nursery: True keeps one more process, from which examiners of many
    exercises start in a moment. spares: on a device other than the cpu, how many guests wait with their context made.
    """

    checks: Kinds = "hidden"
    device: str = "cpu"
    walled: bool = True
    seed: int | None = None
    secret: str = field(default="", repr=False)
    jobs: int = 1
    nursery: bool = False
    spares: int = 1

    def seed_for(self, exercise: Exercise) -> int:
        """The seed of an exercise's gradings."""
        if self.seed is not None:
            return self.seed
        digest = hashlib.blake2b(f"{self.secret}\0{exercise.slug}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big") >> 12


@dataclass(frozen=True)
class Programs:
    """What an exercise's solution folder declares: checks and programs, as plain data (see ExaminerProcess)."""

    checks: list[dict[str, Any]]
    programs: list[dict[str, str]]
    unusable: list[str] = field(default_factory=list)


@dataclass
class _Engine:
    """The warm processes for one exercise."""

    task: Task
    examiner: ExaminerProcess
    guests: GuestParent


class Grader:
    """Grades submissions with warm processes. Use as a context manager, from a thread that outlives the gradings."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()
        self._engines: dict[str, _Engine] = {}
        self._guests: dict[tuple[str, ...], GuestParent] = {}
        self._nursery: Nursery | None = None
        self._lock = threading.Lock()  # of the three above
        self._starting: dict[str, threading.Lock] = {}  # one an exercise, so that others needn't wait

    def __enter__(self) -> Grader:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def get_ready(self) -> None:
        """Start what all exercises share, before the first of them is asked for. Raises NoWall, ProcessTrouble."""
        self._ready_nursery()
        self._guest_parent([])

    def warm(self, exercise: Exercise) -> None:
        """Start what this exercise needs, so that the next grading answers at once.

        Raises NoWall, ProcessTrouble, CourseError.
        """
        self._engine(exercise)

    def grade(
        self,
        submission: Submission,
        exercise: Exercise,
        *,
        seed: int | None = None,
        trial: Trial = USUAL,
        on_check: Callable[[dict[str, Any], Outcome], None] | None = None,
    ) -> Report:
        """Grade one submission (with `seed` instead of the settings' one, and as a proof's `trial`).

        Never raises for what a submission does; our own failures end as `not_graded`.

        Raises CourseError when the checks asked for are not in this copy of the course, and when the exercise doesn't
        run on this device.
        """
        if self.settings.device not in exercise.devices:
            runs = ", ".join(exercise.devices)
            raise CourseError(f"{exercise.slug} runs on {runs}, not on {self.settings.device}: choose another device")
        facts = self._facts(submission, exercise, seed)
        if not submission.is_notebook:
            return self._graded(submission.source, exercise, facts, trial, on_check)
        try:
            code = code_of(submission.source, exercise, submission.name)
        except NotebookError as wrong:
            return unreadable(exercise, str(wrong), facts=facts)
        hear = outcomes_in_cells(code, on_check) if on_check else None
        return in_cells(self._graded(code.source, exercise, facts, trial, hear), code)

    def _graded(
        self,
        source: bytes,
        exercise: Exercise,
        facts: dict[str, Any],
        trial: Trial,
        on_check: Callable[[dict[str, Any], Outcome], None] | None,
    ) -> Report:
        """Grade code; where a process of ours fails, again with new ones."""
        if len(source) > MAX_SOURCE:
            return too_large(exercise, MAX_SOURCE, facts=facts)
        trouble = ""
        for tried in range(_TRIES):
            try:
                if tried:
                    time.sleep(0.2 * tried)  # what was killed takes a moment to be gone
                engine = self._engine(exercise, facts["exercise_hash"])
                if engine.examiner.troubles:
                    return broken(exercise, facts=facts)
                return self._run(engine, source, exercise, facts, trial, on_check)
            except (NoWall, ProcessTrouble, OSError) as error:
                trouble = f"{str(error).rstrip('.')}."
                self._forget_dead()
                if isinstance(error, NoWall):
                    trouble += " `gradgym doctor` says what is missing."
                    if not error.may_pass:
                        break
        return not_graded(exercise, trouble, facts=facts)

    def programs(self, exercise: Exercise) -> Programs:
        """The checks of an exercise and the programs of its mistakes.py. Raises CourseError with what can't be used."""
        engine = self._engine(exercise)
        if engine.examiner.troubles:
            raise CourseError("; ".join(engine.examiner.troubles))
        return Programs(engine.examiner.checks, engine.examiner.programs, engine.examiner.unusable)

    def grade_many(self, submissions: Sequence[Submission], exercise: Exercise) -> Iterator[Report]:
        """Reports in the order of the submissions, `settings.jobs` at a time, and only a few ahead of the caller."""
        if submissions:
            try:
                self._engine(exercise)  # started here: the parents die with the thread that started them
            except (NoWall, ProcessTrouble):
                pass  # each report says why
        yield from in_turn(self.settings.jobs, lambda submission: self.grade(submission, exercise), submissions)

    def forget(self, exercise: Exercise) -> None:
        """End the warm examiner of this exercise (guest parents serve all exercises and stay)."""
        with self._lock:
            self._forget_old(exercise)

    def close(self) -> None:
        """End the warm processes."""
        examiners, nursery = [engine.examiner for engine in self._engines.values()], self._nursery
        for process in (*examiners, *self._guests.values(), *([nursery] if nursery else [])):
            process.close()
        self._engines.clear()
        self._guests.clear()
        self._nursery = None

    def _run(
        self,
        engine: _Engine,
        source: bytes,
        exercise: Exercise,
        facts: dict[str, Any],
        trial: Trial,
        on_check: Callable[[dict[str, Any], Outcome], None] | None,
    ) -> Report:
        checks = engine.examiner.checks
        limits = exercise.limits
        gpu = self.settings.device != "cpu"
        policy = Inner(
            memory_mb=limits.memory_mb,
            cpu_seconds=int(limits.seconds * 6) + 10,
            processes=64 if self.settings.walled else 0,
            files=64 if not gpu else 1024,
            device=self.settings.device,
        )
        grading = Grading(
            engine.examiner,
            engine.guests,
            source=source,
            seed=facts["seed"],
            device=self.settings.device,
            seconds=trial.seconds or limits.seconds,
            policy=policy,
            trial=trial,
            on_check=(lambda index, outcome: on_check(checks[index], outcome)) if on_check else None,
        )
        return report_of(exercise, checks, grading.run(), facts=facts, torch=engine.examiner.torch)

    def _engine(self, exercise: Exercise, hash: str = "") -> _Engine:
        kinds = ("public", "hidden") if self.settings.checks == "all" else (self.settings.checks,)
        key = f"{exercise.folder}\0{hash or exercise_hash(exercise)}"
        with self._lock:
            starting = self._starting.setdefault(str(exercise.folder), threading.Lock())
        with starting:
            engine = self._engines.get(key)
            if engine is not None:
                return engine
            task = task_of(exercise, kinds)
            examiner_packages = packages_needed([*task.checks, *([task.kit] if task.kit else [])])
            guest_packages = packages_needed([path for path in (task.kit, task.reference) if path])
            if self.settings.walled:
                must_be_hidden(task)
            examiner = ExaminerProcess(task, examiner_packages, self._ready_nursery())
            try:
                guests = self._guest_parent(guest_packages)
                examiner.ready()
            except BaseException:
                examiner.close()
                raise
            engine = _Engine(task, examiner, guests)
            with self._lock:
                self._forget_old(exercise)
                self._engines[key] = engine
            return engine

    def _guest_parent(self, packages: list[str]) -> GuestParent:
        key = (self.settings.device, *packages)
        settings = self.settings
        with self._lock:
            if key not in self._guests:
                guests = GuestParent(
                    walled=settings.walled, device=settings.device, packages=packages, spares=settings.spares
                )
                guests.ready()
                self._guests[key] = guests
            return self._guests[key]

    def _ready_nursery(self) -> Nursery | None:
        with self._lock:
            if self.settings.nursery and self._nursery is None:
                self._nursery = Nursery()
            return self._nursery

    def _forget_old(self, exercise: Exercise) -> None:
        """An exercise whose files have changed gets new processes; the old ones end."""
        for key in [key for key in self._engines if key.partition("\0")[0] == str(exercise.folder)]:
            self._engines.pop(key).examiner.close()

    def _forget_dead(self) -> None:
        with self._lock:
            if self._nursery is not None and not self._nursery.usable():
                self._nursery.close()
                self._nursery = None
            for key, engine in list(self._engines.items()):
                if not engine.examiner.usable() or not engine.guests.usable():
                    self._engines.pop(key).examiner.close()
            for name, guests in list(self._guests.items()):
                if not guests.usable():
                    self._guests.pop(name).close()

    def _facts(self, submission: Submission, exercise: Exercise, seed: int | None) -> dict[str, Any]:
        if seed is None:
            seed = 0 if self.settings.checks == "public" else self.settings.seed_for(exercise)
        left = exercise.hidden_checks if self.settings.checks == "public" else 0
        return {
            "submission": submission.name,
            "seed": seed,
            "exercise_hash": exercise_hash(exercise),
            "device": self.settings.device,
            "wall": "jail" if self.settings.walled else "none",
            "hidden_checks_left": left,
        }


def grade(submission: Submission, exercise: Exercise, settings: Settings | None = None) -> Report:
    """Grade one submission with processes of its own. See Grader for many."""
    with Grader(settings) as grader:
        return grader.grade(submission, exercise)
