"""`python -m bench.reliability load|kills|backup`: run from the repository's folder. Everything stays on loopback and ends."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.reliability.runs import backup_run, kill_run, load_run

COURSE = Path(__file__).parents[2] / "exercises"
SLUGS = ("sgd_step", "hinge_approx", "tensor_warmup")


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.reliability", description=__doc__)
    words.add_argument("run", choices=("load", "kills", "backup"))
    words.add_argument("--students", type=int, default=0, help="load 1000, kills 300, backup 400")
    words.add_argument("--seconds", type=float, default=60.0, help="load: all of them within so long")
    words.add_argument("--kills", type=int, default=200)
    words.add_argument("--pause", type=float, default=1.5, help="kills: seconds from one to the next, on average")
    words.add_argument("--each", type=int, default=3, help="kills: submissions of a student")
    words.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--database", default="", help="an empty PostgreSQL database, instead of SQLite")
    words.add_argument("--other", default="", help="backup: another one, to restore into")
    said = words.parse_args()
    with tempfile.TemporaryDirectory(prefix="gradgym-reliability-") as name:
        folder = Path(name)
        if said.run == "load":
            students = said.students or 1000
            out = load_run(
                folder, COURSE, SLUGS, students=students, seconds=said.seconds, jobs=said.jobs, database=said.database
            )
        elif said.run == "kills":
            out = kill_run(
                folder,
                COURSE,
                SLUGS,
                students=said.students or 300,
                each=said.each,
                kills=said.kills,
                pause=said.pause,
                jobs=said.jobs,
                database=said.database,
                seed=said.seed,
            )
        else:
            students = said.students or 400
            out = backup_run(
                folder, COURSE, SLUGS, students=students, jobs=said.jobs, database=said.database, other=said.other
            )
        for what, figure in out.figures.items():
            print(f"{what}: {figure}")
        print(f"faults: {len(out.faults)}")
        for fault in out.faults[:20]:
            print(f"  {fault}")
        if out.faults:
            log = folder / "serve.log"
            print(log.read_text("utf-8", "replace")[-4000:] if log.exists() else "", file=sys.stderr)
    return 1 if out.faults else 0


if __name__ == "__main__":
    sys.exit(main())
