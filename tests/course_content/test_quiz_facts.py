"""What choice items and cheat sheets say about PyTorch and about formulas is run.

A function below returns words that must stand in the right option of its item, and in no wrong one.
"""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from grader.course.load import load_course
from grader.course.quiz import Choice

ROOT = Path(__file__).parents[2]
FLOAT = torch.float64


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normal(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=seeded(seed), dtype=FLOAT)


def fit_perceptron(rows: list[tuple[tuple[int, int], int]], epochs: int, lr: float) -> list[list[int]]:
    """The predictions of each epoch, with updates after each row."""
    w, b, seen = [0.0, 0.0], 0.0, []
    for _ in range(epochs):
        seen.append([])
        for x, label in rows:
            guess = int(w[0] * x[0] + w[1] * x[1] + b > 0)
            seen[-1].append(guess)
            w = [w[i] + lr * (label - guess) * x[i] for i in (0, 1)]
            b += lr * (label - guess)
    return seen


def zero_score() -> str:
    score = torch.tensor([2.0, -1.0]) @ torch.tensor([0.5, 1.5]) + 0.5
    return "Class 0: the score is exactly 0, and class 1 needs" if score == 0 else ""


def xor() -> str:
    rows = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
    right = [[label for _, label in rows] == epoch for epoch in fit_perceptron(rows, 200, 1.0)]
    return "" if any(right) else "No straight line"


def learning_rate_of_a_perceptron() -> str:
    rows = [((2, 1), 1), ((1, 2), 0), ((3, 1), 1), ((0, 1), 0)]
    return "Nothing" if fit_perceptron(rows, 10, 1.0) == fit_perceptron(rows, 10, 0.125) else ""


def shape_of_w() -> str:
    X = torch.zeros(5, 3)
    fits = {"(d,)": (3,), "(n,)": (5,), "(n, d)": (5, 3), "(1, d)": (1, 3)}
    good = []
    for name, shape in fits.items():
        try:
            good += [name] if (X @ torch.zeros(shape)).shape == (5,) else []
        except RuntimeError:
            continue
    return f"`{good[0]}`" if len(good) == 1 else ""


def view_and_reshape() -> str:
    x = torch.arange(6).reshape(2, 3)
    with pytest.raises(RuntimeError, match="view size is not compatible"):
        x.T.view(6)
    shares = x.T.reshape(6).data_ptr() == x.data_ptr()
    return "" if shares else "`view` raises an error; `reshape` works and makes a copy"


def indexed_shapes() -> str:
    scores, y = torch.zeros(4, 3), torch.tensor([0, 2, 1, 2])
    return f"`{tuple(scores[:, y].shape)}` and `{tuple(scores[torch.arange(4), y].shape)}`"


def summed() -> str:
    x = torch.arange(12).reshape(3, 4)
    total = x.sum(dim=0, keepdim=True)
    assert total.tolist() == [[sum(column) for column in zip(*x.tolist(), strict=True)]]
    return f"4 column sums, with shape `{tuple(total.shape)}`"


def copies() -> str:
    made = {"x.clone()": Tensor.clone, "x[1:3]": lambda x: x[1:3], "x.detach()": Tensor.detach}
    made |= {"x.view(-1)": lambda x: x.view(-1)}
    kept = []
    for name, make in made.items():
        x = torch.zeros(4, 2)
        other = make(x)
        x.add_(1)
        kept += [] if other.any() else [name]
    return f"`{kept[0]}`" if len(kept) == 1 else ""


def way_of_the_gradient() -> str:
    """Along the gradient a short step raises the loss more than along any of 200 other directions."""
    X, y = normal(20, 4), normal(20, seed=1)
    w = normal(4, seed=2).requires_grad_()

    def loss(w: Tensor) -> Tensor:
        return ((X @ w - y) ** 2).mean()

    (grad,) = torch.autograd.grad(loss(w), w)
    ways = [grad, *normal(200, 4, seed=3)]
    rises = [(loss(w + 1e-4 * way / way.norm()) - loss(w)).item() for way in ways]
    return "**rises** fastest" if max(rises) == rises[0] > 0 else ""


def accuracy_in_jumps() -> str:
    X, y = normal(30, 3), torch.arange(30) % 2

    def accuracy(w: Tensor) -> float:
        return ((X @ w > 0) == (y > 0)).double().mean().item()

    w = normal(3, seed=1)
    slopes = [(accuracy(w + 1e-9 * way) - accuracy(w - 1e-9 * way)) / 2e-9 for way in torch.eye(3, dtype=FLOAT)]
    return "almost everywhere its gradient is zero" if slopes == [0, 0, 0] and accuracy(-w) != accuracy(w) else ""


