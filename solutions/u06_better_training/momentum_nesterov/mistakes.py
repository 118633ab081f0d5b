"""Known wrong answers to momentum_nesterov with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

FIRST = "self.buf[i] = g.clone()"
LATER = "self.buf[i].mul_(self.momentum).add_(g, alpha=1 - self.dampening)"
DIRECTION = "d = g + self.momentum * self.buf[i] if self.nesterov else self.buf[i]"
DECAY = "g = g + self.weight_decay * p  # a new tensor; the decay passes through the buffer like any gradient"
MOVE = "p.sub_(self.lr * d)"

MISTAKES = [
    mistake(
        "dampens_first_step",
        "The very first buffer is the plain gradient; dampening begins with the second one.",
        swap=(FIRST, "self.buf[i] = (1 - self.dampening) * g"),
        caught_by="test_first_step",
    ),
    mistake(
        "averages_gradient",
        "Here momentum adds up gradients; for a constant gradient the step grows towards 1/(1−μ) times the plain one.",
        swap=(LATER, "self.buf[i].mul_(self.momentum).add_(g, alpha=1 - self.momentum)"),
        caught_by="test_plain_momentum",
    ),
    mistake(
        "momentum_forgotten",
        "Does your buffer still remember the gradient of two steps ago?",
        swap=(LATER, "self.buf[i] = g.clone()"),
        caught_by="test_plain_momentum",
    ),
    mistake(
        "learning_rate_in_buffer",
        "Change the learning rate in mid-run and see how long your steps keep the old one.",
        swaps=[("            d = g\n", "            g = self.lr * g\n            d = g\n"), (MOVE, "p.sub_(d)")],
        caught_by="test_live_learning_rate",
    ),
    mistake(
        "nesterov_same_as_plain",
        "Nesterov looks one step further: the freshly updated buffer enters once more. Yours takes the plain step.",
        swap=(DIRECTION, "d = self.buf[i]"),
        caught_by="test_nesterov",
    ),
    mistake(
        "nesterov_drops_gradient",
        "The look-ahead is added to the gradient, it does not replace it.",
        swap=(DIRECTION, "d = self.momentum * self.buf[i] if self.nesterov else self.buf[i]"),
        caught_by="test_nesterov",
    ),
    mistake(
        "aliases_gradient",
        "After the second step the gradients you were handed have changed: whose memory is your buffer?",
        swap=(FIRST, "self.buf[i] = g"),
        caught_by="test_gradients_and_none",
    ),
    mistake(
        "decay_after_momentum",
        "In this optimizer decay is part of the gradient, so it passes through the momentum buffer.",
        swaps=[(DECAY, "pass"), (MOVE, "p.sub_(self.lr * (d + self.weight_decay * p))")],
        caught_by="test_decay_and_maximize",
    ),
    mistake(
        "averages_from_zero",
        "Here momentum adds up gradients and starts from the first one; yours is a running average that starts from zero.",
        swaps=[
            (FIRST, "self.buf[i] = (1 - self.momentum) * g"),
            (LATER, "self.buf[i].mul_(self.momentum).add_(g, alpha=1 - self.momentum)"),
        ],
        caught_by="test_first_step",
    ),
    mistake(
        "coasts_without_gradient",
        "A parameter without gradient takes no part in the step: neither its numbers nor its buffer move.",
        swap=("                continue\n", "                grad = torch.zeros_like(p)\n"),
        caught_by="test_gradients_and_none",
    ),
    mistake(
        "lists_not_compared",
        "Walking through two lists side by side ends with the shorter one and says nothing. Compare their lengths first.",
        swap=("        if len(grads) != len(self.params):\n", "        if not self.params:\n"),
        caught_by="test_bad_input",
    ),
]

SETTINGS = """\
import torch
from torch import Tensor


class MomentumSGD:
    def __init__(self, params, lr, momentum=0.9, dampening=0.0, nesterov=False, weight_decay=0.0, maximize=False):
        self.params, self.lr, self.momentum, self.dampening = list(params), lr, momentum, dampening
        self.nesterov, self.weight_decay, self.maximize = nesterov, weight_decay, maximize
        self.start()

    def check(self):
        if self.lr < 0 or self.momentum < 0 or self.weight_decay < 0:
            raise ValueError("negative setting")
        if self.nesterov and (self.momentum <= 0 or self.dampening != 0):
            raise ValueError("Nesterov needs momentum and no dampening")

