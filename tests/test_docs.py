"""The pages say what is there: commands, options, the checks' API, verdicts, links; and their example works."""

from __future__ import annotations

import ast
import functools
import inspect
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from grader import checks
from grader.checks.declare import CheckSpec
from grader.checks.desk import FIXTURES
from grader.checks.rules import RULES
from grader.cli.main import app
from grader.course.new import new_course, new_exercise
from grader.report.model import Verdict
from grader.report.verdict_words import WORDS

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_PLACES = ("*.md", "*/README.md", "grader/*/README.md", "webapp/*/README.md", "docs/**/*.md")
OUR_PAGES = sorted({page for place in _PLACES for page in ROOT.glob(place)})


def commands_of(group: Any, before: str = "") -> dict[str, Any]:
    """Every command by its words, those of groups too: "verify", "db upgrade"."""
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        inner = hasattr(command, "commands")
        found |= commands_of(command, f"{before}{name} ") if inner else {f"{before}{name}": command}
    return found


COMMANDS = commands_of(typer.main.get_command(app))
INTERNAL = {"GRADGYM_DOCTOR", "GRADGYM_REWRITE_GOLDENS"}


@functools.cache
def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(text: str, heading: str) -> str:
    """What stands below a heading, as far as the next one of its rank or above."""
    assert f"\n{heading}\n" in f"\n{text}", f"there is no heading {heading!r}"
    rank = heading.split()[0]
    body = f"\n{text}".split(f"\n{heading}\n", 1)[1]
    return re.split(rf"\n#{{1,{len(rank)}}} ", body)[0]