def mean_over_all_batches() -> str:
    rows = normal(6, 2)
    batches = torch.stack([rows[list(batch)].mean(0) for batch in itertools.combinations(range(6), 2)])
    noise = [
        torch.stack([rows[list(batch)].mean(0) for batch in itertools.combinations(range(6), m)]).var(0).sum()
        for m in (1, 2, 4)
    ]
    same = torch.allclose(batches.mean(0), rows.mean(0))
    return "equals the full-data gradient on average" if same and noise[0] > noise[1] > noise[2] else ""


def forgotten_zero_grad() -> str:
    w = torch.ones(1, requires_grad=True)
    grads = []
    for _ in range(3):
        (2 * w).sum().backward()
        assert w.grad is not None
        grads.append(w.grad.item())
    return "the sum of all gradients so far" if grads == [2, 4, 6] else ""


def eval_mode() -> str:
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5), nn.BatchNorm1d(2)).eval()
    modes = {module.training for module in model.modules()}
    tracked = model(torch.ones(3, 2)).requires_grad
    frozen = any(not parameter.requires_grad for parameter in model.parameters())
    return "switches layers such as dropout" if modes == {False} and tracked and not frozen else ""


def valleys() -> str:
    """Descent from two starts on a smooth loss that is not convex: it goes down, to two different places."""
    ends = []
    for start in (-2.0, 2.0):
        x = torch.tensor(start, dtype=FLOAT, requires_grad=True)
        for _ in range(500):
            (slope,) = torch.autograd.grad((x**2 - 1) ** 2 + 0.3 * x, x)
            x = (x - 0.01 * slope).detach().requires_grad_()
        ends.append(((x**2 - 1) ** 2 + 0.3 * x).item())
    return "No: a smooth loss is enough" if ends[0] < 0 < ends[1] else ""


