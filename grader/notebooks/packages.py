"""What only some uses of notebooks need, and what to do where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from grader.notebooks.reading import NotebookError


def needed(*names: str) -> None:
    """Raise NotebookError, which says what to install, where one of these packages isn't there."""
    missing = [name for name in names if find_spec(name) is None]
    if missing:
        raise NotebookError(f"This needs {missing[0]}, which is not installed. Try pip install 'gradgym[notebooks]'.")
