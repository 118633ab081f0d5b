"""Known wrong schedules and stoppers with their hints, right ones that look different, and the probe that tells them apart."""

import math
from itertools import pairwise

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "patience_off_by_one",
        "With patience 2, how many bad epochs in a row end the run? Yours allows one more.",
        swap=("self.num_bad >= self.patience", "self.num_bad > self.patience"),
        caught_by="test_patience",
    ),
    mistake(
        "counter_never_resets",
        "Your bad epochs add up over the whole run. An improvement gives the model a fresh start.",
        swap=(
            "self.best, self.best_epoch, self.num_bad = value, self._calls, 0",
            "self.best, self.best_epoch = value, self._calls",
        ),
        caught_by="test_patience",
    ),
    mistake(
        "compares_with_previous",
        "Slowly climbing back from a bad epoch is not a new record. With which earlier value should each one be compared?",
        swaps=[
            ("        self.stopped = False\n", "        self.stopped = False\n        self._last = self.best\n"),
            ("        self._calls += 1\n", "        self._calls += 1\n        self._last = value\n"),
            ("return value < self.best - self.min_delta", "return value < self._last - self.min_delta"),
            ("return value > self.best + self.min_delta", "return value > self._last + self.min_delta"),
        ],
        caught_by="test_patience",
    ),
    mistake(
        "min_delta_sign",
        "A minimum improvement should make it harder, not easier, to count. On which side of the best value is your threshold?",
        swaps=[
            ("return value < self.best - self.min_delta", "return value < self.best + self.min_delta"),
            ("return value > self.best + self.min_delta", "return value > self.best - self.min_delta"),
        ],
        caught_by="test_min_delta",
    ),
    mistake(
        "mode_ignored",
        "For accuracy, up is good: the mode has to change what counts as better.",
        swaps=[
            ('self.best = math.inf if mode == "min" else -math.inf', "self.best = math.inf"),
            ('        if self.mode == "min":\n            return value < ', "        return value < "),
            ("        return value > self.best + self.min_delta\n", ""),
        ],
        caught_by="test_max_mode",
    ),
    mistake(
        "cosine_missing_half",
        "Your rate becomes negative, or falls below its floor, in the second half. A cosine runs from 1 to -1; which range do you need?",
        swap=("0.5 * (1 + math.cos(math.pi * progress))", "math.cos(math.pi * progress)"),
        caught_by="test_cosine_values",
    ),
    mistake(
        "warmup_starts_at_zero",
        "Your very first step moves nothing at all, and the climb never reaches the base rate. Which share of the climb is done in step 0?",
        swap=("base_lr * (t + 1) / warmup", "base_lr * t / warmup"),
        caught_by="test_warmup_values",
    ),
    mistake(
        "warmup_not_subtracted",
        "Where on the cosine should the first step after the warm-up be? The wave begins there, not at step 0.",
        swap=("cosine_lr(base_lr, t - warmup, total - warmup, eta_min)", "cosine_lr(base_lr, t, total, eta_min)"),
        caught_by="test_warmup_values",
    ),
    mistake(
        "cosine_full_period",
        "Half a wave takes you from the top to the bottom. A full one brings the rate back up.",
        swap=("math.cos(math.pi * progress)", "math.cos(2 * math.pi * progress)"),
        caught_by="test_cosine_values",
    ),
    mistake(
        "cosine_bounces_back",
        "What should happen when training goes on after the schedule has ended? Yours climbs again.",
        swap=("min(t, t_max) / t_max", "t / t_max"),
        caught_by="test_cosine_values",
    ),
    mistake(
        "floor_added_not_blended",
        "At the start the rate should be exactly the base rate. The floor takes its share from the wave, it does not come on top.",
        swap=("eta_min + (base_lr - eta_min) * share", "eta_min + base_lr * share"),
        caught_by="test_cosine_values",
    ),
    mistake(
        "step_decay_one_epoch_early",
        "The first drop comes after step_size full epochs. Epochs are counted from 0.",
        swap=("(epoch // step_size)", "((epoch + 1) // step_size)"),
        caught_by="test_step_values",
    ),
    mistake(
        "step_decay_every_epoch",
        "A staircase has flat steps. Your rate falls a little in every epoch.",
        swap=("(epoch // step_size)", "(epoch / step_size)"),
        caught_by="test_step_values",
    ),
    mistake(
        "equal_counts_as_better",
        "Standing still is not progress: a value equal to the best one is no improvement.",
        swaps=[
            ("return value < self.best - self.min_delta", "return value <= self.best - self.min_delta"),
            ("return value > self.best + self.min_delta", "return value >= self.best + self.min_delta"),
        ],
        caught_by="test_nan_and_ties",
    ),
    mistake(
        "any_other_mode_is_max",
        "A misspelt mode quietly counts as one of the two, and the run stops at the wrong time: refuse it.",
        swap=('if mode not in ("min", "max"):', "if not mode:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "remembers_everything",
        source="""
import math


def step_lr(base_lr, epoch, step_size, gamma=0.1):
    if epoch < 0 or step_size < 1:
        raise ValueError("epoch or step_size")
    rate = base_lr
    for e in range(1, epoch + 1):
        if e % step_size == 0:
            rate *= gamma
    return rate


def cosine_lr(base_lr, t, t_max, eta_min=0.0):
    if t < 0 or t_max < 1:
        raise ValueError("t or t_max")
    if t >= t_max:
        return eta_min
    return eta_min + (base_lr - eta_min) * math.cos(math.pi * t / (2 * t_max)) ** 2


def warmup_cosine_lr(base_lr, t, warmup, total, eta_min=0.0):
    if t < 0 or warmup < 0 or warmup >= total:
        raise ValueError("t, warmup or total")
    climb = [base_lr * k / warmup for k in range(1, warmup + 1)]
    fall = [cosine_lr(base_lr, k, total - warmup, eta_min) for k in range(total - warmup + 1)]
    rates = climb + fall
    return rates[min(t, total)]


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        if patience < 1 or min_delta < 0:
            raise ValueError("patience or min_delta")
        self.sign = {"min": 1.0, "max": -1.0}.get(mode)
        if self.sign is None:
            raise ValueError("mode")
        self.patience, self.min_delta, self.values = patience, min_delta, []

    def step(self, value):
        self.values.append(value)
        return self.stopped

    def _scan(self):
        best, where = math.inf, -1
        for i, value in enumerate(self.values):
            if not math.isnan(value) and best - self.sign * value > self.min_delta:
                best, where = self.sign * value, i
        return self.sign * best, where

    best = property(lambda self: self._scan()[0])
    best_epoch = property(lambda self: self._scan()[1])
    num_bad = property(lambda self: len(self.values) - 1 - self.best_epoch)
    stopped = property(lambda self: self.num_bad >= self.patience)
""",
    ),
    correct(
        "checks_at_first_use",
        source="""
import torch


def step_lr(base_lr, epoch, step_size, gamma=0.1):
    if not (epoch >= 0 and step_size >= 1):
        raise ValueError
    return base_lr * pow(gamma, int(epoch / step_size))


def cosine_lr(base_lr, t, t_max, eta_min=0.0):
    if not (t >= 0 and t_max >= 1):
        raise ValueError
    angle = torch.tensor(torch.pi * min(t / t_max, 1.0), dtype=torch.float64)
    high = ((1 + angle.cos()) / 2).item()
    return high * base_lr + (1 - high) * eta_min


def warmup_cosine_lr(base_lr, t, warmup, total, eta_min=0.0):
    if t < 0 or not warmup in range(total):
        raise ValueError
    after = t - warmup
    return cosine_lr(base_lr, after, total - warmup, eta_min) if after >= 0 else base_lr * (1 + after / warmup + 1 / warmup)


class EarlyStopping:
    def __init__(self, patience, min_delta=0.0, mode="min"):
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best = float("-inf") if mode == "max" else float("inf")
        self.best_epoch, self.num_bad, self.stopped, self.epoch = -1, 0, False, -1

    def step(self, value):
        if self.patience <= 0 or self.min_delta < 0 or self.mode not in {"min", "max"}:
            raise ValueError
        self.epoch += 1
        gain = value - self.best if self.mode == "max" else self.best - value
        if gain > self.min_delta:
            self.best = value
            self.best_epoch = self.epoch
        self.num_bad = self.epoch - self.best_epoch
        self.stopped = self.stopped or self.num_bad >= self.patience
        return self.stopped
""",
    ),
]

