"""How check files declare checks, and mistake banks their wrong and also-correct programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar

Visible = Literal["now", "after_due", "never"]
Swap = tuple[str, str]
_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True, kw_only=True)
class CheckSpec:
    """What `@check` says about a test function. `points` in milli-points."""

    points: int = 0
    hint: str = ""
    dtypes: tuple[str, ...] = ("float64",)
    needs: tuple[str, ...] = ()
    visible: Visible = "now"
    devices: tuple[str, ...] = ("cpu", "cuda")


def check(
    *,
    points: float | str = 0,
    hint: str = "",
    dtypes: Sequence[str] = ("float64",),
    needs: Sequence[str] = (),
    visible: Visible = "now",
    devices: Sequence[str] = ("cpu", "cuda"),
) -> Callable[[_Function], _Function]:
    """Make a test function a graded check.

    points: of the exercise, at most three decimals. hint: one sentence that nudges. dtypes: the function runs once
    for each.
    needs: test functions that must pass first. visible: what a student may read of a hidden check. devices: where it
    makes sense.
    The first line of the docstring is what the student sees. Raises ValueError for what can't be meant.
    """
    if visible not in ("now", "after_due", "never"):
        raise ValueError(f'visible={visible!r}: write "now", "after_due" or "never"')
    if not dtypes or set(dtypes) - {"float32", "float64", "float16", "bfloat16"}:
        raise ValueError(f"dtypes={tuple(dtypes)!r}: write names such as float64 and float32")
    if not devices or set(devices) - {"cpu", "cuda"}:
        raise ValueError(f'devices={tuple(devices)!r}: write "cpu", "cuda" or both')
    spec = CheckSpec(
        points=milli_points(points),
        hint=hint,
        dtypes=tuple(dtypes),
        needs=tuple(needs),
        visible=visible,
        devices=tuple(devices),
    )

    def mark(function: _Function) -> _Function:
        if not (function.__doc__ or "").strip():
            raise ValueError(f"{function.__name__} needs a docstring: its first line is what the student sees")
        function.gradgym_check = spec  # type: ignore[attr-defined]
        return function

    return mark


def spec_of(function: object) -> CheckSpec | None:
    """What `@check` said about this function, or None."""
    return getattr(function, "gradgym_check", None)


def title_of(function: Callable[..., Any]) -> str:
    """The line that the student sees."""
    return (function.__doc__ or "").strip().splitlines()[0].strip()


def milli_points(points: float | str) -> int:
    """Points as a person writes them to exact milli-points.

    Raises ValueError for more than three decimals or less than zero.
    """
    try:
        milli = Decimal(str(points)) * 1000
    except InvalidOperation:
        raise ValueError(f"points={points!r} is not a number") from None
    if not milli.is_finite() or milli != int(milli) or milli < 0:
        raise ValueError(f"points={points!r}: write a number of at least 0 with at most three decimals")
    return int(milli)


@dataclass(frozen=True, kw_only=True)
class Program:
    """A whole module, either written out or made from the reference by swapping text that occurs there exactly once."""

    id: str
    source: str = ""
    swaps: tuple[Swap, ...] = ()

    def text(self, reference: str) -> str:
        """The program's source. Raises ValueError when a swap doesn't match exactly once."""
        if self.source:
            return self.source
        text = reference
        for old, new in self.swaps:
            count = text.count(old)
            if count != 1:
                raise ValueError(
                    f"{self.id}: the swap of {old!r} matches {count} times in the reference; it must match once"
                )
            text = text.replace(old, new)
        return text


@dataclass(frozen=True, kw_only=True)
class Mistake(Program):
    """A known mistake: a program with exactly one error, the student's hint, and the check that catches it."""

    hint: str
    caught_by: str


@dataclass(frozen=True, kw_only=True)
class Correct(Program):
    """A right program that looks different from the reference."""


def mistake(
    id: str,
    hint: str,
    *,
    caught_by: str,
    swap: Swap | None = None,
    swaps: Sequence[Swap] = (),
    source: str = "",
) -> Mistake:
    """Declare a known mistake. Raises ValueError unless it has either swaps or a source."""
    program = _program(id, swap, swaps, source)
    return Mistake(id=program.id, source=program.source, swaps=program.swaps, hint=hint, caught_by=caught_by)


def correct(id: str, *, swap: Swap | None = None, swaps: Sequence[Swap] = (), source: str = "") -> Correct:
    """Declare a program that is right as well. Raises ValueError unless it has either swaps or a source."""
    program = _program(id, swap, swaps, source)
    return Correct(id=program.id, source=program.source, swaps=program.swaps)


def _program(id: str, swap: Swap | None, swaps: Sequence[Swap], source: str) -> Program:
    both = (*([swap] if swap else []), *swaps)
    if bool(both) == bool(source.strip()):
        raise ValueError(f"{id}: give either swap=/swaps= or source=")
    if not id.isidentifier():
        raise ValueError(f"{id!r} can't be an id: write it like a Python name")
    return replace(Program(id=id), source=source, swaps=tuple(both))
