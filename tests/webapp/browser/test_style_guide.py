"""Every macro in Chromium: both themes, a phone and a desk, axe, the policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

VARIANTS = [(width, scheme) for width in (360, 1280) for scheme in ("light", "dark")]


@pytest.fixture
def address(style_guide: Flask, serve: Callable[[Flask], str]) -> str:
    return serve(style_guide)


@pytest.mark.parametrize(("width", "scheme"), VARIANTS)
def test_every_macro_is_accessible_and_fits(
    address: str,
    open_page: Callable[..., Page],
    no_serious_faults: Callable[[Page], None],
    no_overflow: Callable[[Page], None],
    screenshots: Callable[[Page, str], None],
    width: int,
    scheme: str,
) -> None:
    page = open_page(address, width, scheme)
    expect(page.locator(".cm-content")).to_be_visible()
    expect(page.locator(".katex").first).to_be_visible()
    no_overflow(page)
    no_serious_faults(page)
    screenshots(page, f"styleguide-{width}-{scheme}")


@pytest.mark.parametrize("path", ["error", "sign-in", "message"])
@pytest.mark.parametrize(("width", "scheme"), VARIANTS)
def test_whole_pages_are_accessible_and_fit(
    address: str,
    open_page: Callable[..., Page],
    no_serious_faults: Callable[[Page], None],
    no_overflow: Callable[[Page], None],
    screenshots: Callable[[Page, str], None],
    complaints: list[str],
    width: int,
    scheme: str,
    path: str,
) -> None:
    page = open_page(f"{address}/{path}", width, scheme)
    if path == "error":
        assert "404" in complaints.pop()
    no_overflow(page)
    no_serious_faults(page)
    screenshots(page, f"{path}-{width}-{scheme}")


def test_the_policy_is_in_force(address: str, open_page: Callable[..., Page], complaints: list[str]) -> None:
    page = open_page(address)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">no</p>')")
    assert "Content Security Policy" in complaints.pop()


def test_everything_comes_from_the_same_server(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address, wait_until="networkidle")
    assert len(asked) > 10
    assert not [url for url in asked if not url.startswith(address)]


def test_the_first_tab_stop_leads_to_the_content(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{address}/message")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_chosen_theme_stays_and_the_server_knows_it(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(f"{address}/message", scheme="light")
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    answer = page.reload()
    assert answer is not None
    assert 'data-theme="dark"' in answer.text()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.get_by_role("button", name="Automatic").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    assert page.context.cookies() == []


def test_in_print_all_is_light_and_nothing_is_cut_off(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(address, scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    expect(page.locator(".site-header")).to_be_hidden()
    table = page.locator(".table-wrap.sticky").evaluate("box => box.scrollHeight - box.clientHeight")
    assert table <= 1


def test_motion_is_reduced_on_request(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(address, reduced_motion="reduce")
    turning = page.locator(".is-busy .badge-sign").first
    assert turning.evaluate("sign => getComputedStyle(sign).animationIterationCount") == "1"


def test_without_javascript_everything_can_be_read_and_sent(address: str, open_page: Callable[..., Page]) -> None:
    page = open_page(address, java_script_enabled=False)
    expect(page.locator(".sort")).to_have_count(0)
    for script_only in (".switch", ".table-tools", "[data-copy]"):
        expect(page.locator(script_only).first).to_be_hidden()
    page.get_by_label("Your solution").fill("p = 1\n")
    page.get_by_role("button", name="Submit").click()
    assert "'source': 'p = 1\\r\\n'" in page.locator("body").inner_text()