# Six curves: values, patience, options. What best is called in a wrong program differs; its bad epochs and answers do not.
CURVES = {
    "patience": ([1.0, 0.8, 0.9, 0.7, 0.75, 0.72, 0.74], 2, {}),
    "min_delta": ([1.0, 0.97, 0.94, 0.93, 0.95, 0.91], 3, {"min_delta": 0.05}),
    "larger_min_delta": ([1.0, 1.06, 0.9, 0.85, 0.97, 0.81], 4, {"min_delta": 0.08}),
    "ties": ([1.0, 1.0, 0.5, 0.5, 0.5], 2, {}),
    "nan": ([math.nan, 1.0, math.nan, 0.5, math.nan, math.nan], 2, {}),
    "slow_climb": ([1.0, 2.0, 1.9, 1.8, 1.7], 3, {}),
}


def probe(m):
    """Short schedules, bad epochs and answers on six curves, and whether mode max stops while the values rise."""

    def watch(values, patience, options):
        stopper = m.EarlyStopping(patience, **options)
        return [(stopper.step(value), stopper.num_bad) for value in values]

    def warmup():
        # After the climb only the shape: a cosine that starts too early may end at `total` or before it.
        rates = [m.warmup_cosine_lr(0.5, t, 3, 9, eta_min=0.1) for t in range(12)]
        return {
            "climb": rates[:3],
            "cosine_starts_at_base": math.isclose(rates[3], 0.5),
            "never_rises_after": all(b <= a + 1e-12 for a, b in pairwise(rates[3:])),
            "ends_at_floor": all(math.isclose(rate, 0.1) for rate in rates[9:]),
        }

    items = {
        "step": lambda: [m.step_lr(0.8, epoch, 3, gamma=0.5) for epoch in range(10)],
        "cosine": lambda: [m.cosine_lr(0.5, t, 5, eta_min=0.1) for t in range(9)],
        "warmup": warmup,
        # Yes or no: a stopper that always minimises may start from inf or from -inf.
        "stops_while_rising": lambda: any(
            stopped for stopped, _ in watch([0.25, 0.5, 0.75, 1.0, 1.25], 2, {"mode": "max"})
        ),
    }
    items["unknown_mode"] = lambda: m.EarlyStopping(2, mode="best").step(1.0)
    for name, (values, patience, options) in CURVES.items():
        items[name] = lambda values=values, patience=patience, options=options: watch(values, patience, options)
    return items
