"""Every macro on one page, as an application of its own: for whoever writes pages, and for the tests that look at them.

flask --app webapp.web.style_guide run
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final

from flask import Flask, Response, render_template, request
from jinja2 import StrictUndefined

from webapp.web import answers, templating
from webapp.web.problem import Problem

SOURCE: Final = '''import torch


def step(p, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, in place."""
    m.mul_(beta1).add_(g, alpha=1 - beta1)
    # no bias correction yet
    p -= lr * m / v.sqrt()
    return p
'''
NAVIGATION: Final = ("Exercises", "My grades", "Gradebook", "Insights", "Regrades", "Roster", "Audit")


def create_app() -> Flask:
    """Serves `/` (its gradebook has as many `rows` and `columns` as asked for), `/error`, `/sign-in` and `/message`.

    What the style guide posts is answered with what came, so that forms can be tried. It has no data and no accounts.
    """
    app = Flask("webapp")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    templating.prepare(app)
    answers.prepare(app)

    @app.context_processor
    def grace() -> dict[str, Any]:
        if request.path == "/sign-in":
            return {}
        return {
            "me": SimpleNamespace(name="Grace", is_admin=True),
            "course": SimpleNamespace(slug="dl", title="Deep learning"),
            "nav": lambda: [(name, f"#{name}", name == "Gradebook") for name in NAVIGATION],
        }

    @app.get("/")
    def start() -> str:
        columns = request.args.get("columns", 12, int)
        return render_template(
            "styleguide.html",
            title="Style guide",
            moment=datetime.now(UTC) - timedelta(hours=3),
            source=request.args.get("source", SOURCE),
            columns=columns,
            gradebook=_gradebook(request.args.get("rows", 30, int), columns),
        )

    @app.get("/error")
    def error() -> str:
        raise Problem(404, "not_found", "There is no such exercise: look for it in the list of exercises.")

    @app.get("/sign-in")
    def sign_in() -> str:
        return render_template(
            "sign_in.html",
            title="Sign in",
            email="ada@example.org",
            errors={"": "E-mail or password is wrong."},
            providers=[("Sign in with the university", "/sso")],
            reset_url="/reset",
        )

    @app.get("/message")
    def message() -> str:
        text = "A link is on its way to ada@example.org."
        return render_template("message.html", title="Look into your mail", text=text, links=[("Start", "/")])

    @app.get("/favicon.ico")  # what a browser asks for beside an answer in plain text
    def icon() -> tuple[str, int]:
        return "", 204

    @app.post("/<path:place>")
    def got(place: str) -> Response:
        return Response(f"{place}: {request.form.to_dict()!r}", mimetype="text/plain")

    return app


def _gradebook(rows: int, columns: int) -> list[tuple[str, list[int | None], int]]:
    """Rows of (name, points, total), the same each time."""
    dice = random.Random(0)
    found = []
    for number in range(rows):
        points = [dice.choice([None, *range(11)]) for _ in range(columns)]
        found.append((f"{('ada', 'bob')[number % 2]} {number:04d}", points, sum(filter(None, points))))
    return found