def order_of_a_step() -> str:
    model, X, y = nn.Linear(1, 1), normal(8, 1).float(), normal(8, 1, seed=1).float()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in range(20):
        loss = ((model(X) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    falls = all(b < a for a, b in itertools.pairwise(losses))
    return "clear the gradients – backward – step; then the next batch" if falls else ""


def what_cross_entropy_takes() -> str:
    z, y = normal(4, 3), torch.tensor([0, 2, 1, 1])
    right = functional.cross_entropy(z, y)
    twice = functional.cross_entropy(torch.eye(3)[y], y)  # perfect probabilities, and the loss is still far from zero
    same = torch.allclose(right, -z.log_softmax(1)[torch.arange(4), y].mean())
    return "Raw scores `(n, C)` and integer class indices" if same and twice > 0.5 else ""


def linear_twice() -> str:
    one, two = nn.Linear(3, 5, dtype=FLOAT), nn.Linear(5, 2, dtype=FLOAT)
    x = normal(7, 3)
    same = torch.allclose(two(one(x)), x @ (two.weight @ one.weight).T + two.weight @ one.bias + two.bias)
    return "Exactly linear maps" if same else ""


def dead_unit() -> str:
    layer = nn.Linear(2, 1)
    with torch.no_grad():
        layer.bias.fill_(-100)
    torch.relu(layer(torch.rand(6, 2, generator=seeded()))).sum().backward()
    assert layer.weight.grad is not None
    return "exactly zero" if not layer.weight.grad.any() else ""


def table_of_pairs() -> str:
    prediction, target = normal(32, 1), normal(32, seed=1)
    table = prediction - target
    return f"averages over a {table.shape[0]}×{table.shape[1]} table of all pairs"


def streams() -> str:
    def draw() -> tuple[float, float]:
        torch.manual_seed(0)
        return torch.rand(()).item(), random.random()

    state, ours = torch.get_rng_state(), random.getstate()
    first, second = draw(), draw()
    torch.set_rng_state(state)
    random.setstate(ours)
    return "The initialisation; the augmentation differs" if first[0] == second[0] and first[1] != second[1] else ""


def private_generator() -> str:
    before = torch.get_rng_state()
    same = torch.equal(torch.randperm(9, generator=seeded(3)), torch.randperm(9, generator=seeded(3)))
    kept = torch.equal(before, torch.get_rng_state())
    return "repeated without changing anybody else's random numbers" if same and kept else ""


def first_step_of_adam() -> str:
    weight = torch.zeros(1, dtype=FLOAT)
    weight.grad = torch.full_like(weight, 4)
    torch.optim.Adam([weight], lr=0.1).step()
    return f"about {-weight.item():.3g}"


def running_variance() -> str:
    norm = nn.BatchNorm1d(1, momentum=0.1)
    norm(torch.tensor([[1.0], [3.0]]))
    assert norm.running_var is not None
    return f"{norm.running_var.item():.1f}"


def kept_by_dropout() -> str:
    ones = torch.ones(200)
    trained, measured = functional.dropout(ones, 0.25, training=True), functional.dropout(ones, 0.25, training=False)
    kept = trained[trained > 0]
    fits = torch.allclose(kept, torch.tensor(1 / 0.75)) and torch.equal(measured, ones)
    return "$1/0.75$; evaluation leaves everything as it is" if fits else ""


def past_a_saddle() -> str:
    """On x² − y² with a tiny start in y, momentum leaves the saddle in fewer steps."""

    def steps(momentum: float) -> int:
        point, buffer = torch.tensor([1.0, 1e-6], dtype=FLOAT), torch.zeros(2, dtype=FLOAT)
        for step in range(10_000):
            if abs(point[1]) > 1:
                return step
            buffer = momentum * buffer + torch.stack([2 * point[0], -2 * point[1]])
            point = point - 0.01 * buffer
        return 10_000

    return "past saddle points" if steps(0.9) < steps(0.0) / 3 else ""


def l2_and_decay() -> str:
    names = {"Plain SGD.": torch.optim.SGD, "Adam.": torch.optim.Adam, "RMSprop.": torch.optim.RMSprop}
    same = []
    for name, make in names.items():
        start, grads, lr, decay = normal(5), normal(3, 5, seed=1), 0.01, 0.1
        penalised, decayed = start.clone(), start.clone()
        first, second = make([penalised], lr=lr, weight_decay=decay), make([decayed], lr=lr)
        for grad in grads:
            penalised.grad, decayed.grad = grad.clone(), grad.clone()
            first.step()
            decayed.mul_(1 - lr * decay)
            second.step()
        same += [name] if torch.allclose(penalised, decayed) else []
    return same[0] if len(same) == 1 else ""


def slope_of_a_skip() -> str:
    x = torch.ones((), dtype=FLOAT, requires_grad=True)
    (slope,) = torch.autograd.grad(x + 1e-9 * torch.sin(x), x)
    return "multiplied by 1, past $F$" if abs(slope.item() - 1) < 1e-8 else ""


def frozen_norm() -> str:
    body = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2)).requires_grad_(False).train()
    before = {name: value.clone() for name, value in body.state_dict().items()}
    body(torch.rand(4, 1, 6, 6, generator=seeded()))
    changed = [name for name, value in body.state_dict().items() if not torch.equal(value, before[name])]
    fits = changed == ["1.running_mean", "1.running_var", "1.num_batches_tracked"]
    return "running mean and variance of its batch-norm layers" if fits else ""


def spread_of_products() -> str:
    products = (normal(20_000, 64) * normal(20_000, 64, seed=1)).sum(1)
    return "spread of $\\sqrt d$" if abs(products.std().item() - math.sqrt(64)) < 0.2 else ""


def kept_cell() -> str:
    cell, start = torch.tensor(0.7), torch.tensor(0.7)
    for _ in range(50):
        cell = torch.sigmoid(torch.tensor(20.0)) * cell + torch.sigmoid(torch.tensor(-20.0)) * torch.tanh(start)
    return "forget gate near 1 and the input gate near 0" if torch.allclose(cell, start) else ""


def who_sees_whom() -> str:
    """Read off what torch does: values are the unit vectors, so the output shows the weights."""
    eye = torch.eye(4)
    weights = functional.scaled_dot_product_attention(eye, eye, eye, is_causal=True)
    return "`" + " / ".join("".join("01"[int(one > 0)] for one in row) for row in weights) + "`"


def words_without_order() -> str:
    return "The order of the words" if sorted(["dog", "bites", "man"]) == sorted(["man", "bites", "dog"]) else ""


def last_real_token() -> str:
    masks = torch.tensor([[1, 1, 1, 0, 0], [0, 0, 1, 1, 1]])
    last = [int(row.nonzero().max()) for row in masks]
    counted = (masks.sum(1) - 1).tolist()
    return "The last real token" if last == [2, 4] and counted == [2, 2] else ""


