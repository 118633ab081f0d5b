"""Signing in and out: with a password, or at the university's own server."""

from __future__ import annotations

from flask import current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from webapp.accounts import sign_in as by_password
from webapp.accounts.browser import again, signed_in, typed, visit, without_cookie
from webapp.accounts.linking import account_for
from webapp.accounts.places import local_path
from webapp.accounts.provider import Provider, provider_of
from webapp.accounts.sessions import close_session, open_session
from webapp.policy import Act
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem, not_found

pages = Gate("accounts", __name__)


@pages.route("/sign-in", act=Act.ANYTHING)
def sign_in() -> Response | str:
    target = local_path(request.args.get("next"))
    if here.person.user is not None:
        return redirect(target or "/", 303)
    return render_template("sign_in.html", **_around(target))


@pages.route("/sign-in", act=Act.ANYTHING, methods=["POST"])
def sign_in_now() -> Response:
    target, email = local_path(typed("next")), typed("email")
    try:
        secret = by_password.sign_in(here.database, email, typed("password"), visit(), here.settings.limits)
    except Problem as problem:
        return again("sign_in.html", problem, email=email, **_around(target))
    return signed_in(secret, target or "/")


@pages.route("/sign-out", act=Act.ANYTHING, methods=["POST"])
def sign_out() -> Response:
    if cookie := visit().cookie:
        with here.database.write() as db:
            close_session(db, cookie)
    return without_cookie(redirect(url_for("accounts.sign_in"), 303))


@pages.route("/sign-in/oidc", act=Act.ANYTHING)
def oidc() -> Response:
    provider = _provider()
    session["next"] = local_path(request.args.get("next")) or "/"
    try:
        return provider.begin(f"{here.settings.address}{url_for('accounts.oidc_back')}")
    except Problem as problem:
        return again("sign_in.html", problem, **_around(None))


@pages.route("/sign-in/oidc/back", act=Act.ANYTHING)
def oidc_back() -> Response:
    provider = _provider()
    target = local_path(session.get("next"))
    try:
        claims = provider.finish()
        with here.database.write() as db:
            secret = open_session(db, account_for(db, claims).id, visit())
    except Problem as problem:
        problem.field = ""  # no field of this page is meant
        return again("sign_in.html", problem, **_around(target))
    return signed_in(secret, target or "/")


def _provider() -> Provider:
    found = provider_of(current_app)
    if found is None:
        raise not_found()
    return found


def _around(target: str | None) -> dict[str, object]:
    """What the sign-in page shows beside the form."""
    provider = provider_of(current_app)
    others = [(f"Sign in at {provider.host}", url_for("accounts.oidc", next=target))] if provider else []
    return {
        "title": "Sign in",
        "action": url_for("accounts.sign_in_now"),
        "next": target,
        "providers": others,
        "reset_url": url_for("links.forgot") if here.settings.smtp else None,
    }
