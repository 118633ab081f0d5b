"""The pages on which a student works: exercises, the editor, what became of a submission."""

from __future__ import annotations

from webapp.web.gate import Gate

pages = Gate("submissions", __name__)
