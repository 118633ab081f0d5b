"""Known wrong answers to adam with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "no_bias_correction",
        "Both averages start at zero and are far too small at first: by which factor, each of them?",
        swaps=[
            ("m_hat = m / (1 - beta1 ** self.t[i])", "m_hat = m"),
            ("v_hat = v / (1 - beta2 ** self.t[i])", "v_hat = v"),
        ],
        caught_by="test_first_step_size",
    ),
    mistake(
        "only_first_moment_corrected",
        "Both averages start at zero, not only the one of the gradients.",
        swap=("v_hat = v / (1 - beta2 ** self.t[i])", "v_hat = v"),
        caught_by="test_first_step_size",
    ),
    mistake(
        "clock_one_ahead",
        "At the first step the corrected average should be exactly the first gradient: which t does that step have?",
        swaps=[
            ("m_hat = m / (1 - beta1 ** self.t[i])", "m_hat = m / (1 - beta1 ** (self.t[i] + 1))"),
            ("v_hat = v / (1 - beta2 ** self.t[i])", "v_hat = v / (1 - beta2 ** (self.t[i] + 1))"),
        ],
        caught_by="test_first_step_size",
    ),
    mistake(
        "eps_inside_root",
        "Here the small number is added after the root, not under it.",
        swap=("v_hat.sqrt() + self.eps", "(v_hat + self.eps).sqrt()"),
        caught_by="test_eps_placement",
    ),
    mistake(
        "eps_before_correction",
        "Correct the average first, then add the small number; yours gets inflated by the correction.",
        swaps=[
            ("v_hat = v / (1 - beta2 ** self.t[i])", "root = (v.sqrt() + self.eps) / (1 - beta2 ** self.t[i]) ** 0.5"),
            ("m_hat / (v_hat.sqrt() + self.eps)", "m_hat / root"),
        ],
        caught_by="test_eps_placement",
    ),
    mistake(
        "root_missing",
        "Multiply all gradients by ten: should the step change? The average is one of squares.",
        swap=("v_hat.sqrt() + self.eps", "v_hat + self.eps"),
        caught_by="test_first_step_size",
    ),
    mistake(
        "betas_swapped",
        "Which of the two averages should have the longer memory, the gradients or their squares?",
        swap=("beta1, beta2 = self.betas", "beta2, beta1 = self.betas"),
        caught_by="test_state_attributes",
    ),
    mistake(
        "decoupled_decay",
        "In plain Adam, decay joins the gradient before the averages see it; yours goes straight to the weight.",
        swap=("g = g + self.weight_decay * p", "p.mul_(1 - self.lr * self.weight_decay)"),
        caught_by="test_l2_decay",
    ),
    mistake(
        "squares_the_average",
        "The second average is of squared gradients, not of squared averages.",
        swap=("(1 - beta2) * g**2", "(1 - beta2) * m**2"),
        caught_by="test_state_attributes",
    ),
    mistake(
        "one_clock_for_all",
        "A parameter that took no step has not aged: whose steps does your count count?",
        swaps=[
            (
                "            if grad is None:\n                continue\n            self.t[i] += 1",
                "            self.t[i] += 1\n            if grad is None:\n                continue",
            ),
        ],
        caught_by="test_per_parameter_clock",
    ),
    mistake(
        "amsgrad_on_corrected",
        "The maximum is kept of the running average as it is, before the correction.",
        swaps=[
            (
                "torch.maximum(self.max_exp_avg_sq[i], v)",
                "torch.maximum(self.max_exp_avg_sq[i], v / (1 - beta2 ** self.t[i]))",
            ),
            (
                "v_hat = v / (1 - beta2 ** self.t[i])",
                "v_hat = v if self.amsgrad else v / (1 - beta2 ** self.t[i])",
            ),
        ],
        caught_by="test_amsgrad",
    ),
    mistake(
        "amsgrad_ignored",
        "With the amsgrad flag the denominator may never shrink; yours is the same with and without it.",
        swap=("if self.amsgrad:", "if False:"),
        caught_by="test_amsgrad",
    ),
]

ALSO_CORRECT = [
    correct(
        "fused_update",
        source='''
import math

import torch
from torch import Tensor


class Adam:
    """New averages instead of averages changed in place, one addcdiv_ per step, corrections moved into its factors."""

    def __init__(self, params: list[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, maximize: bool = False):
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
                self._move(i, torch.add(self.sign * grad, self.params[i], alpha=self.weight_decay))

    def _move(self, i: int, g: Tensor) -> None:
        self.t[i] = t = self.t[i] + 1
        self.exp_avg[i] = torch.lerp(self.exp_avg[i], g, 1 - self.beta1)
        self.exp_avg_sq[i] = torch.lerp(self.exp_avg_sq[i], g.square(), 1 - self.beta2)
        v = self.exp_avg_sq[i]
        if self.amsgrad:
            v = self.max_exp_avg_sq[i] = torch.where(v > self.max_exp_avg_sq[i], v, self.max_exp_avg_sq[i])
        root = math.sqrt(1 - self.beta2**t)
        # both fractions multiplied by the root of the second correction
        factor = -self.lr * root / (1 - self.beta1**t)
        self.params[i].addcdiv_(self.exp_avg[i], v.sqrt() + self.eps * root, value=factor)
''',
    ),
    correct(
        "foreach",
        source='''
import torch
from torch import Tensor


class Adam:
    """All parameters that have a gradient at once, with the list operations that PyTorch's own optimizers use."""

    def __init__(self, params: list[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, maximize: bool = False):
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
        g = torch._foreach_add(g, p, alpha=self.weight_decay)
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
''',
    ),
    correct(
        "one_object_per_parameter",
        source='''
import torch
from dataclasses import dataclass
from torch import Tensor


@dataclass
class State:
    """What one parameter remembers; the powers of the betas are kept as running products."""

    p: Tensor
    m: Tensor
    v: Tensor
    top: Tensor
    t: int = 0
    power1: float = 1.0
    power2: float = 1.0


class Adam:
    def __init__(self, params: list[Tensor], lr: float = 1e-3, betas: tuple[float, float] = (0.9, 0.999),
                 eps: float = 1e-8, weight_decay: float = 0.0, amsgrad: bool = False, maximize: bool = False):
        if lr < 0 or eps < 0 or weight_decay < 0 or any(b < 0 or b >= 1 for b in betas):
            raise ValueError("setting out of range")
        self.states = [State(p, p * 0, p * 0, p * 0) for p in params]
        self.lr, self.betas, self.eps, self.weight_decay = lr, betas, eps, weight_decay
        self.amsgrad, self.maximize = amsgrad, maximize

    @property
    def exp_avg(self) -> list[Tensor]:
        return [s.m for s in self.states]

    @property
    def exp_avg_sq(self) -> list[Tensor]:
        return [s.v for s in self.states]

    @property
    def max_exp_avg_sq(self) -> list[Tensor]:
        return [s.top for s in self.states]

    @property
    def t(self) -> list[int]:
        return [s.t for s in self.states]

    def step(self, grads: list[Tensor | None]) -> None:
        if len(grads) != len(self.states):
            raise ValueError("one gradient per parameter")
        b1, b2 = self.betas
        for s, grad in zip(self.states, grads):
            if grad is None:
                continue
            s.t, s.power1, s.power2 = s.t + 1, s.power1 * b1, s.power2 * b2
            g = grad.clone()
            if self.maximize:
                g.neg_()
            g.add_(s.p, alpha=self.weight_decay)
            s.m = s.m + (1 - b1) * (g - s.m)
            s.v = s.v + (1 - b2) * (g * g - s.v)
            used = s.v
            if self.amsgrad:
                used = s.top = torch.stack([s.top, s.v]).amax(0)
            s.p.copy_(s.p - self.lr * s.m / (1 - s.power1) / ((used / (1 - s.power2)) ** 0.5 + self.eps))
''',
    ),
]


def _six_steps(m, **settings):
    """Six steps on two parameters: the second has no gradient at step 3, the learning rate is halved before step 4."""
    draw = torch.Generator().manual_seed(606)
    weights = [torch.randn(shape, generator=draw, dtype=torch.float64) for shape in ((2, 3), (3,))]
    opt = m.Adam(weights, **settings)
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


def probe(m):
    """Five settings, six steps each: weights and gradients after every step."""
    return {
        "plain": lambda: _six_steps(m, lr=0.1),
        "large eps": lambda: _six_steps(m, lr=0.1, eps=0.05),
        "decay": lambda: _six_steps(m, lr=0.1, weight_decay=0.3),
        "amsgrad": lambda: _six_steps(m, lr=0.1, betas=(0.8, 0.9), amsgrad=True),
        "maximize": lambda: _six_steps(m, lr=0.1, betas=(0.5, 0.7), weight_decay=0.1, maximize=True),
    }
