"""Every page of the application in Chromium, with a class in it: what axe finds, what is too wide, where links lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from flask import Flask
from playwright.sync_api import Page
from sqlalchemy import select
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect, Rule

from grader.report.model import CheckResult, Difference, Report, Verdict, Where
from webapp.accounts import invitations, resets, tokens
from webapp.courses import extensions
from webapp.db.base import now
from webapp.db.people import Enrolment, Role, User
from webapp.db.teaching import Assignment, CourseRow
from webapp.db.work import Job, Submission
from webapp.gradebook import overrides, regrade
from webapp.grading import queue
from webapp.policy import Act
from webapp.web.identity import COOKIE

pytestmark = pytest.mark.browser

LONG = "Bob Featherstonehaugh-Oyelaran of Wolfenbüttel-Schöppenstedt"
UNBROKEN = "https://example.org/" + "a-very-long-address-without-a-blank/" * 4
CODE = b"import torch\n\n\ndef double_it(x: torch.Tensor) -> torch.Tensor:\n    return 3 * x  # %s\n"

# Who looks at a page of an act; a page of its own kind names somebody else below.
LOOKS = {
    Act.ANYTHING: None,
    Act.SIGNED_IN: "ada",
    Act.SEE_COURSE: "ada",
    Act.SUBMIT: "ada",
    Act.SEE_WORK: "ada",
    Act.SEE_ALL: "grace",
    Act.RUN_COURSE: "grace",
    Act.RUN_SITE: "root",
}
LOOKS_AT = {"submissions.home": "lin"}  # who is in one course only is sent there
NO_PAGES = {
    "static",
    "accounts.oidc",  # on the way to the university's server
    "accounts.oidc_back",
    "work.following",  # a stream
    "health.favicon",
}


@dataclass
class Seeded:
    """An installation with work in it. `named` fills the addresses: of one endpoint, or of all."""

    site: Any
    named: dict[str, Any] = field(default_factory=dict)
    more: list[tuple[str | None, str]] = field(default_factory=list)  # what else to look at: (who, path)


def report(verdict: Verdict, earned: int = 0, **changes: Any) -> Report:
    """A report on `double_it` with everything in it that a page can show."""
    place = Where(file="double_it.py", line=5, source="return 3 * x", function="double_it")
    differs = Difference(
        what="the result", kind="values", got="3.0", expected="2.0", allowed="1e-06", worst=(0, 1), differing=6, total=6
    )
    checks = [
        CheckResult(name="test_shape", title="the shape stays", verdict=Verdict.PASSED, points=1000, earned=1000),
        CheckResult(
            name="test_values",
            title="values of " + "many random tensors, in several shapes and both float types, " * 3,
            verdict=verdict,
            points=2000,
            earned=earned,
            rationale="Your function triples: " + UNBROKEN,
            hint="What is twice three?",
            mistake="triples" if verdict is Verdict.WRONG else "",
            difference=differs if verdict is Verdict.WRONG else None,
            where=place,
            hidden=True,
        ),
    ]
    whole = Report(
        exercise="double_it",
        title="Twice as much",
        verdict=verdict,
        score=1000 + earned,
        max_score=3000,
        mistakes=("triples",) if verdict is Verdict.WRONG else (),
        checks=tuple(checks),
        stdout="x" * 300 + "\nsecond line\n",
        stderr="a warning\n",
        notes=("The notebook's first cell was left out.",),
    )
    return msgspec.structs.replace(whole, **changes)


@pytest.fixture(scope="module")
def seeded(lasting_site: Any) -> Seeded:
    """Pass, a named mistake, a crash, too long, not graded, in the queue; and all that staff does with these."""
    site = lasting_site
    # A page that waits asks again, so that no stream outlives it. The mail server is there for its pages only.
    limits = replace(site.settings.limits, streams=0)
    site.app.config["SETTINGS"] = site.settings = replace(site.settings, limits=limits, smtp="smtp://127.0.0.1:1")
    with site.database.write() as db:
        bob = db.get_one(User, site.people["bob"])
        bob.name = LONG
        db.get_one(Enrolment, site.enrolments["bob"]).group = "Tuesday afternoon, 16:15 to 17:45, in the old building"
        db.add(Enrolment(course_id=site.courses["other"], user_id=site.people["lin"], role=Role.STUDENT))
        assignment = db.get_one(Assignment, site.assignments["counter"])
        assignment.due_at, assignment.max_attempts = now(), 3
    passed = site.graded("ada", report(Verdict.PASSED, 2000), source=CODE % b"one")
    wrong = site.graded("ada", report(Verdict.WRONG), source=CODE % b"two")
    crashed = site.graded("ada", report(Verdict.CRASHED), source=CODE % b"three")
    slow = site.graded("bob", report(Verdict.TIMED_OUT), source=CODE % b"four")
    forbidden = site.graded(
        "bob", report(Verdict.FORBIDDEN, score=0, checks=(), message="torch.add is not allowed."), source=CODE % b"five"
    )
    run = _regrade(site)
    dead = site.submit("bob", CODE % b"six", "counter").submission.id
    _give_up(site)
    waiting = site.submit("ada", CODE % b"seven", "with_kit").submission.id
    seeded = Seeded(site)
    with site.database.write() as db:
        grace, course = site.person("grace"), db.get_one(CourseRow, site.courses["tiny"])
        double_it = db.get_one(Assignment, site.assignments["double_it"])
        counter = db.get_one(Assignment, site.assignments["counter"])
        overrides.set_override(db, grace, course, double_it, site.enrolments["bob"], 2500, f"Explained: {UNBROKEN}")
        extensions.grant(
            db, grace, course, enrolment=site.enrolments["ada"], assignment=counter, minutes=1440, reason=UNBROKEN
        )
        extensions.grant(db, grace, course, group="monday", attempts=2, assignment=counter, reason="A lecture fell out")
        _, invitation = invitations.invite(db, course.id, grace, invitations.Offer(group="Monday", uses=30))
        reset, _ = resets.new_reset(db, site.people["bob"], grace, site.settings.limits)
        tokens.new_token(db, site.people["ada"], "the-laptop-at-home-" * 5, 90)
    seeded.named = {
        "course": "tiny",
        "exercise": "double_it",
        "submission": wrong,
        "other": passed,
        "student": site.enrolments["bob"],
        "run": run,
        "person": site.people["bob"],
        "links.join": {"token": invitation},
        "links.reset": {"token": reset},
        "gradebook.student": {"student": site.enrolments["ada"]},
    }
    work = "/c/tiny/s"
    seeded.more = [
        *(("ada", f"{work}/{one}") for one in (passed, crashed, waiting)),
        *(("grace", f"{work}/{one}") for one in (wrong, slow, forbidden, dead)),
        ("ada", f"/join/{invitation}"),
        ("ada", "/c/tiny/e/with_kit"),
        ("bob", "/c/tiny/e/counter"),
        ("bob", "/c/tiny/grades"),
        ("mallory", "/c/other/"),
        ("mallory", "/c/other/grades"),
        ("grace", "/c/tiny/"),
        ("grace", "/c/tiny/e/double_it"),
        ("grace", f"/c/tiny/students/{site.enrolments['bob']}"),
        ("grace", "/c/tiny/insights/with_kit"),
        ("lin", "/c/tiny/gradebook?q=nobody"),
        ("root", "/c/other/gradebook"),
        ("root", "/c/other/insights"),
        ("root", "/c/other/regrades"),
        ("root", "/c/other/extensions"),
        ("root", "/c/other/audit"),
    ]
    return seeded


def _regrade(site: Any) -> int:
    """A run over all of `double_it` that is ready to be accepted, with gains and losses."""
    with site.database.write() as db:
        course = db.get_one(CourseRow, site.courses["tiny"])
        run: int = regrade.start(
            db, site.person("grace"), course, reason="Too strict", assignment=site.assignments["double_it"]
        ).id
    for earned in (0, 500, 2000, 0, 1000):
        with site.database.write() as db:
            one = queue.claim(db, "by hand", site.settings.limits)
            assert one is not None
            assert queue.finish(db, one, report(Verdict.WRONG, earned), "by hand", site.settings.limits)
    return run


def _give_up(site: Any) -> None:
    """What waits has failed on our side as often as it may."""
    said = report(Verdict.NOT_GRADED, score=None, checks=(), message="The guest ended by signal 9. " + UNBROKEN)
    for _ in range(site.settings.limits.tries):
        with site.database.write() as db:
            db.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one().not_before = now()
        with site.database.write() as db:
            one = queue.claim(db, "by hand", site.settings.limits)
            assert one is not None and queue.finish(db, one, said, "by hand", site.settings.limits)
    with site.database.read() as db:
        assert db.scalars(select(Submission.state).order_by(Submission.id.desc()).limit(1)).one() == "not_graded"


def pages_of(seeded: Seeded) -> list[tuple[str, str | None, str]]:
    """(endpoint, who looks, path) of each address that answers with a page, and of the further ones."""
    app: Flask = seeded.site.app
    found, missing = [], []
    for rule in sorted(app.url_map.iter_rules(), key=str):
        if "GET" not in (rule.methods or ()) or rule.endpoint in NO_PAGES:
            continue
        unknown = rule.arguments - set(seeded.named) - set(seeded.named.get(rule.endpoint, {}))
        if unknown:
            missing.append(f"{rule.rule}: say in `named` of the fixture `seeded` what <{'>, <'.join(unknown)}> is")
            continue
        act = app.config["ACTS"][rule.endpoint]
        who, path = LOOKS_AT.get(rule.endpoint, LOOKS[act]), _path(seeded, rule)
        with seeded.site.client(who).get(path) as answer:
            if answer.mimetype != "text/html" or answer.headers.get("Content-Disposition"):
                continue  # a download, a stream, JSON
            if answer.status_code != 200:
                missing.append(f"{path} answers {who or 'nobody'} with {answer.status_code}: name another reader")
        found.append((rule.endpoint, who, path))
    assert not missing, "\n".join(missing)
    return found + [("more", who, path) for who, path in seeded.more]


def _path(seeded: Seeded, rule: Rule) -> str:
    values = {**seeded.named, **seeded.named.get(rule.endpoint, {})}
    with seeded.site.app.test_request_context():
        adapter = seeded.site.app.create_url_adapter(None) or seeded.site.app.url_map.bind("localhost")
        return str(urlsplit(adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})).path)


class Reader:
    """A browser window in which several people look at pages, one after the other."""

    def __init__(self, page: Page, address: str, site: Any) -> None:
        self.page, self.address, self.site = page, address, site
        self.cookies: dict[str, str] = {}

    def open(self, who: str | None, path: str) -> None:
        self.page.context.clear_cookies(name=COOKIE)
        if who is not None:
            cookie = self.cookies.setdefault(who, self.site.signed_in(who))
            self.page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": self.address}])
        answer = self.page.goto(f"{self.address}{path}", wait_until="load")
        assert answer is not None and answer.status == 200, f"{path} answers {answer and answer.status}"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_every_page_can_be_read(
    seeded: Seeded,
    serve: Callable[[Flask], str],
    open_page: Callable[..., Page],
    no_serious_faults: Callable[[Page], None],
    no_overflow: Callable[[Page], None],
    screenshots: Callable[[Page, str], None],
    complaints: list[str],
    width: int,
    scheme: str,
) -> None:
    reader = Reader(open_page("about:blank", width=width, scheme=scheme), serve(seeded.site.app), seeded.site)
    faults = []
    for number, (endpoint, who, path) in enumerate(pages_of(seeded)):
        reader.open(who, path)
        for look in (no_overflow, no_serious_faults):
            try:
                look(reader.page)
            except AssertionError as fault:
                faults.append(f"{path} ({who or 'nobody signed in'}): {fault}")
        faults += [f"{path}: the console says: {said}" for said in complaints]
        complaints.clear()
        screenshots(reader.page, f"{scheme}-{width}-{number:02}-{endpoint}")
    assert not faults, "\n".join(faults)


def test_every_link_leads_to_a_page_and_every_page_has_one(
    seeded: Seeded, serve: Callable[[Flask], str], open_page: Callable[..., Page]
) -> None:
    """Also those in menus: an address that no route has is a link that someone follows into a 404."""
    reader = Reader(open_page("about:blank"), serve(seeded.site.app), seeded.site)
    routes = seeded.site.app.url_map.bind("localhost")
    lost, reached = [], set()
    pages = pages_of(seeded)
    for endpoint, who, path in pages:
        reader.open(who, path)
        for method, target in reader.page.evaluate(LINKS):
            try:
                reached |= {routes.match(target, method=method)[0]} - {endpoint}
            except RequestRedirect:
                pass  # a slash too few still gets there
            except (NotFound, MethodNotAllowed):
                lost.append(f"{path} ({who or 'nobody signed in'}): {method} {target}")
    assert not lost, "\n".join(sorted(set(lost)))
    alone = {endpoint for endpoint, _, _ in pages} - reached - REACHED_OTHERWISE
    assert not alone, f"no page leads to {', '.join(sorted(alone))}"


REACHED_OTHERWISE = {"more", "links.join", "links.reset", "links.forgot_sent", "accounts.sign_in"}
LINKS = """() => [
  ...[...document.links].filter(a => a.origin === location.origin).map(a => ["GET", a.pathname]),
  ...[...document.forms].map(f => [f.method.toUpperCase(), new URL(f.getAttribute("action") || "", location).pathname]),
]"""


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (None, "/nowhere", 404),
        ("ada", "/nowhere", 404),
        ("ada", "/c/tiny/gradebook", 403),
        ("mallory", "/c/tiny/", 404),
    ],
)
def test_what_is_refused_is_a_page_that_leads_on(
    seeded: Seeded,
    serve: Callable[[Flask], str],
    open_page: Callable[..., Page],
    no_serious_faults: Callable[[Page], None],
    no_overflow: Callable[[Page], None],
    complaints: list[str],
    who: str | None,
    path: str,
    status: int,
) -> None:
    reader = Reader(open_page("about:blank", width=360, scheme="dark"), serve(seeded.site.app), seeded.site)
    with pytest.raises(AssertionError, match=f"answers {status}"):
        reader.open(who, path)
    no_serious_faults(reader.page)
    no_overflow(reader.page)
    assert reader.page.locator("main a[href]").count() == 1
    assert reader.page.locator(".menu-name").count() == (1 if who else 0), "who is signed in sees that they are"
    assert [said for said in complaints if f"status of {status}" not in said] == []
    complaints.clear()
