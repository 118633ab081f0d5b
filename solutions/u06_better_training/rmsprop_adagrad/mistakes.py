"""Wrong answers of rmsprop_adagrad with their names, other right ones, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

SUM = "self.sum[i] = self.sum[i] + g * g\n"
ADAGRAD_STEP = "p.sub_(rate * g / (self.sum[i].sqrt() + self.eps))\n"
AVERAGE = "self.square_avg[i] = self.alpha * self.square_avg[i] + (1 - self.alpha) * g * g\n"
CENTERED_AVERAGE = "self.grad_avg[i] = self.alpha * self.grad_avg[i] + (1 - self.alpha) * g\n"
BUFFER = """                self.buf[i] = self.momentum * self.buf[i] + direction
                direction = self.buf[i]
            p.sub_(self.lr * direction)
"""

MISTAKES = [
    mistake(
        "eps_inside_root",
        "The small number is added after the root here; with tiny gradients that makes a visible difference.",
        swaps=[
            ("(self.sum[i].sqrt() + self.eps)", "(self.sum[i] + self.eps).sqrt()"),
            ("(variance.sqrt() + self.eps)", "(variance + self.eps).sqrt()"),
        ],
        caught_by="test_eps_placement",
    ),
    mistake(
        "root_missing",
        "The step should not depend on the unit of the gradient; check units, numerator against denominator.",
        swaps=[
            ("(self.sum[i].sqrt() + self.eps)", "(self.sum[i] + self.eps)"),
            ("(variance.sqrt() + self.eps)", "(variance + self.eps)"),
        ],
        caught_by="test_adagrad_steps",
    ),
    # Both classes take their step with the state as it was, and bring it up to date afterwards.
    mistake(
        "divides_by_previous_state",
        "Your first step divides by (almost) nothing: the present gradient enters the state before the state is used.",
        swaps=[
            ("            " + SUM, ""),
            (ADAGRAD_STEP, ADAGRAD_STEP + "            " + SUM),
            ("            " + AVERAGE, ""),
            ("                " + CENTERED_AVERAGE, ""),
            (
                "            if self.momentum > 0:\n",
                "            " + AVERAGE + "            " + CENTERED_AVERAGE + "            if self.momentum > 0:\n",
            ),
        ],
        caught_by="test_adagrad_steps",
    ),
    mistake(
        "adagrad_forgets",
        "Adagrad never forgets: its state is a sum, and its steps can only shrink.",
        swap=(SUM, "self.sum[i] = 0.99 * self.sum[i] + 0.01 * g * g\n"),
        caught_by="test_adagrad_steps",
    ),
    # The same idea with the other usual share.
    mistake(
        "adagrad_forgets_quickly",
        "Adagrad never forgets: its state is a sum, and its steps can only shrink.",
        swap=(SUM, "self.sum[i] = 0.9 * self.sum[i] + 0.1 * g * g\n"),
        caught_by="test_adagrad_steps",
    ),
    mistake(
        "rmsprop_never_forgets",
        "A gradient burst long ago should fade; in your RMSprop it stays in the state for ever.",
        swap=(AVERAGE, "self.square_avg[i] = self.square_avg[i] + g * g\n"),
        caught_by="test_rmsprop_steps",
    ),
    mistake(
        "alpha_swapped",
        "With alpha near one, the history should dominate; in your average the newest gradient does.",
        swaps=[
            (AVERAGE, "self.square_avg[i] = (1 - self.alpha) * self.square_avg[i] + self.alpha * g * g\n"),
            (CENTERED_AVERAGE, "self.grad_avg[i] = (1 - self.alpha) * self.grad_avg[i] + self.alpha * g\n"),
        ],
        caught_by="test_rmsprop_steps",
    ),
    mistake(
        "lr_decay_off_by_one",
        "The first step uses the full learning rate; yours is reduced already.",
        swap=("(1 + (self.t[i] - 1) * self.lr_decay)", "(1 + self.t[i] * self.lr_decay)"),
        caught_by="test_adagrad_options",
    ),
    mistake(
        "centering_ignored",
        "The flag `centered` has no effect: centring turns the mean square into a variance.",
        swap=("variance = self.square_avg[i] - self.grad_avg[i] ** 2", "variance = self.square_avg[i]  # not centred"),
        caught_by="test_rmsprop_centered",
    ),
    mistake(
        "learning_rate_in_buffer",
        "Change the rate in mid-run: old steps in your buffer keep the old one.",
        swap=(
            BUFFER,
            """                self.buf[i] = self.momentum * self.buf[i] + self.lr * direction
                p.sub_(self.buf[i])
            else:
                p.sub_(self.lr * direction)
