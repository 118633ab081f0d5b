"""The three runs: many at once, with kills, and a backup in the middle."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.reliability.big_class import SLUG, BigClass, handed_in, make_class
from bench.reliability.clients import Looking, Sent, submit_all
from bench.reliability.proof import faults, wait_until_graded
from bench.reliability.serving import KINDS, serving

LONGEST = 900.0  # seconds for the gradings that are left when all is sent


@dataclass
class Outcome:
    """What a run found: figures to print, and faults, of which there have to be none."""

    figures: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def environment(folder: Path, database: str = "") -> dict[str, str]:
    """The environment of an installation's processes: this one's, without another installation's settings."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("GRADGYM_")}
    return known | {"GRADGYM_DATA": str(folder)} | ({"GRADGYM_DATABASE": database} if database else {})


def load_run(
    folder: Path, course: Path, slugs: Sequence[str], *, students: int, seconds: float, jobs: int, database: str = ""
) -> Outcome:
    """Every student hands in once, at any moment of `seconds`, while an instructor reads the gradebook."""
    environ = environment(folder, database)
    there = make_class(folder, course, slugs, students, environ)
    random = Random(1)
    files = handed_in(there.programs, students, 1, seed=1)
    moments = [random.uniform(0, seconds) for _ in files]
    out = Outcome()
    with serving(folder, environ, "--jobs", str(jobs)) as server:
        with Looking(server.port, there.cookie, f"/c/{SLUG}/gradebook") as looks:
            began = time.monotonic()
            sent = submit_all(server.port, there, files, moments)
            sending = time.monotonic() - began
            backlog = _wait(there)
        out.figures |= {
            "submissions accepted": f"{sum(one.id > 0 for one in sent)} of {len(files)} in {sending:.1f} s",
            "answer to a submission": _spread([one.seconds for one in sent]),
            "gradebook page meanwhile": f"{_spread(looks.seconds)}, {len(looks.seconds)} times",
            "all graded": f"{backlog:.1f} s after the last was sent, {len(files) / (sending + backlog):.1f} a second",
        }
        out.faults += [f"the gradebook answered {status}" for status in looks.failed]
    out.faults += faults(there, sent)
    return out


def kill_run(
    folder: Path,
    course: Path,
    slugs: Sequence[str],
    *,
    students: int,
    each: int,
    kills: int,
    pause: float,
    jobs: int,
    database: str = "",
    seed: int = 1,
) -> Outcome:
    """Students hand in for as long as processes are killed, one every `pause` seconds or so."""
    environ = environment(folder, database)
    there = make_class(folder, course, slugs, students, environ)
    random = Random(seed)
    files = handed_in(there.programs, students, each, seed=seed)
    moments = sorted(random.uniform(0, kills * pause) for _ in files)
    killed: Counter[str] = Counter()
    sent: list[Sent] = []
    with serving(folder, environ, "--jobs", str(jobs)) as server:
        sending = threading.Thread(target=lambda: sent.extend(submit_all(server.port, there, files, moments)))
        began = time.monotonic()
        sending.start()
        while sum(killed.values()) < kills and time.monotonic() - began < kills * pause * 3 + 60:
            time.sleep(random.uniform(0.2 * pause, 1.8 * pause))
            kind = random.choice(KINDS)
            killed[kind] += server.kill_one(kind, random)
        sending.join()
        took = time.monotonic() - began
        backlog = _wait(there)
    out = Outcome(faults=faults(there, sent))
    if sum(killed.values()) < kills:
        out.faults.append(f"only {sum(killed.values())} of {kills} kills were made")
    out.figures = {
        "killed": ", ".join(f"{killed[kind]} {kind}" for kind in KINDS) + f" in {took:.0f} s",
        "submissions accepted": f"{sum(one.id > 0 for one in sent)} of {len(files)}",
        "sent again after a broken connection": f"{sum(one.again > 0 for one in sent)}",
        "all graded": f"{backlog:.1f} s after the last was sent",
    }
    return out


def backup_run(
    folder: Path,
    course: Path,
    slugs: Sequence[str],
    *,
    students: int,
    jobs: int,
    seconds: float = 20.0,
    database: str = "",
    other: str = "",
) -> Outcome:
    """A backup in the middle of a load; it is restored elsewhere, served there, and everything in it gets graded."""
    first, second, file = folder / "first", folder / "second", folder / "live.backup"
    first.mkdir()
    second.mkdir()
    environ = environment(first, database)
    there = make_class(first, course, slugs, students, environ)
    files = handed_in(there.programs, students, 1, seed=3)
    moments = [seconds * number / len(files) for number in range(len(files))]
    done: list[Sent] = []
    with serving(first, environ, "--jobs", str(jobs)) as server:
        sending = threading.Thread(target=lambda: done.extend(submit_all(server.port, there, files, moments)))
        sending.start()
        time.sleep(seconds / 2)
        began = time.monotonic()
        _gradgym(environ, "backup", str(file))
        took = time.monotonic() - began
        sending.join()
        _wait(there)
    out = Outcome(faults=faults(there, done))
    elsewhere = environment(second, other)
    began = time.monotonic()
    _gradgym(elsewhere, "restore", str(file))
    restoring = time.monotonic() - began
    copy = BigClass(second, other or f"sqlite:///{second / 'gradgym.db'}", there.tokens, there.cookie, there.programs)
    with serving(second, elsewhere, "--jobs", str(jobs)):
        _wait(copy)
    ids = {one.id: one for one in done}
    kept = _ids(copy)
    out.faults += faults(copy, [ids[id] for id in kept if id in ids])
    if sorted(kept) != sorted(ids)[: len(kept)]:
        out.faults.append("the backup is of no one moment: submissions are missing in between")
    out.figures = {
        "backup, while students submit": f"{took:.1f} s, {file.stat().st_size / 1e6:.1f} MB",
        "restore": f"{restoring:.1f} s",
        "in it": f"{len(kept)} of {len(done)} submissions, all graded where it was restored",
    }
    return out


def _ids(there: BigClass) -> list[int]:
    from sqlalchemy import select

    from webapp.db.work import Submission

    database = there.open()
    with database.read() as db:
        found = list(db.scalars(select(Submission.id)))
    database.close()
    return found


def _wait(there: BigClass) -> float:
    database = there.open()
    try:
        return wait_until_graded(database, LONGEST)
    finally:
        database.close()


def _gradgym(environ: dict[str, str], *words: str) -> None:
    subprocess.run([sys.executable, "-m", "grader.cli.main", *words], env=environ, check=True, timeout=300)


def _spread(seconds: Sequence[float]) -> str:
    if len(seconds) < 2:
        return "too few"
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return f"median {cuts[49]:.3f} s, p95 {cuts[94]:.3f} s, slowest {max(seconds):.3f} s"
