"""What a proof asks of a grading beyond what a student's gets."""

from __future__ import annotations

import msgspec


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """How a proof grades a program.

    margins: each outcome says how near to its tolerance the check was. brief: hidden checks only, none after the first
    that fails, and no diagnosis. seconds: instead of the exercise's limit for a check.
    """

    margins: bool = False
    brief: bool = False
    seconds: float | None = None


USUAL = Trial()
