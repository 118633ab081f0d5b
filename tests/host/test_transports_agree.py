"""Same checks, same words: plain pytest, a process without a wall, and the jail give the same report."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.model import Course, Exercise
from grader.report import CheckResult, Report, Verdict
from grader.report.words import notes

Grade = Callable[..., Report]
TINY = Path(__file__).parent.parent / "tiny_course"

DOUBLE = "import torch\ndef double_it(x):\n    if not x.is_floating_point():\n        raise ValueError('no')\n    "
COUNTER = """
class Counter:
    def __init__(self, start, by=1.0):
        self.value, self.by, self.steps = start, by, 0
    def step(self):
        self.value += self.by
        self.steps += 1
"""

SUBMISSIONS: dict[str, tuple[str, str]] = {
    "right": ("double_it", DOUBLE + "return 2 * x\n"),
    "wrong": ("double_it", DOUBLE + "return 5 * x\n"),
    "a known mistake": ("double_it", DOUBLE + "return 3 * x\n"),
    "in place": ("double_it", DOUBLE + "return x.mul_(2)\n"),
    "another shape": ("double_it", DOUBLE + "return 2 * x[None]\n"),
    "half precision": ("double_it", DOUBLE + "return 2 * x.half()\n"),
    "nothing": ("double_it", DOUBLE + "2 * x\n"),
    "an object": ("double_it", DOUBLE + "return object()\n"),
    "a sparse tensor": ("double_it", DOUBLE + "return (2 * x).to_sparse()\n"),
    "an exception": ("double_it", DOUBLE + "return {}['rate']\n"),
    "a long message": ("double_it", DOUBLE + "raise RuntimeError('x' * 5000)\n"),
    "anything goes": ("double_it", "def double_it(x):\n    return 2 * x\n"),
    "another error": ("double_it", "def double_it(x):\n    return 2 * x if x.is_floating_point() else 1 / 0\n"),
    "the stub": ("double_it", "def double_it(x):\n    raise NotImplementedError\n"),
    "no such name": ("double_it", "def doubleit(x):\n    return 2 * x\n"),
    "dies at import": ("double_it", "import torch\ntorch.ones(2) @ torch.ones(3)\n"),
    "counts": ("counter", COUNTER),
    "counts elsewhere": ("counter", COUNTER.replace("self.value += self.by", "self.value = self.value + self.by")),
    "forgets to count": ("counter", COUNTER.replace("self.steps += 1", "pass")),
    "has no steps": (
        "counter",
        COUNTER.replace("self.by, self.steps = start, by, 0", "self.by = start, by").replace(
            "        self.steps += 1\n", ""
        ),
    ),
    "twice": ("with_kit", "def apply_twice(f, x):\n    return f(f(x))\n"),
    "once": ("with_kit", "def apply_twice(f, x):\n    return f(x)\n"),
    "with too much": ("with_kit", "def apply_twice(f, x):\n    return f(f(x), x)\n"),
}


@pytest.fixture(scope="module")
def open_grader(tiny_course: Course) -> Iterator[Grader]:
    """A warm grader without a wall."""
    with Grader(Settings(checks="all", seed=0, walled=False)) as grader:
        for exercise in tiny_course.exercises:
            grader.warm(exercise)
        yield grader


@pytest.fixture(scope="module")
def reports(
    grader: Grader, open_grader: Grader, exercises: dict[str, Exercise]
) -> Callable[[str], tuple[Report, Report]]:
    """The reports of the jail and of a process without a wall."""

    def of(name: str) -> tuple[Report, Report]:
        slug, source = SUBMISSIONS[name]
        submission = Submission("ada.py", source.encode())
        return grader.grade(submission, exercises[slug]), open_grader.grade(submission, exercises[slug])

    return of


def facts(check: CheckResult) -> dict[str, Any]:
    return {
        name: getattr(check, name)
        for name in ("name", "verdict", "rationale", "hint", "mistake", "difference", "where", "points", "earned")
    }


@pytest.mark.jail
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_the_jail_and_a_plain_process_say_the_same(reports: Callable[[str], tuple[Report, Report]], name: str) -> None:
    jailed, opened = reports(name)
    assert [facts(check) for check in jailed.checks] == [facts(check) for check in opened.checks]
    for field in ("verdict", "message", "where", "score", "max_score", "mistakes", "stdout", "seed", "exercise_hash"):
        assert getattr(jailed, field) == getattr(opened, field), field
    assert (jailed.wall, opened.wall) == ("jail", "none")
    assert notes(opened)
    assert not notes(jailed)


TELL = """
import json
import os

import pytest

from grader.checks.declare import spec_of
from grader.checks.plugin import OUTCOME

told = []


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    outcome = item.stash.get(OUTCOME, None)
    if outcome is not None:
        case = item.path.parts[item.path.parts.index("cases") + 1]
        where = outcome.where and [outcome.where.line, outcome.where.source]
        hint = "" if outcome.verdict == "passed" else outcome.hint or spec_of(item.obj).hint
        told.append([case, item.name, outcome.verdict, outcome.rationale, hint, where])


