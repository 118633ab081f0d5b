"""The flag that grades without a wall. It is never the default, and every report then says so."""

from __future__ import annotations

from typing import Annotated

import typer

NoWallOption = Annotated[
    bool,
    typer.Option("--no-wall", help="Run the code without a wall, with your own rights. Every report says so."),
]
