"""The commands of the web app. `add_to` hooks them into `gradgym`."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Final

import typer

# name -> module, function. In the order in which people meet them.
COMMANDS: Final = {
    "demo": ("demo", "demo"),
    "serve": ("serve", "serve"),
    "worker": ("worker", "worker"),
    "backup": ("backup", "backup"),
    "restore": ("backup", "restore"),
}
# Groups: name -> module, which has a typer.Typer called `app`.
GROUPS: Final = {
    "courses": "courses",
    "users": "users",
    "gradebook": "gradebook",
    "db": "db",
}


def add_to(app: typer.Typer) -> None:
    """Add every command of the web app to the command line."""
    for name, (module, function) in COMMANDS.items():
        app.command(name)(getattr(import_module(f"{__name__}.{module}"), function))
    for name, module in GROUPS.items():
        if find_spec(f"{__name__}.{module}") is not None:
            app.add_typer(import_module(f"{__name__}.{module}").app, name=name)
