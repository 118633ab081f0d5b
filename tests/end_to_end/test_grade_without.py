"""Grading where something is missing: the wall, the solutions, a GPU, the files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

Gradgym = Callable[..., Any]


@pytest.fixture
def answer(tmp_path: Path, right: str) -> Path:
    path = tmp_path / "answer.py"
    path.write_text(right)
    return path


def test_without_bubblewrap_nothing_is_graded_and_nothing_is_a_zero(
    grace: Path, gradgym: Gradgym, answer: Path, no_bubblewrap: Path
) -> None:
    graded = gradgym("grade", "blend", answer, answer, "--json", at=grace, path_first=no_bubblewrap)
    reports = [json.loads(line) for line in graded.out.splitlines()]
    assert graded.code == 3
    assert len(reports) == 2
    for report in reports:
        assert (report["verdict"], report["score"], report["checks"]) == ("not_graded", None, [])
        assert "bwrap: No permissions to create a new namespace" in report["message"]
        assert "gradgym doctor" in report["message"]


def test_not_graded_reads_well(grace: Path, gradgym: Gradgym, answer: Path, no_bubblewrap: Path) -> None:
    graded = gradgym("grade", "blend", answer, at=grace, path_first=no_bubblewrap)
    assert graded.code == 3
    assert "Not graded: this changes no score" in graded.out
    assert "0 of 5" not in graded.out


def test_check_needs_no_wall(ada: Path, stub: Path, gradgym: Gradgym, right: str, no_bubblewrap: Path) -> None:
    stub.write_text(right)
    assert gradgym("check", "blend", at=ada, path_first=no_bubblewrap).code == 0


@pytest.mark.parametrize("words", [["verify", "blend"], ["doctor"]])
def test_other_commands_say_that_the_wall_is_missing(
    words: list[str], grace: Path, gradgym: Gradgym, no_bubblewrap: Path
) -> None:
    said = gradgym(*words, at=grace, path_first=no_bubblewrap)
    assert said.code == (1 if words == ["doctor"] else 2)
    assert "bwrap: No permissions to create a new namespace" in said.one_line


def test_samples_say_that_the_wall_is_missing(
    grace: Path, tmp_path: Path, gradgym: Gradgym, no_bubblewrap: Path
) -> None:
    said = gradgym("samples", tmp_path / "samples", at=grace, path_first=no_bubblewrap)
    assert said.code == 2
    assert "bwrap: No permissions to create a new namespace" in said.one_line


def test_a_students_copy_has_no_hidden_checks(ada: Path, stub: Path, gradgym: Gradgym) -> None:
    graded = gradgym("grade", "blend", stub, at=ada)
    assert (graded.code, graded.out) == (2, "")
    assert "The hidden checks of blend are not here" in graded.err
    assert "gradgym check" in graded.err


def test_solutions_beside_a_students_copy_are_not_used(grace: Path, ada: Path, stub: Path, gradgym: Gradgym) -> None:
    shutil.copytree(grace / "solutions", ada.parent / "solutions")
    assert gradgym("grade", "blend", stub, at=ada).code == 2


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
@pytest.mark.parametrize("format", ["text", "json"])
def test_without_a_gpu_device_cuda_is_refused_in_a_sentence(
    format: str, grace: Path, gradgym: Gradgym, answer: Path
) -> None:
    graded = gradgym("grade", "blend", answer, "--device", "cuda", "--format", format, at=grace)
    assert (graded.code, graded.out) == (2, "")
    assert graded.err == "There is no CUDA device on this machine. Leave --device out to grade on the CPU.\n"


def test_an_exercise_for_the_cpu_is_not_graded_on_cuda(tmp_path: Path, grace: Path, gradgym: Gradgym) -> None:
    course = shutil.copytree(grace, tmp_path / "course")
    toml = course / "exercises" / "u01_moving" / "blend" / "exercise.toml"
    toml.write_text(toml.read_text().replace('["cpu", "cuda"]', '["cpu"]'))
    graded = gradgym("grade", "blend", toml, "--device", "cuda", at=course)
    assert graded.code == 2
    assert "blend runs on cpu, not on cuda" in graded.err


def test_a_missing_file_is_found_before_anything_is_graded(grace: Path, gradgym: Gradgym, answer: Path) -> None:
    graded = gradgym("grade", "blend", answer, "nobody.py", "--json", at=grace)
    assert (graded.code, graded.out) == (2, "")
    assert "nobody.py can't be read (No such file or directory). Nothing was graded" in graded.err


def test_an_output_that_can_not_be_written_loses_no_report(
    grace: Path, gradgym: Gradgym, answer: Path, tmp_path: Path
) -> None:
    graded = gradgym("grade", "blend", answer, "-o", tmp_path / "no" / "folder.txt", "--no-wall", at=grace)
    assert graded.code == 2
    assert "Nothing was graded" in graded.err or "5 of 5 points" in graded.out
