"""doctor, bench and samples: that they run and say what they promise. Nothing here measures time."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Gradgym = Callable[..., Any]


def test_doctor_says_the_same_in_words_and_in_json(tmp_path: Path, gradgym: Gradgym) -> None:
    data, words = gradgym("doctor", "--json", at=tmp_path), gradgym("doctor", at=tmp_path)
    assert data.code == words.code == (0 if data.json["can_grade"] else 1)
    for finding in data.json["findings"]:
        assert set(finding) == {"name", "holds", "says", "remedy", "needed"}
        assert finding["name"] in words.out
    assert ("Submissions can be graded here." in words.out) is data.json["can_grade"]


@pytest.mark.jail
def test_doctor_tries_each_layer(tmp_path: Path, gradgym: Gradgym) -> None:
    found = {finding["name"]: finding for finding in gradgym("doctor", "--json", at=tmp_path).json["findings"]}
    layers = ("files", "read-only", "network", "processes", "proc", "account", "environment", "descriptors", "limits")
    for layer in layers:
        assert found[layer]["holds"], found[layer]
        assert found[layer]["needed"]


def test_doctor_does_not_send_its_reader_to_the_doctor(tmp_path: Path, gradgym: Gradgym, no_bubblewrap: Path) -> None:
    said = gradgym("doctor", at=tmp_path, path_first=no_bubblewrap)
    assert said.code == 1
    assert "gradgym doctor" not in said.one_line


@pytest.mark.slow
@pytest.mark.jail
def test_bench_prints_its_figures(grace: Path, gradgym: Gradgym) -> None:
    bench = gradgym("bench", "blend", "--count", "20", "--json", at=grace)
    assert bench.code == 0
    figures = {figure["name"]: figure for figure in bench.json}
    assert {"import torch", "gradgym check, cold", "warm check (watch), median", "latency, median"} <= set(figures)
    assert all(figure["value"] > 0 for figure in figures.values())


@pytest.mark.jail
def test_samples_are_graded_and_shown_on_a_page(grace: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    samples = gradgym("samples", tmp_path / "samples", at=grace)
    assert samples.code == 0, samples.err
    assert "11 submissions graded." in samples.out
    page = (tmp_path / "samples" / "report.html").read_text("utf-8")
    assert page.count("<article") == 11
    sent = {path.relative_to(tmp_path / "samples" / "submissions") for path in (tmp_path / "samples").rglob("*.py")}
    assert Path("blend/bob_hangs.py") in sent
    assert Path("running_mean/mallory_cheats.py") in sent
    assert json.dumps("solutions seen")[1:-1] not in page or "solutions seen: []" in page
