"""A worker as a process: `python -m webapp.grading.worker_process NAME JOBS PARENT`.

The installation is that of the environment (GRADGYM_DATA and the rest).
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Final

from webapp.db.database import Database
from webapp.grading.lifeline import die_with
from webapp.grading.worker import Worker
from webapp.settings import load_settings
from webapp.web.log import log_to_stderr

NICER: Final = 5  # graders leave the processor to people who wait for a page


def main(name: str, jobs: int, parent: int) -> None:
    """Grade until SIGTERM; what is in hand then is finished."""
    die_with(parent)
    log_to_stderr()
    os.nice(NICER)
    settings = load_settings()
    database = Database(settings.database)
    worker = Worker(database, settings, name=name, jobs=jobs)
    signal.signal(signal.SIGTERM, lambda number, frame: worker.stop())
    try:
        worker.run()
    finally:
        database.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
