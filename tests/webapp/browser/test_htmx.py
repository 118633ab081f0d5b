"""htmx under the policy: tokens, answers with 422, new parts of a page, live parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask, Response, render_template_string, request
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

START = """{% extends "base.html" %}{% import "_ui.html" as ui %}{% block content %}<h1>Parts</h1>
<form class="form" hx-post="/save" hx-target="#answer">{{ ui.button("Save", kind="primary") }}</form>
{{ ui.button("Remove", type="button", hx_post="/remove", hx_target="#answer", hx_confirm="Remove ada?") }}
{{ ui.button("Instead", type="button", hx_get="/instead", hx_target="#answer", hx_swap="outerHTML") }}
{{ ui.button("More", type="button", hx_get="/more", hx_target="#answer") }}
<div id="answer"></div>
<div hx-ext="sse" sse-connect="/live" sse-close="end">
<p role="status" sse-swap="state">{{ ui.verdict_badge("queued") }}</p></div>
{% endblock %}"""
MORE = """{% import "_ui.html" as ui %}
{{ ui.textarea_field("Later", "later", "x = 1", code=true) }}<p><span class="math inline">x^2</span></p>"""
BADGE = '{% import "_ui.html" as ui %}{{ ui.verdict_badge(state) }}'


@pytest.fixture
def asked() -> list[tuple[str, str | None]]:
    """What came with htmx: (path, token)."""
    return []


@pytest.fixture
def page(
    style_guide: Flask,
    serve: Callable[[Flask], str],
    open_page: Callable[..., Page],
    asked: list[tuple[str, str | None]],
) -> Page:
    @style_guide.get("/parts")
    def parts() -> str:
        return render_template_string(START, title="Parts")

    @style_guide.get("/more")
    def more() -> str:
        return render_template_string(MORE)

    @style_guide.get("/instead")
    def instead() -> str:
        return '<p class="math block" id="answer">x^3</p>'

    @style_guide.post("/save")
    def save() -> tuple[str, int]:
        asked.append(("/save", request.headers.get("X-CSRFToken")))
        return "<p>A name is missing.</p>", 422

    @style_guide.post("/remove")
    def remove() -> str:
        asked.append(("/remove", request.headers.get("X-CSRFToken")))
        return "<p>Removed.</p>"

    @style_guide.get("/live")
    def live() -> Response:
        def events() -> Iterator[str]:
            for state in ("grading", "passed"):
                yield f"event: state\ndata: {render_template_string(BADGE, state=state)}\n\n"
            yield "event: end\ndata: \n\n"

        asked.append(("/live", None))
        with style_guide.test_request_context("/live"):
            whole = "".join(events())
        return Response(whole, mimetype="text/event-stream")

    page = open_page("about:blank")
    page.goto(f"{serve(style_guide)}/parts")
    return page


def test_htmx_sends_the_token_and_shows_an_answer_with_422(
    page: Page, asked: list[tuple[str, str | None]], complaints: list[str]
) -> None:
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#answer")).to_have_text("A name is missing.")
    assert ("/save", "token") in asked
    assert "422" in complaints.pop()


def test_htmx_asks_with_our_dialog(page: Page, asked: list[tuple[str, str | None]]) -> None:
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Remove").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.locator("#answer")).to_have_text("Removed.")
    assert [path for path, _ in asked].count("/remove") == 1


def test_what_htmx_brings_is_prepared_too(page: Page) -> None:
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("textbox", name="Later")).to_have_class("cm-content")
    expect(page.locator("#answer .katex")).to_be_visible()


def test_what_comes_in_anothers_place_is_prepared_itself(page: Page) -> None:
    page.get_by_role("button", name="Instead").click()
    expect(page.locator("#answer .katex")).to_be_visible()


def test_a_live_part_follows_the_server_and_ends(page: Page, asked: list[tuple[str, str | None]]) -> None:
    expect(page.locator("[sse-swap] [data-verdict=passed]")).to_have_text("✓passed")
    page.wait_for_timeout(4000)  # a connection that was not closed would have come again by now
    assert [path for path, _ in asked].count("/live") == 1
