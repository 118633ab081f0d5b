"""Plain `python -m pytest` in ada's folder: the public checks against the file beside them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def plain_pytest(environment: dict[str, str]):
    """Run `python -m pytest -q` in a folder and give back its exit code and its words."""

    def run(at: Path, *words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words]
        done = subprocess.run(command, cwd=at, env=environment, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout + done.stderr

    return run


def test_stubs_fail_as_not_written(ada: Path, plain_pytest) -> None:
    code, said = plain_pytest(ada)
    assert code == 1
    assert "4 failed" in said
    assert said.count("This part is not written yet.\n  blend.py:11: raise NotImplementedError") == 2


@pytest.mark.parametrize("words", [[], ["u01_moving/blend"]])
def test_a_right_answer_passes(ada: Path, stub: Path, plain_pytest, right: str, words: list[str]) -> None:
    stub.write_text(right)
    code, said = plain_pytest(ada, *words)
    assert "2 passed" in said
    assert code == (0 if words else 1)  # the other exercise is still a stub


def test_it_works_from_inside_the_exercise(stub: Path, plain_pytest, right: str) -> None:
    stub.write_text(right)
    assert plain_pytest(stub.parent)[0] == 0


def test_a_wrong_answer_gets_the_words_of_the_grader_and_no_stack(
    ada: Path, stub: Path, plain_pytest, wrong: str
) -> None:
    stub.write_text(wrong)
    code, said = plain_pytest(ada, "u01_moving/blend")
    assert (code, "1 failed, 1 passed" in said) == (1, True)
    assert "the new point" in said
    assert "grader/" not in said


def test_a_wrong_answer_gets_the_hint_of_its_check(ada: Path, stub: Path, plain_pytest, wrong: str) -> None:
    stub.write_text(wrong)
    assert "hint: How long is the way from one point to the other" in plain_pytest(ada, "u01_moving/blend")[1]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("def blend(:\n", "Python can't read the file: invalid syntax. (line 1: def blend(:)"),
        ("import torch\n\n\ndef blend(h, t, r):\n    return torch.lerp(h, t, r)\n", "to build torch.lerp yourself"),
        ("half = 1 / 0\n", "Your code raised ZeroDivisionError: division by zero\n  blend.py:1: half = 1 / 0"),
    ],
)
def test_a_file_that_can_not_be_used_gets_one_clear_sentence(
    source: str, sentence: str, ada: Path, stub: Path, plain_pytest
) -> None:
    stub.write_text(source)
    code, said = plain_pytest(ada, "u01_moving/blend")
    assert code == 1
    assert sentence in said
    assert "Traceback" not in said
    assert "grader/" not in said


def test_a_stub_that_is_gone_is_no_stack_trace(ada: Path, stub: Path, plain_pytest) -> None:
    stub.unlink()
    code, said = plain_pytest(ada, "u01_moving/blend")
    assert code == 1
    assert "blend.py" in said
    assert "grader/" not in said
