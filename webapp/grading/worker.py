"""A worker: claims gradings, holds the warm grader, writes what it found. As many as you like, on any machine that has
the course folder and reaches the database.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from sqlalchemy import delete, update
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError

from grader.api import Grader, NoWall, ProcessTrouble, Submission
from grader.api import Settings as GraderSettings
from grader.course.model import CourseError, Exercise
from grader.report.model import Report, Verdict
from webapp.courses.shelf import Shelf
from webapp.db.base import now
from webapp.db.database import Database
from webapp.db.work import WorkerRow
from webapp.grading import queue
from webapp.grading.queue import Claim
from webapp.settings import Settings

LOG = logging.getLogger("gradgym.worker")
WARM = 12  # exercises whose examiners are kept
IDLE_SECONDS = 0.2  # between two looks at an empty queue
TROUBLE_SECONDS = 2.0  # before the database is tried again
FORGOTTEN = timedelta(days=7)  # after which a worker that was not seen is taken off the list
AWAY = (OperationalError, InterfaceError, TimeoutError)  # the database is away or busy: the same may work later


class Worker:
    """One process that grades `jobs` submissions at a time, in threads that all share one warm Grader.

    `name` is this worker's alone: one that starts under the same name takes the other for ended.
    """

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        name: str = "",
        jobs: int = 1,
        walled: bool = True,
        make_grader: Callable[[GraderSettings], Grader] = Grader,
    ) -> None:
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._database = database
        self._limits = settings.limits
        self._jobs = jobs
        self._shelf = Shelf()
        self._grader = make_grader(GraderSettings(secret=settings.secret, jobs=jobs, nursery=True, walled=walled))
        self._stop = threading.Event()
        self._ended = threading.Event()
        self._at_work = jobs
        self._last_is_done = threading.Event()
        self._held: set[Claim] = set()
        self._lock = threading.Lock()
        self._warm: OrderedDict[str, Exercise] = OrderedDict()  # by folder: two courses may share a slug
        self._in_use: dict[str, int] = {}

    def run(self) -> None:
        """Work until `stop`. What is in hand then is finished first."""
        threads = [threading.Thread(target=self._work, name=f"grading-{n}") for n in range(self._jobs)]
        beat = threading.Thread(target=self._beat, name="heartbeat")
        try:
            self._get_ready()
            self._surely(self._begin)
            LOG.info("%s grades, %d at a time", self.name, self._jobs)
            for thread in (*threads, beat):
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self._stop.set()
            self._ended.set()
            if beat.is_alive():
                beat.join()
            self._grader.close()
            LOG.info("%s has ended", self.name)

    def stop(self) -> None:
        self._stop.set()

    def _get_ready(self) -> None:
        """Before anything is claimed: who ends while torch is being imported holds nothing."""
        try:
            self._grader.get_ready()
        except (OSError, NoWall, ProcessTrouble) as error:
            LOG.error("the grader can't start: %s", error)

    def _begin(self) -> None:
        with self._database.write() as db:
            queue.release(db, self.name)
            db.execute(delete(WorkerRow).where(WorkerRow.seen_at < now() - FORGOTTEN))
            db.merge(WorkerRow(name=self.name, jobs=self._jobs, started_at=now(), seen_at=now(), graded=0))

    def _work(self) -> None:
        """One thread: claims and grades, one after another."""
        try:
            while not self._stop.is_set():
                try:
                    self._next()
                except AWAY as error:
                    self._wait_out(error)
                except Exception:
                    LOG.exception("the next grading can't be begun")
                    self._stop.wait(TROUBLE_SECONDS)
        finally:
            # A warm process ends with the thread that started it, and others may be using it still.
            with self._lock:
                self._at_work -= 1
                if not self._at_work:
                    self._last_is_done.set()
            self._last_is_done.wait()

    def _next(self) -> None:
        one = self._claim()
        if one is None:
            self._stop.wait(IDLE_SECONDS)
            return
        try:
            report = self._grade(one)
            self._surely(partial(self._finish, one, report))
        except SQLAlchemyError:
            LOG.exception("grading %s can't be put on record; its lease runs out, and it is tried again", one.job)
        finally:
            with self._lock:
                self._held.discard(one)

    def _claim(self) -> Claim | None:
        with self._database.read() as db:
            if not queue.has_work(db):
                return None
        with self._database.write() as db:
            one = queue.claim(db, self.name, self._limits)
        if one is not None:
            with self._lock:
                self._held.add(one)
        return one

    def _grade(self, one: Claim) -> Report:
        """The report; whatever goes wrong on our side is a report that says so."""
        try:
            exercise = self._shelf.exercise(one.folder, one.slug)
            with self._use(exercise):
                return self._grader.grade(Submission(one.name, one.content), exercise)
        except CourseError as error:
            return _ours(one, str(error))
        except Exception as error:
            LOG.exception("grading %s of submission %s", one.job, one.submission)
            return _ours(one, f"The grader failed ({type(error).__name__}).")

    @contextmanager
    def _use(self, exercise: Exercise) -> Iterator[None]:
        """Keep this exercise warm, and let go of those that were used longest ago and by nobody now."""
        key = str(exercise.folder)
        with self._lock:
            self._warm[key] = exercise
            self._warm.move_to_end(key)
            self._in_use[key] = self._in_use.get(key, 0) + 1
            spare = [one for one in self._warm if one not in self._in_use]
            old = [self._warm.pop(one) for one in spare[: max(0, len(self._warm) - WARM)]]
        for one in old:
            self._grader.forget(one)
        try:
            yield
        finally:
            with self._lock:
                self._in_use[key] -= 1
                if not self._in_use[key]:
                    del self._in_use[key]

    def _finish(self, one: Claim, report: Report) -> None:
        with self._database.write() as db:
            if not queue.finish(db, one, report, self.name, self._limits):
                LOG.warning("grading %s was taken over by another worker, ours is dropped", one.job)
            elif report.verdict is not Verdict.NOT_GRADED:
                row = update(WorkerRow).where(WorkerRow.name == self.name)
                db.execute(row.values(graded=WorkerRow.graded + 1))
            else:
                LOG.error("submission %s could not be graded: %s", one.submission, report.message)

    def _beat(self) -> None:
        """Keep the leases, and say that this worker is there, until the last grading is done."""
        while not self._ended.wait(self._limits.lease.total_seconds() / 6):
            with self._lock:
                held = list(self._held)
            try:
                with self._database.write() as db:
                    queue.keep(db, self.name, held, self._limits)
                    db.execute(update(WorkerRow).where(WorkerRow.name == self.name).values(seen_at=now()))
            except SQLAlchemyError as error:
                LOG.warning("no heartbeat: %s", _short(error))

    def _surely(self, act: Callable[[], None]) -> None:
        """Do it, however long the database is away. Only a stop while it is away gives up: the lease runs out then."""
        while True:
            try:
                return act()
            except AWAY as error:
                if self._stop.is_set():
                    raise
                self._wait_out(error)

    def _wait_out(self, error: SQLAlchemyError) -> None:
        LOG.warning("the database can't be used, next try in %g s: %s", TROUBLE_SECONDS, _short(error))
        self._stop.wait(TROUBLE_SECONDS)


def _ours(one: Claim, message: str) -> Report:
    return Report(exercise=one.slug, title=one.slug, verdict=Verdict.NOT_GRADED, score=None, message=message)


def _short(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0][:200]
