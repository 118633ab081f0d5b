"""Known wrong answers to net_doctor with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

DEAD = "dead = (activations <= 0).all(dim=0)\n    return int(dead.sum()) / dead.numel()"
RATIO = "float((lr * g).norm() / (p.norm() + 1e-12))"
LOGARITHM = "The loss in PyTorch uses natural logarithms; which base does yours have?"

MISTAKES = [
    mistake(
        "log_base_two",
        LOGARITHM,
        swap=("math.log(num_classes)", "math.log2(num_classes)"),
        caught_by="test_initial_loss",
    ),
    mistake(
        "counts_zero_entries",
        "A unit is dead only if no example wakes it; a zero here and there is what a ReLU is for.",
        swap=(DEAD, "return float((activations <= 0).to(activations.dtype).mean())"),
        caught_by="test_dead_units",
    ),
    mistake(
        "one_silent_sample_is_enough",
        "Being silent once is normal: how often does a dead unit speak?",
        swap=("(activations <= 0).all(dim=0)", "(activations <= 0).any(dim=0)"),
        caught_by="test_dead_units",
    ),
    mistake(
        "looks_along_samples",
        "Units are columns here; yours looks for examples that wake no unit.",
        swap=("(activations <= 0).all(dim=0)", "(activations <= 0).all(dim=1)"),
        caught_by="test_dead_units",
    ),
    mistake(
        "ratio_upside_down",
        "The healthy value is around a thousandth, not a thousand.",
        swap=(RATIO, "float(p.norm() / ((lr * g).norm() + 1e-12))"),
        caught_by="test_ratios",
    ),
    mistake(
        "learning_rate_left_out",
        "What changes the weight is the step, not the bare gradient.",
        swap=("(lr * g).norm()", "g.norm()"),
        caught_by="test_ratios",
    ),
    mistake(
        "layers_read_backwards",
        "Gradients fade on their way back, so which layer receives the least?",
        swap=("grad_norms[0] < 1e-3 * grad_norms[-1]", "grad_norms[-1] < 1e-3 * grad_norms[0]"),
        caught_by="test_healthy",
    ),
    mistake(
        "failure_looks_like_success",
        "Someone who reads your result cannot tell success in the last step from failure.",
        swap=("    return -1\n", "    return max_steps\n"),
        caught_by="test_bad_input",
    ),
    mistake(
        "log_base_ten",
        LOGARITHM,
        swap=("math.log(num_classes)", "math.log10(num_classes)"),
        caught_by="test_symptoms",
    ),
    mistake(
        "counts_from_zero",
        "Meeting the target at the first try took one step, not none.",
        swap=("            return step\n", "            return step - 1\n"),
        caught_by="test_overfit_counter",
    ),
]

ALSO_CORRECT = [
    correct(
        "tables_of_rules",
        source='''
import math
from typing import Callable

import torch
from torch import Tensor


def expected_initial_loss(num_classes: int) -> float:
    """The loss itself, of scores that are all the same."""
    if num_classes < 2:
        raise ValueError("num_classes")
    scores = torch.zeros(1, num_classes, dtype=torch.float64)
    return torch.nn.functional.cross_entropy(scores, torch.tensor([0])).item()


def dead_fraction(activations: Tensor) -> float:
    """A unit whose largest value is not positive."""
    if activations.ndim != 2:
        raise ValueError("activations")
    return (activations.amax(0) <= 0).double().mean().item()


def update_ratios(params: list[Tensor], grads: list[Tensor], lr: float) -> list[float]:
    if len(params) != len(grads):
        raise ValueError("lengths")
    steps = [abs(lr) * math.sqrt(g.square().sum().item()) for g in grads]
    sizes = [torch.linalg.vector_norm(p).item() + 1e-12 for p in params]
    return [step / size for step, size in zip(steps, sizes)]


def diagnose(grad_norms: list[float], loss_history: list[float], num_classes: int) -> list[str]:
    """A dict of code -> whether it applies."""
    usual = expected_initial_loss(num_classes)
    if min(len(grad_norms), len(loss_history)) == 0:
        raise ValueError("empty list")
    losses = torch.tensor(loss_history, dtype=torch.float64)
    norms = torch.tensor(grad_norms, dtype=torch.float64)
    finite = bool(losses.isfinite().all())
    found = {
        "bad_initial_loss": bool(losses[0].isfinite()) and not 0.5 * usual <= float(losses[0]) <= 1.5 * usual,
        "exploding_gradients": not bool((norms <= 1000.0).all()),
        "not_finite": not finite,
        "not_learning": finite and bool(losses[-1] > losses[0] * 0.99),
        "vanishing_gradients": bool(norms[0] < norms[-1] / 1000),
    }
    return [code for code in sorted(found) if found[code]]


def overfit_one_batch(train_step: Callable[[], float], target: float, max_steps: int) -> int:
    if max_steps < 1:
        raise ValueError("max_steps")
    calls = 0
    while calls < max_steps:
        loss = train_step()
        calls += 1
        if loss <= target:
            return calls
    return -1
''',
    ),
    correct(
        "plain_loops",
        swaps=[
            ("return math.log(num_classes)", "return -math.log2(1 / num_classes) / math.log2(math.e)"),
            (
                DEAD,
                "dead = 0\n    for unit in activations.T:\n        if not any(value > 0 for value in unit.tolist()):\n"
                "            dead += 1\n    return dead / activations.shape[1]",
            ),
            (RATIO, "lr * float(g.norm()) / (float(p.norm()) + 1e-12)"),
            (
                "    for step in range(1, max_steps + 1):\n        if train_step() <= target:\n            return step\n"
                "    return -1",
                "    return next((k + 1 for k in range(max_steps) if train_step() <= target), -1)",
            ),
        ],
    ),
    correct(
        "set_of_codes",
        swaps=[
            ("    codes = []\n", "    codes = set()\n"),
            ('codes.append("not_finite")', 'codes.add("not_finite")'),
            ('codes.append("not_learning")', 'codes |= {"not_learning"}'),
            ('codes.append("bad_initial_loss")', 'codes.add("bad_initial_loss")'),
            ('codes.append("vanishing_gradients")', 'codes.add("vanishing_gradients")'),
            ('codes.append("exploding_gradients")', 'codes.add("exploding_gradients")'),
            (
                "any(norm > 1e3 or not math.isfinite(norm) for norm in grad_norms)",
                "max(grad_norms) > 1e3 or any(math.isnan(norm) or math.isinf(norm) for norm in grad_norms)",
            ),
            ("(activations <= 0).all(dim=0)", "(activations.clamp(min=0).sum(0) == 0)"),
        ],
    ),
]


def probe(m):
    """One question for each function, or one for each side of it.

    The table has no negative values, so that entries of zero and entries that are not positive are the same. All first
    losses are far too high, whatever the base of the logarithm.
    """

    def numbers(*values):
        return torch.tensor(values, dtype=torch.float64)

    def overfit(losses, max_steps):
        rest = iter(losses)
        return m.overfit_one_batch(lambda: next(rest), 0.1, max_steps)

    table = numbers([0.5, 0.0, 0.0, 0.7], [0.0, 0.0, 1.2, 0.4], [0.0, 0.0, 0.0, 0.0])
    return {
        "expected loss": lambda: m.expected_initial_loss(10),
        "dead share": lambda: m.dead_fraction(table),
        "ratio": lambda: m.update_ratios([numbers(3.0, 4.0, -1.0)], [numbers(0.3, -0.1, 0.2)], 0.05),
        "first layer small": lambda: m.diagnose([1e-6, 1e-2, 1.0], [9.0, 4.0], 10),
        "last layer small": lambda: m.diagnose([1.0, 1e-2, 1e-6], [9.0, 9.1], 10),
        "exploding": lambda: m.diagnose([5e3, 1.0, 5e3], [9.0, float("nan")], 10),
        "target met": lambda: overfit([3.0, 2.0, 0.05, 0.01], 4),
        "target missed": lambda: overfit([3.0, 2.0, 1.0, 0.5], 4),
    }
