"""Following a submission until it is graded: by a stream of events, or by asking again where there are many."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from webapp.db.database import Database
from webapp.db.work import Job, State, Submission
from webapp.grading.queue import UNFINISHED, position

LOOK: Final = 0.5  # seconds between two looks at the database
BEAT: Final = 15.0  # seconds of silence after which a comment says that the stream still lives
LONGEST: Final = timedelta(minutes=10)  # of a stream; the browser then connects again


@dataclass(frozen=True)
class Progress:
    """How far a submission is. `position` 1 is next in the queue; `had_trouble`: we failed, and it is tried again."""

    state: State
    position: int | None = None
    had_trouble: bool = False

    @property
    def is_over(self) -> bool:
        return self.state in (State.GRADED, State.NOT_GRADED)

    @property
    def sentence(self) -> str:
        if self.state is State.GRADING:
            return "It is being graded."
        if self.had_trouble:
            return "The grader had trouble, which is not your fault: it is tried again in a moment."
        if self.position is None or self.position <= 1:
            return "It is next in the queue."
        return f"It is number {self.position} in the queue."

    @property
    def seconds(self) -> int:
        """How soon it is worth asking again, where no stream is to be had."""
        return min(15, 2 + (self.position or 0) // 20)


def progress_of(db: Session, submission: int) -> Progress:
    state = State(db.execute(select(Submission.state).where(Submission.id == submission)).scalar_one())
    if state is not State.QUEUED:
        return Progress(state)
    mine = select(Job.trouble).where(
        Job.submission_id == submission, Job.regrade_id.is_(None), Job.state.in_(UNFINISHED)
    )
    return Progress(state, position(db, submission), bool(db.scalar(mine)))


class Streams:
    """How many streams this process has open, at most `most`."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.open = 0
        self._lock = threading.Lock()

    @property
    def is_full(self) -> bool:
        return self.open >= self.most

    def enter(self) -> bool:
        """Take a place; False where there is none."""
        with self._lock:
            if self.is_full:
                return False
            self.open += 1
            return True

    def leave(self) -> None:
        with self._lock:
            self.open -= 1


def events(
    database: Database,
    submission: int,
    show: Callable[[Progress], str],
    *,
    look: float = LOOK,
    beat: float = BEAT,
    longest: timedelta = LONGEST,
) -> Iterator[str]:
    """Server-sent events: `state` with HTML from `show` whenever it changes, `graded` at the end.

    Between two looks no connection to the database is held.
    """
    end = time.monotonic() + longest.total_seconds()
    told, spoken = None, time.monotonic()
    yield "retry: 3000\n\n"
    while time.monotonic() < end:
        with database.read() as db:
            found = progress_of(db, submission)
        if found.is_over:
            yield event("graded", found.state.value)
            return
        if found != told:
            yield event("state", show(found))
            told, spoken = found, time.monotonic()
        elif time.monotonic() - spoken > beat:
            yield ": still here\n\n"
            spoken = time.monotonic()
        time.sleep(look)


def event(name: str, data: str) -> str:
    """One event; each line of its data has to be told apart from the stream's own."""
    lines = "".join(f"data: {line}\n" for line in data.splitlines() or [""])
    return f"event: {name}\n{lines}\n"
