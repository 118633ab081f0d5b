"""Signing in and out, and a person's own account."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("accounts", __name__)
