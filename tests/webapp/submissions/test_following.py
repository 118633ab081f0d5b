"""Following a submission: the queue's position, the stream of events, and what is there where streams are not."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from grader.report.model import Verdict
from webapp.db.work import Job, State
from webapp.grading import queue
from webapp.submissions.following import Progress, Streams, event, events, progress_of
from webapp.web.identity import COOKIE


def shown(progress: Progress) -> str:
    return f"<p>{progress.sentence}</p>"


def claimed(site: Any) -> Any:
    with site.database.write() as db:
        one = queue.claim(db, "by hand", site.settings.limits)
    assert one is not None
    return one


def finish(site: Any, one: Any, report: Any) -> None:
    with site.database.write() as db:
        assert queue.finish(db, one, report, "by hand", site.settings.limits)


def test_the_stream_tells_each_change_and_ends_with_the_grade(site: Any, made_up: Any) -> None:
    first, sent = site.submit("bob").submission.id, site.submit("ada").submission.id
    stream = events(site.database, sent, shown, look=0.001)
    assert next(stream).startswith("retry:")
    assert next(stream) == "event: state\ndata: <p>It is number 2 in the queue.</p>\n\n"
    one = claimed(site)
    assert one.submission == first
    assert "next in the queue" in next(stream)
    finish(site, one, made_up(3000))
    one = claimed(site)
    assert "It is being graded." in next(stream)
    finish(site, one, made_up(3000))
    assert next(stream) == "event: graded\ndata: graded\n\n"
    assert next(stream, None) is None


def test_no_connection_is_held_between_two_looks(site: Any) -> None:
    sent = site.submit("ada").submission.id
    stream = events(site.database, sent, shown, look=0.001, beat=0)
    for _ in range(4):
        next(stream)
        assert site.database.engine.pool.checkedout() == 0
    stream.close()


def test_a_stream_that_has_nothing_to_tell_beats_and_ends_in_time(site: Any) -> None:
    sent = site.submit("ada").submission.id
    told = list(events(site.database, sent, shown, look=0.01, beat=0, longest=timedelta(seconds=0.3)))
    assert told.count(": still here\n\n") >= 1
    assert not any("graded" in part for part in told), "the browser connects again"


def test_each_line_of_an_event_is_its_data() -> None:
    assert event("state", "<p>\n</p>") == "event: state\ndata: <p>\ndata: </p>\n\n"
    assert event("state", "") == "event: state\ndata: \n\n"


def test_places_for_streams_are_counted() -> None:
    streams = Streams(1)
    assert streams.enter() and streams.is_full and not streams.enter()
    streams.leave()
    assert streams.enter()


def test_trouble_of_ours_is_told_while_it_waits(site: Any, made_up: Any) -> None:
    sent = site.submit("ada").submission.id
    finish(site, claimed(site), made_up(0, verdict=Verdict.NOT_GRADED, score=None, message="no wall"))
    with site.database.read() as db:
        found = progress_of(db, sent)
    assert found.had_trouble and "not your fault" in found.sentence
    assert "no wall" not in site.client("ada").get(f"/c/tiny/s/{sent}").text


def test_a_long_queue_is_asked_less_often() -> None:
    waits = [Progress(State.QUEUED, position=place).seconds for place in (1, 40, 10_000)]
    assert waits == [2, 4, 15]


def test_without_a_place_the_page_asks_again_by_itself(site: Any) -> None:
    sent = site.submit("ada").submission.id
    ada = site.client("ada")
    page = ada.get(f"/c/tiny/s/{sent}").text
    assert f'sse-connect="/c/tiny/s/{sent}/events"' in page and "sse:graded, every 30s" in page
    site.app.extensions["gradgym-streams"] = Streams(0)
    answer = ada.get(f"/c/tiny/s/{sent}/events")
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    page = ada.get(f"/c/tiny/s/{sent}").text
    assert "sse-connect" not in page and 'hx-trigger="every 2s"' in page


def test_without_scripts_the_page_loads_again_until_it_is_graded(site: Any, made_up: Any) -> None:
    sent = site.submit("ada").submission.id
    assert '<noscript><meta http-equiv="refresh"' in site.client("ada").get(f"/c/tiny/s/{sent}").text
    finish(site, claimed(site), made_up(3000))
    assert "refresh" not in site.client("ada").get(f"/c/tiny/s/{sent}").text


@pytest.fixture
def port(site: Any) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    server.daemon_threads = False  # so that closing waits for each
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join(30)
        server.server_close()


def opened(site: Any, port: int, submission: int, who: str = "ada") -> tuple[http.client.HTTPConnection, Any]:
    cookie = site.client(who).get_cookie(COOKIE)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", f"/c/tiny/s/{submission}/events", headers={"Cookie": f"{COOKIE}={cookie.value}"})
    return connection, connection.getresponse()


def test_a_real_server_streams_until_it_is_graded(site: Any, port: int, made_up: Any) -> None:
    sent = site.submit("ada").submission.id
    connection, answer = opened(site, port, sent)
    try:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        told = b""
        while b"in the queue" not in told:
            told += answer.readline()
        assert site.app.extensions["gradgym-streams"].open == 1
        finish(site, claimed(site), made_up(3000))
        told += answer.read()
        assert told.endswith(b"event: graded\ndata: graded\n\n")
    finally:
        connection.close()


def test_a_reader_who_leaves_gives_the_place_back(site: Any, port: int) -> None:
    sent = site.submit("ada").submission.id
    site.app.extensions["gradgym-streams"] = streams = Streams(1)
    connection, answer = opened(site, port, sent)
    answer.readline()
    assert streams.open == 1
    second, refused = opened(site, port, sent)
    assert refused.status == 503
    refused.read()
    second.close()
    answer.close()
    connection.close()
    for place in range(2, 200):  # each change is written to a reader who is gone, until that is noticed
        if not streams.open:
            break
        with site.database.write() as db:
            found = db.scalars(select(Job).where(Job.submission_id == sent)).one()
            found.trouble = "" if found.trouble else f"trouble {place}"
        threading.Event().wait(0.3)
    assert streams.open == 0


def test_a_stream_of_what_is_graded_ends_at_once(site: Any, made_up: Any) -> None:
    sent = site.graded("ada", made_up(3000))
    told = site.client("ada").get(f"/c/tiny/s/{sent}/events").text
    assert told.endswith("event: graded\ndata: graded\n\n")
