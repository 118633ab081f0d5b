"""The style guide as a small application: every macro, in a course of grace's."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, render_template, request
from jinja2 import StrictUndefined

POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; base-uri 'none'; form-action 'self'"

SOURCE = '''import torch


def step(p, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """One step of Adam, in place."""
    m.mul_(beta1).add_(g, alpha=1 - beta1)
    # no bias correction yet
    p -= lr * m / v.sqrt()
    return p
'''


def gradebook(rows: int, columns: int) -> list[tuple[str, list[int | None], int]]:
    """Rows of (name, points, total), the same each time."""
    dice = random.Random(0)
    found = []
    for number in range(rows):
        points = [dice.choice([None, *range(11)]) for _ in range(columns)]
        found.append((f"{('ada', 'bob')[number % 2]} {number:04d}", points, sum(filter(None, points))))
    return found


@pytest.fixture
def style_guide() -> Flask:
    """Serves `/` (rows and columns of its gradebook as arguments), `/error`, `/sign-in` and `/message`.

    What the style guide posts is answered with what came.
    """
    app = Flask("webapp", template_folder="templates", static_folder="static")
    app.secret_key = "for tests"
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.jinja_env.filters["when"] = lambda moment: moment.strftime("%A %d %B %Y, %H:%M")

    def page(template: str, **variables: Any) -> str:
        names = ("Exercises", "Grades", "Gradebook", "Insights", "Regrades", "Roster", "Audit")
        return render_template(
            template,
            me=SimpleNamespace(name="Grace", is_admin=True),
            course=SimpleNamespace(slug="dl", title="Deep learning", role="instructor"),
            nav=lambda: [(name, f"#{name}", name == "Gradebook") for name in names],
            **variables,
        )

    @app.get("/")
    def start() -> str:
        columns = request.args.get("columns", 12, int)
        return page(
            "styleguide.html",
            title="Style guide",
            moment=datetime.now(UTC) - timedelta(hours=3),
            source=request.args.get("source", SOURCE),
            columns=columns,
            gradebook=gradebook(request.args.get("rows", 30, int), columns),
        )

    @app.get("/error")
    def error() -> tuple[str, int]:
        variables = {"sentence": "There is no such exercise.", "next_step": "Look for it in the list of exercises."}
        return page("error.html", status=404, title="Not found", incident="7f3a", **variables), 404

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
        return page("message.html", title="Look into your mail", text="A link is on its way.", links=[("Start", "/")])

    @app.get("/favicon.ico")  # what a browser asks for beside an answer in plain text
    def icon() -> tuple[str, int]:
        return "", 204

    @app.post("/<path:place>")
    def got(place: str) -> Response:
        return Response(f"{place}: {request.form.to_dict()!r}", mimetype="text/plain")

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app
