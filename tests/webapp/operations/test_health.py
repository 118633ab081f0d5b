"""What machines ask for by themselves."""

from __future__ import annotations

from typing import Any


def test_a_server_whose_database_answers_is_well(site: Any) -> None:
    answer = site.client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})


def test_a_browser_that_looks_for_the_icon_finds_it(site: Any) -> None:
    answer = site.client().get("/favicon.ico", follow_redirects=True)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    answer.close()
