"""Which lines of a reference give something away."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.proof.leaks import _code_lines


@pytest.mark.parametrize(
    "line",
    [
        "if isinstance(value, dict):",
        "if not isinstance(value, (list, tuple)):",
        "for name, value in zip(names, values):",
        "for x, y in batches:",
        "if gradient is None:",
        "with torch.no_grad():",
        "self.momentum = momentum",
        "self.params = list(params)",
        "super().__init__()",
        "return parameters",
        "optimizer.zero_grad()",
    ],
)
def test_idioms_tell_nothing(line: str, tmp_path: Path) -> None:
    file = tmp_path / "reference.py"
    file.write_text(
        f"{line}\n    pass\n"
        if line.endswith(":")
        else f"{line}\n"
        if "return" not in line
        else f"def f():\n    {line}\n"
    )
    assert list(_code_lines(file)) == []


@pytest.mark.parametrize(
    "line",
    [
        "x = x - lr * gradient",
        "self.momentum = beta * self.momentum",
        "for name, value in sorted(names, key=len):",
        "return 2 * x  # twice the tensor",
        "if correct.sum() > total:",
    ],
)
def test_anything_else_does(line: str, tmp_path: Path) -> None:
    file = tmp_path / "reference.py"
    file.write_text(f"{line}\n    pass\n" if line.endswith(":") else f"def f():\n    {line}\n")
    assert list(_code_lines(file)) == [line]
