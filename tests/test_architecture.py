"""Who may import whom, and the few other things that keep the code as ARCHITECTURE.md draws it.

The table below and the one in ARCHITECTURE.md say the same; a test compares them.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GRADER = ROOT / "grader"
MAX_LINES = 320
APPS = ("webapp", "gradgym")  # what is built on the grader, beside it

# part: what it may import of ours. A part is a folder or a file of grader/, or webapp, or gradgym (what Jupyter loads).
# All may read grader's version.
MAY_IMPORT = {
    "wire": [],
    "jail": [],
    "report": [],
    "course": [],
    "notebooks": ["course", "report"],
    "guest": ["wire"],
    "checks": ["report", "wire.values", "wire.errors"],
    "host": ["checks", "course", "guest", "jail", "report", "wire"],
    "secret": [],
    "submitted": ["notebooks"],
    "api": ["course", "host", "jail", "notebooks", "report", "secret", "submitted"],
    "proof": ["api", "course", "report"],
    "samples": ["api", "course", "report"],
    "benchmark": ["api", "course", "report"],
    "laptop": ["checks", "course", "host", "report", "wire"],
    "client": ["report"],
    "cli": ["api", "benchmark", "client", "course", "host", "jail", "notebooks", "proof", "report", "samples"],
    "webapp": ["api", "course", "notebooks", "report", "samples", "submitted"],
    "gradgym": ["api", "course", "notebooks", "report"],
}

# What a part may reach of the apps, by importing it inside a function or by name when it is needed, never at the top.
LATE = {"cli": "webapp.commands"}

TEXTS = {".py", ".md", ".toml", ".txt", ".ini", ".css", ".html", ".json", ".yml", ".yaml", ".cfg", ".sh", ""}
# Spelled in two parts, so that this file doesn't name them either.
MACHINE_PATHS = re.compile("|".join(f"/{name}/" for name in ("root", "home", "Users", "work")))
# (Nor is what begins with a point, but .ci.)
MADE = {"demo", "samples", "gradgym-data", "dist", "build", "node_modules", "__pycache__"}
ON_PURPOSE = {"attacks"}  # programs that reach for such places


@dataclass(frozen=True)
class Import:
    """One imported name, as a dotted name, and where it stands."""

    name: str
    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file.relative_to(ROOT)} line {self.line} imports {self.name}"


def imports_of(file: Path) -> Iterator[Import]:
    """Everything that a file imports, at its top or inside a function or under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, file, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = "." * node.level + (node.module or "")
            yield from (Import(f"{start}.{alias.name}", file, node.lineno) for alias in node.names)


def part_of(file: Path) -> str:
    inside = file.relative_to(ROOT).parts
    if inside[0] in APPS:
        return inside[0]
    return inside[1] if len(inside) > 2 else file.stem


def parts() -> dict[str, list[Path]]:
    """part -> its files."""
    found: dict[str, list[Path]] = {}
    for file in sorted([*GRADER.rglob("*.py"), *(file for app in APPS for file in (ROOT / app).rglob("*.py"))]):
        if file != GRADER / "__init__.py":
            found.setdefault(part_of(file), []).append(file)
    return found


def is_allowed(part: str, name: str) -> bool:
    """Whether this part may import this dotted name."""
    words = name.split(".")
    if words[0] in APPS:
        return part == words[0]
    if words[0] != "grader" or words[1:] == ["__version__"]:
        return True
    inner = words[1:]
    allowed = [part, *MAY_IMPORT[part]] if part not in APPS else MAY_IMPORT[part]
    return any(inner[: len(rule.split("."))] == rule.split(".") for rule in allowed)


def folders() -> list[Path]:
    """Every package of ours below grader, and the apps."""
    inside = [file.parent for file in GRADER.rglob("__init__.py") if file.parent != GRADER]
    return sorted([*inside, *(ROOT / app for app in APPS)])


def texts() -> Iterator[Path]:
    """Every text file of the project."""
    for folder, inside, files in os.walk(ROOT):
        left_out = MADE | ON_PURPOSE | {name for name in inside if name.startswith(".") and name != ".ci"}
        inside[:] = sorted(set(inside) - left_out)
        files = sorted(set(files) - {".git"})  # a linked work tree has a file of this name
        yield from (Path(folder, name) for name in files if Path(name).suffix in TEXTS)


def python_after(statement: str) -> set[str]:
    """The modules that a fresh Python has loaded after a statement."""
    code = f"{statement}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    return set(done.stdout.split())


