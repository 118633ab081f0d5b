"""An installation with many students, and what each of them will hand in, with the grade that it has to get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import select

from grader.api import Grader, Submission
from grader.api import Settings as GraderSettings
from grader.course.load import load_course
from webapp.courses.mirror import add_course
from webapp.db.database import Database
from webapp.db.people import ApiToken, Enrolment, Role, SignedIn, User
from webapp.db.schema import upgrade
from webapp.db.teaching import CourseRow
from webapp.settings import load_settings
from webapp.web.identity import digest_of, new_secret

SLUG = "load"


@dataclass(frozen=True)
class Grade:
    """What a grading has to find."""

    verdict: str
    score: int | None
    mistakes: str


@dataclass(frozen=True)
class Program:
    """Something to hand in, and its grade when nothing disturbs."""

    slug: str
    source: bytes
    grade: Grade


@dataclass(frozen=True)
class BigClass:
    """The installation in `folder`: tokens of its students, the cookie of its instructor, what is handed in."""

    folder: Path
    database: str
    tokens: tuple[str, ...]
    cookie: str
    programs: tuple[Program, ...]

    def open(self) -> Database:
        return Database(self.database)


def make_class(folder: Path, course: Path, slugs: Sequence[str], students: int, environ: Mapping[str, str]) -> BigClass:
    """Make it, in an empty folder. No password is hashed: all are signed in already."""
    settings = load_settings(folder, environ)
    programs = _programs(course, slugs, settings.secret)
    tokens = [f"gg_{new_secret()}" for _ in range(students)]
    cookie = new_secret()
    database = Database(settings.database)
    upgrade(database)
    with database.write() as db:
        row: CourseRow = add_course(db, load_course(course), SLUG)
        grace = User(email="grace@example.org", name="Grace")
        db.add(Enrolment(course_id=row.id, user=grace, role=Role.INSTRUCTOR))
        db.add(SignedIn(digest=digest_of(cookie), user=grace))
        for number, token in enumerate(tokens):
            user = User(email=f"student{number}@example.org", name=f"Student {number}")
            db.add(Enrolment(course_id=row.id, user=user, role=Role.STUDENT, group=f"group {number % 10}"))
            db.add(ApiToken(digest=digest_of(token), shown=token[:8], name="bench", user=user))
    with database.read() as db:
        assert len(db.scalars(select(Enrolment.id)).all()) == students + 1
    database.close()
    return BigClass(folder, settings.database, tuple(tokens), cookie, tuple(programs))


def _programs(course: Path, slugs: Sequence[str], secret: str) -> list[Program]:
    """Right ones, mistakes and the stub of each exercise, graded here, with nothing around that could disturb."""
    exercises = {exercise.slug: exercise for exercise in load_course(course).exercises}
    found = []
    with Grader(GraderSettings(secret=secret, nursery=True)) as grader:
        for slug in slugs:
            exercise = exercises[slug]
            assert exercise.reference is not None
            declared = grader.programs(exercise).programs
            right = exercise.reference.read_text("utf-8")
            mistakes = [one["source"] for one in declared if one["caught_by"]][:2]
            for source in (right, right, *mistakes, exercise.stub.read_text("utf-8")):
                report = grader.grade(Submission(f"{slug}.py", source.encode()), exercise)
                grade = Grade(report.verdict.value, report.score, " ".join(report.mistakes))
                found.append(Program(slug, source.encode(), grade))
    return found


def handed_in(programs: Sequence[Program], students: int, each: int, seed: int) -> list[tuple[int, Program, bytes]]:
    """(student, program, file) of everything: `each` a student; no two files are the same."""
    random = Random(seed)
    found = []
    for number in range(each):
        for student in range(students):
            program = random.choice(programs)
            found.append((student, program, b"# %d, %d\n" % (student, number) + program.source))
    return found