"""

ALSO_CORRECT = [
    correct(
        "new_buffer_each_step",
        source=SETTINGS
        + """\
    def start(self):
        self.check()
        self.buf = [None for _ in self.params]

    def step(self, grads):
        if len(grads) != len(self.params):
            raise ValueError("one gradient for each parameter")
        sign = -1.0 if self.maximize else 1.0
        for i, p in enumerate(self.params):
            if grads[i] is None:
                continue
            g = sign * grads[i] + self.weight_decay * p
            if self.buf[i] is None:
                self.buf[i] = g
            else:
                self.buf[i] = self.momentum * self.buf[i] + (1 - self.dampening) * g
            step = self.buf[i]
            if self.momentum == 0:
                step = g
            elif self.nesterov:
                step = g + self.momentum * step
            p.copy_(p - self.lr * step)
""",
    ),
    correct(
        "state_in_a_dict_checked_at_the_first_step",
        source=SETTINGS
        + """\
    def start(self):
        self.state = {}

    @property
    def buf(self):
        return [self.state.get(i) for i in range(len(self.params))]

    @torch.no_grad()
    def step(self, grads):
        self.check()
        if len(grads) != len(self.params):
            raise ValueError("one gradient for each parameter")
        for i, (p, g) in enumerate(zip(self.params, grads)):
            if g is None:
                continue
            g = g.neg() if self.maximize else g.clone()
            g.add_(p, alpha=self.weight_decay)
            if i in self.state:
                b = self.state[i]
                b *= self.momentum
                b += (1 - self.dampening) * g
            else:
                b = self.state[i] = g.clone()
            if self.nesterov:
                p.data.sub_(self.lr * g).sub_(self.lr * self.momentum * b)
            else:
                p -= self.lr * (b if self.momentum else g)
""",
    ),
    correct(
        "all_at_once",
        source=SETTINGS
        + """\
    def start(self):
        self.check()
        self.buf = [None] * len(self.params)

    def step(self, grads):
        if len(grads) != len(self.params):
            raise ValueError("one gradient for each parameter")
        active = [i for i, g in enumerate(grads) if g is not None]
        if not active:
            return
        params = [self.params[i] for i in active]
        directions = torch._foreach_mul([grads[i] for i in active], -1.0 if self.maximize else 1.0)
        torch._foreach_add_(directions, params, alpha=self.weight_decay)
        if self.momentum:
            old = [i for i in active if self.buf[i] is not None]
            if old:
                buffers = [self.buf[i] for i in old]
                torch._foreach_mul_(buffers, self.momentum)
                torch._foreach_add_(buffers, [directions[active.index(i)] for i in old], alpha=1 - self.dampening)
            for i, g in zip(active, directions):
                if self.buf[i] is None:
                    self.buf[i] = g.clone()
            buffers = [self.buf[i] for i in active]
            directions = torch._foreach_add(directions, buffers, alpha=self.momentum) if self.nesterov else buffers
        torch._foreach_add_(params, directions, alpha=-self.lr)
""",
    ),
]


def six_steps(m, **options):
    """Parameters after each of six steps, and the gradients at the end; the second gradient is None at step 3."""
    params = [
        torch.linspace(-1, 2, 6, dtype=torch.float64).reshape(3, 2),
        torch.tensor([2.0, -1.0, 0.5], dtype=torch.float64),
    ]
    gradients = [
        [
            torch.linspace(0.5 - 0.3 * k, 1.5 - 0.7 * k, 6, dtype=torch.float64).reshape(3, 2),
            torch.tensor([0.4 + k, 1.2 - 0.5 * k, -0.8 + 0.2 * k], dtype=torch.float64),
        ]
        for k in range(6)
    ]
    opt = m.MomentumSGD(params, 0.1, **options)
    places = []
    for k, (first, second) in enumerate(gradients):
        if k == 3:
            opt.lr = 0.05
        opt.step([first, None if k == 2 else second])
        places.append([p.clone() for p in params])
    return {"params": places, "grads": gradients}


def two_numbers():
    return [torch.ones(1, dtype=torch.float64), torch.ones(1, dtype=torch.float64)]


def probe(m):
    return {
        "plain": lambda: six_steps(m),
        "dampening": lambda: six_steps(m, dampening=0.3),
        "nesterov": lambda: six_steps(m, momentum=0.8, nesterov=True),
        "decay": lambda: six_steps(m, weight_decay=0.2),
        "nesterov, decay and maximize": lambda: six_steps(m, nesterov=True, weight_decay=0.2, maximize=True),
        "momentum 0": lambda: six_steps(m, momentum=0.0),
        "a gradient too few": lambda: m.MomentumSGD(two_numbers(), 0.1).step(two_numbers()[:1]),
    }
