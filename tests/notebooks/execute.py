"""`python execute.py NOTEBOOK FOLDER`: run a notebook in a fresh kernel in FOLDER, and write its outputs into the file.

A cell's metadata goes to the kernel with its code, as JupyterLab sends it, unless the notebook's metadata says that it
is for a plain front end.
"""

from __future__ import annotations

import sys
from typing import Any

import nbformat
from nbclient import NotebookClient


class LikeJupyterLab(NotebookClient):
    """Sends a cell's metadata and id along when it runs."""

    async def async_execute_cell(self, cell: Any, *args: Any, **options: Any) -> Any:
        if not self.nb.metadata.get("plain"):
            told = {**cell.metadata, "cellId": cell.id}
            make, session = self.kc.session.msg, self.kc.session

            def msg(kind: str, *words: Any, **more: Any) -> Any:
                made = make(kind, *words, **more)
                if kind == "execute_request":
                    made["metadata"] = told
                return made

            session.msg = msg
            try:
                return await super().async_execute_cell(cell, *args, **options)
            finally:
                session.msg = make
        return await super().async_execute_cell(cell, *args, **options)


def main(path: str, folder: str) -> None:
    notebook = nbformat.read(path, 4)
    client = LikeJupyterLab(notebook, timeout=200, kernel_name="python3", resources={"metadata": {"path": folder}})
    client.execute()
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
