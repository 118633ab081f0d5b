"""Mistakes that hold in every exercise and need no bank: recognised from the difference itself."""

from __future__ import annotations

from typing import Final

from grader.report.model import Difference

RULES: Final = {
    "not_started": "This part is still the stub.",
    "returns_nothing": "The function ends without returning its result.",
    "changes_inputs": "Work on a copy: the caller still needs the arguments as they were.",
    "loses_precision": "A tensor created inside has the default type; take type and device from an argument.",
    "wrong_device": "Something inside is created on the CPU whatever the input's device.",
    "tracks_gradients": "The result still hangs on an autograd graph that nobody asked for.",
    "number_type": "Check the return type in the signature: number or 0-dimensional tensor.",
    "extra_axis": "The numbers are right; the shape has one axis too many or too few.",
    "not_finite": "Somewhere a number overflows, or zero is divided by zero.",
}

_BY_KIND = {
    "gradient": "tracks_gradients",
    "device": "wrong_device",
    "extra axis": "extra_axis",
    "not finite": "not_finite",
}


def recognised(found: Difference) -> tuple[str, str]:
    """(id, hint) of the rule that explains a difference, or two empty strings."""
    rule = _rule(found)
    return rule, RULES.get(rule, "")


def _rule(found: Difference) -> str:
    if found.kind in _BY_KIND:
        return _BY_KIND[found.kind]
    if found.kind == "dtype" and (found.got_dtype, found.expected_dtype) == ("float32", "float64"):
        return "loses_precision"
    if found.kind == "type" and found.got == "None" and not found.what.endswith("]"):  # not an item of a result
        return "returns_nothing"
    if (
        found.kind == "type"
        and _is_number(found.got) != _is_number(found.expected)
        and _is_scalar(found.got, found.expected)
    ):
        return "number_type"
    return ""


def _is_number(words: str) -> bool:
    return words.startswith(("the int ", "the float ", "the bool "))


def _is_scalar(*both: str) -> bool:
    return any(" tensor of shape ()" in words for words in both)
