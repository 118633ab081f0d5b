"""The same hidden checks graded three ways, in alternating rounds; prints a Markdown table of medians and ratios."""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.api import Grader, Settings, Submission
from grader.checks.declare import spec_of
from grader.course.load import find_exercise, load_course
from grader.course.model import Exercise
from grader.report.model import Verdict

HERE = Path(__file__).resolve().parent


def with_gradgym(grader: Grader, exercise: Exercise, count: int) -> tuple[float, list[float]]:
    """Submissions a second and the latency of each, behind the wall."""
    assert exercise.reference is not None
    submissions = [Submission.from_file(exercise.reference)] * count
    began = time.perf_counter()
    reports = list(grader.grade_many(submissions, exercise))
    took = time.perf_counter() - began
    assert all(report.verdict is Verdict.PASSED for report in reports)
    return count / took, [report.seconds for report in reports]


def with_fresh_pytest(exercise: Exercise, count: int, jobs: int) -> tuple[float, list[float]]:
    """Submissions a second with a fresh pytest process for each, no wall."""
    assert exercise.hidden_checks_file is not None
    environment = {
        **os.environ,
        "BENCH_COURSE": str(exercise.folder.parent.parent),
        "BENCH_EXERCISE": exercise.slug,
        "BENCH_FILE": str(exercise.reference),
        "PYTHONPATH": f"{HERE}{os.pathsep}{exercise.folder.parent.parent}",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "OMP_NUM_THREADS": "1",
    }
    words = [sys.executable, "-m", "pytest", "-q", "-p", "direct_plugin", "-c", os.devnull, "--import-mode=importlib"]
    words += ["-p", "no:cacheprovider", str(exercise.hidden_checks_file)]

    def one(_: int) -> float:
        began = time.perf_counter()
        done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(jobs) as threads:
        seconds = list(threads.map(one, range(count)))
    return count / (time.perf_counter() - began), seconds


def as_plain_calls(exercise: Exercise, count: int) -> tuple[float, list[float]]:
    """Submissions a second when the checks are plain calls in this warm process: nothing can be faster."""
    sys.path.insert(0, str(HERE))
    from direct_plugin import desk_for

    spec = importlib.util.spec_from_file_location("bench_checks", str(exercise.hidden_checks_file))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(exercise.folder.parent.parent))
    spec.loader.exec_module(module)
    checks = [(name, found) for name, thing in vars(module).items() if (found := spec_of(thing)) is not None]
    desk = desk_for(str(exercise.folder.parent.parent), exercise.slug, str(exercise.reference))
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        for name, check in checks:
            desk.run(getattr(module, name), name, check, {})
        seconds.append(time.perf_counter() - began)
    return count / sum(seconds), seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercise", nargs="?", default="sgd_step")
    parser.add_argument("--course", type=Path, default=HERE.parent / "exercises")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    chosen = parser.parse_args()
    exercise = find_exercise(load_course(chosen.course), chosen.exercise)
    rows: dict[str, list[tuple[float, list[float]]]] = {"a": [], "b": [], "c": []}
    with Grader(Settings(seed=0, jobs=chosen.jobs)) as grader:
        with_gradgym(grader, exercise, 20)
        as_plain_calls(exercise, 20)
        for _ in range(chosen.rounds):
            rows["a"].append(with_gradgym(grader, exercise, 100))
            rows["b"].append(with_fresh_pytest(exercise, 4 * chosen.jobs, chosen.jobs))
            rows["c"].append(as_plain_calls(exercise, 50))
    rates = {way: statistics.median(rate for rate, _ in found) for way, found in rows.items()}
    names = {"a": "gradgym, wall up", "b": "fresh pytest, no wall", "c": "plain calls, one process (floor)"}
    print(f"\n{exercise.slug}, {chosen.jobs} at a time, {chosen.rounds} rounds, medians\n")
    print("| way | submissions a second | against (b) | median latency | p99 |\n| --- | --- | --- | --- | --- |")
    for way, found in rows.items():
        seconds = sorted(second for _, part in found for second in part)
        p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
        print(
            f"| ({way}) {names[way]} | {rates[way]:.2f} | {rates[way] / rates['b']:.1f} x "
            f"| {statistics.median(seconds) * 1000:.0f} ms | {p99 * 1000:.0f} ms |"
        )


if __name__ == "__main__":
    main()
