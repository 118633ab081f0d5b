"""A doctor's bag for networks: quick checks before and during training."""

import math
from typing import Callable

import torch
from torch import Tensor


def expected_initial_loss(num_classes: int) -> float:
    """The cross entropy of a classifier that gives every one of `num_classes` classes the same probability.

    Raises ValueError if `num_classes` is below 2.
    """
    raise NotImplementedError


def dead_fraction(activations: Tensor) -> float:
    """The share of dead units among the columns of `activations (n, units)`, from 0.0 to 1.0.

    A unit is dead if its value is zero or negative in every row.

    Raises ValueError if `activations` does not have two axes.
    """
    raise NotImplementedError


def update_ratios(params: list[Tensor], grads: list[Tensor], lr: float) -> list[float]:
    """For each parameter, the length of a plain SGD step over the length of the parameter (plus 1e-12).

    Lengths are Euclidean norms over all entries. Returns one Python float per parameter, in order.

    Raises ValueError if the two lists differ in length.
    """
    raise NotImplementedError


def diagnose(grad_norms: list[float], loss_history: list[float], num_classes: int) -> list[str]:
    """The symptoms of a training run as a sorted list of codes; an empty list for a healthy run.

    `grad_norms` has one gradient norm per layer, from the first layer to the last. `loss_history` has the loss of every
    step or epoch, oldest first. The codes, and when each of them applies:

    * "not_finite": a loss in the history is nan or infinite;
    * "not_learning": all losses are finite, and the last one is above 0.99 times the first;
    * "bad_initial_loss": the first loss is finite and differs from the expected initial loss by more than half of it;
    * "vanishing_gradients": the norm of the first layer is below 1e-3 times the norm of the last;
    * "exploding_gradients": a norm is above 1e3, or is nan or infinite.

    Raises ValueError if a list is empty, or if `num_classes` is below 2.
    """
    raise NotImplementedError


def overfit_one_batch(train_step: Callable[[], float], target: float, max_steps: int) -> int:
    """Call `train_step()` until the loss that it returns is at most `target`, at most `max_steps` times.

    Returns the number of calls that were made when the loss reached the target, or -1 if it never did. No call is made
    after the target is reached.

    Raises ValueError if `max_steps` is below 1, without any call.
    """
    raise NotImplementedError
