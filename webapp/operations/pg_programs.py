"""PostgreSQL's programs: where they are, and how they learn which database, without a password in their arguments."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from sqlalchemy.engine import URL

from webapp.operations.archive import BackupError

# Options of an address that libpq also reads from the environment.
_OPTIONS: Final = {
    "host": "PGHOST",
    "port": "PGPORT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
}


def run_pg(program: str, *words: str, url: URL) -> None:
    """Run one of PostgreSQL's programs on the database at `url`. Raises BackupError with its last words."""
    done = subprocess.run(
        [_found(program), *words],
        env=_environment(url),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
        raise BackupError(f"{program} failed ({said}): see to that, then try again.")


def _found(program: str) -> str:
    """The newest there is: an older one refuses a newer server. Debian keeps each version in a folder of its own."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    newest_first = sorted(found, key=lambda path: path.parts[-3].zfill(4), reverse=True)
    here = str(newest_first[0]) if newest_first else shutil.which(program)
    if here is None:
        raise BackupError(f"{program} is not on this machine: install the package postgresql-client.")
    return here


def _environment(url: URL) -> dict[str, str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    parts = {"PGHOST": url.host, "PGPORT": url.port, "PGUSER": url.username, "PGPASSWORD": url.password}
    known |= {name: str(value) for name, value in parts.items() if value}
    for name, value in url.query.items():
        if name in _OPTIONS:
            known[_OPTIONS[name]] = value if isinstance(value, str) else value[0]
    return known | {"PGDATABASE": url.database or "", "PGCONNECT_TIMEOUT": "30"}
