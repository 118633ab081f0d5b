"""The queue of gradings: rows with a lease and a fence. Short transactions only; none waits for a grader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from grader.report.json_form import to_json
from grader.report.model import Report, Verdict
from grader.report.visibility import for_student
from grader.report.words import true_score
from webapp.db.base import now
from webapp.db.teaching import Assignment, CourseRow, ExerciseRow
from webapp.db.work import Grading, Job, JobState, Regrade, Source, State, Submission
from webapp.gradebook.results import refresh
from webapp.settings import Limits

INTERACTIVE, REGRADE = 0, 1
LATER = timedelta(seconds=20)  # what each grading that a student has waiting already puts the next one back
UNFINISHED = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class Claim:
    """One job, as its worker needs it: everything is read already."""

    job: int
    fence: int
    submission: int
    folder: str
    slug: str
    name: str
    content: bytes


def enqueue(db: Session, submission: Submission, *, regrade: Regrade | None = None) -> Job:
    """Ask for a grading. Students with several waiting come later with each, so that one can't hold up all others."""
    waiting: int | None = 0
    if regrade is None:
        waiting = db.scalar(
            select(func.count())
            .select_from(Job)
            .join(Submission)
            .where(Submission.enrolment_id == submission.enrolment_id, Job.state.in_(UNFINISHED), Job.priority == 0)
        )
    job = Job(
        submission_id=submission.id,
        regrade_id=regrade.id if regrade else None,
        priority=REGRADE if regrade else INTERACTIVE,
        turn=(now() if regrade else submission.submitted_at) + (waiting or 0) * LATER,
    )
    db.add(job)
    return job


def has_work(db: Session, *, capability: str = "cpu") -> bool:
    """Whether a claim would find something: a look that takes no lock."""
    return db.scalar(select(Job.id).where(_free(now()), Job.capability == capability).limit(1)) is not None


def _free(moment: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Job.state == JobState.WAITING, Job.not_before <= moment),
        and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
    )


