"""Measuring the grader on this machine. Every figure is taken together with the one it is compared with."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise
from grader.report.model import Report, Verdict


@dataclass(frozen=True)
class Figure:
    """One measured thing, in words and numbers."""

    name: str
    value: float
    unit: str
    compared: str = ""
    aim: str = ""


def cold_check(exercise: Exercise, times: int = 5) -> list[Figure]:
    """`gradgym check` from nothing, paired with `python -c "import torch"`."""
    pairs = [
        (
            _seconds([sys.executable, "-c", "import torch"]),
            _seconds([sys.executable, "-m", "grader.cli.main", "check", str(exercise.folder)]),
        )
        for _ in range(times)
    ]
    torch, check = (statistics.median(column) for column in zip(*pairs, strict=True))
    aim = 1.3 * torch + 1
    return [
        Figure("import torch", torch, "s"),
        Figure(
            "gradgym check, cold",
            check,
            "s",
            f"{check / torch:.2f} times import torch",
            f"at most {aim:.2f} s (1.3 x import + 1)",
        ),
    ]


def warm_check(exercise: Exercise, times: int = 40) -> list[Figure]:
    """What `gradgym watch` needs for an answer once it is warm."""
    with Grader(Settings(checks="public", walled=False)) as grader:
        submission = _reference(exercise)
        grader.grade(submission, exercise)
        seconds = sorted(_timed(lambda: grader.grade(submission, exercise)) for _ in range(times))
    return [
        Figure("warm check (watch), median", statistics.median(seconds), "s", "", "at most 0.3 s"),
        Figure("warm check (watch), slowest", seconds[-1], "s"),
    ]


def throughput(exercise: Exercise, count: int, jobs: int) -> list[Figure]:
    """Submissions a second with the wall up, latencies, and what the host's memory does meanwhile."""
    with Grader(Settings(seed=0, jobs=jobs)) as grader:
        submission = _reference(exercise)
        _must_pass(grader.grade(submission, exercise))
        for report in grader.grade_many([submission] * 20, exercise):
            _must_pass(report)
        before, began = _resident_mb(), time.monotonic()
        seconds = []
        for report in grader.grade_many([submission] * count, exercise):
            _must_pass(report)
            seconds.append(report.seconds)
        took, after = time.monotonic() - began, _resident_mb()
    seconds.sort()
    return [
        Figure(
            f"{count} submissions, {jobs} at a time, wall up",
            count / took,
            "a second",
            f"{took:.1f} s in all",
            "at least 25 a second",
        ),
        Figure("latency, median", statistics.median(seconds) * 1000, "ms"),
        Figure("latency, p99", seconds[int(len(seconds) * 0.99) - 1] * 1000, "ms"),
        Figure("host memory before", before, "MB"),
        Figure("host memory after", after, "MB", f"{(after / before - 1) * 100:+.1f} %", "flat"),
    ]


def _reference(exercise: Exercise) -> Submission:
    assert exercise.reference is not None
    return Submission.from_file(exercise.reference)


def _must_pass(report: Report) -> None:
    if report.verdict is not Verdict.PASSED:
        raise RuntimeError(f"the reference was not graded as right: {report.verdict}: {report.message}")


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _seconds(words: list[str]) -> float:
    return _timed(lambda: subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


def _resident_mb() -> float:
    """The resident size of this process, the host."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
