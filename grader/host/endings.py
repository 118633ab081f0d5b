"""What the end of a guest means, in words for the student."""

from __future__ import annotations

import signal

from grader.report.model import Verdict


def exit_in_words(code: int) -> tuple[Verdict, str]:
    """`code` is negative for a signal, as subprocess has it."""
    if code == -signal.SIGKILL:
        return Verdict.OUT_OF_MEMORY, "The machine ended your code, which usually means that it used too much memory."
    if code == -signal.SIGXCPU:
        return Verdict.TIMED_OUT, "Your code used up its processor time and was ended. Is there an endless loop?"
    if code == -signal.SIGSEGV:
        return (
            Verdict.CRASHED,
            "Your code brought Python down (SIGSEGV). Very deep recursion does that, or a bad address.",
        )
    if code < 0:
        return Verdict.CRASHED, f"Your code brought Python down ({_name_of(-code)})."
    return Verdict.CRASHED, f"Your code ended the process (exit code {code}) instead of returning."


def _name_of(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals
        return f"signal {number}"