def tiny_gradient_in_half() -> str:
    smallest = 2.0**-24
    assert torch.tensor(smallest).half() > 0
    assert abs(smallest - 6e-8) < 1e-9
    return "It becomes 0." if torch.tensor(1e-8).half() == 0 else ""


def range_of_bfloat16() -> str:
    half, brain, single = (torch.finfo(kind) for kind in (torch.float16, torch.bfloat16, torch.float32))
    wide = brain.max > 0.99 * single.max and half.max < 1e5
    return "range of float32, and fewer digits" if wide and brain.eps > half.eps > single.eps else ""


def order_with_a_scale() -> str:
    """Clipping before unscaling cuts a gradient that was small all along."""
    true, scale, limit = torch.full((4,), 0.1), 1024.0, 1.0

    def clipped(g: Tensor) -> Tensor:
        return g * min(1.0, limit / (g.norm().item() + 1e-6))

    right, wrong = clipped(true * scale / scale), clipped(true * scale) / scale
    return "unscale – clip – step" if torch.allclose(right, true) and wrong.norm() < 0.01 * true.norm() else ""


def checkpointed() -> str:
    from torch.utils.checkpoint import checkpoint

    calls = []

    def segment(x: Tensor) -> Tensor:
        calls.append(torch.is_grad_enabled())
        return torch.sin(x)

    checkpoint(segment, torch.ones(2, requires_grad=True), use_reentrant=True).sum().backward()
    return "saves memory for inner values, and costs computing them a second time" if calls == [False, True] else ""


def no_error_in_ten() -> str:
    return "one case of five would get that far about one time in ten" if abs(0.8**10 - 0.107) < 0.001 else ""


def best_of_many() -> str:
    """200 noisy measurements of the same model: the best one is too high."""
    right = torch.bernoulli(torch.full((200, 100), 0.8, dtype=FLOAT), generator=seeded())
    return "It is probably too high" if right.mean(1).max() > 0.85 else ""


RUN: dict[str, Callable[[], str]] = {
    "1-4": zero_score,
    "1-6": xor,
    "1-7": learning_rate_of_a_perceptron,
    "1-9": shape_of_w,
    "2-1": lambda: f"`{torch.tensor([1, 2]).dtype}` and `{torch.tensor([1.0, 2.0]).dtype}`",
    "2-2": lambda: f"`{tuple((torch.zeros(5, 1, 4) + torch.zeros(3, 1)).shape)}`",
    "2-3": view_and_reshape,
    "2-5": indexed_shapes,
    "2-6": summed,
    "2-7": copies,
    "3-1": way_of_the_gradient,
    "3-3": accuracy_in_jumps,
    "3-5": mean_over_all_batches,
    "3-6": forgotten_zero_grad,
    "3-7": eval_mode,
    "3-9": valleys,
    "3-10": order_of_a_step,
    "4-2": what_cross_entropy_takes,
    "4-5": linear_twice,
    "4-6": dead_unit,
    "4-7": table_of_pairs,
    "5-4": streams,
    "5-5": private_generator,
    "6-2": first_step_of_adam,
    "6-5": running_variance,
    "6-6": kept_by_dropout,
    "6-9": past_a_saddle,
    "6-11": l2_and_decay,
    "7-5": slope_of_a_skip,
    "7-7": frozen_norm,
    "8-1": words_without_order,
    "8-4": kept_cell,
    "8-5": spread_of_products,
    "8-6": who_sees_whom,
    "8-10": last_real_token,
    "9-1": tiny_gradient_in_half,
    "9-3": range_of_bfloat16,
    "9-4": order_with_a_scale,
    "9-6": checkpointed,
    "10-2": no_error_in_ten,
    "10-3": best_of_many,
}

# What nothing can run: words, habits, design, and timing that needs a GPU.
SAID = {
    *("1-1", "1-2", "1-8", "4-8", "5-1", "5-6", "5-7", "5-9", "5-10", "6-8", "7-6", "7-8", "8-11"),
    *("9-10", "9-11", "10-4", "10-5"),
}


def choices() -> dict[str, Choice]:
    course = load_course(ROOT / "exercises", on_error=lambda slug, error: None)
    named = (ROOT / "docs" / "course.md").read_text("utf-8").split("`")  # see test_learning_material.py
    return {
        item.id: item
        for unit in course.units
        for item in replace(unit.material, slugs=(*unit.material.slugs, *named)).quiz
        if isinstance(item, Choice)
    }


