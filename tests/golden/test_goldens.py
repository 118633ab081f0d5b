"""Golden folders: cases/<exercise>_<what>/ has a submission and the report it must get, as JSON and as text.

The name of a folder begins with its exercise's. `python tests/golden/rewrite.py` writes the expected reports anew.
"""

from __future__ import annotations

import difflib
import io
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.console import Console

from grader.api import MAX_SOURCE, Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Exercise
from grader.report import Report, Verdict, from_dict, to_dict
from grader.report.text import render_text

pytestmark = pytest.mark.jail

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CASES = sorted(path.name for path in (HERE / "cases").iterdir() if path.is_dir() and path.name[0] != ".")
REWRITE = bool(os.environ.get("GRADGYM_REWRITE_GOLDENS"))
VOLATILE = ("seconds", "cpu_seconds", "peak_memory_mb", "environment")
SHOWN = 1000  # of a longer text only both ends stand in report.json

# Submissions that are better made than kept.
MADE: dict[str, Callable[[], bytes]] = {
    "blend_too_large": lambda: b"# data\n" * (MAX_SOURCE // 7 + 1),
    "blend_nested_too_deeply": lambda: b"x = " + b"(" * 50_000 + b"1" + b")" * 50_000,
}


@pytest.fixture(scope="module")
def exercises() -> dict[str, Exercise]:
    """The exercises of both courses by their slug."""
    courses = [load_course(HERE / name / "exercises") for name in ("course", "broken_course")]
    return {exercise.slug: exercise for course in courses for exercise in course.exercises}


@pytest.fixture(scope="module")
def hidden() -> Iterator[Grader]:
    """A warm grader behind the wall."""
    with Grader(Settings(checks="hidden", seed=0)) as grader:
        yield grader


@pytest.fixture(scope="module")
def at_home() -> Iterator[Grader]:
    """The grader of `gradgym check`: public checks, no wall."""
    with Grader(Settings(checks="public", walled=False)) as grader:
        yield grader


@pytest.fixture
def without_wall(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Grader]:
    """A grader on a machine whose bubblewrap is refused what it needs."""
    bwrap = tmp_path / "bwrap"
    bwrap.write_text("#!/bin/sh\necho 'bwrap: No permissions to create a new namespace' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with Grader(Settings(checks="hidden", seed=0)) as grader:
        yield grader


@pytest.mark.parametrize("name", CASES)
def test_report_is_the_expected_one(name: str, exercises: dict[str, Exercise], request: pytest.FixtureRequest) -> None:
    grader = "at_home" if name.endswith("_at_home") else "without_wall" if name.endswith("_no_wall") else "hidden"
    report = request.getfixturevalue(grader).grade(submission_of(name), exercise_of(name, exercises))
    assert from_dict(to_dict(report)) == report
    for file, text in (("report.json", as_json(report)), ("report.txt", as_text(report))):
        expected = HERE / "cases" / name / file
        if REWRITE:
            expected.write_text(text, "utf-8")
        assert_same(text, expected)


def test_every_verdict_has_a_golden() -> None:
    reports = [json.loads(path.read_text("utf-8")) for path in (HERE / "cases").glob("*/report.json")]
    of_reports = {report["verdict"] for report in reports}
    of_checks = {check["verdict"] for report in reports for check in report["checks"]}
    assert of_reports == {verdict.value for verdict in Verdict} - {"skipped"}
    assert of_checks == {verdict.value for verdict in Verdict} - {"not_graded"}


def test_no_golden_names_this_machine() -> None:
    for path in (HERE / "cases").glob("*/report.*"):
        assert str(ROOT) not in path.read_text("utf-8"), f"{path} names a folder of this machine"


def test_a_broken_check_file_is_not_quoted_to_students(hidden: Grader, exercises: dict[str, Exercise]) -> None:
    report = hidden.grade(submission_of("broken_file_right_answer"), exercises["broken_file"])
    assert report.verdict is Verdict.BROKEN_EXERCISE
    assert str(ROOT) not in report.message
    assert "from grader.checks import" not in report.message


def test_what_is_printed_for_the_diagnosis_is_left_out(hidden: Grader, exercises: dict[str, Exercise]) -> None:
    source = b"def blend(here, target, rate):\n    print('rate', rate)\n    return here - rate * (target - here)\n"
    report = hidden.grade(Submission("submission.py", source), exercises["blend"])
    assert "rate 0.3\n" in report.stdout  # of a check
    assert "rate 0.25\n" not in report.stdout  # of the probe


def exercise_of(name: str, exercises: dict[str, Exercise]) -> Exercise:
    (slug,) = [slug for slug in exercises if name.startswith(f"{slug}_")]
    return exercises[slug]


def submission_of(name: str) -> Submission:
    if name in MADE:
        return Submission("submission.py", MADE[name]())
    (path,) = (HERE / "cases" / name).glob("submission.*")
    return Submission("submission.ipynb" if path.suffix == ".ipynb" else "submission.py", path.read_bytes())


def as_json(report: Report) -> str:
    """The report without what differs from run to run, one key a line."""
    data = to_dict(report)
    for key in VOLATILE:
        del data[key]
    for check in data["checks"]:
        del check["seconds"]
    return json.dumps(_shortened(data), indent=2, ensure_ascii=False) + "\n"


def as_text(report: Report) -> str:
    """What a terminal of 80 columns shows without colours; the seconds are masked."""
    page = io.StringIO()
    console = Console(file=page, width=80, color_system=None, force_terminal=False)
    render_text(msgspec.structs.replace(report, seconds=0.0), console)
    text = page.getvalue().replace(f"on {report.device}, 0.00 s", f"on {report.device}, #.## s")
    return "\n".join(line.rstrip() for line in text.split("\n")).rstrip("\n") + "\n"


def assert_same(text: str, expected: Path) -> None:
    assert expected.is_file(), f"{expected} is missing: run `python {Path(__file__).with_name('rewrite.py')}`"
    before, after = expected.read_text("utf-8").split("\n"), text.split("\n")
    different = "\n".join(difflib.unified_diff(before, after, "expected", "now", lineterm=""))
    assert not different, f"{expected.parent.name}/{expected.name} differs; `make goldens` rewrites it.\n{different}"


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(value) > SHOWN:
            return f"{value[: SHOWN // 2]} [... {len(value)} characters in all ...] {value[-SHOWN // 2 :]}"
        case list():
            return [_shortened(item) for item in value]
        case dict():
            return {key: _shortened(item) for key, item in value.items()}
        case _:
            return value
