"""`python -m bench.reliability load|kills|backup`, from the repository's folder. All is on loopback, and it ends."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from functools import partial
from pathlib import Path

from bench.reliability.runs import backup_run, kill_run, load_run

COURSE = Path(__file__).parents[2] / "exercises"
RUNS = {"load": load_run, "kills": kill_run, "backup": backup_run}
SLUGS = ("sgd_step", "hinge_approx", "tensor_warmup")


def main() -> int:
    words = argparse.ArgumentParser(prog="python -m bench.reliability", description=__doc__)
    words.add_argument("run", choices=RUNS)
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
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))  # what was started is ended then, too
    with tempfile.TemporaryDirectory(prefix="bench-gradgym-") as name:
        folder = Path(name)
        run = partial(RUNS[said.run], folder, COURSE, SLUGS, jobs=said.jobs, database=said.database)
        if said.run == "load":
            out = run(students=said.students or 1000, seconds=said.seconds)
        elif said.run == "kills":
            kills = {"kills": said.kills, "pause": said.pause, "each": said.each, "seed": said.seed}
            out = run(students=said.students or 300, **kills)
        else:
            out = run(students=said.students or 400, other=said.other)
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
