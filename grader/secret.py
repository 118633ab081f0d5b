"""The secret of a deployment."""

from __future__ import annotations

import os


def deployment_secret() -> str:
    """The secret that hidden seeds are mixed with: GRADGYM_SECRET, or none."""
    return os.environ.get("GRADGYM_SECRET", "")