""",
        ),
        caught_by="test_rmsprop_momentum",
    ),
    mistake(
        "lists_not_compared",
        "Walking through two lists side by side ends with the shorter one and says nothing. Compare their lengths first.",
        swap=("    if len(grads) != len(params):\n", "    if not params:\n"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    # In-place operations on the state, averages by lerp.
    correct(
        "fused_in_place",
        source="""
import torch
from torch import Tensor


class Adagrad:
    def __init__(self, params: list[Tensor], lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
                 initial_accumulator_value: float = 0.0, eps: float = 1e-10):
        if min(lr, lr_decay, weight_decay, initial_accumulator_value, eps) < 0:
            raise ValueError("negative hyperparameter")
        self.params, self.lr, self.lr_decay, self.decay, self.eps = params, lr, lr_decay, weight_decay, eps
        self.sum = [torch.zeros_like(p).add_(initial_accumulator_value) for p in params]
        self.t = [0 for _ in params]

    def step(self, grads: list[Tensor | None]) -> None:
        if len(grads) != len(self.params):
            raise ValueError("one gradient for each parameter")
        for k, g in enumerate(grads):
            if g is not None:
                p, s = self.params[k], self.sum[k]
                g = g.add(p, alpha=self.decay)
                s.addcmul_(g, g)
                p.addcdiv_(g, s.sqrt().add_(self.eps), value=-self.lr / (1 + self.t[k] * self.lr_decay))
                self.t[k] += 1


class RMSprop:
    def __init__(self, params: list[Tensor], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False):
        if min(lr, alpha, eps, weight_decay, momentum) < 0:
            raise ValueError("negative hyperparameter")
        self.params, self.lr, self.alpha, self.eps = params, lr, alpha, eps
        self.decay, self.momentum, self.centered = weight_decay, momentum, centered
        self.square_avg, self.grad_avg, self.buf = ([torch.zeros_like(p) for p in params] for _ in range(3))

    def step(self, grads: list[Tensor | None]) -> None:
        if len(grads) != len(self.params):
            raise ValueError("one gradient for each parameter")
        for p, g, s, m, u in zip(self.params, grads, self.square_avg, self.grad_avg, self.buf):
            if g is None:
                continue
            g = g.add(p, alpha=self.decay)
            s.lerp_(g.square(), 1 - self.alpha)
            m.lerp_(g, 1 - self.alpha) if self.centered else None
            v = s.addcmul(m, m, value=-1) if self.centered else s
            u.mul_(self.momentum).addcdiv_(g, v.sqrt().add_(self.eps))
            p.add_(u, alpha=-self.lr)
""",
    ),
    # One small object of state for each parameter, lists as properties, refusals at the first step.
    correct(
        "state_objects",
        source="""
from dataclasses import dataclass, field

import torch
from torch import Tensor


class Negative(ValueError):
    pass


@dataclass
class Memory:
    total: Tensor
    mean: Tensor
    velocity: Tensor
    age: int = field(default=0)


class Base:
    def __init__(self, params, lr, start, **options):
        self.lr, self.options = lr, options
        zeros = [torch.zeros_like(p) for p in params]
        self.pairs = [(p, Memory(zero + start, zero, zero)) for p, zero in zip(params, zeros)]
        self.start = start

    def step(self, grads: list[Tensor | None]) -> None:
        if any(value < 0 for value in [self.lr, self.start, *self.options.values()]):
            raise Negative("all of them are at least zero")
        if len(grads) != len(self.pairs):
            raise ValueError("wrong number of gradients")
        for (p, memory), grad in zip(self.pairs, grads):
            if grad is not None:
                memory.age += 1
                p.copy_(p - self.update(memory, grad + self.options["weight_decay"] * p))


