"""The pages of one submission: followed while it waits, its report, its source, what changed since another."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from flask import current_app, render_template, request, send_file, stream_with_context
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grader.report import words
from grader.report.json_form import ReportError
from grader.report.printable import one_line, printable
from webapp.courses.window import Window
from webapp.db.work import Grading, State, Submission
from webapp.gradebook.lateness import policy_for
from webapp.policy import Act
from webapp.submissions.attempts import attempts_of, result_of, sibling
from webapp.submissions.difference import MOST, changes
from webapp.submissions.following import Progress, Streams, events, progress_of
from webapp.submissions.overview import window_for
from webapp.submissions.reading import content_of, grading_of, report_for, shown
from webapp.submissions.source import pieces_of, places, plain_lines
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem

pages = Gate("work", __name__)


@pages.route("/c/<course>/s/<int:submission>", act=Act.SEE_WORK)
def submission(course: str, submission: int) -> str | Response:
    sent = here.submission
    with here.database.read() as db:
        progress = progress_of(db, sent.id)
        window = _window(db)
        known = {
            "attempts": attempts_of(db, sent.assignment_id, sent.enrolment_id, window),
            "result": result_of(db, sent.assignment_id, sent.enrolment_id),
            "progress": progress,
            "streams": not _streams().is_full,
            **_about(sent),
        }
        grading = grading_of(db, sent) if progress.is_over else None
        content = content_of(db, sent) if grading else b""
    if grading is not None:
        known |= _report(grading, content, window)
    known["days_late"] = window.days_late(sent.submitted_at)
    known["rule"] = policy_for(here.course.late_policy, here.assignment.late_policy).sentence()
    part = "HX-Request" in request.headers
    return render_template("submissions/_work.html" if part else "submissions/submission.html", part=part, **known)


@pages.route("/c/<course>/s/<int:submission>/events", act=Act.SEE_WORK)
def following(course: str, submission: int) -> Response:
    streams = _streams()
    if not streams.enter():
        raise Problem(503, "too_many_streams", "Too many pages follow their grading: reload this one.", retry_after=5)
    answer = current_app.response_class(
        stream_with_context(events(here.database, submission, _shown)), mimetype="text/event-stream"
    )
    answer.call_on_close(streams.leave)
    answer.headers["X-Accel-Buffering"] = "no"  # a proxy in front would hold the events back
    return answer


@pages.route("/c/<course>/s/<int:submission>/source", act=Act.SEE_WORK)
def source(course: str, submission: int) -> str:
    sent = here.submission
    with here.database.read() as db:
        content, grading, window = content_of(db, sent), grading_of(db, sent), _window(db)
    found = _read(grading, window) if grading else None
    pieces = pieces_of(sent.filename, content, places(found))
    return render_template("submissions/source.html", pieces=pieces, size=len(content), **_about(sent))


@pages.route("/c/<course>/s/<int:submission>/source/raw", act=Act.SEE_WORK)
def raw(course: str, submission: int) -> Response:
    """The very bytes, never as something that a browser would run."""
    with here.database.read() as db:
        content = content_of(db, here.submission)
    return send_file(BytesIO(content), "text/plain", as_attachment=True, download_name=here.submission.filename)


@pages.route("/c/<course>/s/<int:submission>/diff/<int:other>", act=Act.SEE_WORK)
def difference(course: str, submission: int, other: int) -> str:
    """What changed from `other` to this submission."""
    sent = here.submission
    with here.database.read() as db:
        before = sibling(db, sent, other)
        sides = [plain_lines(one.filename, content_of(db, one)) for one in (before, sent)]
        attempts = attempts_of(db, sent.assignment_id, sent.enrolment_id, _window(db))
    found = changes(*sides)
    return render_template(
        "submissions/difference.html", before=before, attempts=attempts, changes=found, most=MOST, **_about(sent)
    )


def _streams() -> Streams:
    """The places of this process for streams."""
    found: Streams = current_app.extensions.setdefault("gradgym-streams", Streams(here.settings.limits.streams))
    return found


def _window(db: Session) -> Window:
    return window_for(db, here.course, here.assignment, here.submission.enrolment)


def _about(sent: Submission) -> dict[str, Any]:
    """What every page of a submission shows."""
    is_own = sent.enrolment_id == here.enrolment
    return {
        "title": f"{here.assignment.exercise.title}, submission {sent.number}",
        "sent": sent,
        "exercise": here.assignment.exercise,
        "is_own": is_own,
        "owner": None if is_own else sent.enrolment.user.name,
        "State": State,
    }


def _shown(progress: Progress) -> str:
    return render_template("submissions/_state.html", progress=progress)


def _read(grading: Grading, window: Window) -> Any:
    """The report as whoever looks may read it; None where it can't be read at all."""
    try:
        return report_for(grading, window, everything=here.may(Act.SEE_ALL))
    except ReportError as error:
        current_app.logger.error("grading %s: %s", grading.id, error)
        return None


def _report(grading: Grading, content: bytes, window: Window) -> dict[str, Any]:
    report = _read(grading, window)
    if report is None:
        return {"grading": grading, "seen": None}
    pieces = pieces_of(here.submission.filename, content)
    return {
        "grading": grading,
        "seen": shown(report, pieces),
        "words": words,
        "one_line": one_line,
        "printable": printable,
        "has_changed": grading.exercise_hash != here.assignment.exercise.hash,
        "staff": here.may(Act.SEE_ALL),
    }
