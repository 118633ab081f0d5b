"""Learning-rate schedules as plain functions, and early stopping with patience.

Cosine: "SGDR: Stochastic Gradient Descent with Warm Restarts", Loshchilov and Hutter, 2017, equation 5 (without restarts).
Warm-up: "Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour", Goyal et al., 2017, section 2.2.
Early stopping: "Early Stopping - But When?", Prechelt, 1998.
"""

import math


def step_lr(base_lr: float, epoch: int, step_size: int, gamma: float = 0.1) -> float:
    """Return base_lr * gamma^(whole steps behind this epoch). Raises ValueError when epoch < 0 or step_size < 1."""
    if epoch < 0:
        raise ValueError("epoch must not be negative")
    if step_size < 1:
        raise ValueError("step_size must be at least 1")
    return base_lr * gamma ** (epoch // step_size)


def cosine_lr(base_lr: float, t: int, t_max: int, eta_min: float = 0.0) -> float:
    """Return the rate on half a cosine wave from base_lr to eta_min. Raises ValueError when t < 0 or t_max < 1."""
    if t < 0:
        raise ValueError("t must not be negative")
    if t_max < 1:
        raise ValueError("t_max must be at least 1")
    progress = min(t, t_max) / t_max  # stays at 1 after the end: the wave must not rise again
    share = 0.5 * (1 + math.cos(math.pi * progress))  # falls from 1 to 0
    return eta_min + (base_lr - eta_min) * share


def warmup_cosine_lr(base_lr: float, t: int, warmup: int, total: int, eta_min: float = 0.0) -> float:
    """Return the rate of a straight climb over `warmup` steps and a cosine over the rest of `total`.

    Raises ValueError when t < 0, warmup < 0 or warmup >= total.
    """
    if t < 0:
        raise ValueError("t must not be negative")
    if not 0 <= warmup < total:
        raise ValueError("warmup must be at least 0 and less than total")
    if t < warmup:
        return base_lr * (t + 1) / warmup  # t + 1: a first step at rate 0 would be wasted
    return cosine_lr(base_lr, t - warmup, total - warmup, eta_min)


class EarlyStopping:
    """Stop after `patience` values in a row that do not beat the best one by more than `min_delta`.

    Attributes: `best`, `best_epoch` (index of the call of `step` that brought it), `num_bad`, `stopped`.
    """

    def __init__(self, patience: int, min_delta: float = 0.0, mode: str = "min") -> None:
        """Raises ValueError when patience < 1, min_delta < 0, or mode is neither "min" nor "max"."""
        if patience < 1:
            raise ValueError("patience must be at least 1")
        if min_delta < 0:
            raise ValueError("min_delta must not be negative")
        if mode not in ("min", "max"):
            raise ValueError(f"mode must be 'min' or 'max', not {mode!r}")
        self.patience, self.min_delta, self.mode = patience, min_delta, mode
        self.best = math.inf if mode == "min" else -math.inf  # any finite first value is better
        self.best_epoch = -1
        self.num_bad = 0
        self.stopped = False
        self._calls = 0

    def step(self, value: float) -> bool:
        """Take the next value and return whether patience is used up."""
        if self._improves(value):
            self.best, self.best_epoch, self.num_bad = value, self._calls, 0
        else:
            self.num_bad += 1
        self._calls += 1
        self.stopped = self.num_bad >= self.patience
        return self.stopped

    def _improves(self, value: float) -> bool:
        """Strictly better than the best by more than min_delta; false for nan, as every comparison with nan is."""
        if self.mode == "min":
            return value < self.best - self.min_delta
        return value > self.best + self.min_delta
