"""`/healthz`: whether this server can do its work, for whatever watches it."""

from __future__ import annotations

from flask import Response, jsonify
from sqlalchemy import text

from webapp.policy import Act
from webapp.web.gate import Gate, here

pages = Gate("health", __name__)


@pages.route("/healthz", act=Act.ANYTHING)
def healthz() -> Response:
    """200 when the database answers; 503, as everywhere, when it doesn't."""
    with here.database.read() as db:
        db.execute(text("SELECT 1"))
    return jsonify({"status": "ok"})
