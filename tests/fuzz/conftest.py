"""The targets, loaded from the file beside this one."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

HERE = Path(__file__).parent


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"fuzz_{name}", HERE / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def targets() -> ModuleType:
    """`targets.session(data)` and the others."""
    return _load("targets")


@pytest.fixture(scope="session")
def mutation() -> ModuleType:
    """`mutation.mutated(stream, random)`."""
    return _load("mutation")


@pytest.fixture(scope="session")
def make_corpus() -> ModuleType:
    """The script that makes the corpus."""
    return _load("make_corpus")
