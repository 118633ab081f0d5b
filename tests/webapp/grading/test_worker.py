"""A worker: grades behind the wall, and loses nothing whatever fails around it."""

from __future__ import annotations

import os
import signal
import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from grader.api import NoWall
from grader.report.model import Verdict
from webapp.db.base import now
from webapp.db.work import Job, State, WorkerRow
from webapp.grading import worker as worker_module
from webapp.grading.worker import Worker

from ..conftest import RIGHT, WRONG

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
SLOW = RIGHT.replace(b"    return", b"    for _ in range(200000):\n        pass\n    return")


@pytest.mark.jail
def test_it_grades_what_waits_and_says_how_much(
    site: Any, start_worker: Any, wait_until: Any, state: Any, gradings: Any
) -> None:
    right, wrong = site.submit("ada").submission.id, site.submit("bob", WRONG).submission.id
    start_worker(name="one", jobs=2)
    wait_until(lambda: state(right) is state(wrong) is State.GRADED)
    assert [(verdict, score) for _, verdict, score in gradings()] == [("passed", 3000), ("wrong", 1000)]
    with site.database.read() as db:
        row = db.get_one(WorkerRow, "one")
        assert (row.graded, row.jobs) == (2, 2)


@ON_SQLITE
@pytest.mark.jail
def test_it_survives_the_end_of_its_grader_processes_and_blames_no_student(
    site: Any, start_worker: Any, wait_until: Any, state: Any, gradings: Any, processes_of: Any
) -> None:
    first = site.submit("ada").submission.id
    running = start_worker(name="one")
    wait_until(lambda: state(first) is State.GRADED)
    kinds = processes_of(running)
    assert set(kinds) == {"examiner", "guests", "nursery"}
    for number, kind in enumerate(kinds):
        sent = site.submit("bob", SLOW + b"# %d\n" % number).submission.id
        wait_until(lambda sent=sent: state(sent) is State.GRADING)
        os.kill(processes_of(running)[kind], signal.SIGKILL)
        wait_until(lambda sent=sent: state(sent) is State.GRADED, f"a worker that lost its {kind} grades on")
    assert {verdict for _, verdict, _ in gradings()} == {"passed"}
    with site.database.read() as db:
        assert max(db.scalars(select(Job.tries))) == 1, "new processes were started, and no try was lost"


def test_what_fails_on_our_side_is_tried_again_and_then_left_for_an_operator(
    strict: Any, site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any
) -> None:
    def fails(submission: Any, exercise: Any) -> Any:
        raise NoWall("no wall today")

    sent = site.submit("ada").submission.id
    start_worker(name="one", settings=strict(tries=1), make_grader=fake_grader(fails))
    wait_until(lambda: state(sent) is State.NOT_GRADED)
    with site.database.read() as db:
        assert db.scalar(select(Job.trouble)) == "The grader failed (NoWall)."


def test_a_heartbeat_keeps_the_lease_while_a_grading_takes_long(
    strict: Any, site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any
) -> None:
    go_on, begun = threading.Event(), []

    def slowly(submission: Any, exercise: Any) -> Any:
        begun.append(submission.name)
        assert go_on.wait(60)
        return made_up()

    settings = strict(lease=timedelta(seconds=1.2))
    sent = site.submit("ada").submission.id
    leases = set()

    def lease() -> Any:
        with site.database.read() as db:
            leases.add(db.scalar(select(Job.lease_until)))
        return len(leases) > 8  # eight renewals, each a sixth of a lease apart: longer than one lease

    grader = fake_grader(slowly)
    start_worker(name="one", settings=settings, make_grader=grader)
    start_worker(name="two", settings=settings, make_grader=grader)
    wait_until(lease, "the lease is renewed")
    assert len(begun) == 1, "nobody else has taken it meanwhile"
    go_on.set()
    wait_until(lambda: state(sent) is State.GRADED)


def test_a_stopped_worker_finishes_what_it_holds_and_takes_nothing_new(
    site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any
) -> None:
    go_on = threading.Event()

    def slowly(submission: Any, exercise: Any) -> Any:
        assert go_on.wait(60)
        return made_up()

    first = site.submit("ada").submission.id
    running = start_worker(name="one", make_grader=fake_grader(slowly))
    wait_until(lambda: state(first) is State.GRADING)
    second = site.submit("bob").submission.id
    running.worker.stop()
    go_on.set()
    running.stop()
    assert (state(first), state(second)) == (State.GRADED, State.QUEUED)


