"""A report as JSON: the versioned contract of docs/report.md, exact both ways."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

from grader.report.model import FORMAT, Report, plain_points

NOT_STORABLE: Final = re.compile(r"[\x00\ud800-\udfff]")  # databases and strict readers refuse these
LARGEST: Final = 10**12  # milli-points; below it every thousandth is a different float
REPORT_POINTS: Final = ("score", "max_score")
CHECK_POINTS: Final = ("points", "earned")
NEEDED: Final = ("exercise", "title", "verdict", "score", "max_score", "checks")
NEEDED_IN_CHECK: Final = ("name", "title", "verdict", "points", "earned")


class ReportError(ValueError):
    """A text or a dict that is no report this version can read, or a report that JSON can't carry."""


def to_dict(report: Report) -> dict[str, Any]:
    """The report as plain values, `format` first and points as plain numbers."""
    data = _storable(msgspec.to_builtins(report))
    for part in (data, *data["checks"]):
        _without_notebook(part)
    for part, keys in [(data, REPORT_POINTS), *((check, CHECK_POINTS) for check in data["checks"])]:
        part.update({key: plain_points(part[key]) for key in keys if part[key] is not None})
    return {"format": data.pop("format"), **data}


def to_json(report: Report) -> str:
    """The report as one line of ASCII JSON. Raises ReportError when a duration is not a finite number."""
    try:
        return json.dumps(to_dict(report), separators=(",", ":"), allow_nan=False)
    except ValueError as error:
        raise ReportError(f"The report of {report.exercise} holds a duration that is not a finite number.") from error


def from_json(text: str | bytes) -> Report:
    """The report in `text`. Raises ReportError, which says what is wrong, for anything else."""
    try:
        data = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise ReportError(f"This is not a report: it can't be read as JSON ({error}).") from error
    if not isinstance(data, dict):
        raise ReportError(f"This is not a report: a report is a JSON object, and this is a {type(data).__name__}.")
    return from_dict(data)


def from_dict(data: Mapping[str, Any]) -> Report:
    """The report that `to_dict` made `data` from. Keys that this version doesn't know are left out."""
    if data.get("format") != FORMAT or isinstance(data["format"], bool):
        raise ReportError(
            f"This report has format {data.get('format', 'missing')!r}, and this gradgym reads format {FORMAT}. "
            "Read it with the version that wrote it, or grade again."
        )
    _need(data, NEEDED, "")
    if not isinstance(data["checks"], list | tuple):
        raise ReportError("The report can't be read: checks is not a list.")
    points = [key for key in REPORT_POINTS if key != "score" or data["score"] is not None]
    inside = {**data, **_milli(data, points, "")}
    inside["checks"] = [_check(check, f"checks[{i}]") for i, check in enumerate(data["checks"])]
    try:
        return msgspec.convert(inside, Report)
    except msgspec.ValidationError as error:
        raise ReportError(f"The report can't be read: {error}.") from error


def _check(check: Any, at: str) -> dict[str, Any]:
    if not isinstance(check, Mapping):
        raise ReportError(f"The report can't be read: {at} is not an object.")
    _need(check, NEEDED_IN_CHECK, f"{at}.")
    return {**check, **_milli(check, CHECK_POINTS, f"{at}.")}


def _need(part: Mapping[str, Any], keys: tuple[str, ...], at: str) -> None:
    missing = [at + key for key in keys if key not in part]
    if missing:
        raise ReportError(f"The report can't be read: it has no {', '.join(missing)}.")


def _milli(part: Mapping[str, Any], keys: Iterable[str], at: str) -> dict[str, int]:
    return {key: _milli_points(part[key], at + key) for key in keys}


def _milli_points(points: Any, at: str) -> int:
    if isinstance(points, bool) or not isinstance(points, int | float):
        raise ReportError(f"The report can't be read: {at} is not a number.")
    if not abs(points) < LARGEST / 1000:
        raise ReportError(f"The report can't be read: {at} is {points}, which no exercise is worth.")
    milli = round(points * 1000)
    if plain_points(milli) != points:
        raise ReportError(f"The report can't be read: {at} is {points}, and points have at most three decimals.")
    return milli


def _without_notebook(part: dict[str, Any]) -> None:
    """Take out the keys that only say something of notebooks, where they say nothing."""
    if not part.get("notes", True):
        del part["notes"]
    if part["where"] is not None and not part["where"]["cell"]:
        del part["where"]["cell"]


def _storable(value: Any) -> Any:
    """The same plain value with U+FFFD for every NUL and lone surrogate."""
    match value:
        case str():
            return NOT_STORABLE.sub("\ufffd", value)
        case list() | tuple():
            return [_storable(item) for item in value]
        case dict():
            return {_storable(key): _storable(item) for key, item in value.items()}
        case _:
            return value
