"""What check files and mistake banks import."""

from grader.checks.comparing import close
from grader.checks.declare import Correct, Mistake, check, correct, mistake
from grader.checks.failure import CheckFailed
from grader.checks.marks import named, on_cpu
from grader.checks.origin import shares_memory
from grader.checks.stating import ensure

__all__ = [
    "CheckFailed",
    "Correct",
    "Mistake",
    "check",
    "close",
    "correct",
    "ensure",
    "mistake",
    "named",
    "on_cpu",
    "shares_memory",
]
