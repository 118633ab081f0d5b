"""Grading again as a shadow run: start one, compare, accept or drop."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("regrades", __name__)
