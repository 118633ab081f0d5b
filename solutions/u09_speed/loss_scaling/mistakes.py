"""Known wrong answers to loss_scaling with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

INF, NAN = float("inf"), float("nan")

MISTAKES = [
    mistake(
        "unscale_multiplies",
        "The gradients arrive too large already: which operation takes a factor out again?",
        swap=("g.div_(self.scale)", "g.mul_(self.scale)"),
        caught_by="test_unscales",
    ),
    mistake(
        "only_looks_for_inf",
        "Not every broken number is infinite: what is infinity minus infinity?",
        swap=("not torch.isfinite(g).all()", "torch.isinf(g).any()"),
        caught_by="test_detects_bad",
    ),
    mistake(
        "only_looks_for_nan",
        "Overflow shows as infinity first, of either sign; the nans come later.",
        swap=("not torch.isfinite(g).all()", "torch.isnan(g).any()"),
        caught_by="test_detects_bad",
    ),
    mistake(
        "steps_on_bad_gradients",
        "One infinite gradient ruins the weights for good: when may the step be applied?",
        swap=("        if not found_bad:\n            apply(params, grads)\n", "        apply(params, grads)\n"),
        caught_by="test_skips_bad_steps",
    ),
    mistake(
        "backs_off_upwards",
        "After an overflow the scale was too large: in which direction does yours move?",
        swap=("self.scale *= self.backoff_factor", "self.scale /= self.backoff_factor"),
        caught_by="test_scale_history",
    ),
    mistake(
        "growth_clock_not_reset",
        "After a bad step the waiting starts again: good steps from before it no longer count.",
        swap=("            self.tracker = 0  # the smaller scale has to prove itself from the beginning\n", ""),
        caught_by="test_scale_history",
    ),
    mistake(
        "keeps_growing_after_first_growth",
        "After growing, the new scale should prove itself for a full interval again.",
        swap=(
            "== self.growth_interval:\n            self.scale *= self.growth_factor\n            self.tracker = 0",
            ">= self.growth_interval:\n            self.scale *= self.growth_factor",
        ),
        caught_by="test_scale_history",
    ),
    mistake(
        "grows_after_every_good_step",
        "Raise the scale only after a long run without trouble, not after each good step.",
        swap=("if self.tracker == self.growth_interval:", "if self.tracker:"),
        caught_by="test_scale_history",
    ),
    mistake(
        "scales_after_casting",
        "What has become zero cannot be scaled back to life: which comes first, scaling or casting?",
        swap=("(g * scale).to(torch.float16)", "g.to(torch.float16) * scale"),
        caught_by="test_underflow",
    ),
    mistake(
        "zeros_counted_as_lost",
        "A gradient that was zero before has lost nothing: leave it out of both counts.",
        swap=(
            "    lost = nonzero & (halved == 0)\n    return lost.sum().item() / nonzero.sum().item()",
            "    lost = halved == 0\n    return lost.sum().item() / lost.numel()",
        ),
        caught_by="test_underflow",
    ),
    mistake(
        "graph_cut",
        "The scaled loss has forgotten where it came from: backward finds nothing behind it.",
        swap=("return loss * self.scale", "return loss.detach() * self.scale"),
        caught_by="test_scales_loss",
    ),
    mistake(
        "unscales_copies",
        "You unscale copies: whoever handed you the gradients still holds the scaled ones.",
        swap=("            g.div_(self.scale)\n", "            g = g / self.scale\n"),
        caught_by="test_unscales",
    ),
    mistake(
        "stops_at_first_bad_gradient",
        "Having found a broken gradient you leave the rest as they are: afterwards some are unscaled and some are not.",
        swap=(
            "                found_bad = True  # no way out here: the caller expects all gradients unscaled\n",
            "                return True\n",
        ),
        caught_by="test_detects_bad",
    ),
]

ALSO_CORRECT = [
    correct(
        "all_at_once",
        source='''
import math
from typing import Callable

import torch
from torch import Tensor


class DynamicLossScaler:
    """List operations, one flag for all gradients, and a scale that is worked out from two counts."""

    def __init__(self, init_scale: float = 65536.0, growth_factor: float = 2.0, backoff_factor: float = 0.5,
                 growth_interval: int = 2000):
        if not (init_scale > 0 and growth_factor > 1 and backoff_factor > 0 and backoff_factor < 1):
            raise ValueError("scale or factor out of range")
        if growth_interval <= 0:
            raise ValueError("interval")
        self.init_scale, self.up, self.down, self.interval = init_scale, growth_factor, backoff_factor, growth_interval
        self.grown, self.shrunk, self.tracker = 0, 0, 0

    @property
    def scale(self) -> float:
        return math.prod([self.init_scale] + [self.up] * self.grown + [self.down] * self.shrunk)

    def scale_loss(self, loss: Tensor) -> Tensor:
        return torch.mul(loss, loss.new_tensor(self.scale))

    def unscale_(self, grads: list[Tensor | None]) -> bool:
        real = [g for g in grads if g is not None]
        if not real:
            return False
        torch._foreach_mul_(real, 1.0 / self.scale)
        flat = torch.cat([g.reshape(-1) for g in real])
        return bool((flat.isnan() | (flat.abs() == math.inf)).any())

    def update(self, found_bad: bool) -> None:
        self.tracker = 0 if found_bad else (self.tracker + 1) % self.interval
        if found_bad:
            self.shrunk += 1
        elif self.tracker == 0:
            self.grown += 1

    def step(self, params: list[Tensor], grads: list[Tensor | None], apply: Callable[[list, list], None]) -> bool:
        for _ in zip(params, grads, strict=True):
            pass
        bad = self.unscale_(grads)
        self.update(bad)
        if bad:
            return False
        apply(params, grads)
        return True


def underflow_fraction(g: Tensor, scale: float = 1.0) -> float:
    alive = g[g != 0]
    if alive.numel() == 0:
        return 0.0
    return float((alive.mul(scale).half() == 0).double().mean())
''',
    ),
    correct(
        "counts_down",
        source='''
from typing import Callable

import torch
from torch import Tensor


class DynamicLossScaler:
    """Counts the good steps that are still missing, and judges a gradient by its largest and smallest entry."""

    def __init__(self, init_scale: float = 65536.0, growth_factor: float = 2.0, backoff_factor: float = 0.5,
                 growth_interval: int = 2000):
        for right in (init_scale > 0, growth_factor > 1, 0 < backoff_factor < 1, growth_interval >= 1):
            if not right:
                raise ValueError("setting out of range")
        self.scale = init_scale
        self.factors = {True: backoff_factor, False: growth_factor}
        self.interval = self.missing = growth_interval

    @property
    def tracker(self) -> int:
        return self.interval - self.missing

    def scale_loss(self, loss: Tensor) -> Tensor:
        return self.scale * loss

    def unscale_(self, grads: list[Tensor | None]) -> bool:
        broken = 0
        for i in range(len(grads)):
            if grads[i] is not None:
                grads[i] /= self.scale
                broken += int((grads[i] - grads[i] != 0).sum())
        return broken > 0

    def update(self, found_bad: bool) -> None:
        self.missing -= 1
        if found_bad or self.missing == 0:
            self.scale = self.scale * self.factors[found_bad]
            self.missing = self.interval

    def step(self, params: list[Tensor], grads: list[Tensor | None], apply: Callable[[list, list], None]) -> bool:
        if len(grads) - len(params):
            raise ValueError("one gradient per parameter")
        good = not self.unscale_(grads)
        if good:
            apply(params, grads)
        self.update(not good)
        return good


def underflow_fraction(g: Tensor, scale: float = 1.0) -> float:
    before = torch.count_nonzero(g).item()
    after = torch.count_nonzero((scale * g).to(torch.half)).item()
    return (before - after) / max(before, 1)
''',
    ),
]


def vector(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


def probe(m):
    """A scale over eleven updates, eleven steps with inf and nan, one unscaling, and a vector that float16 hurts."""

    def history():
        scaler = m.DynamicLossScaler(8.0, 2.0, 0.5, 2)
        seen = []
        for bad in (False, False, True, False, True, False, False, False, False, True, False):
            scaler.update(bad)
            seen.append([scaler.scale, scaler.tracker])
        return seen

    def steps():
        # Which steps were applied shows in the weights; what step() returns, in several versions, stays out.
        scaler, apply, weights, path = m.DynamicLossScaler(8.0, 2.0, 0.5, 2), m.kit.PlainStep(0.1), vector(1.0, 2.0), []
        for k, broken in enumerate((0.0, 0.0, INF, 0.0, NAN, 0.0, 0.0, 0.0, 0.0, -INF, 0.0)):
            scaler.step([weights, vector(5.0)], [vector(8.0 + k, 4.0 + broken), None], apply)
            path.append([weights.clone(), scaler.scale])
        return path

    def unscaled():
        grads = [vector(4.0, INF), None, vector(12.0), vector(NAN, 20.0)]
        found = m.DynamicLossScaler(4.0).unscale_(grads)
        return {"bad": found, "gradients": [g for g in grads if g is not None]}

    small = vector(0.0, 1e-9, 1e-7, 1e-5, 1.0)
    return {
        "history": history,
        "steps": steps,
        "unscaled": unscaled,
        "graph": lambda: m.kit.gradient_through(m.DynamicLossScaler(8.0), vector(1.0, 2.0), torch.ones(1, 2).double()),
        "lost": lambda: m.underflow_fraction(small),
        "lost after scaling": lambda: m.underflow_fraction(small, scale=1024.0),
    }
