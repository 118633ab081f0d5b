"""ada at her terminal and a real server on loopback: login, submit, status, logout."""

from __future__ import annotations

import io
import os
import re
import socket
import stat
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pexpect
import pytest
from rich.console import Console
from sqlalchemy import func, select
from typer.testing import CliRunner
from werkzeug.serving import WSGIRequestHandler, make_server

from grader.cli.main import app as gradgym
from grader.client import credentials
from grader.client.calls import Client
from grader.report import from_dict
from grader.report.model import Verdict
from grader.report.text import render_text
from webapp.db.base import now
from webapp.db.people import ApiToken, Enrolment
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import State, Submission
from webapp.grading import queue

ROOT = Path(__file__).parents[3]
PASSWORD = "correct horse battery"
RIGHT = (ROOT / "tests/tiny_course/solutions/u01_tiny/double_it/double_it.py").read_bytes()
DUE = datetime(2031, 12, 4, 22, 59, tzinfo=UTC)

# What the terminal says doesn't depend on the database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *arguments: Any) -> None:
        return None


@dataclass
class Between:
    """Stands before the app. `spoil` counts answers that get lost: the app did its work, and the program hears 503."""

    app: Any
    spoil: int = 0
    seen: list[tuple[str, str]] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        self.seen.append((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if self.spoil and environ["REQUEST_METHOD"] == "POST":
            self.spoil -= 1
            list(self.app(environ, lambda *_: lambda data: None))
            start("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<html>The proxy can't hear its server."]
        return self.app(environ, start)


@dataclass
class Terminal:
    """ada's machine: her folder, her settings, the server's address."""

    url: str
    folder: Path
    between: Between
    secrets: list[str]
    environment: dict[str, str]

    def run(self, *words: str, answer: str | None = None) -> Any:
        """`gradgym WORDS`. Whatever is printed, it is no secret, and no command ends in a traceback."""
        done = CliRunner().invoke(gradgym, words, input=answer)
        assert isinstance(done.exception, (SystemExit, type(None))), done.exc_info
        self.is_discreet(done.stdout + done.stderr)
        return done

    def is_discreet(self, text: str) -> None:
        assert not [secret for secret in self.secrets if secret in text]
        assert not re.search(r"gg_\w{20}", text)
        assert "Traceback" not in text

    def login(self, token: dict[str, str]) -> None:
        secret = token["Authorization"].removeprefix("Bearer ")
        self.secrets.append(secret)
        done = self.run("login", self.url, "--token-stdin", answer=f"{secret}\n")
        assert done.exit_code == 0, done.stderr

    def file(self, name: str = "double_it.py", content: bytes = RIGHT) -> str:
        path = self.folder / name
        path.write_bytes(content)
        return str(path)

    def spawn(self, *words: str) -> Any:
        """The same command in a real terminal."""
        return pexpect.spawn(
            sys.executable,
            ["-m", "grader.cli.main", *words],
            cwd=str(self.folder),
            env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT), "COLUMNS": "100", "TERM": "dumb"},
            encoding="utf-8",
            timeout=120,
        )


