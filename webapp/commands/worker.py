"""`gradgym worker`: one more grading process, here or on another machine."""

from __future__ import annotations

import os
import socket
from typing import Annotated

import typer

from webapp.commands.installation import DataOption, open_database, open_settings


def worker(
    data: DataOption = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=64, help="How many gradings at a time; left out: one a processor.")
    ] = None,
    name: Annotated[
        str, typer.Option(help="What it is called; two that run must not share a name. Left out: machine and process.")
    ] = "",
) -> None:
    """Grade what waits, until stopped; what is in hand then is finished. A grader that ends is started again."""
    settings = open_settings(data)
    with open_database(settings):
        pass
    from webapp.grading.supervisor import Supervisor, python_child
    from webapp.web.log import log_to_stderr

    log_to_stderr()
    name = name or f"{socket.gethostname()}:{os.getpid()}"
    count = jobs or os.cpu_count() or 1
    typer.echo(f"Grading as {name}, {count} at a time. Ctrl-C stops it.")
    child = python_child(f"worker {name}", "webapp.grading.worker_process", name, count)
    Supervisor([child], environment={**os.environ, "GRADGYM_DATA": str(settings.folder)}).run()
