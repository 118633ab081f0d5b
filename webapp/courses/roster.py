"""Who takes part: the roster, its import, invitations."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("roster", __name__)
