"""The JSON API."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("api", __name__, url_prefix="/api/v1")