def test_a_worker_that_starts_under_a_name_takes_up_what_its_predecessor_held(
    site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any
) -> None:
    sent = site.submit("ada").submission.id
    dead = Worker(site.database, site.settings, name="here:1", make_grader=fake_grader(lambda *_: made_up()))
    assert dead._claim() is not None
    assert state(sent) is State.GRADING
    start_worker(name="here:1", make_grader=fake_grader(lambda *_: made_up()))
    wait_until(lambda: state(sent) is State.GRADED, "at once, not after the lease of half a minute")


def test_a_database_that_refuses_for_a_while_costs_no_grading(
    site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.05)
    counted, refused = [], []
    finish = worker_module.queue.finish

    def away(*words: Any) -> bool:
        if len(refused) < 3:
            refused.append(1)
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))
        return finish(*words)

    def once(submission: Any, exercise: Any) -> Any:
        counted.append(1)
        return made_up()

    monkeypatch.setattr(worker_module.queue, "finish", away)
    sent = site.submit("ada").submission.id
    start_worker(name="one", make_grader=fake_grader(once))
    wait_until(lambda: state(sent) is State.GRADED)
    assert (len(counted), len(refused)) == (1, 3), "the report was kept until it could be put on record"


@ON_SQLITE
def test_a_locked_sqlite_file_is_waited_for(
    site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any
) -> None:
    sent = site.submit("ada").submission.id
    with closing(sqlite3.connect(site.database.engine.url.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        start_worker(name="one", make_grader=fake_grader(lambda *_: made_up()))
        assert state(sent) is State.QUEUED
        other.execute("ROLLBACK")
    wait_until(lambda: state(sent) is State.GRADED)


@ON_POSTGRESQL
def test_postgresql_may_go_and_come_back_while_a_grading_is_under_way(
    site: Any,
    postgresql: Any,
    start_worker: Any,
    wait_until: Any,
    fake_grader: Any,
    made_up: Any,
    gradings: Any,
    monkeypatch: Any,
    caplog: Any,
) -> None:
    monkeypatch.setattr(worker_module, "TROUBLE_SECONDS", 0.05)
    go_on, name = threading.Event(), site.database.engine.url.database
    counted: list[str] = []

    def slowly(submission: Any, exercise: Any) -> Any:
        counted.append(submission.name)
        assert go_on.wait(60)
        return made_up()

    first, second = site.submit("ada").submission.id, site.submit("bob").submission.id
    start_worker(name="one", make_grader=fake_grader(slowly))
    wait_until(lambda: counted)
    # As a server that is stopped looks from here: connections end, and new ones are refused.
    postgresql.run(
        f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false',
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    go_on.set()
    wait_until(lambda: caplog.text.count("can't be used") > 2)
    postgresql.run(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')
    wait_until(lambda: len(counted) == 2)
    wait_until(lambda: len(gradings()) == 2)
    assert [sent for sent, _, _ in gradings()] == [first, second]


def test_no_more_exercises_are_kept_warm_than_said(
    site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(worker_module, "WARM", 1)
    make = fake_grader(lambda *_: made_up())
    start_worker(name="one", make_grader=make)
    slugs = list(site.assignments)[:2]
    for slug in (slugs[0], slugs[1], slugs[0]):
        sent = site.submit("ada", b"# %d\n" % len(make.forgotten), slug=slug).submission.id
        wait_until(lambda sent=sent: state(sent) is State.GRADED)
    assert make.forgotten == slugs, "each made room for the other"


def test_a_report_from_who_lost_the_job_is_dropped(
    site: Any, fake_grader: Any, made_up: Any, gradings: Any, caplog: Any
) -> None:
    sent = site.submit("ada").submission.id
    slow, quick = (
        Worker(site.database, site.settings, name=name, make_grader=fake_grader(lambda *_: made_up()))
        for name in ("slow", "quick")
    )
    held = slow._claim()
    with site.database.write() as db:
        db.get_one(Job, held.job).lease_until = now() - timedelta(seconds=1)
    taken = quick._claim()
    quick._finish(taken, made_up())
    slow._finish(held, made_up(0, verdict=Verdict.WRONG))
    assert gradings() == [(sent, "passed", 3000)]
    assert "taken over" in caplog.text


def test_the_file_a_student_sends_reaches_the_grader_as_it_is(
    site: Any, start_worker: Any, wait_until: Any, state: Any, fake_grader: Any, made_up: Any
) -> None:
    seen = []

    def look(submission: Any, exercise: Any) -> Any:
        seen.append((submission.name, submission.source, exercise.slug))
        return made_up()

    sent = site.submit("ada", RIGHT + "# größer\r\n".encode()).submission.id
    start_worker(name="one", make_grader=fake_grader(look))
    wait_until(lambda: state(sent) is State.GRADED)
    assert seen == [("double_it.py", RIGHT + "# größer\r\n".encode(), "double_it")]