def test_every_part_has_a_line_in_the_table() -> None:
    missing = sorted(set(parts()) - set(MAY_IMPORT))
    assert not missing, f"{missing}: say in MAY_IMPORT, and in ARCHITECTURE.md, what they may import"


@pytest.mark.parametrize("part", MAY_IMPORT)
def test_part_imports_only_what_the_table_allows(part: str) -> None:
    found = [one for file in parts().get(part, []) for one in imports_of(file)]
    assert not [str(one) for one in found if not is_allowed(part, one.name)]


@pytest.mark.parametrize("part", sorted(set(MAY_IMPORT) - {"webapp"}))
def test_the_table_allows_nothing_that_is_not_used(part: str) -> None:
    names = [one.name for file in parts()[part] for one in imports_of(file)]
    idle = [rule for rule in MAY_IMPORT[part] if not any(f"{name}.".startswith(f"grader.{rule}.") for name in names)]
    assert not idle, f"{part} doesn't import {idle} any more: take that out of the table"


def test_the_table_runs_in_one_direction() -> None:
    rank = {part: number for number, part in enumerate(MAY_IMPORT)}
    upwards = [
        f"{part} -> {rule}"
        for part, rules in MAY_IMPORT.items()
        for rule in rules
        if rank.get(rule.split(".")[0], -1) >= rank[part]
    ]
    assert not upwards, "a part imports only what stands above it in the table"


def test_architecture_md_shows_the_same_table() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    section = text.split("\n## Who may import whom\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:3]] for line in section.splitlines() if line.startswith("| `")]
    told = {part.strip("`"): re.findall(r"`([^`]+)`", allowed) for part, allowed in rows}
    assert told == MAY_IMPORT


def named_modules(file: Path) -> Iterator[str]:
    """The modules that a file has imported by name: `import_module("a.b")`."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "import_module":
            yield from (word.value for word in node.args if isinstance(word, ast.Constant))


def test_only_the_command_line_reaches_the_web_app_and_only_its_commands() -> None:
    found = {(part, name) for part, files in parts().items() for file in files for name in named_modules(file)}
    found = {(part, name) for part, name in found if part not in APPS and name.split(".")[0] in APPS}
    assert found == set(LATE.items())
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8").split("\n## Who may import whom\n")[1].split("\n## ")[0]
    assert all(f"`{name}`" in text for name in LATE.values())


def test_imports_are_absolute() -> None:
    found = [one for files in parts().values() for file in files for one in imports_of(file)]
    assert not [str(one) for one in found if one.name.startswith(".")]


def test_nobody_imports_a_course() -> None:
    files = [file for files in parts().values() for file in files]
    files += [file for name in ("exercises", "solutions") for file in (ROOT / name).rglob("*.py")]
    found = [one for file in files for one in imports_of(file)]
    assert not [str(one) for one in found if one.name.split(".")[0] in ("exercises", "solutions")]


def test_the_command_line_starts_without_torch_pytest_and_the_web_app() -> None:
    heavy = {"torch", "pytest", "_pytest", "rich", "flask", "sqlalchemy", "alembic", "gunicorn", "grader.api"}
    heavy |= {"httpx", "keyring", "platformdirs"}
    assert not heavy & python_after("import grader.cli.main")


def test_the_jupyter_extension_loads_neither_torch_nor_pytest() -> None:
    assert not {"torch", "pytest", "_pytest", "nbformat"} & python_after("import gradgym.extension")


def test_the_host_process_holds_neither_torch_nor_pytest() -> None:
    assert not {"torch", "pytest", "_pytest", "nbformat", "nbconvert"} & python_after("import grader.api")


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: str(folder.relative_to(ROOT)))
def test_each_folder_states_its_rule_in_a_readme(folder: Path) -> None:
    assert (folder / "README.md").is_file(), f"{folder.relative_to(ROOT)} needs a README.md that states its rule"


def test_no_file_is_too_long_to_read() -> None:
    files = [*GRADER.rglob("*.py"), *(ROOT / "gradgym").rglob("*.py")]
    lines = {file: len(file.read_text("utf-8").splitlines()) for file in files}
    long = {str(file.relative_to(ROOT)): count for file, count in lines.items() if count > MAX_LINES}
    assert not long, f"longer than {MAX_LINES} lines: one concept a file"


def test_no_text_names_a_place_on_somebodys_machine() -> None:
    found = [
        f"{file.relative_to(ROOT)} line {number}: {line.strip()[:80]}"
        for file in texts()
        for number, line in enumerate(file.read_text("utf-8", "replace").splitlines(), 1)
        if MACHINE_PATHS.search(line)
    ]
    assert not found
