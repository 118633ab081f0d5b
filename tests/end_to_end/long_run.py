"""A host that grades a mixture of submissions for a long time: `python long_run.py WARM COUNT`.

Prints as JSON what it held after the first WARM gradings and after COUNT more, and every verdict that was not due.
test_endurance.py runs it as a process of its own, because a host is small: it has no torch and no pytest.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course

HERE = Path(__file__).parent
AT_A_TIME = 2


def held() -> dict[str, int]:
    gc.collect()
    with open("/proc/self/statm") as file:
        resident = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return {
        "resident": resident,
        "descriptors": len(os.listdir("/proc/self/fd")),
        "threads": len(os.listdir("/proc/self/task")),
    }


def main(warm: int, count: int) -> None:
    exercise = load_course(HERE.parent / "tiny_course" / "exercises").exercises[0]
    in_short = dataclasses.replace(exercise, limits=dataclasses.replace(exercise.limits, seconds=0.5))
    mixture = {path.stem: path.read_bytes() for path in sorted((HERE / "mixture").iterdir()) if path.suffix != ".md"}
    surprises: list[str] = []

    with Grader(Settings(seed=0)) as grader:
        grader.warm(exercise)

        def grade(number: int) -> None:
            name = list(mixture)[number % len(mixture)]
            due = mixture[name].decode().split("\n")[0].removeprefix("# ").split(" or ")
            report = grader.grade(Submission(name, mixture[name]), in_short if due == ["timed_out"] else exercise)
            if report.verdict not in due:
                said = [
                    f"{check.name}: {check.rationale}" for check in report.checks if check.verdict == report.verdict
                ]
                surprises.append(f"{name}: {report.verdict} instead of {due}: {report.message} {said[:1]}")

        found = []
        for gradings in (range(warm), range(warm, warm + count)):
            with ThreadPoolExecutor(AT_A_TIME) as threads:
                list(threads.map(grade, gradings))
            found.append(held())
    print(json.dumps({"before": found[0], "after": found[1], "surprises": surprises}))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
