"""The log: plain lines to stderr, each with the time, who says it and how bad it is."""

from __future__ import annotations

import logging
from typing import Final

FORMAT: Final = "%(asctime)s %(name)s[%(process)d] %(levelname)s %(message)s"


def log_to_stderr(level: int = logging.INFO) -> None:
    """Where this process writes its log from here on."""
    logging.basicConfig(level=level, format=FORMAT, force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)
