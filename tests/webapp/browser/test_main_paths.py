"""What people do most, in Chromium: by keyboard alone, by drag and drop, and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from webapp.db.work import Source, Submission

pytestmark = [pytest.mark.browser, pytest.mark.jail]

PASSWORD = "correct horse battery"
RIGHT = """def double_it(x):
    if not x.is_floating_point(): raise ValueError("a floating type is needed")
    return 2 * x
"""
WRONG = RIGHT.replace("2 * x", "3 * x")
MOST_TABS = 150

Work = Callable[[], int]


@pytest.fixture
def site(sqlite_site: Any) -> Any:
    sqlite_site.app.config["WTF_CSRF_ENABLED"] = True  # the forms bring their tokens themselves
    return sqlite_site


@pytest.fixture
def address(site: Any, serve: Any) -> str:
    return str(serve(site.app))


ACTIVE = """() => {
  const at = document.activeElement;
  const by = document.getElementById(at.getAttribute("aria-labelledby"));
  const label = by?.innerText ?? at.labels?.[0]?.innerText ?? at.getAttribute("aria-label") ?? "";
  return (label || at.innerText || "").replace(/\\s+/g, " ").trim();
}"""


def tab_to(page: Page, words: str, kind: str = "*") -> None:
    """Press Tab until the focus is on what has this name; `kind` is a selector that it matches."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(ACTIVE))
        if passed[-1].startswith(words) and page.evaluate("kind => document.activeElement.matches(kind)", kind):
            return
    pytest.fail(f"no Tab leads to {words!r}, only to {passed}")


def follow(page: Page, words: str) -> None:
    """Go where the link with these words leads, by Tab and Enter."""
    before = page.url
    tab_to(page, words)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url != before, wait_until="load")


def sign_in(page: Page, name: str) -> None:
    """At the page to sign in, whose first field has the focus."""
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(f"{name}@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url, wait_until="load")


def latest(site: Any, name: str) -> str:
    """The source of the latest submission of somebody."""
    with site.database.read() as db:
        mine = select(Source.content).join(Submission).where(Submission.enrolment_id == site.enrolments[name])
        return bytes(db.scalars(mine.order_by(Submission.id.desc()).limit(1)).one()).decode()


def test_a_student_sends_and_reads_the_report_by_keyboard_alone(
    site: Any, address: str, open_page: Callable[..., Page], work: Work
) -> None:
    page = open_page(f"{address}/sign-in")
    sign_in(page, "ada")
    follow(page, "Twice as much")
    tab_to(page, "double_it.py", "[role=textbox]")  # not the stub of this name, which is a link
    page.keyboard.press("Control+a")
    page.keyboard.type("\n".join(line.strip() for line in RIGHT.splitlines()))  # the editor indents
    page.keyboard.press("Escape")
    follow(page, "Send")
    expect(page.get_by_role("heading", name="It was taken, and will be graded")).to_be_visible()
    assert latest(site, "ada") == RIGHT.rstrip()
    expect(page.get_by_text("It is next in the queue.")).to_be_visible()
    assert work() == 1
    expect(page.get_by_role("heading", name="All 4 hidden checks passed")).to_be_visible()
    expect(page.locator("#said")).to_contain_text("All 4 hidden checks passed")
    follow(page, "My grades")
    expect(page.get_by_role("row", name="Twice as much")).to_contain_text("3 / 3")


def test_an_instructor_gives_points_by_keyboard_alone(
    site: Any, address: str, open_page: Callable[..., Page], made_up: Any
) -> None:
    site.graded("bob", made_up(1000))
    page = open_page(f"{address}/sign-in")
    sign_in(page, "grace")
    follow(page, "Gradebook")
    follow(page, "Bob")
    follow(page, "Change Twice as much")
    tab_to(page, "Points")
    page.keyboard.type("2.5")
    page.keyboard.press("Tab")
    page.keyboard.type("Explained it on the board")
    page.keyboard.press("Tab")
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")
    expect(page.get_by_text("Explained it on the board").first).to_be_visible()
    follow(page, "Gradebook")
    expect(page.get_by_role("row", name="Bob")).to_contain_text("2.5")
    follow(page, "Audit")
    row = page.get_by_role("row", name="override set")
    expect(row).to_contain_text("Explained it on the board")
    expect(row).to_contain_text("2.5")


def test_a_file_that_is_dropped_is_what_is_sent(
    site: Any, address: str, open_page: Callable[..., Page], work: Work
) -> None:
    page = open_page(f"{address}/sign-in?next=/c/tiny/e/counter")
    sign_in(page, "bob")
    dropped = page.evaluate_handle(
        """text => {
          const data = new DataTransfer();
          data.items.add(new File([text], "mine.py", { type: "text/x-python" }));
          return data;
        }""",
        "class Counter:\n    pass  # dropped\n",
    )
    target = page.locator("[type=file]").locator("xpath=..")
    for event in ("dragenter", "dragover", "drop"):
        target.dispatch_event(event, {"dataTransfer": dropped})
    expect(page.get_by_role("textbox", name="counter.py")).to_contain_text("pass  # dropped")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="It was taken, and will be graded")).to_be_visible()
    assert latest(site, "bob") == "class Counter:\n    pass  # dropped\n"
    assert work() == 1
    expect(page.get_by_role("heading", name="hidden checks passed")).to_be_visible()


@pytest.mark.parametrize("as_file", [False, True], ids=["typed", "file"])
def test_without_javascript_everything_still_works(
    site: Any, address: str, open_page: Callable[..., Page], work: Work, as_file: bool
) -> None:
    page = open_page(f"{address}/sign-in", java_script_enabled=False)
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Twice as much").first.click()
    source = WRONG + ("# from a file\n" if as_file else "# typed\n")
    if as_file:
        given = {"name": "double_it.py", "mimeType": "text/x-python", "buffer": source.encode()}
        page.get_by_label("Or a file").set_input_files(given)  # type: ignore[arg-type]
    else:
        page.get_by_label("double_it.py").fill(source)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="It was taken, and will be graded")).to_be_visible()
    assert latest(site, "ada").replace("\r\n", "\n") == source
    assert work() == 1
    page.reload()
    expect(page.get_by_text("hidden checks passed").first).to_be_visible()
    expect(page.get_by_text("Likely cause").first).to_be_visible()
