"""Every numeric answer of the quizzes is computed anew, with torch where torch is what it is about."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.nn import functional

from grader.course.load import load_course
from grader.course.quiz import Numeric

ROOT = Path(__file__).parents[2]
FLOAT = torch.float64


def perceptron_changes() -> int:
    """Item 1-5: rows in which weights or bias change."""
    w, b, changes = torch.zeros(2), 0, 0
    for row, label in (((1, 1), 1), ((1, 0), 0), ((0, 1), 0), ((0, 0), 0)):
        x = torch.tensor(row, dtype=torch.float32)
        error = label - int(w @ x + b > 0)
        w, b, changes = w + error * x, b + error, changes + (error != 0)
    return changes


def slope(function: Callable[[torch.Tensor], torch.Tensor], at: float) -> float:
    x = torch.tensor(at, dtype=FLOAT, requires_grad=True)
    (grad,) = torch.autograd.grad(function(x), x)
    return grad.item()


def moved(make: Callable[[list[torch.Tensor]], torch.optim.Optimizer], start: float, grads: list[float]) -> float:
    """Where an optimizer takes one weight."""
    weight = torch.tensor([start], dtype=FLOAT)
    optimizer = make([weight])
    for grad in grads:
        weight.grad = torch.tensor([grad], dtype=FLOAT)
        optimizer.step()
    return weight.item()


def parameters(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def network() -> nn.Module:
    return nn.Sequential(nn.Linear(784, 50), nn.Linear(50, 25), nn.Linear(25, 10))


def macro_f1() -> float:
    """Item 5-3: all of 90 + 10 examples called class 0."""
    table = torch.tensor([[90.0, 0.0], [10.0, 0.0]], dtype=FLOAT)
    return (2 * table.diag() / (table.sum(0) + table.sum(1))).mean().item()


def stops_after(losses: list[float], patience: int) -> int:
    best, bad = math.inf, 0
    for epoch, loss in enumerate(losses, 1):
        best, bad = (loss, 0) if loss < best else (best, bad + 1)
        if bad == patience:
            return epoch
    return 0


def rate_of_epoch(epoch: int) -> float:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.5)
    for _ in range(epoch):
        optimizer.step()
        schedule.step()
    return schedule.get_last_lr()[0]


def same_padding() -> int:
    image, kernel = torch.zeros(1, 1, 9, 9), torch.zeros(1, 1, 5, 5)
    (padding,) = (p for p in range(5) if functional.conv2d(image, kernel, padding=p).shape == image.shape)
    return padding


def seen_pixels() -> int:
    """Item 7-4: how many pixels along an axis have a gradient, for one output behind three layers."""
    x = torch.zeros(1, 1, 15, 15, requires_grad=True)
    y, kernel = x, torch.ones(1, 1, 3, 3)
    for _ in range(3):
        y = functional.conv2d(y, kernel)
    y[0, 0, 4, 4].backward()
    assert x.grad is not None
    return int((x.grad[0, 0].sum(0) != 0).sum())


def first_merge() -> int:
    """Item 8-2: the count of the first pair."""
    words = [[*word, "</w>"] for word in ["hug", "hug", "pug", "hugs"]]
    counts = Counter(pair for word in words for pair in pairwise(word))
    (pair, count), (_, second) = counts.most_common(2)
    assert (pair, count > second) == (("u", "g"), True)
    return count


def kept_by_top_p() -> int:
    p = torch.tensor([0.5, 0.2, 0.15, 0.1, 0.05], dtype=FLOAT)
    return int((p.cumsum(0) - p < 0.8).sum())


def lora() -> int:
    return parameters(nn.Linear(768, 8, bias=False)) + parameters(nn.Linear(8, 768, bias=False))


def weight_of_the_first_piece() -> float:
    """Item 9-5: the share of a piece's mean loss in the mean over all rows, read off a gradient."""
    x = torch.ones(9, dtype=FLOAT, requires_grad=True)
    x.mean().backward()
    assert x.grad is not None
    return x.grad[:4].sum().item()


def gradient_over_shards() -> float:
    """Item 9-7: the gradient of the mean over rows whose gradients are these."""
    return torch.tensor([1.0] * 4 + [2.0] * 2 + [4.0], dtype=FLOAT).mean().item()


def ring_messages(ranks: int) -> int:
    """Item 9-8: messages until each rank has each finished sum, sent as the course describes it."""
    chunks = [[{(rank, chunk)} for chunk in range(ranks)] for rank in range(ranks)]
    messages = 0
    for phase in ("reduce", "gather"):
        for step in range(ranks - 1):
            sent = []
            for rank in range(ranks):
                chunk = (rank - step + (phase == "gather")) % ranks
                sent.append(((rank + 1) % ranks, chunk, set(chunks[rank][chunk])))
            for rank, chunk, parts in sent:
                chunks[rank][chunk] = chunks[rank][chunk] | parts if phase == "reduce" else parts
                messages += 1
    everyone = set(range(ranks))
    assert all({rank for rank, _ in chunk} == everyone for own in chunks for chunk in own)
    return messages


def wilson_low(right: int, n: int) -> float:
    p, z = right / n, 1.959963984540054
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return (p + z * z / (2 * n) - half) / (1 + z * z / n)


