"""Files written together: either all of them stay, or none."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self


class Changes:
    """Use in a `with` block: when it ends with an error, everything written in it is taken back."""

    def __init__(self) -> None:
        self.written: list[Path] = []
        self._before: list[tuple[Path, bytes | None]] = []
        self._folders: list[Path] = []

    def write(self, path: Path, text: str) -> None:
        missing = [folder for folder in path.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self._folders.append(folder)
        self._before.append((path, path.read_bytes() if path.exists() else None))
        self.written.append(path)
        path.write_bytes(text.encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._undo()

    def _undo(self) -> None:
        for path, before in reversed(self._before):
            if before is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(before)
        for folder in reversed(self._folders):
            folder.rmdir()
