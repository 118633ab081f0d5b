"""The gradebook, one student's grades, overrides, exports, the audit trail."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("gradebook", __name__)
