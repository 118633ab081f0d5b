"""How long the gradebook takes: a class is seeded, and each page is asked for through the app, without a network.

    python bench/gradebook.py [--students 2000] [--database postgresql://...] [--rounds 7]

Prints a table of milliseconds: the median and the slowest of so many rounds after one that is not counted, and the
processor's time of this process alone, which others at work on the machine change little.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from gradebook_seed import SESSION, seed
from sqlalchemy import func, select

from webapp.app import create_app
from webapp.courses.assignments import assignments_of, change_assignments, change_course
from webapp.db.database import Database
from webapp.db.people import Enrolment, User
from webapp.db.schema import upgrade
from webapp.db.teaching import CourseRow
from webapp.db.work import Result
from webapp.settings import Settings
from webapp.web.identity import COOKIE, person_of

ROOT = Path(__file__).parents[1]
ASKED = {
    "first page, 100 students × all exercises": "gradebook",
    "sorted by total": "gradebook?sort=total&down=1",
    "sorted by an exercise": "gradebook?sort=adam&down=1",
    "one group, something missing": "gradebook?group=group+3&only=missing",
    "found by name": "gradebook?search=amina",
    "units folded": "gradebook?unit=units",
    "last page": "gradebook?page=999",
    "all students on one page": "gradebook?size=all",
    "CSV of all": "gradebook.csv",
    "Excel of all": "gradebook.xlsx",
    "one student": "students/{student}",
    "audit": "audit",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=2000)
    parser.add_argument("--database", help="an empty PostgreSQL; left out: SQLite in a temporary folder")
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-gradgym-") as folder:
        address = chosen.database or f"sqlite:///{folder}/gradgym.db"
        database = Database(address)
        upgrade(database)
        seed(database, ROOT / "exercises", chosen.students)
        measure(database, Settings(folder=Path(folder), database=address, secret="bench"), chosen.rounds)
        change(database)
        database.close()


def measure(database: Database, settings: Settings, rounds: int) -> None:
    with database.read() as db:
        student = db.scalar(select(func.max(Enrolment.id)))
        results = db.scalar(select(func.count()).select_from(Result))
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    print(f"{kind}, {results} results\n")
    print("| page | median ms | slowest ms | CPU ms | KiB |\n| --- | --- | --- | --- | --- |")
    client = create_app(settings, database).test_client()
    client.set_cookie(COOKIE, SESSION)
    for words, asked in ASKED.items():
        times, busy, size = [], [], 0
        for _ in range(rounds + 1):
            start, at_work = time.perf_counter(), time.process_time()
            answer = client.get(f"/c/dl/{asked.format(student=student)}")
            size = len(answer.data)
            times.append(1000 * (time.perf_counter() - start))
            busy.append(1000 * (time.process_time() - at_work))
            assert answer.status_code == 200, answer.text
        figures = (statistics.median(times[1:]), max(times[1:]), statistics.median(busy[1:]), size / 1024)
        print(f"| {words} | {' | '.join(f'{figure:.0f}' for figure in figures)} |", flush=True)


def change(database: Database) -> None:
    """What an instructor waits for: each in one transaction."""
    with database.read() as db:
        course = db.scalars(select(CourseRow)).one()
        who = person_of(db, db.scalars(select(User).order_by(User.id)).first())
        asked = assignments_of(db, course)
    print("\n| change, with the points of all concerned | seconds |\n| --- | --- |")
    one, every = asked[:1], asked
    for words, some in (("the deadline of one exercise", one), ("the deadlines of all", every)):
        start = time.perf_counter()
        with database.write() as db:
            change_assignments(db, who, course, {a.id: {"due_at": a.due_at - timedelta(days=1)} for a in some})
        print(f"| {words} | {time.perf_counter() - start:.2f} |", flush=True)
    start = time.perf_counter()
    with database.write() as db:
        change_course(db, who, course, {"late_policy": {"kind": "grace_days", "percent": 25, "grace": 4}})
    print(f"| the course's late rule | {time.perf_counter() - start:.2f} |", flush=True)


if __name__ == "__main__":
    main()
