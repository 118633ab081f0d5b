"""What a form sent, read field by field: all mistakes at once, a sentence each, so that people mend them in one go."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from webapp.courses import local_time
from webapp.web.problem import Problem

_WHOLE: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_DECIMAL: Final = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{0,}))?", re.ASCII)
_UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Fields:
    """Reads a form. `errors`: field -> sentence, empty while all is well. `said`: what people should know besides."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        self.sent = sent
        self.errors: dict[str, str] = {}
        self.said: list[str] = []

    def raw(self, name: str) -> str:
        return self.sent.get(name, "").strip()

    def text(self, name: str, called: str, *, most: int = 1000, needed: bool = True) -> str:
        text = _UNSEEN.sub("", self.raw(name).replace("\r\n", "\n")).strip()
        if needed and not text:
            self.errors[name] = f"{called} is missing: write a few words."
        elif len(text) > most:
            self.errors[name] = f"{called} has {len(text)} signs, and {most} at most are kept: shorten it."
        return text

    def flag(self, name: str) -> bool:
        return self.raw(name) in ("1", "on", "true", "yes")

    def choice(self, name: str, options: Collection[str], *, default: str = "") -> str:
        value = self.raw(name) or default
        if value not in options:
            self.errors[name] = f"Choose one of: {', '.join(one for one in options if one)}."
        return value

    def whole(self, name: str, called: str, least: int, most: int, *, default: int | None = None) -> int:
        """A whole number. Without `default` an empty field is a mistake."""
        text = self.raw(name)
        if not text and default is not None:
            return default
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            self.errors[name] = f"{called} has to be a whole number from {least} to {most}."
            return least
        return int(text)

    def milli(self, name: str, called: str, most: int) -> int:
        """A number with up to three decimals, in thousandths: "1.25" and "1,25" are 1250. most: in thousandths."""
        found = _DECIMAL.fullmatch(self.raw(name))
        decimals = (found[2] or "").rstrip("0") if found else ""
        value = int(found[1]) * 1000 + int((decimals + "000")[:3]) if found else -1
        if len(decimals) > 3 or not 0 <= value <= most:
            whole = f"{most / 1000:.3f}".rstrip("0").rstrip(".")
            self.errors[name] = f"{called} has to be a number from 0 to {whole}, with up to three decimals."
            return 0
        return value

    def moment(self, name: str, zone: ZoneInfo, *, kept: datetime | None = None) -> datetime | None:
        """A date and time in `zone`; empty is none."""
        try:
            moment, said = local_time.read(self.raw(name), zone, kept=kept)
        except Problem as problem:
            self.errors[name] = problem.sentence
            return None
        if said:
            self.said.append(said)
        return moment

    def refuse(self, problem: Problem) -> None:
        """Add what the rules said; anything but a mistake in the form is raised."""
        if problem.status != 422:
            raise problem
        self.errors[problem.field] = problem.sentence