def claim(db: Session, worker: str, limits: Limits, *, capability: str = "cpu") -> Claim | None:
    """Take the next job, or None. A job whose lease ran out may be taken by anybody; others go first.

    One that has been tried, or lost, as often as allowed is dead instead: the submission needs an operator.
    """
    moment = now()
    while True:
        job = db.scalar(
            select(Job)
            .where(_free(moment), Job.capability == capability)
            .order_by(Job.priority, Job.turn, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        if job.state == JobState.RUNNING:
            _lost(db, job, limits)
        elif job.tries < limits.tries:
            break
        else:
            _give_up(db, job, job.trouble)
    job.state, job.worker, job.tries, job.fence = JobState.RUNNING, worker, job.tries + 1, job.fence + 1
    job.lease_until = moment + limits.lease
    submission = db.get(
        Submission, job.submission_id, options=[joinedload(Submission.assignment).joinedload(Assignment.exercise)]
    )
    assert submission is not None
    if job.regrade_id is None:
        submission.state = State.GRADING
    exercise: ExerciseRow = submission.assignment.exercise
    course = db.get_one(CourseRow, exercise.course_id)
    source = db.get_one(Source, submission.digest)
    return Claim(job.id, job.fence, submission.id, course.folder, exercise.slug, submission.filename, source.content)


def keep(db: Session, worker: str, claims: Iterable[Claim], limits: Limits) -> None:
    """The heartbeat: this worker is still at these."""
    for one in claims:
        db.execute(_mine(one).where(Job.worker == worker).values(lease_until=now() + limits.lease))


def release(db: Session, worker: str) -> int:
    """Give back what a worker of this name holds: it has ended, and its name starts anew. How many there were."""
    held = update(Job).where(Job.worker == worker, Job.state == JobState.RUNNING)
    return db.execute(held.values(lease_until=now() - timedelta(seconds=1))).rowcount  # type: ignore[attr-defined,no-any-return]


def finish(db: Session, one: Claim, report: Report, worker: str, limits: Limits) -> bool:
    """Put a report on record, if this claim is still the newest; False when somebody else has the job.

    A report that says that we failed is tried again later, and after the last try an operator has to look.
    """
    if report.verdict is Verdict.NOT_GRADED:
        return _try_again(db, one, report.message, limits)
    done = db.execute(_mine(one).values(state=JobState.DONE, lease_until=None, trouble=""))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return False
    job = db.get_one(Job, one.job, options=[joinedload(Job.submission)])
    grading = Grading(
        submission_id=one.submission,
        job_id=one.job,
        regrade_id=job.regrade_id,
        verdict=report.verdict,
        told=for_student(report).verdict,
        score=true_score(report),
        max_score=report.max_score,
        mistakes=" ".join(report.mistakes),
        failed="\n".join(check.name for check in report.checks if check.verdict is not Verdict.PASSED),
        exercise_hash=report.exercise_hash,
        device=report.device,
        worker=worker,
        seconds=report.seconds,
        report=to_json(report),
    )
    db.add(grading)
    db.flush()
    if job.regrade_id is None:
        _count(db, job.submission, grading)
    else:
        _end_regrade(db, job.regrade_id)
    return True


def _lost(db: Session, job: Job, limits: Limits) -> None:
    """Its worker has ended. That may have been for any reason, so it is no try; but it could be this job's doing, so
    others go first, and it happens a bounded number of times.
    """
    job.state, job.lease_until = JobState.WAITING, None
    job.losses, job.tries, job.turn = job.losses + 1, job.tries - 1, job.turn + LATER
    if job.regrade_id is None:
        db.get_one(Submission, job.submission_id).state = State.QUEUED
    db.flush()
    if job.losses >= limits.losses:
        _give_up(db, job, "The grader ended each time while it was grading this.")


def _mine(one: Claim) -> Update:
    return update(Job).where(Job.id == one.job, Job.fence == one.fence, Job.state == JobState.RUNNING)


def _count(db: Session, submission: Submission, grading: Grading) -> None:
    submission.state, submission.grading_id = State.GRADED, grading.id
    _refresh(db, submission)


def _refresh(db: Session, submission: Submission) -> None:
    """The result that this submission is part of, after its state has changed."""
    db.flush()
    assignment = db.get_one(Assignment, submission.assignment_id)
    refresh(db, db.get_one(CourseRow, assignment.course_id), [submission.enrolment_id], only=assignment.id)


def _try_again(db: Session, one: Claim, trouble: str, limits: Limits) -> bool:
    job = db.get(Job, one.job, with_for_update=True)
    if job is None or (job.fence, job.state) != (one.fence, JobState.RUNNING):
        return False
    if job.tries >= limits.tries:
        _give_up(db, job, trouble)
        return True
    job.state, job.trouble, job.lease_until = JobState.WAITING, trouble, None
    job.not_before = now() + timedelta(seconds=5 * 4 ** (job.tries - 1))
    if job.regrade_id is None:
        db.get_one(Submission, job.submission_id).state = State.QUEUED
    return True


def _give_up(db: Session, job: Job, trouble: str) -> None:
    """No more tries: an operator has to look. It changes no score and is no attempt."""
    job.state, job.trouble, job.lease_until = JobState.DEAD, trouble, None
    db.flush()
    if job.regrade_id is not None:
        _end_regrade(db, job.regrade_id)
        return
    submission = db.get_one(Submission, job.submission_id)
    submission.state = State.NOT_GRADED
    _refresh(db, submission)


def retry(db: Session, job: Job) -> None:
    """A dead job, once more from the start: what the operator's button does."""
    job.state, job.tries, job.losses, job.not_before, job.trouble = JobState.WAITING, 0, 0, now(), ""
    if job.regrade_id is None:
        submission = db.get_one(Submission, job.submission_id)
        submission.state = State.QUEUED
        _refresh(db, submission)
    else:
        db.get_one(Regrade, job.regrade_id).state = "running"


def _end_regrade(db: Session, regrade: int) -> None:
    """A shadow run is ready when none of its gradings is left to do."""
    row = db.get(Regrade, regrade, with_for_update=True)
    left = db.scalar(select(func.count()).select_from(Job).where(Job.regrade_id == regrade, Job.state.in_(UNFINISHED)))
    if row is not None and row.state == "running" and not left:
        row.state = "ready"


def position(db: Session, submission: int) -> int | None:
    """How many gradings are done before this one's, itself included: 1 is next. None when it doesn't wait."""
    job = db.scalar(
        select(Job).where(Job.submission_id == submission, Job.regrade_id.is_(None), Job.state == JobState.WAITING)
    )
    if job is None:
        return None
    before = or_(
        Job.priority < job.priority,
        and_(Job.priority == job.priority, or_(Job.turn < job.turn, and_(Job.turn == job.turn, Job.id < job.id))),
    )
    ahead = db.scalar(select(func.count()).select_from(Job).where(Job.state == JobState.WAITING, before))
    return (ahead or 0) + 1


def waits_since(db: Session) -> datetime | None:
    """Since when the oldest waiting job waits: what an operator looks at first."""
    return db.scalar(select(func.min(Job.created_at)).where(Job.state == JobState.WAITING))
