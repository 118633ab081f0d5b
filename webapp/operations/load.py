"""How much waits, for how long, and who is at work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from webapp.db.base import now
from webapp.db.work import Job, JobState, WorkerRow
from webapp.grading.queue import INTERACTIVE, waits_since
from webapp.settings import Limits

FORGOTTEN: Final = timedelta(days=2)  # a worker that was not seen for so long is no longer listed


@dataclass(frozen=True)
class Load:
    """`submissions` and `regrades` wait, `running` are graded now; `since`: the oldest that waits."""

    submissions: int
    regrades: int
    running: int
    since: datetime | None


@dataclass(frozen=True)
class Seen:
    """A worker. `is_there`: it was seen within a lease."""

    name: str
    jobs: int
    graded: int
    busy: int
    started_at: datetime
    seen_at: datetime
    is_there: bool


def load_of(db: Session) -> Load:
    open_ones = select(Job.state, Job.priority, func.count()).where(Job.state.in_((JobState.WAITING, JobState.RUNNING)))
    found = {
        (state, priority): size for state, priority, size in db.execute(open_ones.group_by(Job.state, Job.priority))
    }
    waiting = {priority: size for (state, priority), size in found.items() if state == JobState.WAITING}
    interactive = waiting.pop(INTERACTIVE, 0)
    running = sum(size for (state, _), size in found.items() if state == JobState.RUNNING)
    return Load(interactive, sum(waiting.values()), running, waits_since(db))


def workers_of(db: Session, limits: Limits) -> Sequence[Seen]:
    """Those seen of late, the last seen first."""
    moment = now()
    at_work = select(Job.worker, func.count()).where(Job.state == JobState.RUNNING).group_by(Job.worker)
    busy = dict(db.execute(at_work).all())
    rows = select(WorkerRow).where(WorkerRow.seen_at > moment - FORGOTTEN).order_by(WorkerRow.seen_at.desc())
    return [
        Seen(
            name=row.name,
            jobs=row.jobs,
            graded=row.graded,
            busy=busy.get(row.name, 0),
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_there=row.seen_at + limits.lease > moment,
        )
        for row in db.scalars(rows)
    ]
