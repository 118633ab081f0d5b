"""Known wrong answers to clip_gradients with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

SCALE = "            g.mul_(factor)\n"
FACTOR = "factor = (max_norm / (total + 1e-6)).clamp(max=1.0)"
ROOT = "return torch.stack(powers).sum().pow(1.0 / norm_type)"

MISTAKES = [
    mistake(
        "each_tensor_on_its_own",
        "Clipped one by one, the gradients no longer point in the same overall direction.",
        swap=(
            SCALE,
            "            own = global_norm([g], norm_type)\n"
            "            g.mul_((max_norm / (own + 1e-6)).clamp(max=1.0))\n",
        ),
        caught_by="test_direction_kept",
    ),
    mistake(
        "adds_norms",
        "Lengths of pieces at right angles to each other do not add up like that.",
        swap=(ROOT, "return torch.stack([power.pow(1.0 / norm_type) for power in powers]).sum()"),
        caught_by="test_norms",
    ),
    mistake(
        "root_forgotten",
        "A norm has the unit of the gradient, not its square.",
        swap=(ROOT, "return torch.stack(powers).sum()"),
        caught_by="test_norms",
    ),
    mistake(
        "scales_small_gradients_up",
        "Clipping may shorten, never lengthen.",
        swap=(FACTOR, "factor = max_norm / (total + 1e-6)"),
        caught_by="test_leaves_small_alone",
    ),
    mistake(
        "clips_entries",
        "The direction of the gradient must survive: is the limit one for entries or for the whole?",
        swap=(SCALE, "            g.clamp_(min=-max_norm, max=max_norm)\n"),
        caught_by="test_direction_kept",
    ),
    mistake(
        "not_in_place",
        "The optimizer will use the tensors that you were given; after your call they still hold the old numbers.",
        swap=(SCALE, "            g = g * factor\n"),
        caught_by="test_clips",
    ),
    mistake(
        "returns_norm_after_clipping",
        "The number is wanted for the log: how large was the gradient before?",
        swap=("    return total\n", "    return global_norm(grads, norm_type)\n"),
        caught_by="test_returns_total",
    ),
    mistake(
        "no_safety_term",
        "A tiny constant keeps the division safe, and for tiny gradients it shows in the numbers.",
        swap=("(total + 1e-6)", "total"),
        caught_by="test_safety_term",
    ),
    mistake(
        "only_clips_from_above",
        "Large gradients come with both signs.",
        swap=("g.clamp_(min=-clip_value, max=clip_value)", "g.clamp_(max=clip_value)"),
        caught_by="test_by_value",
    ),
]

ALSO_CORRECT = [
    correct(
        "norm_of_norms",
        source='''
import math

import torch
from torch import Tensor


def global_norm(grads: list[Tensor | None], norm_type: float = 2.0) -> Tensor:
    """The norm of the norms of the tensors is the norm of all."""
    if not norm_type > 0:
        raise ValueError("norm_type")
    norms = [torch.linalg.vector_norm(g, norm_type) for g in grads if g is not None]
    if len(norms) == 0:
        return torch.tensor(0.0)
    return torch.linalg.vector_norm(torch.stack(norms), norm_type)


def clip_grad_norm(grads: list[Tensor | None], max_norm: float, norm_type: float = 2.0) -> Tensor:
    if not max_norm > 0:
        raise ValueError("max_norm")
    total = global_norm(grads, norm_type)
    factor = min(1.0, max_norm / (total.item() + 1e-6))
    for g in filter(lambda g: g is not None, grads):
        g[...] = g * factor
    return total


def clip_grad_value(grads: list[Tensor | None], clip_value: float) -> None:
    if clip_value <= 0:
        raise ValueError("clip_value")
    for g in grads:
        if g is not None:
            g[g > clip_value] = clip_value
            g[g < -clip_value] = -clip_value
''',
    ),
    correct(
        "one_long_vector",
        source='''
import math

import torch
from torch import Tensor


def _present(grads):
    return [g for g in grads if g is not None]


def global_norm(grads: list[Tensor | None], norm_type: float = 2.0) -> Tensor:
    """All entries copied into one vector."""
    if norm_type <= 0:
        raise ValueError("norm_type")
    if not _present(grads):
        return torch.zeros((), dtype=torch.float64)
    everything = torch.cat([g.flatten() for g in _present(grads)])
    if math.isinf(norm_type):
        return everything.abs().amax()
    return (everything.abs() ** norm_type).sum() ** (1 / norm_type)


def clip_grad_norm(grads: list[Tensor | None], max_norm: float, norm_type: float = 2.0) -> Tensor:
    """Only divides when the sum with the constant is above the limit: the same as a factor of at most 1."""
    if max_norm <= 0:
        raise ValueError("max_norm")
    total = global_norm(grads, norm_type)
    if total + 1e-6 > max_norm:
        for g in _present(grads):
            g.div_((total + 1e-6) / max_norm)
    return total


def clip_grad_value(grads: list[Tensor | None], clip_value: float) -> None:
    if clip_value <= 0:
        raise ValueError("clip_value")
    for g in _present(grads):
        g.copy_(torch.where(g.abs() > clip_value, g.sign() * clip_value, g))
''',
    ),
    correct(
        "running_total_in_numbers",
        swaps=[
            (
                "return torch.stack([g.abs().max() for g in present]).max()",
                "return torch.tensor(max(float(g.abs().max()) for g in present)).to(present[0])",
            ),
            (
                ROOT,
                "total = math.fsum(float(power) for power in powers) ** (1 / norm_type)\n"
                "    return present[0].new_tensor(total)",
            ),
            (FACTOR, "factor = 1.0 if total + 1e-6 < max_norm else max_norm / (total + 1e-6)"),
            (SCALE, "            g.data *= factor\n"),
        ],
    ),
]


def probe(m):
    """Three gradients, one of them missing, at two sizes: norms, clipping by several limits, clipping by value.

    Without p = inf: who adds norms may do it there, too, or take the largest as is right.
    """
    matrix = torch.tensor([[0.9, -1.4], [0.2, 2.1], [-0.7, 1.2]], dtype=torch.float64)
    vector = torch.tensor([-0.3, 1.7, 0.6, -1.1], dtype=torch.float64)

    def grads(scale):
        return [matrix * scale, None, vector * scale]

    def clipped(scale, limit, p=2.0):
        given = grads(scale)
        m.clip_grad_norm(given, limit, norm_type=p)
        return [None if g is None else g / scale for g in given]  # so that tiny numbers count like large ones

    def returned(limit, p=2.0):
        return m.clip_grad_norm(grads(1.0), limit, norm_type=p)

    def limited():
        given = grads(1.0)
        m.clip_grad_value(given, 0.5)
        return given

    return {
        "norm, p = 2": lambda: m.global_norm(grads(1.0)),
        "norm, p = 1": lambda: m.global_norm(grads(1.0), norm_type=1.0),
        "clipped to 0.5": lambda: clipped(1.0, 0.5),
        "clipped to 100": lambda: clipped(1.0, 100.0),
        "clipped to 0.5, p = 1": lambda: clipped(1.0, 0.5, 1.0),
        "tiny, clipped to 0.0001": lambda: clipped(1e-3, 1e-4),
        "returned with limit 0.5": lambda: returned(0.5),
        "returned with limit 0.5, p = 1": lambda: returned(0.5, 1.0),
        "returned with limit 100": lambda: returned(100.0),
        "limited to 0.5": limited,
    }
