"""What the commands that use a server share: signing on, choosing a course, moments in a course's time zone."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from grader.cli.options import fail
from grader.client.errors import ClientError, Refused

if TYPE_CHECKING:
    from grader.client.answers import Course
    from grader.client.calls import Client

CourseSlugOption = Annotated[
    str | None,
    typer.Option(
        "--course",
        metavar="SLUG",
        help="The course on the server. Left out: the only one you take part in.",
        show_default=False,
    ),
]

InsecureOption = Annotated[
    bool, typer.Option("--insecure", help="Send your token unencrypted (http) to another machine. Only if you must.")
]


@contextmanager
def server(*, insecure: bool = False) -> Iterator[Client]:
    """The server that this person is signed in to. Whatever goes wrong with it ends the command with one sentence."""
    from grader.client import credentials
    from grader.client.calls import Client

    try:
        known = credentials.find(insecure=insecure)
        with Client(known.url, known.token) as client:
            yield client
    except Refused as error:
        again = " Do `gradgym login URL` again." if error.status == 401 and "gradgym login" not in str(error) else ""
        fail(f"{error}{again}")
    except ClientError as error:
        fail(str(error))


def choose_course(client: Client, wanted: str | None) -> Course:
    """The course that is meant; ends the command where that is not clear."""
    courses = client.courses()
    if not courses:
        fail("You take part in no course there: ask your instructor to invite you.")
    if wanted is None:
        mine = [course for course in courses if course.role] or courses
        if len(mine) == 1:
            return mine[0]
        fail(f"You take part in several courses: say which with --course ({_listed([one.slug for one in mine])}).")
    found = next((course for course in courses if course.slug == wanted), None)
    if found is None:
        fail(f"You take part in no course “{wanted}” there: name one of {_listed([one.slug for one in courses])}.")
    return found


def nearest(wanted: str, known: list[str]) -> str:
    """ "did you mean `adam`?", or the names that there are."""
    found = difflib.get_close_matches(wanted, known, 1)
    return f"did you mean {found[0]}?" if found else f"there are {_listed(known)}."


def _listed(names: list[str]) -> str:
    return ", ".join(names[:12]) + (" ..." if len(names) > 12 else "")


def moment_in(zone: str, moment: datetime) -> str:
    """ "Fri 4 Dec 2026, 23:59 CET": with the zone, so that nobody has to guess."""
    from zoneinfo import ZoneInfo

    try:
        local = moment.astimezone(ZoneInfo(zone or "UTC"))
    except (KeyError, ValueError, OSError):  # this machine doesn't know the zone
        local = moment.astimezone(ZoneInfo("UTC"))
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M %Z}"
