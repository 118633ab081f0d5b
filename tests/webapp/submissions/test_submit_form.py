"""Sending through the form of an exercise: what is taken, and what is refused with a sentence and without a trace."""

from __future__ import annotations

import io
import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from grader.submitted import MAX_SOURCE
from webapp.app import create_app
from webapp.db.base import now
from webapp.db.teaching import Assignment
from webapp.db.work import Job, Source, State, Submission

ADDRESS = "/c/tiny/e/double_it/submit"
RIGHT = "from torch import Tensor\n\n\ndef double_it(x: Tensor) -> Tensor:\n    return 2 * x\n"


def send(site: Any, who: str = "ada", *, text: str = "", file: tuple[bytes, str] | None = None) -> Any:
    data: dict[str, Any] = {"source": text}
    if file is not None:
        data["file"] = (io.BytesIO(file[0]), file[1])
    return site.client(who).post(ADDRESS, data=data, content_type="multipart/form-data")


def stored(site: Any) -> tuple[int, int, int]:
    with site.database.read() as db:
        return tuple(db.scalar(select(func.count()).select_from(table)) for table in (Submission, Source, Job))


def content(site: Any, number: int = 1) -> tuple[str, bytes]:
    with site.database.read() as db:
        row = db.scalar(select(Submission).where(Submission.number == number))
        return row.filename, db.get_one(Source, row.digest).content


def notebook(site: Any, slug: str) -> bytes:
    return bytes(site.client("ada").get(f"/c/tiny/e/{slug}/notebook").data)


def test_the_text_of_the_editor_is_taken_with_plain_line_ends(site: Any) -> None:
    answer = send(site, text=RIGHT.replace("\n", "\r\n"))
    assert answer.status_code == 303
    assert content(site) == ("double_it.py", RIGHT.encode())
    page = site.client("ada").get(answer.location)
    assert page.status_code == 200 and "It is next in the queue." in page.text


def test_a_chosen_file_is_what_is_meant(site: Any) -> None:
    assert send(site, text="x = 1", file=(b"y = 2\r\n", "mine.py")).status_code == 303
    assert content(site) == ("mine.py", b"y = 2\r\n")


def test_a_notebook_is_taken(site: Any) -> None:
    sent = notebook(site, "double_it")
    assert send(site, file=(sent, "double_it (1).ipynb")).status_code == 303
    assert content(site) == ("double_it (1).ipynb", sent)


BAD_FILES = [
    ((b"x" * (MAX_SOURCE + 1), "double_it.py"), 413, "KiB are taken"),
    ((b"x = 1\n# \xff\n", "double_it.py"), 422, "is not UTF-8 (line 2)"),
    ((b"x = 1\0\n", "double_it.py"), 422, "holds null bytes"),
    ((b" \n", "double_it.py"), 422, "is empty"),
    ((b"x = 1\n", "double_it.txt"), 422, "neither a Python file nor a notebook"),
    ((b"x = 1\n", "counter.py"), 422, "is for “Counting in place”, and this is “Twice as much”"),
    ((b"x = 1\n", "counter (2).py"), 422, "is for “Counting in place”"),
    ((b"{", "double_it.ipynb"), 422, "This is not a notebook"),
    ((b"[1]", "double_it.ipynb"), 422, "no notebook"),
]


@pytest.mark.parametrize(("file", "status", "said"), BAD_FILES, ids=[case[2] for case in BAD_FILES])
def test_a_file_that_is_no_submission_is_refused(site: Any, file: Any, status: int, said: str) -> None:
    answer = send(site, text="typed = 1", file=file)
    assert (answer.status_code, stored(site)) == (status, (0, 0, 0))
    assert said in answer.text, answer.text
    assert "typed = 1" in answer.text, "what was typed is kept"
    assert 'role="alert"' in answer.text


def test_the_notebook_of_another_exercise_is_refused(site: Any) -> None:
    answer = send(site, file=(notebook(site, "counter"), "double_it.ipynb"))
    assert answer.status_code == 422 and "is for “Counting in place”" in answer.text
    assert stored(site) == (0, 0, 0)


def test_a_text_that_is_no_submission_is_refused(site: Any) -> None:
    for text, status in (("", 422), ("x = '\0'", 422), ("#" * (MAX_SOURCE + 1), 413)):
        assert send(site, text=text).status_code == status
    assert stored(site) == (0, 0, 0)


