"""A real GPU behind the real wall. Skipped without one; what a fake can show is in test_spares_on_a_device.py."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterator

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise, Limits
from grader.jail.policy import GPU_DEVICES
from grader.report import Report, Verdict

pytestmark = [
    pytest.mark.jail,
    pytest.mark.gpu,
    pytest.mark.skipif(not os.path.exists(GPU_DEVICES[0]), reason=f"no GPU on this machine ({GPU_DEVICES[0]})"),
]

RIGHT = """
import json, time, torch
def double_it(x):
    if not x.is_floating_point():
        raise ValueError
    print("ON", x.device.type)
    return 2 * x
"""


@pytest.fixture(scope="module")
def on_gpu(exercises: dict[str, Exercise]) -> Iterator[Grader]:
    with Grader(Settings(seed=0, device="cuda")) as grader:
        grader.warm(exercises["double_it"])
        yield grader


def grade(grader: Grader, exercise: Exercise, source: str = RIGHT) -> Report:
    return grader.grade(Submission("ada.py", source.encode()), exercise)


def test_a_right_answer_gets_full_marks(on_gpu: Grader, exercises: dict[str, Exercise]) -> None:
    report = grade(on_gpu, exercises["double_it"])
    assert report.score == report.max_score, report.message
    assert set(report.stdout.split()) == {"ON", "cuda"}


def test_products_and_gradients_work_behind_the_filter(on_gpu: Grader, exercises: dict[str, Exercise]) -> None:
    """What loads libraries and starts threads, after the wall is finished."""
    more = """
began = time.monotonic()
for dtype in (torch.float32, torch.float64, torch.bfloat16):
    w = torch.randn(64, 64, device="cuda", dtype=dtype, requires_grad=True)
    torch.nn.functional.cross_entropy((w @ w).relu(), torch.arange(64, device="cuda")).backward()
images = torch.randn(2, 3, 16, 16, device="cuda", requires_grad=True)
torch.nn.functional.conv2d(images, torch.randn(4, 3, 3, 3, device="cuda")).sum().backward()
optimizer = torch.optim.Adam([w])
optimizer.step()
torch.linalg.qr(w.detach().double())
torch.cuda.synchronize()
print("DONE", json.dumps(time.monotonic() - began))
"""
    exercise = dataclasses.replace(exercises["double_it"], forbidden=(), limits=Limits(seconds=60))
    report = grade(on_gpu, exercise, RIGHT + more)
    lines = [line for line in report.stdout.splitlines() if line.startswith("DONE")]
    assert lines, (report.message, report.checks[0].rationale, report.stderr)
    assert json.loads(lines[0].removeprefix("DONE")) < 60


def test_a_tensor_beyond_the_exercises_memory_ends_as_out_of_memory(
    on_gpu: Grader, exercises: dict[str, Exercise]
) -> None:
    exercise = dataclasses.replace(exercises["double_it"], limits=Limits(memory_mb=256))
    wide = RIGHT.replace("return", "torch.zeros(1 << 28, device=x.device)\n    return")
    report = grade(on_gpu, exercise, wide)
    assert report.checks[0].verdict is Verdict.OUT_OF_MEMORY, report.checks[0]
