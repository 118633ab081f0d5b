"""What machines ask for by themselves: `/healthz`, for whatever watches this server, and a browser's `/favicon.ico`."""

from __future__ import annotations

from flask import Response, jsonify, redirect, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response as AnyResponse

from webapp.policy import Act
from webapp.web.gate import Gate, here

pages = Gate("health", __name__)


@pages.route("/healthz", act=Act.ANYTHING)
def healthz() -> Response:
    """200 when the database answers; 503, as everywhere, when it doesn't."""
    with here.database.read() as db:
        db.execute(text("SELECT 1"))
    return jsonify({"status": "ok"})


@pages.route("/favicon.ico", act=Act.ANYTHING)
def favicon() -> AnyResponse:
    """Pages name their icon; what isn't a page is asked for it here."""
    return redirect(url_for("static", filename="gradgym-icon.svg"), 301)