class Adagrad(Base):
    def __init__(self, params: list[Tensor], lr: float = 1e-2, lr_decay: float = 0.0, weight_decay: float = 0.0,
                 initial_accumulator_value: float = 0.0, eps: float = 1e-10):
        super().__init__(params, lr, initial_accumulator_value, lr_decay=lr_decay, weight_decay=weight_decay, eps=eps)

    @property
    def sum(self):
        return [memory.total for _, memory in self.pairs]

    @property
    def t(self):
        return [memory.age for _, memory in self.pairs]

    def update(self, memory, g):
        memory.total = memory.total + g.pow(2)
        clock = 1 + (memory.age - 1) * self.options["lr_decay"]
        return self.lr / clock * (g / (memory.total ** 0.5 + self.options["eps"]))


class RMSprop(Base):
    def __init__(self, params: list[Tensor], lr: float = 1e-2, alpha: float = 0.99, eps: float = 1e-8,
                 weight_decay: float = 0.0, momentum: float = 0.0, centered: bool = False):
        super().__init__(params, lr, 0.0, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum)
        self.centered = centered

    @property
    def square_avg(self):
        return [memory.total for _, memory in self.pairs]

    @property
    def grad_avg(self):
        return [memory.mean for _, memory in self.pairs]

    @property
    def buf(self):
        return [memory.velocity for _, memory in self.pairs]

    def update(self, memory, g):
        keep, momentum = self.options["alpha"], self.options["momentum"]
        memory.total = memory.total - (1 - keep) * (memory.total - g.pow(2))
        memory.mean = memory.mean - (1 - keep) * (memory.mean - g)
        variance = memory.total - (memory.mean * memory.mean if self.centered else 0)
        memory.velocity = momentum * memory.velocity + g / (variance.clamp(min=0).sqrt() + self.options["eps"])
        return self.lr * memory.velocity
""",
    ),
]

F64 = torch.float64
START = [
    torch.tensor([[0.5, -1.0], [2.0, 0.3], [-0.7, 1.2]], dtype=F64),
    torch.tensor([1.0, -0.4, 0.8, -1.5], dtype=F64),
]
STEPS = 6


def gradients():
    """Six steps of fixed gradients of either sign and of different sizes; the second parameter has none in step 3."""
    steps = []
    for k in range(1, STEPS + 1):
        first = torch.cos(torch.arange(6, dtype=F64) * 1.3 + k).reshape(3, 2)
        second = 0.1 * k * torch.sin(torch.arange(4, dtype=F64) * 0.9 + 2 * k)
        steps.append([first, None if k == 3 else second])
    return steps


def run(make):
    """Parameters and gradients after every step; the learning rate is halved before step 4."""
    params = [p.clone() for p in START]
    opt = make(params)
    lr = 0.1
    seen = []
    for k, grads in enumerate(gradients(), start=1):
        if k == 4:
            opt.lr = lr / 2
        opt.step(grads)
        seen.append([p.clone() for p in params] + [g.clone() for g in grads if g is not None])
    return seen


def probe(m):
    """Both optimizers on fixed gradients.

    Centred with alpha 0.5, where swapping alpha and 1 - alpha changes nothing: whether someone swapped it in both
    averages or only in the one of the squares, the name is found by the other runs.
    """
    return {
        "adagrad": lambda: run(lambda p: m.Adagrad(p, lr=0.1)),
        "adagrad_options": lambda: run(
            lambda p: m.Adagrad(p, lr=0.1, lr_decay=0.3, weight_decay=0.1, initial_accumulator_value=0.2)
        ),
        "adagrad_eps": lambda: run(lambda p: m.Adagrad(p, lr=0.1, eps=0.05)),
        "rmsprop": lambda: run(lambda p: m.RMSprop(p, lr=0.1)),
        "rmsprop_centered": lambda: run(lambda p: m.RMSprop(p, lr=0.1, alpha=0.5, centered=True)),
        "rmsprop_momentum": lambda: run(lambda p: m.RMSprop(p, lr=0.1, momentum=0.8, weight_decay=0.1)),
        "rmsprop_eps": lambda: run(lambda p: m.RMSprop(p, lr=0.1, alpha=0.8, eps=0.05)),
        "a gradient too few": lambda: m.Adagrad([START[0].clone()] * 2).step(gradients()[0][:1]),
    }
