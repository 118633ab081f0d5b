"""What the commands ask of a server."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from grader.client.answers import Course, Exercise, Me, Page, Submission, Token
from grader.client.connection import Connection
from grader.client.errors import ClientError

FIRST_PAUSE: Final = 0.5  # seconds between two looks at a submission, at first
LONGEST_PAUSE: Final = 5.0

Kind = TypeVar("Kind")


class Client:
    """One server, as one person uses it. To be closed, or used in `with`. Every call raises ClientError."""

    def __init__(self, url: str, token: str = "", *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.url = url
        self._sleep = sleep
        self._to = Connection(url, token, sleep=sleep)

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        self._to.close()

    def new_token(self, email: str, password: str, name: str) -> Token:
        return self._to.call(Token, "POST", "tokens", body={"email": email, "password": password, "name": name})[0]

    def revoke_token(self) -> None:
        """Revoke the token that this client uses."""
        self._to.call(type(None), "DELETE", "tokens/current")

    def me(self) -> Me:
        return self._to.call(Me, "GET", "me")[0]

    def courses(self) -> list[Course]:
        return list(self._all(Course, "courses"))

    def exercises(self, course: str) -> list[Exercise]:
        return list(self._all(Exercise, f"courses/{_part(course)}/exercises"))

    def exercise(self, course: str, slug: str) -> Exercise:
        return self._to.call(Exercise, "GET", f"courses/{_part(course)}/exercises/{_part(slug)}")[0]

    def submit(self, course: str, slug: str, name: str, content: bytes) -> tuple[Submission, bool]:
        """Hand a file in: the submission, and whether it is what was sent before. Tries again without sending twice."""
        sent, status = self._to.call(
            Submission,
            "POST",
            f"courses/{_part(course)}/exercises/{_part(slug)}/submissions",
            query={"name": name},
            content=content,
            headers={"Idempotency-Key": secrets.token_urlsafe(24)},
        )
        return sent, status == 200

    def submissions(self, course: Course, *, limit: int = 100) -> list[Submission]:
        """The newest of this person's own; an admin who takes no part in the course has none."""
        if course.enrolment is None:
            return []
        query = {"limit": limit, "student": course.enrolment}
        page, _ = self._to.call(Page, "GET", f"courses/{_part(course.slug)}/submissions", query=query)
        return [self._as(Submission, item) for item in page.items]

    def submission(self, course: str, id: int) -> Submission:
        return self._to.call(Submission, "GET", f"courses/{_part(course)}/submissions/{id}")[0]

    def follow(self, course: str, id: int) -> Iterator[Submission]:
        """The submission again and again, less and less often, until it is graded or can't be."""
        pause = FIRST_PAUSE
        while True:
            found = self.submission(course, id)
            yield found
            if found.is_over:
                return
            self._sleep(pause)
            pause = min(LONGEST_PAUSE, pause * 1.3)

    def _all(self, kind: type[Kind], path: str) -> Iterator[Kind]:
        """The items of all pages of a list."""
        query: dict[str, Any] = {"limit": 200}
        while True:
            page, _ = self._to.call(Page, "GET", path, query=query)
            yield from (self._as(kind, item) for item in page.items)
            if page.next is None or page.next == query.get("cursor"):
                return
            query["cursor"] = page.next

    def _as(self, kind: type[Kind], item: Any) -> Kind:
        try:
            return msgspec.convert(item, kind)
        except msgspec.ValidationError as error:
            raise ClientError(f"{self.url} answered in a way that is not understood here: update gradgym.") from error


def _part(text: str) -> str:
    """One part of an address, whatever a person has typed."""
    return quote(text, safe="")
