"""What an operator looks at: workers, the queue, gradings that need attention, accounts."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("operations", __name__)
