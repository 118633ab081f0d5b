"""Handing in by program: taken once, refused with a sentence, and nothing stored of what is refused."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from webapp.db.base import now
from webapp.db.teaching import Assignment
from webapp.db.work import Job, Result, Source, Submission

SEND = "/courses/tiny/exercises/double_it/submissions"
RAW = {"Content-Type": "application/octet-stream"}


def stored(site: Any) -> tuple[int, ...]:
    """How many submissions, sources, jobs and results there are."""
    with site.database.read() as db:
        return tuple(db.scalar(select(func.count()).select_from(table)) for table in (Submission, Source, Job, Result))


def test_what_ada_sends_waits_in_the_queue(site: Any, call: Any) -> None:
    answer = call("ada", "POST", SEND, json={"content": "x = 1\n", "name": "my work.py"})
    assert answer.status == 201
    sent = answer.json
    assert (sent["state"], sent["position"], sent["number"], sent["filename"]) == ("queued", 1, 1, "my work.py")
    assert (sent["exercise"], sent["student"]["id"], sent["via"]) == ("double_it", site.enrolments["ada"], "api")
    assert (sent["report"], sent["score"], sent["verdict"]) == (None, None, None)
    assert answer.headers["Location"] == f"/api/v1/courses/tiny/submissions/{sent['id']}"
    assert call("ada", "GET", answer.headers["Location"].removeprefix("/api/v1")).json == sent
    assert stored(site) == (1, 1, 1, 1)


def test_a_file_may_be_sent_as_its_bytes_and_comes_back_as_they_were(call: Any) -> None:
    content = "\ufeff# größer\r\nx = 1\r\n".encode()
    sent = call("ada", "POST", f"{SEND}?name=double_it.py", data=content, headers=RAW)
    assert sent.status == 201
    source = call("ada", "GET", f"/courses/tiny/submissions/{sent.json['id']}/source")
    assert source.content == content
    assert source.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert source.headers["Content-Disposition"] == "attachment; filename=double_it.py"


def test_the_same_again_is_the_same_submission(site: Any, call: Any) -> None:
    first = call("ada", "POST", SEND, json={"content": "x = 1\n"})
    again = call("ada", "POST", SEND, json={"content": "x = 1\n"})
    assert (first.status, again.status) == (201, 200)
    assert again.json["id"] == first.json["id"]
    assert stored(site) == (1, 1, 1, 1)


def test_a_key_makes_a_second_try_the_same_submission_and_another_file_a_conflict(site: Any, call: Any) -> None:
    key = {"Idempotency-Key": "mine"}
    first = call("ada", "POST", SEND, json={"content": "x = 1\n"}, headers=key)
    again = call("ada", "POST", SEND, json={"content": "x = 1\n"}, headers=key)
    assert (first.status, again.status, again.json["id"]) == (201, 200, first.json["id"])
    assert call("ada", "POST", SEND, json={"content": "x = 2\n"}, headers=key).refusal == (409, "key_in_use")
    assert call("bob", "POST", SEND, json={"content": "x = 1\n"}, headers=key).status == 201, "bob's keys are his own"
    assert stored(site)[0] == 2


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"closes_at": now() - timedelta(days=1)}, "closed"),
        ({"opens_at": now() + timedelta(days=1)}, "not_open"),
    ],
)
def test_out_of_hours_nothing_is_taken(site: Any, call: Any, columns: dict[str, Any], code: str) -> None:
    site.change(Assignment, site.assignments["double_it"], **columns)
    assert call("ada", "POST", SEND, json={"content": "x = 1\n"}).refusal == (409, code)
    assert stored(site) == (0, 0, 0, 0)


def test_without_attempts_nothing_is_taken(site: Any, call: Any) -> None:
    site.change(Assignment, site.assignments["double_it"], max_attempts=1)
    assert call("ada", "POST", SEND, json={"content": "x = 1\n"}).status == 201
    before = stored(site)
    assert call("ada", "POST", SEND, json={"content": "x = 2\n"}).refusal == (409, "no_attempts")
    assert stored(site) == before


def test_who_sends_too_often_is_told_when_to_come_back(site: Any, strict: Any, call: Any) -> None:
    site.app.config["SETTINGS"] = strict(submissions_a_minute=1)
    assert call("ada", "POST", SEND, json={"content": "x = 1\n"}).status == 201
    again = call("ada", "POST", SEND, json={"content": "x = 2\n"})
    assert again.refusal == (429, "too_many")
    assert int(again.headers["Retry-After"]) == again.json["error"]["retry_after"] > 0
    assert stored(site)[0] == 1


JSON = {"Content-Type": "application/json"}
BODIES = {
    "malformed": (b"{", JSON, (400, "malformed_json"), None),
    "nothing": (b"", JSON, (400, "malformed_json"), None),
    "a list": (b"[]", JSON, (422, "bad_field"), None),
    "deep": (b"[" * 50_000, JSON, (422, "bad_field"), None),
    "deep inside": (b'{"content":' + b"[" * 50_000, JSON, (422, "bad_field"), "content"),
    "not UTF-8": (b'{"content": "\xff"}', JSON, (400, "malformed_json"), None),
    "half a sign": (b'{"content": "\\ud800"}', JSON, (400, "malformed_json"), None),
    "a number": (b'{"content": 1}', JSON, (422, "bad_field"), "content"),
    "null": (b'{"content": null}', JSON, (422, "bad_field"), "content"),
    "a misspelt field": (b'{"contents": "x = 1"}', JSON, (422, "unknown_field"), "contents"),
    "an unknown field": (b'{"content": "x = 1", "student": 2}', JSON, (422, "unknown_field"), "student"),
    "no content": (b'{"name": "a.py"}', JSON, (422, "missing_field"), "content"),
    "a long name": (b'{"content": "x", "name": "%s.py"}' % (b"a" * 300), JSON, (422, "bad_field"), "name"),
    "a null byte": (b'{"content": "x = 1\\u0000"}', JSON, (422, "null_bytes"), "content"),
    "empty": (b'{"content": " \\n"}', JSON, (422, "empty"), None),
    "of another kind": (b'{"content": "x", "name": "a.txt"}', JSON, (422, "wrong_kind"), None),
    "for another exercise": (b'{"content": "x", "name": "counter.py"}', JSON, (422, "wrong_exercise"), None),
    "a form": (b"content=x", {"Content-Type": "application/x-www-form-urlencoded"}, (415, "wrong_type"), None),
    "of no type": (b"x = 1", {}, (415, "wrong_type"), None),
    "bytes that are no text": (b"\xff\xfe", RAW, (422, "not_utf8"), None),
    "bytes with a null": (b"x\0", RAW, (422, "null_bytes"), None),
    "too many bytes": (b"#" * (256 * 1024 + 1), RAW, (413, "too_large"), None),
    "far too many bytes": (b"#" * (9 << 20), RAW, (413, "too_large"), None),
}


def test_bad_input_gets_a_sentence_and_nothing_is_stored(site: Any, call: Any) -> None:
    for what, (content, headers, refusal, field) in BODIES.items():
        answer = call("ada", "POST", SEND, data=content, headers=headers)
        assert (answer.refusal, answer.field) == (refusal, field), f"{what}: {answer.json}"
    assert stored(site) == (0, 0, 0, 0)


def test_a_key_that_is_none_is_refused(site: Any, call: Any) -> None:
    for key in ("", "two words", "x" * 65, "\xe4"):
        answer = call("ada", "POST", SEND, json={"content": "x = 1\n"}, headers={"Idempotency-Key": key})
        assert (answer.refusal, answer.field) == ((422, "bad_key"), "Idempotency-Key"), key
    assert stored(site) == (0, 0, 0, 0)


def test_only_who_takes_part_hands_in(site: Any, call: Any) -> None:
    assert call("root", "POST", SEND, json={"content": "x = 1\n"}).refusal == (403, "forbidden")
    assert call("mallory", "POST", SEND, json={"content": "x = 1\n"}).refusal == (404, "not_found")
    assert stored(site) == (0, 0, 0, 0)


QUERIES = {
    "limit=0": "limit",
    "limit=201": "limit",
    "limit=many": "limit",
    "limit=": "limit",
    "limit=1&limit=2": "limit",
    "limit=99999999999999999999": "limit",
    "cursor=nothing": "cursor",
    "cursor=": "cursor",
    "cursor=%F0%9F%A6%89": "cursor",
    f"cursor={base64.urlsafe_b64encode(b'after:-1').decode()}": "cursor",
    f"cursor={base64.urlsafe_b64encode(b'after:99999999999').decode()}": "cursor",
    f"cursor={base64.urlsafe_b64encode(b'before:1').decode()}": "cursor",
    "student=0": "student",
    "student=ada": "student",
    "studnet=1": "studnet",
    "exercise=%00": "exercise",
}


def test_a_parameter_that_cannot_be_meant_is_named(call: Any) -> None:
    for query, field in QUERIES.items():
        answer = call("grace", "GET", f"/courses/tiny/submissions?{query}")
        assert (answer.status, answer.field) == (422, field), f"{query}: {answer.json}"
        assert field in answer.json["error"]["message"]


def test_the_nearest_parameter_is_proposed(call: Any) -> None:
    answer = call("grace", "GET", "/courses/tiny/submissions?studnet=1")
    assert answer.json["error"]["message"] == "There is no “studnet” here: student is taken."
