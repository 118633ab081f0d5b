"""The web server: gunicorn with threads, on a socket that its parent holds: who comes while it restarts only waits.

    python -m webapp.web.server DESCRIPTOR THREADS PARENT

The installation is that of the environment (GRADGYM_DATA and the rest).
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, Final

from flask import Flask
from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from webapp.app import create_app
from webapp.grading.lifeline import die_with
from webapp.settings import load_settings
from webapp.web.log import FORMAT, log_to_stderr

GRACE_SECONDS: Final = 10  # for requests in hand when the server is stopped
STUCK_SECONDS: Final = 60  # without a sign of life, after which a process is taken for stuck and started anew


class Log(Logger):  # type: ignore[misc]
    """gunicorn's own words in the form of all others."""

    error_fmt = FORMAT
    datefmt = None


class Web(BaseApplication):  # type: ignore[misc]
    """gunicorn, configured here and nowhere else."""

    def __init__(self, descriptor: int, threads: int) -> None:
        self._bind = f"fd://{descriptor}"
        self._threads = threads
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._bind,
            "workers": 1,  # the streams' limit and the exercises in memory are a process's own
            "worker_class": "gthread",
            "threads": self._threads,
            "worker_connections": 1000,
            "backlog": 1024,
            "keepalive": 15,
            "timeout": STUCK_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "preload_app": True,  # so that a new process is there at once
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": Log,
            "control_socket_disable": True,
            "forwarded_allow_ips": "",  # whom to believe is a setting of the app (GRADGYM_PROXIES)
            "secure_scheme_headers": {},
            "post_fork": _in_the_child,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app(load_settings())


def _in_the_child(arbiter: Any, worker: Any) -> None:
    die_with(arbiter.pid)
    application: Flask = worker.app.wsgi()
    application.config["DATABASE"].engine.dispose(close=False)  # a connection belongs to the process that made it


def main(descriptor: int, threads: int, parent: int) -> None:
    """Serve until SIGTERM."""
    die_with(parent)
    log_to_stderr()
    logging.getLogger("gradgym.web").info("the web server starts, %d threads", threads)
    os.umask(0o077)
    Web(descriptor, threads).run()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
