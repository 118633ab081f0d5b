"""The full training loop: train for one epoch, evaluate, and do both for many epochs.

Mini-batch gradient descent as in "A Stochastic Approximation Method", Robbins and Monro, 1951: one update per batch, each
from the gradient at the weights that the batch before has left.
"""

from typing import Callable, Iterable

import torch
from torch import Tensor, nn


def train_one_epoch(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
) -> float:
    """Train `model` in place, one update per batch, and return the mean loss of the epoch, weighted by rows.

    batches: pairs x (m, ...), y (m,). Raises ValueError when there is none.
    """
    device = next(model.parameters()).device
    model.train()
    loss_sum, rows = 0.0, 0
    for x, y in batches:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()  # backward adds to .grad: whatever is left there belongs to another batch
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item() * len(x)  # the batch mean stands for len(x) rows
        rows += len(x)
    if rows == 0:
        raise ValueError("an epoch needs at least one batch")
    return loss_sum / rows


def evaluate(
    model: nn.Module,
    batches: Iterable[tuple[Tensor, Tensor]],
    loss_fn: Callable[[Tensor, Tensor], Tensor],
) -> tuple[float, float]:
    """Return (mean loss, accuracy) over all rows, in evaluation mode and without gradients.

    The model's mode is given back, also after an error. Raises ValueError when there is no batch.
    """
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    loss_sum, correct, rows = 0.0, 0, 0
    try:
        with torch.no_grad():
            for x, y in batches:
                x, y = x.to(device), y.to(device)
                scores = model(x)
                loss_sum += loss_fn(scores, y).item() * len(x)
                correct += int((scores.argmax(-1) == y).sum())
                rows += len(x)
    finally:
        model.train(was_training)
    if rows == 0:
        raise ValueError("an evaluation needs at least one batch")
    return loss_sum / rows, correct / rows


def fit(
    model: nn.Module,
    train_batches: list,
    val_batches: list,
    loss_fn: Callable[[Tensor, Tensor], Tensor],
    optimizer: torch.optim.Optimizer,
    epochs: int,
    scheduler=None,
) -> dict[str, list[float]]:
    """Train, evaluate and step the schedule `epochs` times; return the history of losses, accuracy and learning rate.

    Raises ValueError when epochs < 1 or when one of the lists is empty, before anything is trained.
    """
    if epochs < 1:
        raise ValueError("epochs must be at least 1")
    if not train_batches or not val_batches:
        raise ValueError("training and validation need at least one batch each")
    history: dict[str, list[float]] = {"train_loss": [], "val_loss": [], "val_acc": [], "lr": []}
    for _ in range(epochs):
        lr = float(optimizer.param_groups[0]["lr"])  # noted before the schedule moves on
        train_loss = train_one_epoch(model, train_batches, loss_fn, optimizer)
        val_loss, val_acc = evaluate(model, val_batches, loss_fn)
        if scheduler is not None:
            scheduler.step()
        for name, value in zip(history, (train_loss, val_loss, val_acc, lr)):
            history[name].append(value)
    return history
