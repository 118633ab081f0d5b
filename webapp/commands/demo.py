"""`gradgym demo`: a class to look at, graded for real, served on a local port."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from webapp.commands.installation import fail, open_database, open_settings
from webapp.commands.serve import PORT, THREADS, next_free, run

if TYPE_CHECKING:
    from grader.course.model import Course
    from webapp.db.database import Database
    from webapp.settings import Settings

ACCOUNTS = "accounts.txt"
# A file by which a folder of ours is known: nothing else is ever deleted. It says with which tables it was made.
MARK = "gradgym-demo"


def demo(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Where the demo's data goes.")] = Path("demo"),
    course: Annotated[
        Path | None,
        typer.Option(
            "--course", envvar="GRADGYM_COURSE", metavar="FOLDER", help="The course's folder.", show_default=False
        ),
    ] = None,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=64, help="How many gradings at a time.")] = 2,
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port, or the next one that is free.")] = PORT,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin anew, without what an earlier demo left.")] = False,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="Make and grade the class, and end.")] = False,
) -> None:
    """Make a class of 25 with their submissions, grade them behind the wall, and serve it all on a local port."""
    loaded = _course(course)
    _folder(directory, fresh=fresh)
    listening = None if no_serve else next_free("127.0.0.1", port)
    if listening is not None:
        os.environ["GRADGYM_ADDRESS"] = f"http://127.0.0.1:{listening.getsockname()[1]}"
    os.environ.pop("GRADGYM_DATABASE", None)  # the demo has a database of its own, whatever else is set
    settings = open_settings(directory)
    with open_database(settings, must_be_current=False) as database:
        from webapp.db.schema import upgrade
        from webapp.demo.seeding import is_seeded

        upgrade(database)
        if not is_seeded(database):
            _make(settings, database, loaded, jobs)
    _say(settings, directory)
    if listening is not None:
        run(settings, listening, workers=1, jobs=jobs, web_threads=THREADS)


def _course(named: Path | None) -> Course:
    from grader.course.find import course_in, find_course
    from grader.course.load import load_course
    from grader.course.model import CourseError

    try:
        loaded = load_course(find_course(Path.cwd()) if named is None else course_in(named))
    except CourseError as error:
        fail(str(error))
    if loaded.solutions is None:
        fail("The demo grades with the hidden checks, and this copy of the course has no solutions folder.")
    return loaded


def _folder(directory: Path, *, fresh: bool) -> None:
    """The demo's folder, empty or from an earlier demo. What is not ours is left alone."""
    mark = directory / MARK
    if directory.exists() and any(directory.iterdir()) and not mark.exists():
        fail(f"{directory} holds something that is not a demo's: name another folder, as in `gradgym demo DIR`.")
    if mark.exists() and not fresh and mark.read_text("utf-8", "replace") != _tables():
        typer.echo(f"The demo in {directory} was made with other tables: it is made anew.", err=True)
        fresh = True
    try:
        if fresh and mark.exists():
            shutil.rmtree(directory)
        directory.mkdir(parents=True, exist_ok=True)
        mark.write_text(_tables(), "utf-8")
    except OSError as error:
        fail(f"{directory} can't be used ({error.strerror}): name another folder, as in `gradgym demo DIR`.")


def _tables() -> str:
    """Differs from one version of the tables to another: an invented class is not worth bringing up to date."""
    migrations = sorted(Path(__file__).parents[1].glob("db/migrations/versions/*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in migrations)).hexdigest()


def _make(settings: Settings, database: Database, course: Course, jobs: int) -> None:
    from grader.api import NoWall, ProcessTrouble
    from grader.course.model import CourseError
    from webapp.db.base import now
    from webapp.demo.people import students
    from webapp.demo.programs import programs_of
    from webapp.demo.seeding import add_class, hand_in, look_back
    from webapp.demo.story import asked_of, tries_of

    people, today = students(), now()
    asked = asked_of(course, today)
    tries = tries_of(people, asked, today)
    used = {one.slug for one in tries}
    exercises = [exercise for exercise in course.exercises if exercise.slug in used]
    with _bars() as bar:
        try:
            programs = programs_of(exercises, bar("reading known mistakes", len(exercises)))
        except (CourseError, NoWall, ProcessTrouble) as error:
            fail(f"{str(error).rstrip('.')}. `gradgym doctor` says what this machine lacks.")
        password = "-".join(secrets.token_hex(2) for _ in range(3))
        enrolments = add_class(database, course, people, asked, password)
        _write_accounts(settings.folder / ACCOUNTS, password, len(people))
        hand_in(database, settings, enrolments, people, tries, programs, bar("handing in", len(tries)))
        left = _grade_all(settings, database, jobs, bar)
        look_back(database)
    if left:
        fail(f"{left} submissions could not be graded. Run `gradgym doctor`, then `gradgym demo --fresh`.")


def _grade_all(settings: Settings, database: Database, jobs: int, bar: Any) -> int:
    """Have a worker grade all that waits. How many it could not."""
    from sqlalchemy import func, select

    from webapp.db.work import State, Submission
    from webapp.grading.worker import Worker

    def count(*states: State) -> int:
        with database.read() as db:
            query = select(func.count()).select_from(Submission).where(Submission.state.in_(states))
            return db.scalar(query) or 0

    total = count(State.QUEUED, State.GRADING)
    worker = Worker(database, settings, name="demo", jobs=jobs)
    thread = threading.Thread(target=worker.run, name="worker")
    step, shown = bar("grading behind the wall", total), 0
    thread.start()
    try:
        while thread.is_alive() and (left := count(State.QUEUED, State.GRADING)):
            for _ in range(total - left - shown):
                step()
            shown = max(shown, total - left)
            thread.join(0.25)
    finally:
        worker.stop()
        thread.join()
    for _ in range(total - shown):
        step()
    return count(State.QUEUED, State.GRADING, State.NOT_GRADED)


@contextmanager
def _bars() -> Iterator[Any]:
    """`bar(words, total)` begins a bar on stderr, and gives the function that moves it on by one."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<24}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:

        def bar(words: str, total: int) -> Any:
            task = progress.add_task(words, total=total)
            return lambda: progress.advance(task)

        yield bar


def _write_accounts(path: Path, password: str, students: int) -> None:
    text = f"""Everybody signs in with the password {password}

grace@example.org   instructor, and admin of the site
lin@example.org     assistant
ada@example.org     student, one of {students}; bob, chiara and the others likewise
"""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _say(settings: Settings, directory: Path) -> None:
    path = settings.folder / ACCOUNTS
    typer.echo(f"\nThe demo class is ready: {settings.address}/c/demo/\n")
    typer.echo(path.read_text("utf-8") if path.exists() else f"{path} is gone: `gradgym demo --fresh` begins anew.")
    typer.echo(f"(This stands in {directory / ACCOUNTS}, too. `gradgym demo --fresh` begins anew.)")