def test_more_than_a_request_may_hold_is_refused(site: Any) -> None:
    body = b"source=" + b"x" * (8 << 20)
    answer = site.client("ada").post(ADDRESS, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413 and stored(site) == (0, 0, 0)


@pytest.mark.parametrize(
    ("columns", "said"),
    [({"closes_at": timedelta(days=-1)}, "closed at"), ({"opens_at": timedelta(days=1)}, "opens at")],
)
def test_out_of_time_is_refused_and_the_text_is_kept(site: Any, columns: dict[str, timedelta], said: str) -> None:
    late = {name: now() + later for name, later in columns.items()}
    site.change(Assignment, site.assignments["double_it"], **late)
    answer = send(site, text="typed = 1\n")
    assert answer.status_code == 409 and said in answer.text and "typed = 1" in answer.text
    assert stored(site) == (0, 0, 0)


def test_without_attempts_it_is_refused_and_the_text_is_kept(site: Any) -> None:
    site.change(Assignment, site.assignments["double_it"], max_attempts=1)
    assert send(site, text="x = 1").status_code == 303
    answer = send(site, text="typed = 2\n")
    assert answer.status_code == 409 and "You have used all 1 attempts" in answer.text and "typed = 2" in answer.text
    assert stored(site) == (1, 1, 1)


def test_too_many_a_minute_are_refused_with_the_seconds_to_wait(site: Any, strict: Any) -> None:
    site.app.config["SETTINGS"] = strict(submissions_a_minute=1)
    assert send(site, text="x = 1").status_code == 303
    answer = send(site, text="typed = 2\n")
    assert answer.status_code == 429 and "typed = 2" in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert stored(site) == (1, 1, 1)


def test_the_same_again_leads_to_the_submission_that_is_there(site: Any) -> None:
    ada = site.client("ada")
    first = ada.post(ADDRESS, data={"source": RIGHT})
    again = ada.post(ADDRESS, data={"source": RIGHT})
    assert again.status_code == 303 and again.location == first.location
    assert "You have sent exactly this before" in ada.get(again.location).text
    assert stored(site) == (1, 1, 1)


def test_unknown_addresses_and_strangers_find_nothing(site: Any) -> None:
    assert site.client("ada").post("/c/tiny/e/nothing/submit", data={"source": "x"}).status_code == 404
    assert site.client("ada").post("/c/nowhere/e/double_it/submit", data={"source": "x"}).status_code == 404
    assert send(site, "mallory", text="x = 1").status_code == 404
    assert stored(site) == (0, 0, 0)


def test_a_form_without_its_token_is_refused(site: Any) -> None:
    app = create_app(site.settings, site.database)
    ada = site.client("ada")
    site.app, kept = app, site.app
    stranger = site.client("ada")
    site.app = kept
    assert stranger.post(ADDRESS, data={"source": "x = 1"}).status_code == 400
    assert stored(site) == (0, 0, 0)
    assert ada.post(ADDRESS, data={"source": "x = 1"}).status_code == 303, "the tests' own application asks for none"


def test_hostile_file_names_become_harmless(site: Any) -> None:
    assert send(site, file=(b"x = 1\n", "../<script>x&y.py")).status_code == 303
    name, _ = content(site)
    assert name == "_script_x_y.py"


def test_of_two_at_once_with_one_attempt_left_one_is_taken(site: Any) -> None:
    site.change(Assignment, site.assignments["double_it"], max_attempts=2)
    site.submit("ada", b"first = 1\n")
    clients, start = [site.client("ada") for _ in range(4)], threading.Barrier(4)
    statuses: list[int] = []

    def post(number: int) -> None:
        start.wait(30)
        statuses.append(clients[number].post(ADDRESS, data={"source": f"x = {number}\n"}).status_code)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(statuses) == [303, 409, 409, 409]
    assert stored(site) == (2, 2, 2)


def test_the_same_at_once_is_one_submission(site: Any) -> None:
    clients, start = [site.client("ada") for _ in range(4)], threading.Barrier(4)
    places: list[str] = []

    def post(number: int) -> None:
        start.wait(30)
        places.append(clients[number].post(ADDRESS, data={"source": RIGHT}).location)

    threads = [threading.Thread(target=post, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(places) == 4 and len(set(places)) == 1
    assert stored(site) == (1, 1, 1)


def test_what_we_could_not_grade_used_no_attempt(site: Any) -> None:
    site.change(Assignment, site.assignments["double_it"], max_attempts=1)
    answer = send(site, text="x = 1")
    sent = int(answer.location.rpartition("/")[2])
    site.change(Submission, sent, state=State.NOT_GRADED)
    assert "1 of 1 left" in site.client("ada").get("/c/tiny/e/double_it").text
    assert send(site, text="x = 2").status_code == 303


def test_a_notebook_that_names_no_exercise_is_taken(site: Any) -> None:
    made = json.loads(notebook(site, "double_it"))
    del made["metadata"]["gradgym"]
    for cell in made["cells"]:
        cell["metadata"] = {}
    assert send(site, file=(json.dumps(made).encode(), "mine.ipynb")).status_code == 303