def first_cells(text: str) -> list[str]:
    """The first cell of each row of the tables in a text."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [re.split(r"(?<!\\)\|", row)[1].strip().replace("\\|", "|") for row in rows]


def python_blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


# Commands


@pytest.mark.parametrize("command", COMMANDS)
def test_each_option_of_a_command_has_a_line_and_no_line_is_stale(command: str) -> None:
    told = set(
        re.findall(r"`([^`]+)`", "\n".join(first_cells(section(page("docs/commands.md"), f"## gradgym {command}"))))
    )
    told = {word.split()[0] if word.startswith("-") else word.strip("[].").upper() for word in told}
    there = set()
    for parameter in COMMANDS[command].params:
        if parameter.param_type_name == "argument":
            there.add((parameter.metavar or parameter.name).strip("[].").upper())
        else:
            there.update(parameter.opts)
    assert told == there


def test_the_options_of_gradgym_itself_have_their_lines() -> None:
    told = set(re.findall(r"`(-[^` ]+)`", section(page("docs/commands.md"), "## gradgym")))
    group = typer.main.get_command(app)
    assert told == {"--help", "-h"} | {option for parameter in group.params for option in parameter.opts}


def test_no_page_names_a_command_that_is_not_there() -> None:
    known = {*(words.split()[0] for words in COMMANDS), "COMMAND", "--version"}
    for path in OUR_PAGES:
        words = re.findall(r"`gradgym ([a-zA-Z-]+)", path.read_text("utf-8"))
        assert not set(words) - known, f"{path.name} names {sorted(set(words) - known)}"


def test_each_setting_of_the_server_has_a_line() -> None:
    source = (ROOT / "webapp" / "settings.py").read_text("utf-8")
    there = {f"GRADGYM_{name}" for name in re.findall(r'(?:\{PREFIX\}|known, ")([A-Z_]+)', source)}
    told = {cell.strip("`") for cell in first_cells(section(page("docs/operating.md"), "## Settings"))}
    assert len(there) > 8
    assert told == there


def test_each_environment_variable_has_a_line() -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "grader").rglob("*.py"))
    there = set(re.findall(r"GRADGYM_[A-Z]+", source)) - INTERNAL
    assert there == {cell.strip("`") for cell in first_cells(page("docs/commands.md").split("\n## ")[0])}


# The checks' API


def test_each_name_that_check_files_import_has_a_heading() -> None:
    text = page("docs/checks-api.md")
    headings = {word for line in re.findall(r"^##+ (.*)$", text, re.MULTILINE) for word in line.split(", ")}
    classes = {name for name in ("Mistake", "Correct") if f"`{name}`" in text}
    assert set(checks.__all__) <= headings | classes


def test_each_argument_that_a_check_may_ask_for_has_a_line() -> None:
    text = section(page("docs/checks-api.md"), "## What a check function may ask for")
    assert {cell.strip("`") for cell in first_cells(text)} == set(FIXTURES)


def test_each_argument_of_check_has_a_line() -> None:
    text = section(page("docs/checks-api.md"), "## check")
    assert {cell.strip("`") for cell in first_cells(text)} == set(inspect.signature(checks.check).parameters)
    assert set(inspect.signature(checks.check).parameters) == set(CheckSpec.__annotations__)


def test_each_rule_has_a_line() -> None:
    text = section(page("docs/checks-api.md"), "## Mistakes recognised without a bank")
    assert {cell.strip("`") for cell in first_cells(text)} == set(RULES)


@pytest.mark.parametrize("name", ["close", "mistake", "correct"])
def test_signature_stands_as_it_is(name: str) -> None:
    words = []
    for parameter in inspect.signature(getattr(checks, name)).parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and "*" not in words:
            words.append("*")
        default = "" if parameter.default is parameter.empty else f"={parameter.default!r}".replace("'", '"')
        words.append(parameter.name + default)
    assert f"`{name}({', '.join(words)})`" in page("docs/checks-api.md").replace("\n", " ")


# Verdicts


def test_the_student_guide_has_each_verdict_in_its_words() -> None:
    rows = re.findall(r"^\| (\S+) \| ([a-z ]+) \|", page("docs/student-guide.md"), re.MULTILINE)
    assert set(rows) == {(words.symbol, words.word) for words in WORDS.values()}


def test_the_grading_page_has_each_verdict_and_who_acts_next() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \|", section(page("docs/grading.md"), "## Verdicts"), re.MULTILINE)
    assert dict(rows) == {verdict.value: WORDS[verdict].who.value for verdict in Verdict}


# Pages


def links() -> Iterator[tuple[Path, str]]:
    """Every link of our pages that leads to a file."""
    for path in OUR_PAGES:
        text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"[a-z]+:", target):
                yield path, target


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_each_link_leads_somewhere() -> None:
    lost = []
    for path, target in links():
        name, _, anchor = target.partition("#")
        file = path.parent / name if name else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(f"{path.relative_to(ROOT)}: {target}")
    assert not lost


def test_the_readme_leads_to_each_page() -> None:
    pages = {path.name for path in DOCS.glob("*.md")}
    assert pages <= {Path(target).name for path, target in links() if path == ROOT / "README.md"}


def test_the_readme_is_short() -> None:
    assert len(page("README.md").splitlines()) < 160


def test_each_decision_is_listed() -> None:
    records = {path.name for path in (DOCS / "decisions").glob("0*.md")}
    assert records == set(re.findall(r"\((0[\w-]+\.md)\)", page("docs/decisions/README.md")))


@pytest.mark.parametrize("path", OUR_PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_python_in_a_page_is_python(path: Path) -> None:
    for block in python_blocks(path.read_text("utf-8")):
        ast.parse(block)


# Setting up


def test_each_target_of_the_makefile_says_what_it_does() -> None:
    lines = page("Makefile").splitlines()
    targets = [number for number, line in enumerate(lines) if re.match(r"[a-z-]+:", line)]
    assert not [lines[number] for number in targets if not lines[number - 1].startswith("# ")]


def test_pages_name_only_targets_that_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    for path in OUR_PAGES:
        named = set(re.findall(r"`make ([a-z-]+)", path.read_text("utf-8")))
        assert named <= targets, f"{path.name} names {sorted(named - targets)}"


def test_constraints_pin_torch_first_and_each_dependency() -> None:
    lines = [line for line in page("constraints.txt").splitlines() if not line.startswith("#")]
    assert lines[0] == "torch==2.13.0"
    pinned = {line.partition("==")[0] for line in lines if "==" in line}
    assert len(pinned) == len(lines)
    project = tomllib.loads(page("pyproject.toml"))["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    assert {re.split(r"[><=;\[ ]", name)[0].lower() for name in wanted} <= pinned
    assert f"torch=={lines[0].partition('==')[2]}" in page("Makefile")


# The example of docs/authoring.md


def test_the_exercise_of_the_authoring_page_is_proved(tmp_path: Path) -> None:
    blocks = re.findall(r"\n`((?:exercises|solutions)/\S+)`\n\n```\w+\n(.*?)```", page("docs/authoring.md"), re.DOTALL)
    assert len(blocks) == 6
    new_course(tmp_path / "course")
    new_exercise(tmp_path / "course" / "exercises", "u02_losses/huber_loss")
    for name, text in blocks:
        path = tmp_path / "course" / name
        assert path.is_file(), f"`gradgym new` makes no {name}"
        path.write_text(text, "utf-8")
    words = [sys.executable, "-m", "grader.cli.main", "verify", "huber_loss", "--no-wall"]
    done = subprocess.run(words, cwd=tmp_path / "course", capture_output=True, text=True, env=_environment())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "4 of 4" in done.stdout
    assert "holds" in done.stdout


def _environment() -> dict[str, str]:
    return {**{key: value for key, value in os.environ.items() if key != "GRADGYM_COURSE"}, "COLUMNS": "100"}
