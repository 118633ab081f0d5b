"""What the pages of accounts share: the browser that asks, its cookie, forms shown again, what is shown only once."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, make_response, redirect, render_template, request, session
from werkzeug.wrappers import Response

from webapp.accounts.mail import Post
from webapp.accounts.sessions import Visit
from webapp.settings import Settings
from webapp.web.identity import COOKIE
from webapp.web.problem import Problem

YEAR: Final = 365 * 24 * 3600  # the cookie's; how long a session really holds is decided here, since it was last used


def visit() -> Visit:
    return Visit(request.user_agent.string, request.remote_addr or "", request.cookies.get(COOKIE, ""))


def typed(name: str) -> str:
    """A field of the form that was sent; "" where it has none."""
    return request.form.get(name, "")


def signed_in(secret: str, target: str) -> Response:
    """To a page of this site, with the new session's cookie; what the form cookie held before is dropped."""
    session.clear()
    return with_cookie(redirect(target, 303), secret)


def with_cookie(answer: Response, secret: str) -> Response:
    answer.set_cookie(COOKIE, secret, max_age=YEAR, **_flags())
    return answer


def without_cookie(answer: Response) -> Response:
    session.clear()
    answer.delete_cookie(COOKIE, **_flags())
    return answer


def _flags() -> dict[str, Any]:
    settings: Settings = current_app.config["SETTINGS"]
    return {"path": "/", "secure": settings.secure, "httponly": True, "samesite": "Lax"}


def again(template: str, problem: Problem, **values: Any) -> Response:
    """The form once more, with what is wrong with it: {field: sentence}, and the problem's status."""
    answer = make_response(render_template(template, errors={problem.field: problem.sentence}, **values))
    answer.status_code = problem.status
    if problem.retry_after is not None:
        answer.headers["Retry-After"] = str(problem.retry_after)
    return answer


def show_once(what: str, **values: str) -> None:
    """Keep something for the next page that asks for it: a link, a token. It is stored nowhere else."""
    session[f"once_{what}"] = values


def shown_once(what: str) -> dict[str, str] | None:
    found: dict[str, str] | None = session.pop(f"once_{what}", None)
    return found


def post() -> Post | None:
    """What sends mail, or None where the installation sends none."""
    settings: Settings = current_app.config["SETTINGS"]
    if not settings.smtp:
        return None
    if "post" not in current_app.extensions:
        current_app.extensions["post"] = Post(settings)
    found: Post = current_app.extensions["post"]
    return found
