"""Pages in a real browser. A page that complains (console, policy, an exception) fails its test."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from webapp.web.style_guide import create_app

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LIMIT_MS = 60_000  # a safety limit, far above what any step takes
RULES = {"resultTypes": ["violations"]}

OpenPage = Callable[..., Page]


@pytest.fixture(scope="module")
def browser(browser_path: str | None) -> Iterator[Browser]:
    """One Chromium for the tests of a file. (Not of the session: while it lives, this thread has an event loop.)"""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(autouse=True)
def nothing_left_behind(browser: Browser) -> Iterator[None]:
    """Instead of the rule for all tests: Chromium starts and ends processes as it likes; a test closes its pages."""
    yield
    assert not browser.contexts


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log(self, type: str, message: str, *arguments: Any) -> None:
        return None


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    """`serve(app)`: the address at which an application answers while the test runs."""
    running = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def style_guide() -> Flask:
    return create_app()


@pytest.fixture
def complaints() -> list[str]:
    """What pages complained of. A test that expects one takes it out."""
    return []


@pytest.fixture
def open_page(browser: Browser, complaints: list[str]) -> Iterator[OpenPage]:
    """`open_page(address, width=1280, scheme="light")`: a page in a context of its own, which takes more options."""
    contexts = []

    def opened(address: str, width: int = 1280, scheme: str = "light", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **options)
        contexts.append(context)
        context.set_default_timeout(LIMIT_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None)
        page.goto(address, wait_until="networkidle")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def no_serious_faults() -> Callable[[Page], None]:
    """`no_serious_faults(page)`: axe finds nothing serious or critical on it."""

    def look(page: Page) -> None:
        found = Axe().run(page, options=RULES).response["violations"]
        serious = [
            f"{fault['id']}: {fault['help']} ({'; '.join(node['html'][:120] for node in fault['nodes'][:3])})"
            for fault in found
            if fault["impact"] in ("serious", "critical")
        ]
        assert not serious, "\n".join(serious)

    return look


@pytest.fixture
def screenshots() -> Callable[[Page, str], None]:
    """`screenshots(page, "gradebook-dark")`: keeps a picture of the page, if GRADGYM_SCREENSHOTS names a folder."""
    folder = os.environ.get("GRADGYM_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            for editor in page.locator(".editor").all():
                editor.scroll_into_view_if_needed()  # it measures its lines when it is in sight
            page.evaluate("new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take


@pytest.fixture
def no_overflow() -> Callable[[Page], None]:
    """`no_overflow(page)`: the page itself doesn't scroll sideways."""

    def look(page: Page) -> None:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"the page is {wide} px wider than its window"

    return look
