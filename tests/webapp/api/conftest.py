"""Programs that call the API: `call("ada", "GET", "/me")` sends ada's token, and gives what was answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest


@dataclass(frozen=True)
class Answered:
    """An answer of the API: its status, its JSON (None where it has none), its headers, its bytes."""

    status: int
    json: Any
    headers: Any
    content: bytes

    @property
    def refusal(self) -> tuple[int, str]:
        """(status, code), of an answer in the API's one error shape."""
        assert set(self.json) == {"error"}
        error = self.json["error"]
        assert {"code", "message"} <= set(error) <= {"code", "message", "field", "retry_after"}
        assert error["message"][-1] in ".!" and len(error["message"]) > 20, "a sentence"
        return self.status, error["code"]

    @property
    def field(self) -> str | None:
        return self.json["error"].get("field")


Call = Callable[..., Answered]


@pytest.fixture
def call(site: Any) -> Call:
    tokens: dict[str, dict[str, str]] = {}

    def sent(
        name: str | None, method: str, path: str, *, headers: dict[str, str] | None = None, **options: Any
    ) -> Answered:
        if name and name not in tokens:
            tokens[name] = site.token(name)
        known = {**(tokens[name] if name else {}), **(headers or {})}
        answer = site.app.test_client().open(f"/api/v1{path}", method=method, headers=known, **options)
        is_json = answer.mimetype == "application/json"
        return Answered(answer.status_code, json.loads(answer.data) if is_json else None, answer.headers, answer.data)

    return sent
