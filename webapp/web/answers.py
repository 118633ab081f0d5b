"""What every answer has: headers that keep a browser strict, and one shape for what can't be done."""

from __future__ import annotations

import logging
from typing import Any, Final

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException

from webapp.web.problem import Problem

LOG = logging.getLogger("gradgym.web")

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# For answers that Flask or Werkzeug give themselves: code, sentence.
SENTENCES: Final = {
    400: ("bad_request", "The request can't be read: go back, and send it again."),
    404: ("not_found", "There is no such page, or it is not yours to see."),
    405: ("wrong_method", "This address doesn't take that kind of request."),
    413: ("too_large", "One request may hold 8 MB: send a smaller file, or a notebook without its output."),
    415: ("wrong_type", "This address takes JSON: send it with the header `Content-Type: application/json`."),
}


def prepare(app: Flask) -> None:
    app.after_request(_headers)
    app.register_error_handler(Problem, answer_problem)
    app.register_error_handler(CSRFError, _form_too_old)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _ours)


def problem_json(problem: Problem) -> dict[str, Any]:
    """The API's one error shape."""
    error: dict[str, Any] = {"code": problem.code, "message": problem.sentence}
    if problem.field:
        error["field"] = problem.field
    if problem.retry_after is not None:
        error["retry_after"] = problem.retry_after
    return {"error": error}


def answer_problem(problem: Problem) -> Response:
    if request.path.startswith("/api/"):
        answer = jsonify(problem_json(problem))
        if problem.status == 401:
            answer.headers["WWW-Authenticate"] = "Bearer"
    else:
        if "here" not in g:  # nobody has been asked yet who this is
            g.here = None
        answer = make_response(render_template("error.html", problem=problem))
    answer.status_code = problem.status
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def _headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if request.endpoint != "static":
        answer.headers["Cache-Control"] = "no-store"  # also where Flask says that a file may be kept and asked about
    if request.is_secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer


def _form_too_old(error: CSRFError) -> Response:
    return answer_problem(
        Problem(400, "form_too_old", "This form is no longer valid: reload the page, and send it again.")
    )


def _http(error: HTTPException) -> Response:
    code, sentence = SENTENCES.get(error.code or 500, ("error", error.description or "That did not work."))
    answer = answer_problem(Problem(error.code or 500, code, sentence))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "location"):
            answer.headers[name] = value
    return answer


def _database_away(error: Exception) -> Response:
    LOG.error("the database can't be used: %s", error)
    sentence = "The server can't reach its database just now: try again in a minute. Nothing you sent was stored."
    return answer_problem(Problem(503, "database_away", sentence, retry_after=30))


def _ours(error: Exception) -> Response:
    LOG.exception("%s %s", request.method, request.path, exc_info=error)
    sentence = "Something is wrong on our side, and it was written down. Try again; if it stays, tell your instructor."
    return answer_problem(Problem(500, "our_fault", sentence))
