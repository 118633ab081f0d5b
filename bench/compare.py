"""The same hidden checks graded three ways, in alternating rounds; prints a Markdown table of medians and ratios."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from grader.api import Grader, Settings, Submission
from grader.checks.declare import spec_of
from grader.course.load import find_exercise, load_course
from grader.course.model import Exercise
from grader.report.model import Verdict

HERE = Path(__file__).resolve().parent


@dataclass
class Round:
    """One way, once: submissions a second, the latency of each, processor time and memory of each."""

    rate: float
    seconds: list[float]
    processor: float
    memory_mb: float


def measured(one: Callable[[int], float], count: int, jobs: int) -> Round:
    """Run `one` so many times, so many at a time, and watch the whole machine (which should do nothing else)."""
    watch = Watch()
    began, busy = time.perf_counter(), processor_seconds()
    with ThreadPoolExecutor(jobs) as threads:
        seconds = list(threads.map(one, range(count)))
    took, used = time.perf_counter() - began, processor_seconds() - busy
    return Round(count / took, seconds, used / count, watch.stop() / jobs)


def processor_seconds() -> float:
    """What all processors of this machine have worked since it started."""
    user, nice, system, _, _, irq, softirq = map(int, Path("/proc/stat").read_text().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """The largest share of memory that all processes below this one, together, have held beyond the start, in MB."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._first = self._most = held_mb()
        self._done = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._done.wait(0.05):
            self._most = max(self._most, held_mb())

    def stop(self) -> float:
        self._done.set()
        self.join()
        return self._most - self._first


def held_mb() -> float:
    """The processes below this one, each page counted once."""
    parents: dict[str, str] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[stat.parent.name] = stat.read_text(errors="replace").rpartition(")")[2].split()[1]
    below = {str(os.getpid())}
    while more := {pid for pid, parent in parents.items() if parent in below} - below:
        below |= more
    total = 0
    for pid in below - {str(os.getpid())}:
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
    return total / 1024


def with_gradgym(grader: Grader, exercise: Exercise, count: int, jobs: int) -> Round:
    """Behind the wall, with warm processes."""
    assert exercise.reference is not None
    submission = Submission.from_file(exercise.reference)
    grader.warm(exercise)

    def one(_: int) -> float:
        began = time.perf_counter()
        assert grader.grade(submission, exercise).verdict is Verdict.PASSED
        return time.perf_counter() - began

    return measured(one, count, jobs)


def with_fresh_pytest(exercise: Exercise, count: int, jobs: int) -> Round:
    """A fresh pytest process for each, no wall."""
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

    return measured(one, count, jobs)


def as_plain_calls(exercise: Exercise) -> Callable[[int], Round]:
    """The checks as plain calls in this warm process, on one processor: nothing can be faster."""
    sys.path.insert(0, str(HERE))
    from direct_plugin import desk_for

    spec = importlib.util.spec_from_file_location("bench_checks", str(exercise.hidden_checks_file))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(exercise.folder.parent.parent))
    spec.loader.exec_module(module)
    checks = [(name, found) for name, thing in vars(module).items() if (found := spec_of(thing)) is not None]
    desk = desk_for(str(exercise.folder.parent.parent), exercise.slug, str(exercise.reference))

    def one(_: int) -> float:
        began = time.perf_counter()
        for name, check in checks:
            desk.run(getattr(module, name), name, check, {})
        return time.perf_counter() - began

    return lambda count: measured(one, count, 1)


NAMES = {"a": "gradgym, wall up", "b": "fresh pytest, no wall", "c": "plain calls, one warm process (floor)"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("exercise", nargs="?", default="sgd_step")
    parser.add_argument("--course", type=Path, default=HERE.parent / "exercises")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=150, help="submissions a round for gradgym")
    chosen = parser.parse_args()
    exercise = find_exercise(load_course(chosen.course), chosen.exercise)
    processors = os.cpu_count() or 1
    rounds: dict[tuple[str, int], list[Round]] = defaultdict(list)
    with Grader(Settings(seed=0)) as grader:
        plain = as_plain_calls(exercise)
        plain(20)
        with_gradgym(grader, exercise, 20, processors)
        for _ in range(chosen.rounds):
            for jobs in sorted({1, processors}):
                rounds["a", jobs].append(with_gradgym(grader, exercise, chosen.count, jobs))
                rounds["b", jobs].append(with_fresh_pytest(exercise, 4 * jobs, jobs))
            rounds["c", 1].append(plain(chosen.count))
    print(f"\n{exercise.slug}, {chosen.rounds} alternating rounds, medians of the rounds\n")
    print("| way | at a time | submissions a second | against (b) | median | p99 | processor time | memory |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for (way, jobs), found in sorted(rounds.items()):
        rate = statistics.median(each.rate for each in found)
        against = rate / statistics.median(each.rate for each in rounds["b", jobs])
        seconds = sorted(second for each in found for second in each.seconds)
        p99 = seconds[min(len(seconds) - 1, int(len(seconds) * 0.99))]
        print(
            f"| ({way}) {NAMES[way]} | {jobs} | {rate:.2f} | {against:.1f} x "
            f"| {statistics.median(seconds) * 1000:.0f} ms | {p99 * 1000:.0f} ms "
            f"| {statistics.median(each.processor for each in found) * 1000:.0f} ms "
            f"| {max(each.memory_mb for each in found):.0f} MB |"
        )


if __name__ == "__main__":
    main()
