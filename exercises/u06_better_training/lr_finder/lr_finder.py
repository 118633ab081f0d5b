"""The learning-rate range test: sweep the rate, smooth the loss, and see where it falls fastest."""

from collections.abc import Callable

from torch import Tensor, nn


def exponential_lrs(lr_min: float, lr_max: float, num: int) -> list[float]:
    """Return `num` rates from `lr_min` to `lr_max`, both included, each the same multiple of the one before.

    Raises ValueError when lr_min <= 0, lr_max <= lr_min or num < 2.
    """
    raise NotImplementedError


def lr_range_test(
    train_step: Callable[[float], float], lrs: list[float], beta: float = 0.98, diverge: float = 4.0
) -> tuple[list[float], list[float]]:
    """Call `train_step` with one rate after the other; return the rates and the smoothed losses, recorded in two lists.

    train_step: does one training step with the rate that it is given and returns the loss.
    beta: weight of the past in the running average, which starts at 0 and is corrected for that start.
    diverge: the sweep ends when the smoothed loss is above `diverge` times the best smoothed loss recorded so far, or
        not finite. Such a point is not recorded, and `train_step` is not called again. The first point is always
        recorded; a loss that is not finite there ends the sweep, too.

    Raises ValueError when `lrs` is empty or beta is outside [0, 1), before any step is taken.
    """
    raise NotImplementedError


def suggest_lr(lrs: list[float], losses: list[float]) -> float:
    """Return the rate, one of `lrs`, at which the loss falls fastest along the logarithm of the rate.

    The slope at a point is the difference of its two neighbours' losses divided by the difference of the logarithms of
    their rates; the first and the last point have none. Of equal slopes the first counts.

    Raises ValueError when there are fewer than 3 points or the lists differ in length.
    """
    raise NotImplementedError


def find_lr(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    X: Tensor,
    y: Tensor,
    lrs: list[float],
    beta: float = 0.98,
    diverge: float = 4.0,
) -> tuple[list[float], list[float]]:
    """Run the range test on a copy of `model` with plain SGD, all of X and y in each step; return what it records.

    loss_fn: takes (model output, y) and returns the mean loss, 0-dimensional. The loss of a step is the one before
    the weights move. The copy is in training mode and keeps its weights from step to step.
    `model` itself stays as it is: weights, buffers, mode and stored gradients.

    Raises ValueError as `lr_range_test` does.
    """
    raise NotImplementedError
