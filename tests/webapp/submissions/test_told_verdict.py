"""What only a hidden check could have said is told to nobody but staff, on every page that shows a verdict."""

from __future__ import annotations

from typing import Any

from grader.report.model import CheckResult, Verdict


def test_a_verdict_that_only_a_hidden_check_could_give_is_told_as_wrong(site: Any, made_up: Any) -> None:
    check = CheckResult(
        name="test_secret", title="secret", verdict=Verdict.TIMED_OUT, points=3000, visible="never", hidden=True
    )
    sent = site.graded("ada", made_up(0, verdict=Verdict.TIMED_OUT, checks=(check,), mistakes=()))
    ada = site.client("ada")
    for path in ("", "e/double_it", f"s/{sent}", "grades"):
        page = ada.get(f"/c/tiny/{path}")
        assert page.status_code == 200 and "timed out" not in page.text and "secret" not in page.text, path
    answer = ada.get("/api/v1/courses/tiny/submissions?exercise=double_it", headers=site.token("ada"))
    assert answer.json["items"][0]["verdict"] == "wrong"
    answer = ada.get(f"/api/v1/courses/tiny/submissions/{sent}", headers=site.token("grace"))
    assert answer.json["verdict"] == "timed_out"