@pytest.fixture
def terminal(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    folder = tmp_path / "ada"
    folder.mkdir()
    ours = {
        "HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        "COLUMNS": "100",
    }
    for name, value in ours.items():
        monkeypatch.setenv(name, value)
    for name in ("GRADGYM_URL", "GRADGYM_TOKEN", "GRADGYM_COURSE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(credentials, "_keyring", lambda: None)
    between = Between(site.app)
    server = make_server("127.0.0.1", 0, between, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield Terminal(f"http://127.0.0.1:{server.port}", folder, between, [PASSWORD], ours)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ada(terminal: Terminal, site: Any) -> Terminal:
    """ada's terminal, signed in."""
    terminal.login(site.token("ada"))
    return terminal


def count(site: Any, table: type) -> int:
    with site.database.read() as db:
        return int(db.scalar(select(func.count()).select_from(table)))


# Signing in


def test_ada_signs_in_at_a_terminal_that_does_not_echo_her_password(site: Any, terminal: Terminal) -> None:
    child = terminal.spawn("login", terminal.url)
    child.logfile_read = said = io.StringIO()
    child.expect("Email: ")
    child.sendline("ada@example.org")
    child.expect("Password: ")
    child.sendline(PASSWORD)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    terminal.is_discreet(said.getvalue())
    assert "as Ada (ada@example.org)" in " ".join(said.getvalue().split())
    (kept,) = (terminal.folder / "config").rglob("*.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with site.database.read() as db:
        (token,) = db.scalars(select(ApiToken))
        assert token.name.startswith("gradgym on ") and token.expires_at > now() + timedelta(days=30)
    assert terminal.run("status").exit_code == 0


def test_a_wrong_password_keeps_nothing(site: Any, terminal: Terminal) -> None:
    done = terminal.run("login", terminal.url, answer="ada@example.org\nwrong horse battery\n")
    assert done.exit_code == 2
    assert "The email address or the password is not right" in done.stderr
    assert "wrong horse battery" not in done.stdout + done.stderr
    assert not list((terminal.folder / "config").rglob("*"))
    assert count(site, ApiToken) == 0


def test_guessing_is_told_when_to_try_again(site: Any, strict: Any, terminal: Terminal) -> None:
    site.app.config["SETTINGS"] = strict(sign_ins=1)
    for sentence in ("The email address or the password is not right", "Too many tries: try again in "):
        done = terminal.run("login", terminal.url, answer="ada@example.org\nwrong\n")
        assert (done.exit_code, sentence in done.stderr) == (2, True), done.stderr


@pytest.mark.parametrize("token", ["", "\n", "two words\n", "gg_\xe4\n"])
def test_a_token_that_is_none_is_not_kept(terminal: Terminal, token: str) -> None:
    done = terminal.run("login", terminal.url, "--token-stdin", answer=token)
    assert done.exit_code == 2 and "There is no token on stdin" in done.stderr


def test_a_token_that_does_not_hold_is_not_kept(terminal: Terminal) -> None:
    done = terminal.run("login", terminal.url, "--token-stdin", answer="gg_unknown\n")
    assert done.exit_code == 2 and "This token is not known here" in done.stderr
    assert terminal.run("status").exit_code == 2


def test_a_password_is_not_sent_unencrypted(terminal: Terminal) -> None:
    done = terminal.run("login", "http://grades.example.org", answer="ada@example.org\nx\n")
    assert done.exit_code == 2
    assert "is not encrypted" in done.stderr and "Password" not in done.stderr


def test_an_address_of_something_else_is_told(terminal: Terminal, site: Any) -> None:
    done = terminal.run("login", f"{terminal.url}/elsewhere", answer="ada@example.org\nx\n")
    assert done.exit_code == 2 and "does not answer like a gradgym server" in done.stderr


def test_without_signing_in_each_command_says_what_to_do(terminal: Terminal) -> None:
    for words in (["submit", terminal.file()], ["status"]):
        done = terminal.run(*words)
        assert (done.exit_code, done.stderr) == (2, "You are not signed in to a server: do `gradgym login URL`.\n")
    assert terminal.run("logout").exit_code == 2


def test_signing_out_revokes_the_token(site: Any, ada: Terminal) -> None:
    done = ada.run("logout")
    assert (done.exit_code, done.stdout) == (0, f"You are signed out of {ada.url}.\n")
    assert ada.run("status").exit_code == 2
    with site.database.read() as db:
        assert db.scalars(select(ApiToken.revoked_at)).one() is not None


def test_signing_out_works_with_a_token_that_has_ended(site: Any, ada: Terminal) -> None:
    site.change(ApiToken, 1, expires_at=now() - timedelta(days=1))
    assert ada.run("logout").stdout == f"You are signed out of {ada.url}.\n"


# Handing in


def test_what_holds_is_shown_before_a_file_is_sent(site: Any, ada: Terminal) -> None:
    site.change(Assignment, site.assignments["double_it"], due_at=DUE, max_attempts=3)
    site.change(CourseRow, site.courses["tiny"], late_policy={"kind": "per_day", "percent": 10})
    done = ada.run("submit", ada.file())
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "Twice as much (double_it), Tiny",
        "  due       Thu 4 Dec 2031, 23:59 CET",
        "  attempts  3 of 3 attempts left",
        "  late work Every day begun after the deadline costs 10 % of the points.",
    ]
    assert done.stdout.splitlines() == [
        "It was taken, as your number 1, and is number 1 in the queue.",
        "`gradgym status` shows what becomes of it.",
    ]
    assert count(site, Submission) == 1


def test_the_same_file_again_is_recognised(site: Any, ada: Terminal) -> None:
    ada.run("submit", ada.file())
    again = ada.run("submit", ada.file("double_it (1).py"))
    assert again.exit_code == 0
    assert again.stdout.startswith("You have sent this before, as number 1: no attempt is used.")
    assert count(site, Submission) == 1


@pytest.mark.jail
def test_ada_waits_for_her_report_and_reads_it_as_the_checks_print_it(
    site: Any, ada: Terminal, work: Callable[[], int]
) -> None:
    enough = threading.Event()

    def grade() -> None:
        while not enough.is_set() and not work():
            enough.wait(0.05)

    thread = threading.Thread(target=grade)
    thread.start()
    try:
        done = ada.run("submit", ada.file(content=RIGHT.replace(b"2 * x", b"3 * x")), "--wait", "--yes")
    finally:
        enough.set()
        thread.join()
    assert done.exit_code == 0, done.stderr
    taken, _, printed = done.stdout.partition("\n")
    assert taken.startswith("It was taken, as your number 1")
    with Client(ada.url, ada.secrets[-1]) as client:
        report = from_dict(client.submission("tiny", 1).report or {})
    page = io.StringIO()
    render_text(report, Console(file=page, width=100, highlight=False))
    assert printed == page.getvalue()
    assert "Twice as much  double_it.py" in printed and "hidden checks passed" in printed
    status = ada.run("status").stdout
    assert re.search(r"double_it +1 / 3 +✗ wrong", status), status


def test_a_submission_that_we_fail_to_grade_is_told_with_a_code_of_its_own(
    site: Any, ada: Terminal, made_up: Any, strict: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(client: Client, course: str, id: int) -> Iterator[Any]:
        with site.database.write() as db:
            one = queue.claim(db, "one", strict(tries=1).limits)
            report = made_up(0, verdict=Verdict.NOT_GRADED, score=None, message="no wall")
            assert queue.finish(db, one, report, "one", strict(tries=1).limits)
        yield client.submission(course, id)

    monkeypatch.setattr(Client, "follow", failing)
    done = ada.run("submit", ada.file(), "--wait")
    assert done.exit_code == 3
    assert "no attempt is used" in done.stdout
    status = ada.run("status").stdout
    assert "the platform could not grade it" in " ".join(status.split())


def test_who_stops_waiting_learns_that_it_stays_in_the_queue(
    site: Any, ada: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(client: Client, course: str, id: int) -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(Client, "follow", stopped)
    done = ada.run("submit", ada.file(), "--wait")
    assert done.exit_code == 130 and "It stays in the queue" in done.stderr
    with site.database.read() as db:
        assert db.scalars(select(Submission.state)).one() == State.QUEUED


def test_who_says_no_sends_nothing(site: Any, ada: Terminal) -> None:
    child = ada.spawn("submit", ada.file())
    child.expect_exact("Send double_it.py? [Y/n]: ")
    child.sendline("n")
    child.expect("double_it.py was not sent")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 2
    assert count(site, Submission) == 0


def test_an_answer_that_gets_lost_makes_no_second_submission(site: Any, ada: Terminal) -> None:
    ada.between.spoil = 2
    done = ada.run("submit", ada.file())
    assert done.exit_code == 0, done.stderr
    assert len([one for one in ada.between.seen if one[0] == "POST"]) == 3
    assert count(site, Submission) == 1


def test_a_closed_exercise_is_refused_with_its_sentence(site: Any, ada: Terminal) -> None:
    site.change(Assignment, site.assignments["double_it"], closes_at=now() - timedelta(days=1))
    done = ada.run("submit", ada.file())
    assert done.exit_code == 2
    assert "“Twice as much” closed at" in done.stderr
    assert done.stderr.endswith("ask your instructor for an extension.\n")
    assert count(site, Submission) == 0


def test_who_sends_too_often_is_told_when_to_send_again(site: Any, strict: Any, ada: Terminal) -> None:
    site.app.config["SETTINGS"] = strict(submissions_a_minute=1)
    assert ada.run("submit", ada.file()).exit_code == 0
    done = ada.run("submit", ada.file(content=b"x = 1\n"))
    assert done.exit_code == 2
    assert re.search(r"At most 1 submissions a minute: send it again in \d+ seconds\.\n$", done.stderr)


def test_an_expired_token_says_how_to_get_a_new_one(site: Any, ada: Terminal) -> None:
    site.change(ApiToken, 1, expires_at=now() - timedelta(days=1))
    for words in (["submit", ada.file()], ["status"]):
        done = ada.run(*words)
        assert (done.exit_code, done.stderr) == (
            2,
            "This token has expired: sign in again with `gradgym login`.\n",
        )


def test_a_server_that_is_away_gets_a_sentence(ada: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:  # a port that is taken, and where nobody listens
        nobody.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setenv("GRADGYM_URL", url)
        monkeypatch.setenv("GRADGYM_TOKEN", ada.secrets[-1])
        done = ada.run("submit", ada.file())
    assert (done.exit_code, done.stderr) == (
        2,
        f"{url} can't be reached: check the address and your network, then try again.\n",
    )


@pytest.mark.parametrize(
    ("name", "content", "words", "sentence"),
    [
        (
            "doubleit.py",
            RIGHT,
            [],
            "Say which it is for with --exercise: did you mean double_it?",
        ),
        ("work.py", RIGHT, ["--exercise", "nothing"], "Tiny has no exercise “nothing”: there are double_it, counter"),
        ("double_it.py", RIGHT, ["--course", "tin"], "You take part in no course “tin” there: name one of tiny."),
        ("double_it.py", b"", [], "double_it.py is empty"),
        ("double_it.py", b"\xff", [], "double_it.py is not UTF-8 (line 1)"),
        ("double_it.txt", RIGHT, [], "double_it.txt is neither a Python file nor a notebook"),
        ("double_it.py", b"#" * 300_000, [], "double_it.py has 293 KiB, and 256 KiB are taken"),
        ("counter.py", RIGHT, ["--exercise", "double_it"], "counter.py is for"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    site: Any, ada: Terminal, name: str, content: bytes, words: list[str], sentence: str
) -> None:
    done = ada.run("submit", ada.file(name, content), *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert sentence in done.stderr
    assert count(site, Submission) == 0


def test_a_file_that_is_not_there_is_not_looked_for_on_the_server(ada: Terminal) -> None:
    ada.between.seen.clear()
    for path in ("nothing.py", str(ada.folder)):
        done = ada.run("submit", path)
        assert done.exit_code == 2 and "can't be read" in done.stderr
    assert ada.between.seen == []


def test_who_takes_part_in_two_courses_says_which(site: Any, ada: Terminal) -> None:
    with site.database.write() as db:
        db.add(Enrolment(course_id=site.courses["other"], user_id=site.people["ada"], role="student"))
    done = ada.run("submit", ada.file())
    assert done.exit_code == 2 and "say which with --course (tiny, other)" in done.stderr
    assert ada.run("submit", ada.file(), "--course", "other").exit_code == 0
    assert ada.run("status", "--course", "tiny").exit_code == 0


# Looking


def test_status_shows_what_ada_has_and_nothing_of_bobs(site: Any, ada: Terminal, made_up: Any) -> None:
    site.graded("ada", made_up(1500))
    site.submit("bob")
    site.submit("ada", b"count = 1\n", slug="counter")
    site.change(Assignment, site.assignments["counter"], due_at=DUE, max_attempts=2)
    said = ada.run("status").stdout
    lines = {line.split()[0]: " ".join(line.split()) for line in said.splitlines() if line.strip()}
    assert lines["double_it"] == "double_it 1.5 / 3 ✗ wrong"
    assert lines["counter"] == "counter – / 2 waiting Thu 4 Dec 2031, 23:59 CET 1"
    assert lines["counter.py,"] == "counter.py, your number 1 of counter: number 2 in the queue"
    assert "Bob" not in said and said.count("in the queue") == 1


def test_staff_see_their_own_in_status_and_not_everybodys(site: Any, terminal: Terminal) -> None:
    site.submit("ada")
    terminal.login(site.token("grace"))
    done = terminal.run("status")
    assert done.exit_code == 0 and "in the queue" not in done.stdout


def test_an_admin_who_takes_part_nowhere_may_look(site: Any, terminal: Terminal) -> None:
    terminal.login(site.token("root"))
    assert terminal.run("status", "--course", "tiny").exit_code == 0
    done = terminal.run("submit", terminal.file(), "--course", "tiny")
    assert done.exit_code == 2 and "whoever takes part in the course" in done.stderr


def test_words_of_a_course_cannot_move_the_cursor(site: Any, ada: Terminal) -> None:
    site.change(CourseRow, site.courses["tiny"], title="Tiny \x1b[2J[red]bold[/red]")
    for words in (["status"], ["submit", ada.file()]):
        done = ada.run(*words)
        assert "\x1b" not in done.stdout + done.stderr
        assert "Tiny [red]bold[/red]" in done.stdout + done.stderr
