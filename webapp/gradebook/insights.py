"""What a class gets wrong: statistics, and what to teach next."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("insights", __name__)
