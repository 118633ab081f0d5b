"""Learning-rate schedules as plain functions, and early stopping with patience."""

import math

import torch
from torch import Tensor


def step_lr(base_lr: float, epoch: int, step_size: int, gamma: float = 0.1) -> float:
    """Return the learning rate of `epoch` (from 0) when it is multiplied by `gamma` after every `step_size` epochs.

    Raises ValueError when epoch < 0 or step_size < 1.
    """
    raise NotImplementedError


def cosine_lr(base_lr: float, t: int, t_max: int, eta_min: float = 0.0) -> float:
    """Return the learning rate of step `t` (from 0) on half a cosine wave from `base_lr` at 0 to `eta_min` at `t_max`.

    After `t_max` the rate stays at `eta_min`. Raises ValueError when t < 0 or t_max < 1.
    """
    raise NotImplementedError


def warmup_cosine_lr(base_lr: float, t: int, warmup: int, total: int, eta_min: float = 0.0) -> float:
    """Return the learning rate of step `t` (from 0): a straight climb for `warmup` steps,
    then the cosine until `total`.

    The first step has base_lr / warmup, step warmup - 1 has base_lr, and the cosine starts with base_lr at step
    `warmup`.
    warmup = 0 means the cosine alone. Raises ValueError when t < 0, warmup < 0 or warmup >= total.
    """
    raise NotImplementedError


class EarlyStopping:
    """Say when training should end: after `patience` epochs in a row without a real improvement.

    Attributes to read: `best` (float, the best value so far; inf at first for mode "min", -inf for mode "max"),
    `best_epoch` (int, which call of `step` brought it, counted from 0; -1 at first), `num_bad` (int, calls in a row
    without improvement; 0 at first), `stopped` (bool, whether patience is used up now; False at first).
    """

    def __init__(self, patience: int, min_delta: float = 0.0, mode: str = "min") -> None:
        """`mode` is "min" (smaller is better) or "max"; an improvement has to be larger than `min_delta`.

        Raises ValueError when patience < 1, min_delta < 0, or the mode is unknown.
        """
        raise NotImplementedError

    def step(self, value: float) -> bool:
        """Take the value of one more epoch and return `stopped`. A value that is nan is never an improvement."""
        raise NotImplementedError
