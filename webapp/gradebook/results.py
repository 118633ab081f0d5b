"""What each student has for each assignment, made anew from what is on record. The only writer of `results`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from webapp.courses.window import Window, extensions_in, window_of
from webapp.db.base import Base
from webapp.db.people import Enrolment
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Grading, Override, Result, State, Submission
from webapp.gradebook.lateness import LatePolicy, policy_for


@dataclass(frozen=True)
class Sent:
    """One submission, as far as it counts. `score` is None where it has none (yet, or because we failed)."""

    id: int
    submitted_at: datetime
    state: State
    score: int | None
    verdict: str


def refresh(
    db: Session, course: CourseRow, enrolments: Iterable[int], *, only: int | Collection[int] | None = None
) -> None:
    """Make the results of these students anew: for the assignments `only`, or for all (always with grace days, which
    are shared).

    Locks the enrolments first and reads everything after that, so that two gradings of one student that end together,
    or a grading and a change of dates, don't lose each other. Writes only what differs.
    """
    ids = sorted(set(enrolments))
    locked: dict[int, str] = {}
    for some in _parts(ids):
        rows = select(Enrolment.id, Enrolment.group).where(Enrolment.id.in_(some)).order_by(Enrolment.id)
        locked.update(db.execute(rows.with_for_update()).all())
    policy = db.scalars(select(CourseRow.late_policy).where(CourseRow.id == course.id)).one()
    if only is None or policy_for(policy, None).kind == "grace_days":
        wanted = None
    else:
        wanted = {only} if isinstance(only, int) else set(only)
    asked = select(Assignment).where(Assignment.course_id == course.id).execution_options(populate_existing=True)
    assignments = [found for found in db.scalars(asked).unique() if wanted is None or found.id in wanted]
    assignments.sort(key=lambda found: (found.due_at is None, found.due_at, found.id))
    rules = [(found, policy_for(policy, found.late_policy)) for found in assignments]
    extensions = extensions_in(db, course.id)
    windows: dict[tuple[int, ...], dict[int, Window]] = {}  # those with the same extensions have the same windows
    for some in _parts(ids):
        sent, given = _sent(db, some, wanted), _given(db, some, wanted)
        made: dict[tuple[int, int], dict[str, Any]] = {}
        for id in some:
            held = extensions.of(id, locked[id])
            key = tuple(one.id for one in held)
            if key not in windows:
                windows[key] = {found.id: window_of(found, held) for found in assignments}
            made |= _of_one(id, rules, windows[key], policy_for(policy, None).grace, sent[id], given[id])
        _write(db, some, wanted, made)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """So many at a time that no statement gets too long and not too much is in memory."""
    return (ids[start : start + 250] for start in range(0, len(ids), 250))


def _of_one(
    enrolment: int,
    rules: Sequence[tuple[Assignment, LatePolicy]],
    windows: dict[int, Window],
    grace: int,
    sent: dict[int, list[Sent]],
    given: dict[int, int],
) -> dict[tuple[int, int], dict[str, Any]]:
    """(enrolment, assignment) -> columns of the result. `rules` in the order of the deadlines: so grace is spent."""
    made = {}
    for assignment, policy in rules:
        tried, override = sent.get(assignment.id, []), given.get(assignment.id)
        if not tried and override is None:
            continue
        counted = counting(tried, assignment.counts, policy, windows[assignment.id], grace)
        grace -= counted["grace_days"]
        if override is not None:
            counted |= {"points": override, "is_overridden": True}
        made[enrolment, assignment.id] = counted
    return made


def _write(
    db: Session,
    enrolments: Sequence[int],
    only: Collection[int] | None,
    made: dict[tuple[int, int], dict[str, Any]],
) -> None:
    table = Base.metadata.tables[Result.__tablename__]
    known = select(*table.columns).where(Result.enrolment_id.in_(enrolments))
    if only is not None:
        known = known.where(Result.assignment_id.in_(only))
    before = {(row.enrolment_id, row.assignment_id): row._mapping for row in db.execute(known)}
    gone = [{"e": enrolment, "a": assignment} for enrolment, assignment in before.keys() - made.keys()]
    if gone:
        one = (table.c.enrolment_id == bindparam("e")) & (table.c.assignment_id == bindparam("a"))
        db.connection().execute(delete(table).where(one), gone)
    new = [
        {"enrolment_id": enrolment, "assignment_id": assignment, **columns}
        for (enrolment, assignment), columns in made.items()
        if (old := before.get((enrolment, assignment))) is None
        or any(old[name] != value for name, value in columns.items())
    ]
    if not new:
        return
    insert = sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert
    statement = insert(table)
    values = {name: statement.excluded[name] for name in new[0] if name not in ("enrolment_id", "assignment_id")}
    statement = statement.on_conflict_do_update(index_elements=["enrolment_id", "assignment_id"], set_=values)
    db.connection().execute(statement, new)


def counting(tried: Sequence[Sent], counts: str, policy: LatePolicy, window: Window, grace: int) -> dict[str, Any]:
    """Which submission counts, and for how much: columns of a result.

    "last": the last that was graded. "best": the one worth most after lateness; among equals the one that spends the
    fewest grace days, then the earliest.
    """
    best: dict[str, Any] = {
        "submission_id": None,
        "points": None,
        "score": None,
        "verdict": "",
        "days_late": 0,
        "grace_days": 0,
    }
    graded = [one for one in tried if one.score is not None]
    rank: tuple[int, int] | None = None
    for one in graded if counts == "best" else graded[-1:]:
        assert one.score is not None
        days = window.days_late(one.submitted_at)
        spent = min(days, grace) if policy.kind == "grace_days" else 0
        points = policy.points(one.score, days, spent)
        if rank is None or (points, -spent) > rank:
            rank = (points, -spent)
            best = {
                "submission_id": one.id,
                "points": points,
                "score": one.score,
                "verdict": one.verdict,
                "days_late": days,
                "grace_days": spent,
            }
    if best["submission_id"] is None and tried:
        best["verdict"] = tried[-1].verdict
    return best | {
        "attempts": attempts_used(tried),
        "is_waiting": any(one.state in (State.QUEUED, State.GRADING) for one in tried),
        "is_overridden": False,
    }


def attempts_used(tried: Sequence[Sent]) -> int:
    """How many of these count as attempts: what we could not grade is none."""
    return sum(one.score is not None or one.state in (State.QUEUED, State.GRADING) for one in tried)


def sent_of(db: Session, enrolment: int, only: int | None = None) -> dict[int, list[Sent]]:
    """assignment id -> what this student sent, in the order of sending."""
    return _sent(db, [enrolment], None if only is None else {only})[enrolment]


def _sent(db: Session, enrolments: Sequence[int], only: Collection[int] | None) -> dict[int, dict[int, list[Sent]]]:
    """enrolment id -> assignment id -> what was sent."""
    query = (
        select(
            Submission.enrolment_id,
            Submission.assignment_id,
            Submission.id,
            Submission.submitted_at,
            Submission.state,
            Grading.score,
            Grading.told,
        )
        .outerjoin(Grading, Grading.id == Submission.grading_id)
        .where(Submission.enrolment_id.in_(enrolments))
        .order_by(Submission.number)
    )
    if only is not None:
        query = query.where(Submission.assignment_id.in_(only))
    found: dict[int, dict[int, list[Sent]]] = defaultdict(dict)
    for enrolment, assignment, id, at, state, score, verdict in db.execute(query):
        found[enrolment].setdefault(assignment, []).append(Sent(id, at, State(state), score, verdict or ""))
    return found


def _given(db: Session, enrolments: Sequence[int], only: Collection[int] | None) -> dict[int, dict[int, int]]:
    """enrolment id -> assignment id -> points that hold by override."""
    query = select(Override.enrolment_id, Override.assignment_id, Override.points).where(
        Override.enrolment_id.in_(enrolments), Override.withdrawn_at.is_(None)
    )
    if only is not None:
        query = query.where(Override.assignment_id.in_(only))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for enrolment, assignment, points in db.execute(query.order_by(Override.id)):
        found[enrolment][assignment] = points
    return found