COMPUTED: dict[str, Callable[[], float]] = {
    "1-3": lambda: (torch.tensor([2.0, -1.0]) @ torch.tensor([1.5, 2.0]) + 0.5).item(),
    "1-5": perceptron_changes,
    "1-10": lambda: torch.relu(torch.tensor([1.0, 5.0]) - 2).sum().item(),
    "2-4": lambda: (torch.tensor([[1, 2], [3, 4]]) @ torch.tensor([[0, 1], [1, 0]]))[0, 0].item(),
    "3-2": lambda: 2 - 0.1 * slope(lambda w: (w * 3 - 3) ** 2, 2.0),
    "3-4": lambda: 3 * len(torch.arange(1000).split(64)),
    "3-8": lambda: functional.binary_cross_entropy_with_logits(torch.zeros(1), torch.ones(1)).item(),
    "3-11": lambda: slope(torch.sigmoid, 0.0),
    "3-12": lambda: slope(
        lambda w: functional.binary_cross_entropy_with_logits(2 * w, torch.ones((), dtype=FLOAT)), math.log(4) / 2
    ),
    "3-13": lambda: slope(lambda x: (3 * x + 1) ** 2, 1.0),
    "4-1": lambda: torch.tensor([2.0, 1.0, 0.0]).softmax(0)[0].item(),
    "4-3": lambda: functional.cross_entropy(torch.zeros(5, 10), torch.arange(5)).item(),
    "4-4": lambda: parameters(network()),
    "5-2": lambda: torch.tensor([1.0, 1.0, 0.0, 0.0, 1.0]).mean().item(),
    "5-3": macro_f1,
    "5-8": lambda: len(torch.arange(1000)[:800][600:]) / 1000,
    "6-1": lambda: -moved(lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9), 0.0, [1.0] * 3),
    "6-3": lambda: moved(lambda p: torch.optim.AdamW(p, lr=0.1, weight_decay=0.01), 2.0, [0.0]),
    "6-4": lambda: stops_after([0.90, 0.80, 0.82, 0.81, 0.79, 0.83, 0.80, 0.84], patience=2),
    "6-7": lambda: slope(torch.sigmoid, 0.0) ** 5,
    "6-10": lambda: rate_of_epoch(25),
    "7-1": lambda: functional.conv2d(torch.zeros(1, 1, 28, 28), torch.zeros(1, 1, 5, 5), stride=2).shape[-1],
    "7-2": same_padding,
    "7-3": lambda: parameters(nn.Conv2d(3, 16, 3)),
    "7-4": seen_pixels,
    "8-2": first_merge,
    "8-3": lambda: slope(lambda h: h * torch.full((10,), 0.5, dtype=FLOAT).prod(), 1.0),
    "8-7": lambda: int(torch.ones(4, 4).tril().sum()),
    "8-8": kept_by_top_p,
    "8-9": lora,
    "9-2": lambda: torch.finfo(torch.float16).max,
    "9-5": weight_of_the_first_piece,
    "9-7": gradient_over_shards,
    "9-8": lambda: ring_messages(4),
    "9-9": lambda: len(torch.arange(10_000).split(400)),
    "10-1": lambda: wilson_low(45, 50),
}

# Wrong numbers are computed, too, where a formula gives them: what a student with that error types.
WRONG: dict[str, dict[str, Callable[[], float]]] = {
    "3-2": {"3.8": lambda: 2 + 0.1 * 18, "1.1": lambda: 2 - 0.1 * 9, "1.4": lambda: 2 - 0.1 * 6},
    "3-12": {"-0.064": lambda: (0.8 - 1) * 0.8 * 0.2 * 2},
    "4-1": {"0.667": lambda: 2 / 3, "0.881": lambda: torch.sigmoid(torch.tensor(2.0)).item()},
    "4-3": {"3.322": lambda: math.log2(10)},
    "5-3": {"0.947": lambda: 2 * 90 / 190},
    "6-1": {"0.271": lambda: 0.1 * (1 + 0.9 + 0.81), "0.0561": lambda: 0.1 * 0.561},
    "6-3": {"1.9": lambda: moved(lambda p: torch.optim.Adam(p, lr=0.1, weight_decay=0.01), 2.0, [0.0])},
    "8-3": {"0.001953125": lambda: 0.5**9},
    "8-9": {"589824": lambda: 768 * 768},
    "10-1": {
        "0.817": lambda: 0.9 - 1.96 * math.sqrt(0.9 * 0.1 / 50),
        "0.957": lambda: 1 - wilson_low(5, 50),
    },
}


def numeric_items() -> dict[str, Numeric]:
    course = load_course(ROOT / "exercises", on_error=lambda slug, error: None)
    named = (ROOT / "docs" / "course.md").read_text("utf-8").split("`")  # see test_learning_material.py
    return {
        item.id: item
        for unit in course.units
        for item in replace(unit.material, slugs=(*unit.material.slugs, *named)).quiz
        if isinstance(item, Numeric)
    }


ITEMS = numeric_items()


def test_each_numeric_item_has_its_function() -> None:
    assert set(COMPUTED) == set(ITEMS)


@pytest.mark.parametrize("name", ITEMS)
def test_the_answer_is_true(name: str) -> None:
    item, value = ITEMS[name], COMPUTED[name]()
    assert abs(value - float(item.answer)) <= max(float(item.tolerance) / 2, 1e-9), f"computed {value}"


@pytest.mark.parametrize("name", ITEMS)
def test_the_computed_answer_is_judged_right(name: str) -> None:
    value = COMPUTED[name]()
    typed = str(value) if float(value).is_integer() else f"{value:.9g}"
    assert ITEMS[name].judge(typed).right


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in WRONG.items() for value in values])
def test_the_wrong_number_is_what_that_error_gives(name: str, value: str) -> None:
    item = ITEMS[name]
    (slip,) = (slip for slip in item.slips if float(slip.value) == float(value))
    judged = item.judge(f"{WRONG[name][value]():.9g}")
    assert (judged.outcome, judged.sentence) == ("wrong", slip.why)
