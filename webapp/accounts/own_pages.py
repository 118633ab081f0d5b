"""A person's own account: name, time zone, colours, password, browsers that are signed in, tokens for programs."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp.accounts import own_password, people, sessions, tokens
from webapp.accounts.browser import YEAR, again, show_once, shown_once, signed_in, typed, visit
from webapp.db.people import User
from webapp.policy import Act
from webapp.web.gate import Gate, here
from webapp.web.problem import Problem

pages = Gate("account", __name__)
DAYS = ((7, "7 days"), (30, "30 days"), (90, "90 days"), (365, "A year"))


@pages.before_request
def by_a_browser() -> None:
    """A program's token changes nothing here: it could make itself another one that holds for longer."""
    if request.method == "POST" and here.session is None:
        raise Problem(403, "needs_browser", "Sign in with a browser to change your account.")


def _me() -> User:
    assert here.person.user is not None
    return here.person.user


@pages.route("/account", act=Act.SIGNED_IN)
def overview() -> str:
    return render_template("accounts/overview.html", errors={}, **_profile(_me().name, _me().time_zone))


@pages.route("/account", act=Act.SIGNED_IN, methods=["POST"])
def change() -> Response:
    name, zone = typed("name"), typed("time_zone")
    try:
        name, zone = people.normal_name(name), people.normal_zone(zone)
    except Problem as problem:
        return again("accounts/overview.html", problem, **_profile(name, zone))
    with here.database.write() as db:
        user = db.get_one(User, _me().id)
        user.name, user.time_zone = name, zone
    flash("Saved.", "success")
    return redirect(url_for("account.overview"), 303)


def _profile(name: str, zone: str) -> dict[str, object]:
    return {"title": "Account", "name": name, "zone": zone, "zones": people.zones()}


@pages.route("/account/theme", act=Act.SIGNED_IN, methods=["POST"])
def theme() -> Response:
    chosen = typed("theme")
    answer = make_response(redirect(url_for("account.overview"), 303))
    if chosen not in ("light", "dark"):
        answer.delete_cookie("theme", path="/", samesite="Lax", secure=here.settings.secure)
    else:  # the page's script changes it, too, so it is no secret from scripts
        answer.set_cookie("theme", chosen, max_age=YEAR, path="/", samesite="Lax", secure=here.settings.secure)
    return answer


# Password


@pages.route("/account/password", act=Act.SIGNED_IN)
def password() -> str:
    return render_template("accounts/password.html", title="Password", errors={}, **_password())


@pages.route("/account/password", act=Act.SIGNED_IN, methods=["POST"])
def change_password() -> Response:
    old, new, limits = typed("old"), typed("new"), here.settings.limits
    try:
        secret = own_password.change_password(here.database, _me(), old, new, visit(), limits)
    except Problem as problem:
        return again("accounts/password.html", problem, title="Password", **_password())
    answer = signed_in(secret, url_for("account.password"))
    flash("Your new password holds, and all other browsers were signed out.", "success")
    return answer


def _password() -> dict[str, object]:
    return {"has_password": _me().password_hash is not None, "mails": bool(here.settings.smtp)}


# Browsers


@pages.route("/account/sessions", act=Act.SIGNED_IN)
def browsers() -> str:
    with here.database.read() as db:
        rows = sessions.sessions_of(db, _me().id, here.settings.limits)
    mine = here.session.id if here.session else None
    return render_template(
        "accounts/sessions.html", title="Browsers", rows=rows, mine=mine, browser_name=sessions.browser_name
    )


@pages.route("/account/sessions/<int:session>/end", act=Act.SIGNED_IN, methods=["POST"])
def end_session(session: int) -> Response:
    with here.database.write() as db:
        sessions.end_session(db, _me().id, session)
    flash("That browser is signed out.", "success")
    return redirect(url_for("account.browsers"), 303)


@pages.route("/account/sessions/end", act=Act.SIGNED_IN, methods=["POST"])
def end_sessions() -> Response:
    with here.database.write() as db:
        ended = sessions.end_sessions(db, _me().id, but=here.session.id if here.session else None)
    words = "No other browser was signed in." if not ended else f"Signed out elsewhere: {ended}."
    flash(words, "success")
    return redirect(url_for("account.browsers"), 303)


# Tokens


@pages.route("/account/tokens", act=Act.SIGNED_IN)
def api_tokens() -> str:
    return render_template("accounts/tokens.html", errors={}, made=shown_once("token"), **_tokens())


@pages.route("/account/tokens", act=Act.SIGNED_IN, methods=["POST"])
def new_token() -> Response:
    name, days = typed("name"), typed("days")
    try:
        with here.database.write() as db:
            _, secret = tokens.new_token(db, _me().id, name, int(days) if days.isdecimal() and len(days) < 6 else 0)
    except Problem as problem:
        return again("accounts/tokens.html", problem, made=None, name=name, chosen=days, **_tokens())
    show_once("token", name=name, secret=secret)
    return redirect(url_for("account.api_tokens"), 303)


@pages.route("/account/tokens/<int:api_token>/revoke", act=Act.SIGNED_IN, methods=["POST"])
def revoke_token(api_token: int) -> Response:
    with here.database.write() as db:
        revoked = tokens.revoke(db, _me().id, api_token)
    flash(f"The token “{revoked.name}” no longer works.", "success")
    return redirect(url_for("account.api_tokens"), 303)


def _tokens() -> dict[str, object]:
    with here.database.read() as db:
        rows = tokens.tokens_of(db, _me().id)
    return {"title": "Tokens", "rows": rows, "days": DAYS}