def pytest_sessionfinish():
    with open(os.environ["TOLD"], "w") as file:
        json.dump(told, file)
"""


@pytest.fixture(scope="module")
def on_a_laptop(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Any]]]:
    """What plain pytest says of every submission, each in a student's folder of its own; one run for all."""
    base = tmp_path_factory.mktemp("laptop")
    for name, (slug, source) in SUBMISSIONS.items():
        course = base / "cases" / name / "exercises"
        shutil.copytree(TINY / "exercises", course)
        for folder in course.glob("*/*"):
            if folder.is_dir() and folder.name != slug:
                (folder / "test_public.py").unlink()
                (folder / "test_public.py").write_text('"""none here"""\n')
        (course / "u01_tiny" / slug / f"{slug}.py").write_text(source)
    (base / "tell.py").write_text(TELL)
    words = [sys.executable, "-m", "pytest", "-q", "-p", "grader.laptop", "-p", "tell", "--import-mode=importlib"]
    words += ["-o", "python_files=test_public.py", "-p", "no:cacheprovider", str(base / "cases")]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(base), "TOLD": str(base / "told.json")}
    done = subprocess.run(words, cwd=base, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1, done.stdout + done.stderr
    told: dict[str, dict[str, list[Any]]] = {}
    for case, check, *rest in json.loads((base / "told.json").read_text()):
        told.setdefault(case, {})[check.removeprefix("test_")] = rest
    return told


@pytest.mark.jail
@pytest.mark.parametrize("name", SUBMISSIONS)
def test_plain_pytest_says_the_same_of_the_public_checks(
    reports: Callable[[str], tuple[Report, Report]], on_a_laptop: dict[str, dict[str, list[Any]]], name: str
) -> None:
    jailed, _ = reports(name)
    public = [check for check in jailed.checks if not check.hidden]
    assert set(on_a_laptop[name]) == {check.name for check in public}
    for check in public:
        verdict, rationale, hint, where = on_a_laptop[name][check.name]
        assert verdict == check.verdict
        assert rationale == check.rationale
        assert where == (check.where and [check.where.line, check.where.source])
        if not jailed.mistakes:  # the bank, which a student doesn't have, gives better hints
            assert hint == check.hint


def test_what_cannot_be_read_is_said_by_plain_pytest_too(tmp_path: Path) -> None:
    shutil.copytree(TINY / "exercises", tmp_path / "exercises")
    folder = tmp_path / "exercises" / "u01_tiny" / "double_it"
    (folder / "double_it.py").write_text("def double_it(x)\n    return 2 * x\n")
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    done = subprocess.run(words, cwd=tmp_path / "exercises", capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Python can't read the file: expected ':'." in done.stdout
    assert "line 1: def double_it(x)" in done.stdout
    assert "Traceback" not in done.stdout


# Without a wall, what can be kept is kept


def grade_openly(grader: Grader, exercise: Exercise, body: str, head: str = "") -> Report:
    source = f"import os, sys, time\n{head}\n{DOUBLE}{body}\n"
    return grader.grade(Submission("ada.py", source.encode()), exercise)


def test_a_death_without_a_wall_is_crashed(open_grader: Grader, exercises: dict[str, Exercise]) -> None:
    report = grade_openly(open_grader, exercises["double_it"], "os._exit(0) if x.numel() == 6 else 0; return 2 * x")
    failed = {check.name: check for check in report.checks}["values"]
    assert failed.verdict is Verdict.CRASHED
    assert "exit code 0" in failed.rationale
    assert report.score == 1000


def test_an_endless_loop_without_a_wall_is_ended_with_its_children(
    open_grader: Grader, exercises: dict[str, Exercise]
) -> None:
    """Children in the same process group go along; `nothing_left_behind` would find them."""
    head = "if os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)"
    began = time.monotonic()
    report = grade_openly(open_grader, exercises["double_it"], "while x.numel() == 6: pass\n    return 2 * x", head)
    assert {check.name: check.verdict for check in report.checks}["values"] is Verdict.TIMED_OUT
    assert time.monotonic() - began < 15


def test_code_without_a_wall_runs_with_the_persons_own_rights_and_the_report_says_so(
    open_grader: Grader, exercises: dict[str, Exercise], tmp_path: Path
) -> None:
    report = grade_openly(
        open_grader, exercises["double_it"], "return 2 * x", f"open({str(tmp_path / 'here')!r}, 'w').write('x')"
    )
    assert report.verdict is Verdict.PASSED
    assert (tmp_path / "here").exists()
    assert report.wall == "none"


def test_memory_without_a_wall_is_still_limited(open_grader: Grader, exercises: dict[str, Exercise]) -> None:
    report = grade_openly(
        open_grader, exercises["double_it"], "y = [bytes(1 << 20) for _ in range(4000)]; return 2 * x"
    )
    assert report.verdict is Verdict.OUT_OF_MEMORY
