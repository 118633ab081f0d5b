"""Every route, as everybody: who is let in by the gate and who is sent away, and how.

The views are taken out for the first test, so that it asks the gate alone and changes nothing. A route that somebody
adds is in here by itself; one whose address has a parameter that this file doesn't know fails, and says what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from webapp.policy import Act

PEOPLE = ("ada", "bob", "lin", "grace", "mallory", "root", "nobody")
SIGNED_IN = set(PEOPLE) - {"nobody"}
IN_TINY = {"ada", "bob", "lin", "grace"}
STAFF = {"lin", "grace", "root"}

# Who may do what in the course `tiny`, to what is ada's: written down once more, and not read from the policy.
ALLOWED: dict[Act, set[str]] = {
    Act.ANYTHING: set(PEOPLE),
    Act.SIGNED_IN: SIGNED_IN,
    Act.SEE_COURSE: IN_TINY | {"root"},
    Act.SUBMIT: IN_TINY,
    Act.SEE_WORK: STAFF | {"ada"},
    Act.SEE_ALL: STAFF,
    Act.RUN_COURSE: {"grace", "root"},
    Act.RUN_SITE: {"root"},
}
HERS = {"submission", "student", "other"}  # parameters that name something of ada's: those who may not see it get 404
INSIDE = "the view was reached"
ENDLESS = "/events"  # answers that go on for as long as the browser listens


def rules(app: Any) -> list[Rule]:
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ())))


def parameters(site: Any, submission: int) -> dict[str, Any]:
    """What each parameter of an address is filled with. Where the gate doesn't look, any value does."""
    return {
        "course": "tiny",
        "exercise": "double_it",
        "submission": submission,
        "other": submission,
        "student": site.enrolments["ada"],
        "filename": "gradgym.js",
        # looked up by the views, not by the gate
        "token": "x" * 43,
        "session": 1,
        "api_token": 1,
        "invitation": 1,
        "extension": 1,
        "override": 1,
        "regrade": 1,
        "grading": 1,
        "job": 1,
        "person": 1,
        "run": 1,
        "row": 1,
    }


def addresses(site: Any) -> Iterator[tuple[Rule, str, str]]:
    """(rule, method, address) of every route, with ada's things in it."""
    known = parameters(site, site.graded("ada"))
    with site.app.test_request_context():
        urls = site.app.url_map.bind("localhost")
        for rule in rules(site.app):
            unknown = rule.arguments - set(known)
            assert not unknown, (
                f"{rule.rule} has the parameter {sorted(unknown)}: say in `parameters` of this file what stands for it,"
                " and in HERS if it names something of one student's that the gate looks up."
            )
            address = urls.build(rule.endpoint, {name: known[name] for name in rule.arguments}, method=None)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield rule, method, address


def ask(site: Any, who: str, method: str, address: str) -> Any:
    """As a browser; as a program with a token where it is the API."""
    if address.startswith("/api/") and who != "nobody":
        return site.client().open(address, method=method, headers=site.token(who))
    return site.client(None if who == "nobody" else who).open(address, method=method)


def expected(rule: Rule, act: Act, who: str) -> str:
    if who in ALLOWED[act] and (who in STAFF | {"ada"} or not rule.arguments & HERS):
        return INSIDE
    if who == "nobody":
        return "sent to sign in" if not rule.rule.startswith("/api/") else "401"
    if "course" in rule.arguments:
        if who == "mallory":
            return "404"  # may not know that there is such a course
        if rule.arguments & HERS and who == "bob":
            return "404"  # nor that ada has such a submission
    return "403"


def seen(answer: Any, address: str) -> str:
    if answer.status_code == 200 and answer.text == INSIDE:
        return INSIDE
    if answer.status_code == 302 and answer.location.partition("?")[0] == "/sign-in":
        return "sent to sign in"
    if address.startswith("/api/") and answer.status_code >= 400:
        error = answer.json["error"]
        assert error["code"] and error["message"], "one error shape"
    return str(answer.status_code)


def test_everybody_reaches_what_is_theirs_and_nothing_else(site: Any) -> None:
    every = list(addresses(site))
    acts = site.app.config["ACTS"]
    for endpoint in site.app.view_functions:
        if endpoint != "static":
            site.app.view_functions[endpoint] = lambda **_: INSIDE
    wrong = []
    for rule, method, address in every:
        if rule.endpoint == "static":
            continue
        for who in PEOPLE:
            answer = ask(site, who, method, address)
            found, should = seen(answer, address), expected(rule, acts[rule.endpoint], who)
            if found != should:
                wrong.append(f"{method} {rule.rule} ({acts[rule.endpoint].name}) as {who}: {found}, not {should}")
    assert not wrong, "\n".join(wrong)


def test_every_act_is_somebodys_and_nobody_has_them_all(site: Any) -> None:
    assert set(ALLOWED) == set(Act)
    for act in set(Act) - {Act.ANYTHING}:
        assert ALLOWED[act] and "nobody" not in ALLOWED[act]


@pytest.mark.parametrize("who", ["nobody", "ada", "lin", "grace", "root"])
def test_every_page_that_can_be_opened_answers_with_strict_headers(site: Any, who: str) -> None:
    """The views themselves, but those that write: none of them fails, whoever comes."""
    every = list(addresses(site))
    checked = 0
    for rule, method, address in every:
        if method != "GET" or rule.rule.endswith(ENDLESS):
            continue
        answer = ask(site, who, "GET", address)
        told = f"{address} as {who}: {answer.status_code}"
        assert answer.status_code < 500, told
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy, told
        assert answer.headers["X-Content-Type-Options"] == "nosniff", told
        assert answer.headers["X-Frame-Options"] == "DENY", told
        assert answer.headers["Referrer-Policy"] == "same-origin", told
        if rule.endpoint != "static":
            assert "no-store" in answer.headers["Cache-Control"], told
        if answer.mimetype == "text/html":
            assert_nothing_inline(answer.text, told)
        answer.close()
        checked += 1
    assert checked > 10


def assert_nothing_inline(text: str, told: str) -> None:
    """What the policy would refuse: a script or a style of the page's own, and attributes that are either."""
    head = text.split("<main", 1)[0]
    assert "<script>" not in text and "<style" not in head, told
    for attribute in (" onclick=", " onload=", " onsubmit=", " onchange=", " style="):
        assert attribute not in text, f"{told}: {attribute}"
