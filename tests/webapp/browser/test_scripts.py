"""The pages' own scripts in Chromium: dialogs, tables, menus, keys, copying, times."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


@pytest.fixture
def address(style_guide: Flask, serve: Callable[[Flask], str]) -> str:
    return serve(style_guide)


@pytest.fixture
def page(address: str, open_page: Callable[..., Page]) -> Page:
    return open_page(address)


def column(page: Page, number: int) -> list[str]:
    return page.locator(f"#gradebook tbody tr > :nth-child({number})").all_inner_texts()


def head(page: Page, name: str) -> Locator:
    return page.locator("#gradebook").get_by_role("columnheader", name=name)


# Dialogs


def test_what_is_hard_to_take_back_is_asked_first(page: Page, no_serious_faults: Callable[[Page], None]) -> None:
    page.get_by_role("button", name="Withdraw").click()
    dialog = page.get_by_role("dialog", name="Are you sure?")
    expect(dialog.get_by_text("Its points will no longer count.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    no_serious_faults(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Withdraw").click()
    dialog.get_by_role("button", name="Withdraw").click()
    expect(page.locator("body")).to_have_text("withdraw: {'csrf_token': 'token'}")


def test_a_confirmation_counts_once(page: Page) -> None:
    remove = page.get_by_role("button", name="Remove").first
    remove.click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    remove.click()
    expect(page.get_by_role("dialog")).to_have_count(1)


# Tables


def test_a_head_sorts_up_then_down_and_says_so(page: Page) -> None:
    head(page, "u01").get_by_role("button").click()
    expect(head(page, "u01")).to_have_attribute("aria-sort", "ascending")
    points = [int(text) for text in column(page, 2) if text != "–"]
    assert points == sorted(points)
    assert "–" in column(page, 2)[len(points) :]
    assert "–" not in column(page, 2)[: len(points)]
    expect(page.locator("#said")).to_have_text("Sorted by u01, smallest first.")
    head(page, "u01").get_by_role("button").click()
    expect(head(page, "u01")).to_have_attribute("aria-sort", "descending")
    assert [int(text) for text in column(page, 2) if text != "–"] == sorted(points, reverse=True)
    assert column(page, 2)[-1] == "–"


def test_a_row_moves_as_a_whole(page: Page) -> None:
    before = {row.split()[1]: row for row in page.locator("#gradebook tbody tr").all_inner_texts()}
    head(page, "Student").get_by_role("button").press("Enter")
    head(page, "Total").get_by_role("button").press("Enter")
    after = {row.split()[1]: row for row in page.locator("#gradebook tbody tr").all_inner_texts()}
    assert after == before
    assert list(after) != list(before)


def test_the_filter_keeps_the_rows_that_match(page: Page) -> None:
    page.get_by_role("searchbox", name="Filter students").fill("BOB")
    expect(page.locator("[data-count]")).to_have_text("15 of 30")
    assert {name.split()[0] for name in page.locator("#gradebook tbody tr:visible th").all_inner_texts()} == {"bob"}


def test_head_and_first_column_stay_in_sight(page: Page) -> None:
    place = "one => { const box = one.getBoundingClientRect(); return [Math.round(box.left), Math.round(box.top)]; }"
    corner = page.locator("#gradebook thead th").first
    before = corner.evaluate(place)
    page.locator(".table-wrap.sticky").evaluate("box => box.scrollTo(200, 200)")
    assert page.locator(".table-wrap.sticky").evaluate("box => box.scrollTop") == 200
    assert corner.evaluate(place) == before


@pytest.mark.slow
def test_of_2000_students_and_60_exercises_the_rows_in_sight_are_there_and_the_others_come(
    address: str, style_guide: Flask, open_page: Callable[..., Page]
) -> None:
    path = "/?rows=2000&columns=60"
    page = open_page(f"{address}{path}")
    rows = page.locator("#gradebook tbody tr")
    assert 100 <= rows.count() < 500
    widths = "heads => heads.map(head => head.offsetWidth)"
    before = page.locator("#gradebook thead th").evaluate_all(widths)

    head(page, "Total").get_by_role("button").click()
    gradebook = style_guide.test_client().get(path).text.split('id="gradebook"')[1].split("</table>")[0]
    sent = re.findall(r'<td class="num">(\d+)</td></tr>', gradebook)
    totals = sorted(map(int, sent))
    assert len(totals) == 2000
    first = [int(text) for text in page.locator("#gradebook tbody tr > :last-child").all_text_contents()]
    assert first == totals[: len(first)]
    assert page.locator("#gradebook thead th").evaluate_all(widths) == before

    for _ in range(40):
        if rows.count() == 2000:
            break
        had = rows.count()
        page.locator(".table-wrap.sticky").evaluate("box => box.scrollTo(0, box.scrollHeight)")
        page.wait_for_function("had => document.querySelectorAll('#gradebook tbody tr').length > had", arg=had)
    whole = [int(text) for text in page.locator("#gradebook tbody tr > :last-child").all_text_contents()]
    assert whole == totals


def test_the_filter_finds_rows_that_are_not_in_the_page_yet(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{address}/?rows=400&columns=2")
    assert page.get_by_text("bob 0399").count() == 0
    page.get_by_role("searchbox").fill("bob 0399")
    expect(page.locator("#gradebook tbody th")).to_have_text(["bob 0399"])
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#gradebook tbody th").first).to_have_text("ada 0000")


def test_in_print_all_rows_are_there(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{address}/?rows=400&columns=2")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#gradebook tbody tr").count() == 400


def test_a_row_that_was_put_in_anothers_place_is_sorted_with_the_others(page: Page) -> None:
    page.locator("#gradebook tbody").evaluate(
        """body => {
            const fresh = body.rows[3].cloneNode(true);
            fresh.cells[0].textContent = "zoe";
            body.rows[3].replaceWith(fresh);
        }"""
    )
    page.get_by_role("searchbox").fill("o")
    expect(page.locator("#gradebook tbody tr")).to_have_count(15)
    page.get_by_role("searchbox").fill("")
    expect(page.locator("#gradebook tbody tr")).to_have_count(30)
    assert column(page, 1)[3] == "zoe"
    head(page, "Student").get_by_role("button").click()
    assert column(page, 1)[-1] == "zoe"


# Menus, keys, copying, times


def test_the_account_menu_closes_by_escape_and_by_a_click_elsewhere(page: Page) -> None:
    summary = page.locator("[data-menu] summary")
    summary.click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.locator("h1").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_signing_out_posts_the_token(page: Page) -> None:
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("body")).to_have_text("sign-out: {'csrf_token': 'token'}")


def test_a_question_mark_shows_the_keys(page: Page, no_serious_faults: Callable[[Page], None]) -> None:
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("Filter the table")).to_be_visible()
    no_serious_faults(page)


def test_a_slash_leads_to_the_filter_unless_keys_are_off(page: Page) -> None:
    search = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    search.evaluate("field => field.blur()")
    page.keyboard.press("?")
    page.get_by_label("Keys of one letter are on").uncheck()
    page.get_by_role("button", name="Close").click()
    page.keyboard.press("/")
    expect(search).not_to_be_focused()


def test_a_key_typed_into_a_field_is_only_typed(page: Page) -> None:
    name = page.get_by_label("Name", exact=True)
    name.fill("")
    name.press("?")
    expect(name).to_have_value("?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_listing_is_copied_without_its_numbers(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{address}/?source=a%0A%0Ab%0Adef%20f()", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "a\n\nb\ndef f()\n"


def test_a_moment_says_how_long_ago_it_was(page: Page) -> None:
    expect(page.locator("time[data-relative]")).to_contain_text("(3 hours ago)")
