"""The learning-rate range test of "Cyclical Learning Rates for Training Neural Networks" (Smith, 2015), smoothed."""

import copy
import math
from collections.abc import Callable

import torch
from torch import Tensor, nn


def exponential_lrs(lr_min: float, lr_max: float, num: int) -> list[float]:
    """Return `num` rates from `lr_min` to `lr_max`, evenly spaced on a logarithmic axis."""
    if lr_min <= 0 or lr_max <= lr_min:
        raise ValueError(f"rates must rise from a positive one, got {lr_min} to {lr_max}")
    if num < 2:
        raise ValueError(f"a range has two ends, got num={num}")
    return [lr_min * (lr_max / lr_min) ** (i / (num - 1)) for i in range(num)]


def lr_range_test(
    train_step: Callable[[float], float], lrs: list[float], beta: float = 0.98, diverge: float = 4.0
) -> tuple[list[float], list[float]]:
    """Take one step with each rate until the smoothed loss explodes; return the rates and losses recorded."""
    if not lrs:
        raise ValueError("there is no rate to try")
    if not 0 <= beta < 1:
        raise ValueError(f"beta must be at least 0 and below 1, got {beta}")
    rates: list[float] = []
    losses: list[float] = []
    average, best = 0.0, math.inf
    for i, lr in enumerate(lrs):
        loss = train_step(lr)
        average = beta * average + (1 - beta) * loss
        smooth = average / (1 - beta ** (i + 1))  # the weights of i + 1 losses add up to this
        finite = math.isfinite(smooth)
        if i > 0 and (not finite or smooth > diverge * best):
            break
        rates.append(lr)
        losses.append(smooth)
        if not finite:  # can only be the first point: there is nothing to go on from
            break
        best = min(best, smooth)
    return rates, losses


def suggest_lr(lrs: list[float], losses: list[float]) -> float:
    """Return the rate at which the loss falls fastest along ln(lr)."""
    if len(lrs) != len(losses) or len(lrs) < 3:
        raise ValueError("a slope needs at least 3 points, each with a rate and a loss")

    def slope(i: int) -> float:
        return (losses[i + 1] - losses[i - 1]) / (math.log(lrs[i + 1]) - math.log(lrs[i - 1]))

    return lrs[min(range(1, len(lrs) - 1), key=slope)]


def find_lr(
    model: nn.Module,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    X: Tensor,
    y: Tensor,
    lrs: list[float],
    beta: float = 0.98,
    diverge: float = 4.0,
) -> tuple[list[float], list[float]]:
    """Run the range test on a copy of `model`; the model itself stays as it is."""
    net = copy.deepcopy(model)
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.0)  # every step sets its own rate

    def train_step(lr: float) -> float:
        for group in optimizer.param_groups:
            group["lr"] = lr
        optimizer.zero_grad()
        loss = loss_fn(net(X), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return lr_range_test(train_step, lrs, beta, diverge)
