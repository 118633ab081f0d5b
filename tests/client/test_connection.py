"""Tries, waits and sentences, against answers that are made up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from grader.client.answers import Me
from grader.client.calls import Client
from grader.client.connection import PATIENCE, TRIES, Connection
from grader.client.errors import ClientError, Refused, ServerAway

ME = {"name": "Ada", "email": "ada@example.org"}
TOKEN = "gg_very_secret"
Script = Callable[[httpx.Request], httpx.Response]


class Server:
    """Answers requests one after another with what a test lists; an exception is raised instead."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self.connection = Connection("https://grades.example.org", TOKEN, sleep=self.slept.append)
        self.connection._http.close()
        self.connection._http = httpx.Client(
            transport=httpx.MockTransport(self._answer),
            base_url=self.connection._http.base_url,
            headers=self.connection._http.headers,
        )

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def me(self) -> Me:
        return self.connection.call(Me, "GET", "me")[0]


def refusal(status: int, code: str = "x", message: str = "No. Do something else.", **headers: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"code": code, "message": message}}, headers=headers)


def test_the_token_is_sent_to_the_server_that_it_is_for() -> None:
    server = Server(httpx.Response(200, json=ME))
    assert server.me().name == "Ada"
    (request,) = server.requests
    assert str(request.url) == "https://grades.example.org/api/v1/me"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_what_may_work_later_is_tried_again(status: int) -> None:
    server = Server(refusal(status), httpx.Response(status, text="busy"), httpx.Response(200, json=ME))
    assert server.me().name == "Ada"
    assert len(server.slept) == 2 and server.slept == sorted(server.slept)


def test_the_server_says_how_long_to_wait() -> None:
    server = Server(refusal(429, **{"Retry-After": "7"}), httpx.Response(200, json=ME))
    server.me()
    assert server.slept == [7]


@pytest.mark.parametrize("header", ["soon", "-5", "Wed, 21 Oct 2065 07:28:00 GMT", "", "9" * 40, "٣"])
def test_a_wait_that_is_not_said_in_seconds_is_ours_to_choose(header: str) -> None:
    late = httpx.Response(503, headers=[(b"Retry-After", header.encode())])
    server = Server(late, httpx.Response(200, json=ME))
    assert server.me().name == "Ada"
    assert 0 < server.slept[0] < 5


def test_a_long_wait_is_left_to_the_person() -> None:
    server = Server(refusal(429, "too_many_tries", "Too many tries: try again in 9 minutes.", **{"Retry-After": "540"}))
    with pytest.raises(Refused, match=r"^Too many tries: try again in 9 minutes\.$"):
        server.me()
    assert server.slept == []


def test_tries_and_waits_have_an_end() -> None:
    server = Server(*[refusal(503, "database_away", "The database is away: try again.")] * TRIES)
    with pytest.raises(Refused, match="The database is away"):
        server.me()
    assert len(server.requests) == TRIES and sum(server.slept) <= PATIENCE


def test_what_is_not_safe_twice_is_sent_once() -> None:
    server = Server(refusal(503))
    with pytest.raises(Refused):
        server.connection.call(Me, "POST", "tokens", body={})
    assert len(server.requests) == 1


def test_what_has_a_key_is_sent_again_with_the_same() -> None:
    server = Server(httpx.ReadError("broken"), refusal(503), httpx.Response(200, json=ME))
    server.connection.call(Me, "POST", "x", content=b"x = 1", headers={"Idempotency-Key": "k"})
    assert [request.headers["Idempotency-Key"] for request in server.requests] == ["k"] * 3
    assert [request.content for request in server.requests] == [b"x = 1"] * 3


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (httpx.ConnectError("refused"), "can't be reached: check the address"),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"), "can't prove who it is"),
        (httpx.ConnectTimeout("slow"), "did not answer in time: try again later."),
        (httpx.ReadTimeout("slow"), "did not answer in time"),
        (httpx.RemoteProtocolError("nonsense"), "broke off: try again."),
    ],
)
def test_a_server_that_is_away_gets_a_sentence(error: Exception, sentence: str) -> None:
    server = Server(*[error] * TRIES)
    with pytest.raises(ServerAway, match=sentence):
        server.me()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (httpx.Response(200, text="<html>Welcome!"), "does not answer like a gradgym server"),
        (httpx.Response(200, content=b"\xff"), "does not answer like a gradgym server"),
        (httpx.Response(404, text="<html>Not Found"), "does not answer like a gradgym server"),
        (httpx.Response(418, json={"detail": "teapot"}), "does not answer like a gradgym server"),
        (httpx.Response(200, json={"name": 3}), "doesn't understand: update gradgym"),
        (httpx.Response(302, headers={"Location": "https://mallory.example.org"}), "sends on to another address"),
    ],
)
def test_an_answer_that_is_not_gradgyms_gets_a_sentence(answer: httpx.Response, sentence: str) -> None:
    server = Server(answer)
    with pytest.raises(ClientError, match=sentence) as said:
        server.me()
    assert TOKEN not in str(said.value)
    assert len(server.requests) == 1, "and the token goes nowhere else"


def test_a_servers_words_cannot_move_the_cursor() -> None:
    server = Server(refusal(409, "closed", "closed\x1b[2J\n\x07 for today."))
    with pytest.raises(Refused) as said:
        server.me()
    assert str(said.value) == "closed for today."


def test_a_token_that_cannot_be_sent_is_refused_at_once() -> None:
    with pytest.raises(ClientError, match="can't be sent"):
        Connection("https://grades.example.org", "gg_\n\xe4\u2013")


def test_following_looks_less_and_less_often_until_it_is_graded() -> None:
    def sent(state: str) -> Any:
        parts = {"id": 1, "number": 1, "exercise": "adam", "filename": "adam.py", "state": state}
        return httpx.Response(200, json=parts)

    server = Server(*[sent("queued")] * 20, sent("grading"), sent("graded"))
    client = Client("https://grades.example.org", TOKEN, sleep=server.slept.append)
    client._to.close()
    client._to = server.connection
    assert [one.state for one in client.follow("tiny", 1)][-2:] == ["grading", "graded"]
    assert server.slept == sorted(server.slept) and max(server.slept) == 5 and len(server.slept) == 21


def test_a_list_comes_in_pages() -> None:
    def page(names: list[str], cursor: str | None) -> Any:
        return httpx.Response(200, json={"items": [{"slug": name, "title": name} for name in names], "next": cursor})

    server = Server(page(["a", "b"], "c1"), page(["c"], "c2"), page([], None))
    client = Client("https://grades.example.org", TOKEN)
    client._to.close()
    client._to = server.connection
    assert [one.slug for one in client.courses()] == ["a", "b", "c"]
    assert [request.url.params.get("cursor") for request in server.requests] == [None, "c1", "c2"]
