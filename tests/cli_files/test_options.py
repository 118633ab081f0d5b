"""What the file-only commands share."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from grader.cli.options import exercise_names

COMMANDS = ["start", "list_", "show", "hint", "reset", "new", "new_course", "options"]
COMMANDS += ["login", "logout", "submit", "status", "server"]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_imported_without_torch_rich_or_the_host(name):
    code = f"import grader.cli.{name}, sys; print(*sys.modules)"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    heavy = ("torch", "rich", "numpy", "grader.host", "grader.api", "grader.checks", "httpx", "keyring")
    assert [module for module in done.stdout.split() if module.startswith(heavy)] == []


def test_tab_offers_the_exercises_of_the_course_one_stands_in(grace):
    assert exercise_names("") == ["part_way", "second_step"]
    assert exercise_names("sec") == ["second_step"]


def test_tab_outside_of_a_course_offers_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert exercise_names("") == []


@pytest.mark.parametrize("command", ["start", "list", "show", "hint", "reset", "new", "new-course"])
def test_every_command_explains_itself(gradgym, command):
    done = gradgym(command, "--help")
    assert done.exit_code == 0
    assert len(done.stdout) > 200
