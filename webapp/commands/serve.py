"""`gradgym serve`: the web server and its workers, kept running."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from webapp.commands.installation import DataOption, fail, open_database, open_settings

if TYPE_CHECKING:
    from webapp.settings import Settings

PORT = 8000
THREADS = 64  # of the web server: each page that follows a grading keeps one busy


def serve(
    data: DataOption = None,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 is all of them.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = PORT,
    workers: Annotated[int, typer.Option(min=0, max=64, help="How many grading processes; 0 where others grade.")] = 1,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="How many gradings at a time in each; left out: one a processor."),
    ] = None,
    web_threads: Annotated[
        int, typer.Option(min=4, max=512, help="How many requests the web server answers at a time.")
    ] = THREADS,
) -> None:
    """Run the web server and the graders, and start again whichever ends. Ctrl-C stops all, after what is in hand."""
    settings = open_settings(data)
    with open_database(settings, must_be_current=False) as database:
        from webapp.db.schema import upgrade

        upgrade(database)
    run(settings, listen(host, port), workers=workers, jobs=jobs or os.cpu_count() or 1, web_threads=web_threads)


def listen(host: str, port: int) -> socket.socket:
    """A socket on this address; ends the command where that can't be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        fail(f"{host} port {port} can't be listened on ({said}): end what uses it, or choose another --port.")


def run(settings: Settings, listening: socket.socket, *, workers: int, jobs: int, web_threads: int) -> None:
    """Keep an installation running until SIGTERM or SIGINT. Its tables are of this version."""
    from webapp.grading.supervisor import Supervisor, python_child
    from webapp.operations.running import AlreadyRunning, only_one
    from webapp.web.log import log_to_stderr

    log_to_stderr()
    descriptor = listening.fileno()
    here = socket.gethostname()
    children = [
        python_child("the web server", "webapp.web.server", descriptor, web_threads, descriptors=[descriptor]),
        *(
            python_child(f"worker {slot}", "webapp.grading.worker_process", f"{here}:{slot}", jobs)
            for slot in range(1, workers + 1)
        ),
    ]
    try:
        with only_one(settings.folder):
            address, number = listening.getsockname()[:2]
            shown = f"[{address}]" if ":" in address else address
            graders = (
                f"{workers} grading process{'es' if workers != 1 else ''}, {jobs} at a time"
                if workers
                else "no graders"
            )
            typer.echo(
                f"gradgym is at http://{shown}:{number} (data in {settings.folder}; {graders}). Ctrl-C stops it."
            )
            Supervisor(children, environment={**os.environ, "GRADGYM_DATA": str(settings.folder)}).run()
    except AlreadyRunning as error:
        fail(str(error))
    finally:
        listening.close()


def next_free(host: str, port: int, tries: int = 100) -> socket.socket:
    """A socket on this port, or on the next one that is free."""
    for number in range(port, port + tries):
        try:
            return socket.create_server((host, number), backlog=1024)
        except (OSError, OverflowError):
            pass  # taken: the next one
    return listen(host, port)  # which says what is wrong with it
