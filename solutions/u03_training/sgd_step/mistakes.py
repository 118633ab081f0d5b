"""Known wrong answers to sgd_step with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

DECAY = "        d = d + weight_decay * p\n"

MISTAKES = [
    mistake(
        "ascends",
        "The gradient points uphill; your loss goes up.",
        swap=("p.sub_(lr * d)", "p.add_(lr * d)"),
        caught_by="test_plain_step",
    ),
    mistake(
        "rebinds_locally",
        "Your function computes the right numbers, but the list outside still holds the old tensors.",
        swap=("p.sub_(lr * d)", "p = p - lr * d"),
        caught_by="test_in_place",
    ),
    mistake(
        "decay_not_scaled_by_lr",
        "Decay is part of the gradient here, so a smaller learning rate must shrink it, too.",
        swaps=[(DECAY, ""), ("p.sub_(lr * d)", "p.sub_(lr * d + weight_decay * p)")],
        caught_by="test_weight_decay",
    ),
    mistake(
        "decay_after_step",
        "Both parts of the step should be measured at the same point: where does your decay look at the parameter?",
        swaps=[(DECAY, ""), ("p.sub_(lr * d)", "p.sub_(lr * d)\n        p.sub_(lr * weight_decay * p)")],
        caught_by="test_weight_decay",
    ),
    mistake(
        "decay_flips_with_maximize",
        "Whichever way you climb, decay should pull towards zero.",
        swaps=[
            ("d = -g if maximize else g", "d = g + weight_decay * p"),
            ("d = d + weight_decay * p", "d = -d if maximize else d"),
        ],
        caught_by="test_maximize",
    ),
    mistake(
        "maximize_ignored",
        "With the flag set, the objective should go up; your steps go the same way as without it.",
        swap=("d = -g if maximize else g", "d = g"),
        caught_by="test_maximize",
    ),
    mistake(
        "mutates_gradient",
        "Call your step twice with the same gradients: the second one starts from something else.",
        swap=("d = d + weight_decay * p", "d += weight_decay * p"),
        caught_by="test_gradients_kept",
    ),
    mistake(
        "decays_without_gradient",
        "A parameter without gradient takes no part in the step at all, so it does not decay either.",
        swap=("            continue\n", "            g = torch.zeros_like(p)\n"),
        caught_by="test_none_gradient",
    ),
    mistake(
        "gradient_normalised",
        "The step length should follow the steepness, not be the same everywhere.",
        swap=("d = -g if maximize else g", "d = (-g if maximize else g) / g.norm()"),
        caught_by="test_plain_step",
    ),
]

CHECKED = """\
import torch
from torch import Tensor


def sgd_step(params, grads, lr, weight_decay=0.0, maximize=False):
    if min(lr, weight_decay) < 0 or len(params) != len(grads):
        raise ValueError("negative setting or lists of different lengths")
"""

ALSO_CORRECT = [
    correct(
        "shrink_then_step",
        source=CHECKED
        + """\
    sign = 1 if maximize else -1
    for p, g in zip(params, grads):
        if g is not None:
            p.mul_(1 - lr * weight_decay).add_(g, alpha=sign * lr)
""",
    ),
    correct(
        "assigns_into_the_tensor",
        source=CHECKED
        + """\
    for i in range(len(params)):
        g = grads[i]
        if g is None:
            continue
        if maximize:
            g = -g
        if weight_decay:
            g = torch.add(g, params[i], alpha=weight_decay)
        params[i][...] = params[i] - lr * g
""",
    ),
    correct(
        "through_data",
        source=CHECKED
        + """\
    with torch.no_grad():
        for p, g in zip(params, grads):
            if g is not None:
                uphill = g if maximize else g.neg()
                p.data += lr * uphill - lr * weight_decay * p.data
""",
    ),
    correct(
        "all_at_once",
        source=CHECKED
        + """\
    pairs = [(p, g) for p, g in zip(params, grads) if g is not None]
    if not pairs:
        return
    moving, directions = (list(half) for half in zip(*pairs))
    if maximize:
        directions = torch._foreach_neg(directions)
    directions = torch._foreach_add(directions, moving, alpha=weight_decay)
    torch._foreach_sub_(moving, torch._foreach_mul(directions, lr))
""",
    ),
    correct("copies_back", swap=("p.sub_(lr * d)", "p.copy_(p - lr * d)")),
]


def two_steps(m, **options):
    """Two steps with the same gradients on three parameters, of which the last has none."""
    params = [
        torch.linspace(-1, 2, 6, dtype=torch.float64).reshape(3, 2),
        torch.tensor([2.0, -1.0, 0.5, 3.0], dtype=torch.float64),
        torch.tensor([1.5, -2.5], dtype=torch.float64),
    ]
    grads = [
        torch.tensor([[0.3, -0.7], [1.1, 0.4], [-0.2, 0.9]], dtype=torch.float64),
        torch.tensor([-0.6, 0.8, 1.4, -0.1], dtype=torch.float64),
        None,
    ]
    returned = [m.sgd_step(params, grads, 0.1, **options) for _ in range(2)]
    return {"params": params, "grads": grads, "returned": [r is None for r in returned]}


def probe(m):
    return {
        "plain": lambda: two_steps(m),
        "decay": lambda: two_steps(m, weight_decay=0.5),
        "decay and maximize": lambda: two_steps(m, weight_decay=0.5, maximize=True),
    }
