"""The editor in Chromium: what is typed is what is sent, and nobody is caught in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def address(style_guide: Flask, serve: Callable[[Flask], str]) -> str:
    return serve(style_guide)


@pytest.fixture
def page(address: str, open_page: Callable[..., Page]) -> Page:
    page = open_page(f"{address}/?source=")
    expect(editor(page)).to_be_visible()
    return page


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your solution")


def value(page: Page) -> str:
    return page.locator("#f-source").input_value()


def test_what_is_typed_is_sent(page: Page) -> None:
    editor(page).click()
    page.keyboard.type("def f(x):\nreturn x\n")
    assert value(page) == "def f(x):\n    return x\n    "
    page.get_by_role("button", name="Submit").click()
    assert "'source': 'def f(x):\\r\\n    return x\\r\\n    '" in page.locator("body").inner_text()


def test_text_that_was_there_is_there_again(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{address}/?source=%0A%3C/textarea%3E%26amp;%0A")
    expect(editor(page)).to_contain_text("</textarea>&amp;")
    assert value(page) == "\n</textarea>&amp;\n"


def test_tab_indents_by_four_spaces(page: Page) -> None:
    editor(page).focus()
    page.keyboard.press("Tab")
    page.keyboard.type("x")
    assert value(page) == "    x"


def test_escape_then_tab_leaves_the_editor(page: Page) -> None:
    editor(page).focus()
    page.keyboard.type("x")
    page.keyboard.press("Escape")
    page.wait_for_timeout(2500)  # CodeMirror's own way out closes again after two seconds; ours stays open
    page.keyboard.press("Tab")
    expect(page.get_by_label("Or a file")).to_be_focused()
    assert value(page) == "x"
    page.keyboard.press("Shift+Tab")
    expect(editor(page)).to_be_focused()
    page.keyboard.press("Tab")
    assert value(page) == "    x"


def test_the_label_leads_into_the_editor_and_the_hint_is_read(page: Page) -> None:
    page.get_by_text("Your solution", exact=True).click()
    expect(editor(page)).to_be_focused()
    expect(editor(page)).to_have_attribute("aria-description", "Python. Escape, then Tab, leaves the editor.")


def test_search_history_and_brackets_work(page: Page) -> None:
    editor(page).click()
    page.keyboard.type("a = (b)")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".cm-matchingBracket").first).to_be_visible()
    page.keyboard.press("Control+z")
    assert value(page) == ""
    page.keyboard.press("Control+y")
    assert value(page) == "a = (b)"
    page.keyboard.press("Control+f")
    expect(page.get_by_placeholder("Find")).to_be_focused()
    page.keyboard.type("b")
    expect(page.locator(".cm-searchMatch")).to_have_count(1)


def test_lines_and_their_numbers_stand_side_by_side(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(address)
    editor(page).scroll_into_view_if_needed()  # the editor measures what is in sight
    expect(page.locator(".cm-lineNumbers .cm-gutterElement").nth(1)).not_to_have_css("height", "14px")
    tops = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"
    lines = page.locator(".cm-line").evaluate_all(tops)
    numbers = page.locator(".cm-lineNumbers .cm-gutterElement:visible").evaluate_all(tops)
    assert len(lines) > 5
    assert all(abs(line - number) <= 1 for line, number in zip(lines, numbers[-len(lines) :], strict=True))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_wears_the_pages_colours(address: str, open_page: Callable[..., Page], scheme: str) -> None:
    page = open_page(address, scheme=scheme)
    ground = page.locator(".cm-editor").evaluate("one => getComputedStyle(one).backgroundColor")
    assert ground == page.locator(".card").first.evaluate("one => getComputedStyle(one).backgroundColor")


def test_a_chosen_python_file_goes_into_the_editor_and_undo_takes_it_back(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "adam.py"
    file.write_bytes(b"x = 'caf\xc3\xa9'\r\n")
    editor(page).click()
    page.keyboard.type("old")
    page.get_by_label("Or a file").set_input_files(file)
    expect(page.get_by_text("adam.py is in the text above now.").first).to_be_visible()
    assert value(page) == "x = 'café'\n"
    expect(editor(page)).to_contain_text("café")
    assert page.get_by_label("Or a file").input_value() == ""
    editor(page).focus()
    page.keyboard.press("Control+z")
    assert value(page) == "old"


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"\xff\xfe\x00", "is not UTF-8 text"), (b"#" * 262_145, "is larger than 256 KiB")],
    ids=["not UTF-8", "too large"],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(page: Page, tmp_path: Path, data: bytes, words: str) -> None:
    file = tmp_path / "adam.py"
    file.write_bytes(data)
    editor(page).click()
    page.keyboard.type("mine")
    page.get_by_label("Or a file").set_input_files(file)
    expect(page.locator(".drop").get_by_text(words)).to_be_visible()
    assert value(page) == "mine"


def test_a_notebook_stays_a_file(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "adam.ipynb"
    file.write_text("{}")
    page.get_by_label("Or a file").set_input_files(file)
    assert value(page) == ""
    assert page.get_by_label("Or a file").input_value().endswith("adam.ipynb")


@pytest.mark.parametrize("target", [".drop", ".field:has(> .editor)"])
def test_a_file_dropped_on_the_field_or_the_editor_is_taken(page: Page, target: str) -> None:
    page.locator(target).evaluate(
        """zone => {
            const carried = new DataTransfer();
            carried.items.add(new File(["y = 2\\n"], "sgd.py"));
            for (const type of ["dragover", "drop"]) {
                zone.dispatchEvent(new DragEvent(type, {dataTransfer: carried, bubbles: true, cancelable: true}));
            }
        }"""
    )
    expect(editor(page)).to_contain_text("y = 2")
    assert value(page) == "y = 2\n"


def test_nothing_is_sent_while_a_required_editor_is_empty(page: Page) -> None:
    page.get_by_role("button", name="Submit").click()
    expect(editor(page)).to_be_focused()
    expect(page.locator("#said")).to_have_text("Write something first.")
