"""The targets under atheris, guided by coverage: `python tests/fuzz/fuzz_wire.py TARGET [libFuzzer options]`.

TARGET is `envelope`, `session`, `control` or `source`; `-max_total_time=300` ends the search after five minutes, and
`-runs=100000` after so many inputs. It begins with the corpus beside this file and leaves that as it is. An input that
goes wrong ends the search and is left in the present folder as `crash-...`; `... TARGET crash-...` tries it once more.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

HERE = Path(__file__).parent
OURS = ["targets", "grader.wire", "grader.host", "grader.guest", "grader.checks"]


def main(words: list[str]) -> None:
    try:
        import atheris
    except ImportError:
        sys.exit("This search needs atheris: pip install atheris (Linux). `make test` does without.")
    import torch  # noqa: F401 - before the tracing begins: only what is ours is traced

    with atheris.instrument_imports(include=OURS):
        targets = importlib.import_module("targets").TARGETS
    if len(words) < 2 or words[1] not in targets:
        sys.exit(f"Say what to fuzz: {', '.join(targets)}.")
    options = words[2:]
    if not any(Path(word).is_file() for word in options):
        seeds = ",".join(str(path) for path in sorted((HERE / "corpus" / words[1]).iterdir()))
        options = [f"-seed_inputs={seeds}", "-timeout=10", "-rss_limit_mb=2048", "-max_len=16384", *options]
    atheris.Setup(
        [words[0], *options], targets[words[1]], **_mutator(words[1], lambda data, most: atheris.Mutate(data, most))
    )
    atheris.Fuzz()


def _mutator(target: str, usual: Callable[[bytes, int], bytes]) -> dict[str, Callable[[bytes, int, int], bytes]]:
    """Conversations are changed part by part as often as byte by byte."""
    if target != "session":
        return {}
    mutated = importlib.import_module("mutation").mutated

    def change(data: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.3:
            return usual(data, most)
        first = bytes([random.randrange(256)]) if random.random() < 0.2 else data[:1]
        changed = first + data[1:2] + mutated(data[2:], random)
        return changed if len(changed) <= most else usual(data, most)

    return {"custom_mutator": change}


if __name__ == "__main__":
    main(sys.argv)