ITEMS = choices()


def test_each_choice_is_run_or_named_as_one_that_cannot_be() -> None:
    assert sorted([*RUN, *SAID]) == sorted(ITEMS)


@pytest.mark.parametrize("name", RUN)
def test_the_right_option_is_what_happens(name: str) -> None:
    words = RUN[name]()
    assert words, "the fact does not hold"
    assert words in ITEMS[name].right.text
    assert not [option.text for option in ITEMS[name].options if not option.right and words in option.text]


# Cheat sheets


def sheet(folder: str) -> str:
    return (ROOT / "exercises" / folder / "cheatsheet.md").read_text("utf-8")


ACTIVATIONS = {
    "ReLU": (torch.relu, 0.0, 0.0),
    "leaky ReLU": (functional.leaky_relu, 0.0, 0.01),
    "sigmoid": (torch.sigmoid, 0.5, 0.25),
    "tanh": (torch.tanh, 0.0, 1.0),
    "GELU": (functional.gelu, 0.0, 0.5),
    "softplus": (functional.softplus, 0.693, 0.5),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_values_and_slopes_of_activations_at_zero(name: str) -> None:
    function, value, slope = ACTIVATIONS[name]
    x = torch.zeros((), dtype=FLOAT, requires_grad=True)
    y = function(x)
    y.backward()
    assert x.grad is not None
    assert (round(y.item(), 3), round(x.grad.item(), 3)) == (value, slope)
    assert f"\n| {name} | {value:g} |" in sheet("u06_better_training")


def test_limits_of_the_types() -> None:
    text = sheet("u09_speed")
    half, brain = torch.finfo(torch.float16), torch.finfo(torch.bfloat16)
    assert (half.max, f"{half.tiny:.1e}", f"{half.smallest_normal * half.eps:.0e}") == (65504, "6.1e-05", "6e-08")
    assert (f"{brain.max:.1e}", f"{brain.tiny * brain.eps:.0e}") == ("3.4e+38", "9e-41")
    assert "| float16 | 5, 10 | 65504 | 6e-8 (normal: 6.1e-5) |" in text
    assert "| bfloat16 | 8, 7 | 3.4e38 | 9e-41 |" in text


def test_messages_of_torch() -> None:
    """The messages that sheet 2 explains are those that torch gives."""
    text = sheet("u02_tensors")
    leaf = torch.zeros(2, requires_grad=True)
    provoked = {
        "mat1 and mat2 shapes cannot be multiplied": lambda: torch.zeros(2, 3) @ torch.zeros(2, 3),
        "The size of tensor a": lambda: torch.zeros(2) + torch.zeros(3),
        "view size is not compatible": lambda: torch.zeros(2, 3).T.view(6),
        "a leaf Variable that requires grad is being used in an in-place operation": lambda: leaf.add_(1),
        "expected target dtype to be Long": lambda: functional.cross_entropy(torch.zeros(2, 3), torch.zeros(2)),
    }
    for words, call in provoked.items():
        assert f"\n| {words}" in text
        with pytest.raises(RuntimeError, match=re.escape(words)):
            call()


@pytest.mark.parametrize(
    ("right", "n", "low", "high"), [(45, 50, "0.786", "0.957"), (10, 10, "0.722", "1"), (0, 10, "0", "0.278")]
)
def test_intervals_of_the_last_sheet(right: int, n: int, low: str, high: str) -> None:
    p, z = right / n, 1.959963984540054
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    ends = [(p + z * z / (2 * n) + sign * half) / (1 + z * z / n) for sign in (-1, 1)]
    assert [f"{round(abs(end), 3):g}" for end in ends] == [low, high]
    assert f"\n| {right} of {n} | {low} – {high} |" in sheet("u10_finale")


def test_bounds_of_momentum_on_a_quadratic() -> None:
    """Sheet and card 6: stable just inside the bound, not just outside."""
    for nesterov in (False, True):
        for mu in (0.5, 0.8, 0.9):
            bound = 2 * (1 + mu) / (1 + 2 * mu * nesterov)
            ends = []
            for factor in (0.99, 1.01):
                w = torch.ones(1, dtype=FLOAT)
                optimizer = torch.optim.SGD([w], lr=factor * bound, momentum=mu, nesterov=nesterov)
                for _ in range(3000):
                    w.grad = w.clone()
                    optimizer.step()
                ends.append(abs(w.item()))
            assert ends[0] < 1e-3 < 1e3 < ends[1], (nesterov, mu, ends)
