"""The plainest check: a condition and the sentence for the student when it doesn't hold."""

from __future__ import annotations

from grader.checks.failure import CheckFailed


def ensure(condition: object, message: str) -> None:
    """Fail the check with `message` when the condition is false."""
    if not condition:
        raise CheckFailed(message)
