"""Workers as they run: in a thread of this process, with real graders."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from grader.api import Grader
from webapp.db.work import Grading, State, Submission
from webapp.grading.worker import Worker

LONG = 120.0  # seconds: only so that a test that hangs fails


class Running:
    """A worker in a thread."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.thread = threading.Thread(target=worker.run)
        self.thread.start()

    def stop(self) -> None:
        self.worker.stop()
        self.thread.join(LONG)
        assert not self.thread.is_alive(), "a worker that was stopped ends"


@pytest.fixture
def start_worker(site: Any) -> Iterator[Callable[..., Running]]:
    """`start_worker(name="one", make_grader=...)`: a worker on the site's queue, stopped at the end."""
    running: list[Running] = []

    def start(**options: Any) -> Running:
        settings = options.pop("settings", site.settings)
        found = Running(Worker(site.database, settings, **options))
        running.append(found)
        return found

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def state(site: Any) -> Callable[[int], State]:
    """`state(submission)`."""

    def of(submission: int) -> State:
        with site.database.read() as db:
            return State(db.get_one(Submission, submission).state)

    return of


@pytest.fixture
def gradings(site: Any) -> Callable[[], list[tuple[int, str, int | None]]]:
    """`gradings()`: (submission, verdict, score) of each, in the order of submissions."""

    def all_of_them() -> list[tuple[int, str, int | None]]:
        query = select(Grading.submission_id, Grading.verdict, Grading.score)
        with site.database.read() as db:
            assert db.scalar(select(func.count(Grading.id))) == db.scalar(
                select(func.count(func.distinct(Grading.submission_id)))
            ), "graded once each"
            return [tuple(row) for row in db.execute(query.order_by(Grading.submission_id))]

    return all_of_them


@pytest.fixture
def fake_grader() -> Callable[..., Callable[..., Any]]:
    """`fake_grader(grade)`: makes graders whose `grade(submission, exercise)` is this function."""

    def of(grade: Callable[..., Any]) -> Callable[..., Any]:
        class Fake(Grader):
            forgotten: list[str] = []

            def get_ready(self) -> None: ...

            def grade(self, submission: Any, exercise: Any, **options: Any) -> Any:
                return grade(submission, exercise)

            def forget(self, exercise: Any) -> None:
                self.forgotten.append(exercise.slug)

        return Fake

    return of


@pytest.fixture
def processes_of() -> Callable[[Running], dict[str, int]]:
    """`processes_of(running)`: its grader's warm processes, by what they are. For one exercise."""

    def of(running: Running) -> dict[str, int]:
        grader = running.worker._grader
        with grader._lock:
            found = [("examiner", engine.examiner) for engine in grader._engines.values()]
            found += [("guests", guests) for guests in grader._guests.values()]
            found += [("nursery", grader._nursery)]
            return {kind: process.pid for kind, process in found if process is not None}

    return of
