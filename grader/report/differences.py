"""How two values differ, in words: one sentence, and the got / expected / allowed lines below it."""

from __future__ import annotations

from typing import Final

from grader.report.model import Difference

PHRASES: Final = {
    "shape": "the shape is not the one expected",
    "extra axis": "the shape has one axis too many or too few",
    "dtype": "the dtype is not the one expected",
    "type": "a value of another type was expected",
    "length": "the number of items is not the one expected",
    "keys": "the keys are not the ones expected",
    "device": "on another device than expected",
    "gradient": "gradients are tracked in another way than expected",
    "aliasing": "memory is shared in another way than expected",
}


def sentence(difference: Difference) -> str:
    """One sentence: "weights[1] (float64, shape (4, 3)): 3 of 12 elements (25%) differ, most at [2, 1]"."""
    what = difference.what or "the result"
    if difference.kind in PHRASES:
        return f"{what}: {PHRASES[difference.kind]}"
    finite = ", where nan or inf should not be" if difference.kind == "not finite" else ""
    return f"{what}{_array(difference)}: {_extent(difference)}{finite}"


def repeats(text: str, difference: Difference) -> bool:
    """Whether `text` is a sentence that says no more than the difference itself."""
    told = (difference.what, difference.got, difference.expected)
    return bool(difference.what) and text.startswith(difference.what) and all(part in text for part in told)


def rows(difference: Difference) -> tuple[tuple[str, str], ...]:
    """The lines (label, text) of what was got, expected and allowed; empty ones are left out."""
    got, expected = difference.got, difference.expected
    if difference.kind in ("shape", "extra axis"):
        got, expected = _shape(difference.got_shape) or got, _shape(difference.expected_shape) or expected
    elif difference.kind == "dtype":
        got, expected = difference.got_dtype or got, difference.expected_dtype or expected
    allowed = f"+/- {difference.allowed}" if difference.allowed not in ("", "0") else ""
    return tuple((label, text) for label, text in (("got", got), ("expected", expected), ("allowed", allowed)) if text)


def _array(difference: Difference) -> str:
    dtype = difference.expected_dtype.removeprefix("torch.")
    shape = f"shape {_shape(difference.expected_shape)}" if difference.expected_shape else ""
    said = ", ".join(part for part in (dtype, shape) if part)
    return f" ({said})" if said else ""


def _extent(difference: Difference) -> str:
    if difference.total <= 1:
        return "the value differs"
    if difference.differing == difference.total:
        many = f"all {difference.total} elements differ"
    else:
        verb = "differs" if difference.differing == 1 else "differ"
        many = f"{difference.differing} of {difference.total} elements ({_share(difference)}) {verb}"
    return many + (f", most at {list(difference.worst)}" if difference.worst else "")


def _share(difference: Difference) -> str:
    percent = 100 * difference.differing / difference.total
    if percent < 0.1:
        return "under 0.1%"
    if percent > 99.9:
        return "over 99.9%"
    return f"{percent:.0f}%" if 1 <= percent <= 99 else f"{percent:.1f}%"


def _shape(shape: tuple[int, ...] | None) -> str:
    return "" if shape is None else str(shape)
