"""Known wrong answers to adamw with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "coupled_l2",
        "Weights with large gradients hardly decay in your version: what is the decay divided by?",
        swaps=[
            ("g = -grad if self.maximize else grad", "g = (-grad if self.maximize else grad) + self.weight_decay * p"),
            ("p.mul_(1 - self.lr * self.weight_decay)", "pass"),
        ],
        caught_by="test_differs_from_adam_l2",
    ),
    mistake(
        "decay_ignores_learning_rate",
        "Halving the learning rate should halve the decay of a step, too.",
        swap=("p.mul_(1 - self.lr * self.weight_decay)", "p.mul_(1 - self.weight_decay)"),
        caught_by="test_pure_decay",
    ),
    mistake(
        "decay_after_update",
        "Decay acts on the weight before the gradient step moves it; yours shrinks the step as well.",
        swaps=[
            ("p.mul_(1 - self.lr * self.weight_decay)", "pass"),
            (
                "(v_hat.sqrt() + self.eps))",
                "(v_hat.sqrt() + self.eps))\n            p.mul_(1 - self.lr * self.weight_decay)",
            ),
        ],
        caught_by="test_forty_steps",
    ),
    mistake(
        "decay_grows_weights",
        "With zero gradients your weights grow: which sign does the decay have?",
        swap=("p.mul_(1 - self.lr * self.weight_decay)", "p.mul_(1 + self.lr * self.weight_decay)"),
        caught_by="test_pure_decay",
    ),
    mistake(
        "decay_rescaled_by_adam",
        "Decoupled means that the denominator never sees the decay; yours is divided by the root.",
        swaps=[
            ("p.mul_(1 - self.lr * self.weight_decay)", "pass"),
            ("self.lr * m_hat / (v_hat", "self.lr * (m_hat + self.weight_decay * p) / (v_hat"),
        ],
        caught_by="test_differs_from_adam_l2",
    ),
    mistake(
        "no_bias_correction",
        "Both averages start at zero and are too small at first: the correction of Adam belongs to AdamW, too.",
        swaps=[
            ("m_hat = m / (1 - beta1 ** self.t[i])", "m_hat = m"),
            ("v_hat = v / (1 - beta2 ** self.t[i])", "v_hat = v"),
        ],
        caught_by="test_no_decay_equals_adam",
    ),
    mistake(
        "decays_everything",
        "Offsets and norm scales have one axis; holding them small gains nothing, so they belong to the second list.",
        swaps=[
            ("for name, p in named_params if p.ndim >= 2]", "for name, p in named_params]"),
            ("[name for name, p in named_params if p.ndim < 2]", "[]"),
        ],
        caught_by="test_groups",
    ),
    mistake(
        "groups_swapped",
        "Matrices first, vectors second: your two lists come in the other order.",
        swap=("return decay, no_decay", "return no_decay, decay"),
        caught_by="test_groups",
    ),
]

ALSO_CORRECT = [
    correct(
        "fused_update",
        source='''
import math

import torch
from torch import Tensor


class AdamW:
    """New averages instead of averages changed in place; decay and step in one expression."""

    def __init__(self, params: list[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, maximize: bool = False):
        if min(lr, eps, weight_decay) < 0:
            raise ValueError("negative setting")
        self.beta1, self.beta2 = betas
        if not (0.0 <= self.beta1 < 1.0) or not (0.0 <= self.beta2 < 1.0):
            raise ValueError("beta outside [0, 1)")
        self.params, self.lr, self.eps, self.weight_decay = params, lr, eps, weight_decay
        self.amsgrad, self.sign = amsgrad, -1.0 if maximize else 1.0
        self.exp_avg, self.exp_avg_sq, self.max_exp_avg_sq = (
            [p.new_zeros(p.shape) for p in params] for _ in range(3)
        )
        self.t = [0 for _ in params]

    @torch.no_grad()
    def step(self, grads: list[Tensor | None]) -> None:
        if len(grads) != len(self.params):
            raise ValueError("one gradient per parameter")
        for i, grad in enumerate(grads):
            if grad is not None:
                self._move(i, grad)

    def _move(self, i: int, grad: Tensor) -> None:
        self.t[i] = t = self.t[i] + 1
        self.exp_avg[i] = torch.lerp(self.exp_avg[i], self.sign * grad, 1 - self.beta1)
        self.exp_avg_sq[i] = torch.lerp(self.exp_avg_sq[i], grad.square(), 1 - self.beta2)
        v = self.exp_avg_sq[i]
        if self.amsgrad:
            v = self.max_exp_avg_sq[i] = torch.where(v > self.max_exp_avg_sq[i], v, self.max_exp_avg_sq[i])
        root = math.sqrt(1 - self.beta2**t)
        # both fractions multiplied by the root of the second correction
        fraction = root / (1 - self.beta1**t) * self.exp_avg[i] / (v.sqrt() + self.eps * root)
        p = self.params[i]
        p -= self.lr * (fraction + self.weight_decay * p)


def decay_groups(named_params: list[tuple[str, Tensor]]) -> tuple[list[str], list[str]]:
    groups = ([], [])
    for name, p in named_params:
        groups[0 if p.dim() > 1 else 1].append(name)
    return groups
''',
    ),
    correct(
        "foreach",
        source='''
import torch
from torch import Tensor


class AdamW:
    """All parameters that have a gradient at once, with the list operations that PyTorch's own optimizers use."""

    def __init__(self, params: list[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, maximize: bool = False):
        for value in (lr, eps, weight_decay):
            if value < 0:
                raise ValueError("negative setting")
        for beta in betas:
            if beta < 0 or beta >= 1:
                raise ValueError("beta outside [0, 1)")
        self.params = params
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.amsgrad, self.maximize = amsgrad, maximize
        self.exp_avg = [torch.zeros_like(p) for p in params]
        self.exp_avg_sq = [torch.zeros_like(p) for p in params]
        self.max_exp_avg_sq = [torch.zeros_like(p) for p in params]
        self.t = [0] * len(params)

    def step(self, grads: list[Tensor | None]) -> None:
        if len(grads) != len(self.params):
            raise ValueError("one gradient per parameter")
        active = [i for i, g in enumerate(grads) if g is not None]
        if not active:
            return
        b1, b2 = self.betas
        for i in active:
            self.t[i] += 1
        p = [self.params[i] for i in active]
        g = [grads[i] for i in active]
        if self.maximize:
            g = torch._foreach_neg(g)
        torch._foreach_mul_(p, 1 - self.lr * self.weight_decay)
        m = [self.exp_avg[i] for i in active]
        v = [self.exp_avg_sq[i] for i in active]
        torch._foreach_lerp_(m, g, 1 - b1)
        torch._foreach_mul_(v, b2)
        torch._foreach_addcmul_(v, g, g, 1 - b2)
        if self.amsgrad:
            top = [self.max_exp_avg_sq[i] for i in active]
            torch._foreach_maximum_(top, v)
            v = top
        root = torch._foreach_sqrt(v)
        torch._foreach_div_(root, [(1 - b2 ** self.t[i]) ** 0.5 for i in active])
        torch._foreach_add_(root, self.eps)
        torch._foreach_addcdiv_(p, m, root, [-self.lr / (1 - b1 ** self.t[i]) for i in active])


def decay_groups(named_params: list[tuple[str, Tensor]]) -> tuple[list[str], list[str]]:
    decay = []
    no_decay = []
    for name, p in named_params:
        if len(p.shape) < 2:
            no_decay.append(name)
        else:
            decay.append(name)
    return decay, no_decay
''',
    ),
    correct(
        "built_on_adam",
        source='''
import torch
from torch import Tensor


class Adam:
    """Adam without any decay."""

    def __init__(self, params: list[Tensor], lr: float, betas: tuple[float, float], eps: float, amsgrad: bool,
                 maximize: bool):
        if lr < 0 or eps < 0 or any(b < 0 or b >= 1 for b in betas):
            raise ValueError("setting out of range")
        self.params, self.lr, self.betas, self.eps = params, lr, betas, eps
        self.amsgrad, self.maximize = amsgrad, maximize
        self.t = [0] * len(params)
        self.exp_avg, self.exp_avg_sq, self.max_exp_avg_sq = ([p * 0 for p in params] for _ in range(3))

    def step(self, grads: list[Tensor | None]) -> None:
        for i, g in enumerate(grads):
            if g is None:
                continue
            if self.maximize:
                g = -g
            self.t[i] += 1
            b1, b2 = self.betas
            self.exp_avg[i] += (1 - b1) * (g - self.exp_avg[i])
            self.exp_avg_sq[i] += (1 - b2) * (g * g - self.exp_avg_sq[i])
            self.max_exp_avg_sq[i] = torch.stack([self.max_exp_avg_sq[i], self.exp_avg_sq[i]]).amax(0)
            used = self.max_exp_avg_sq[i] if self.amsgrad else self.exp_avg_sq[i]
            root = (used / (1 - b2 ** self.t[i])) ** 0.5 + self.eps
            p = self.params[i]
            p.copy_(p - self.lr * self.exp_avg[i] / (1 - b1 ** self.t[i]) / root)


class AdamW(Adam):
    """Shrink first, then let Adam take its step."""

    def __init__(self, params: list[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 1e-2, amsgrad: bool = False, maximize: bool = False):
        super().__init__(params, lr, betas, eps, amsgrad, maximize)
        if weight_decay < 0:
            raise ValueError("negative decay")
        self.weight_decay = weight_decay

    def step(self, grads: list[Tensor | None]) -> None:
        if len(grads) != len(self.params):
            raise ValueError("one gradient per parameter")
        for p, g in zip(self.params, grads):
            if g is not None:
                p.add_(p, alpha=-self.lr * self.weight_decay)
        super().step(grads)


def decay_groups(named_params: list[tuple[str, Tensor]]) -> tuple[list[str], list[str]]:
    axes = {name: p.ndim for name, p in named_params}
    return [name for name in axes if axes[name] > 1], [name for name in axes if axes[name] <= 1]
''',
    ),
]


def _six_steps(m, **settings):
    """Six steps on two parameters: the second has no gradient at step 3, the learning rate is halved before step 4."""
    draw = torch.Generator().manual_seed(607)
    weights = [torch.randn(shape, generator=draw, dtype=torch.float64) for shape in ((2, 3), (3,))]
    opt = m.AdamW(weights, **settings)
    path, grads_after = [], []
    for k in range(1, 7):
        scale = 0.7**k  # shrinking, so that AMSGrad has something to remember
        grads = [scale * torch.randn(p.shape, generator=draw, dtype=torch.float64) for p in weights]
        if k == 3:
            grads[1] = None
        if k == 4:
            opt.lr = 0.5 * settings["lr"]
        opt.step(grads)
        path.append([p.clone() for p in weights])
        grads_after.append([g for g in grads if g is not None])
    return {"weights": path, "gradients": grads_after}


def _groups(m):
    """The two lists for a small convolutional network."""
    shapes = {"out.weight": (4, 8), "out.bias": (4,), "norm.weight": (8,), "conv.weight": (8, 3, 3, 3)}
    return m.decay_groups([(name, torch.zeros(shape, dtype=torch.float64)) for name, shape in shapes.items()])


def probe(m):
    """Five settings, six steps each: weights and gradients after every step; then the two groups."""
    return {
        "plain": lambda: _six_steps(m, lr=0.1),
        "large eps": lambda: _six_steps(m, lr=0.1, eps=0.05),
        "decay": lambda: _six_steps(m, lr=0.1, weight_decay=0.3),
        "amsgrad": lambda: _six_steps(m, lr=0.1, betas=(0.8, 0.9), amsgrad=True),
        "maximize": lambda: _six_steps(m, lr=0.1, betas=(0.5, 0.7), weight_decay=0.1, maximize=True),
        "groups": lambda: _groups(m),
    }
