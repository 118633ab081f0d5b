"""What the students of the demo class hand in: made from an exercise's reference, stub and known mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from grader.api import Grader, Settings
from grader.course.model import Exercise
from grader.samples import with_first_line
from webapp.demo.people import Student
from webapp.demo.story import CRASH, MISTAKE, STUB, Try


@dataclass(frozen=True)
class Programs:
    """The programs of one exercise: several right ones, the stub, the mistakes that its checks catch."""

    right: tuple[str, ...]
    stub: str
    mistakes: tuple[str, ...]

    def source(self, one: Try, student: Student) -> bytes:
        """The file that this try hands in. The same try is the same file; two students' files differ."""
        random = Random(f"{student.name} {one.slug} {one.number}")
        if one.kind == STUB:
            text = self.stub
        elif one.kind == CRASH:
            text = with_first_line(self.right[0], "steps = {}['steps']")
        elif one.kind == MISTAKE:
            text = self.mistakes[min(int(random.expovariate(0.7)), len(self.mistakes) - 1)]  # the first are common
        else:
            text = random.choice(self.right)
        return f"# {student.name}, {one.slug}, try {one.number}\n{text}".encode()


def programs_of(exercises: Iterable[Exercise], done: Callable[[], None]) -> dict[str, Programs]:
    """slug -> its programs, as the exercise's own files declare them. Calls `done` after each.

    Raises NoWall, ProcessTrouble, CourseError.
    """
    found = {}
    with Grader(Settings(nursery=True)) as grader:
        grader.get_ready()
        for exercise in exercises:
            assert exercise.reference is not None
            declared = grader.programs(exercise).programs
            grader.forget(exercise)
            also_right = [one["source"] for one in declared if not one["caught_by"]]
            found[exercise.slug] = Programs(
                (exercise.reference.read_text("utf-8"), *also_right),
                exercise.stub.read_text("utf-8"),
                tuple(one["source"] for one in declared if one["caught_by"]),
            )
            done()
    return found
