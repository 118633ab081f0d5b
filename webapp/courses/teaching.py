"""What an instructor decides: assignments, dates, late rules, extensions."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("teaching", __name__)
