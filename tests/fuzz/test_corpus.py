"""Where the search begins: small, as the script makes it, and harmless to the last file."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

CORPUS = Path(__file__).parent / "corpus"
FILES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.bin"))


@pytest.mark.parametrize("name", FILES)
def test_every_input_of_the_corpus_is_taken(targets: ModuleType, name: str) -> None:
    targets.TARGETS[Path(name).parent.name]((CORPUS / name).read_bytes())


def test_the_corpus_is_what_its_script_makes(make_corpus: ModuleType) -> None:
    there = {name: (CORPUS / name).read_bytes() for name in FILES if not Path(name).name.startswith("found_")}
    assert there == make_corpus.inputs(), "run tests/fuzz/make_corpus.py"


def test_every_target_has_a_corpus_and_it_is_small(targets: ModuleType) -> None:
    assert {Path(name).parent.name for name in FILES} == set(targets.TARGETS)
    assert sum((CORPUS / name).stat().st_size for name in FILES) < 200_000
