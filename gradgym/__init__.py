"""The Jupyter extension: after `%load_ext gradgym`, `%check EXERCISE` runs the public checks on its cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def load_ipython_extension(shell: InteractiveShell) -> None:
    """What `%load_ext gradgym` calls."""
    from gradgym.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """What `%unload_ext gradgym` calls: the warm processes end."""
    from gradgym.extension import unload

    unload(shell)
