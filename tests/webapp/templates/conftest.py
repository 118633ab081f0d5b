from __future__ import annotations

import pytest
from flask import Flask

from webapp.web.style_guide import create_app


@pytest.fixture
def style_guide() -> Flask:
    return create_app()
