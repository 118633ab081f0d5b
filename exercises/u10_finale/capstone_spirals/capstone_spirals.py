"""The finale: a reproducible training run on spirals, predictions, and an interval for the accuracy."""

import torch
from torch import Tensor, nn


def train_spirals(
    X_train: Tensor,
    y_train: Tensor,
    X_val: Tensor,
    y_val: Tensor,
    seed: int,
    max_epochs: int = 200,
) -> dict:
    """Train a classifier for the classes 0 ... y_train.max() and return it with the record of its training.

    X_train (n, d), X_val (m, d): float64, on any scale. y_train (n,), y_val (m,): int64. Rows may be sorted by class.
    They stay as they are.

    Returns a dict with these keys (others may be added):

    * "model": an nn.Module in evaluation mode, with at most 20,000 parameters and the weights of the best epoch. It takes
      `((X - mean) / std).float()` and returns logits (rows, classes).
    * "mean", "std": float64 tensors (d,), the mean and the population deviation of the training rows.
    * "history": a dict with "train_loss", "val_loss", "val_acc", each a list with one Python float per epoch run, at
      most `max_epochs`. "val_loss" is the mean cross entropy and "val_acc" the accuracy over the validation rows, both in
      evaluation mode at the end of the epoch.
    * "best_epoch": the index (int) of the smallest "val_loss", the first one if there are several.

    The run depends on the arguments only; another seed gives another run. The global random state is the same after the
    call as before. Validation rows choose the best epoch and have no other influence: no early stopping, no schedule.

    Raises ValueError if X and y differ in length (training or validation), or if max_epochs < 1.
    """
    raise NotImplementedError


def predict_spirals(result: dict, X: Tensor) -> Tensor:
    """The predicted classes (n,), int64, for rows X (n, d) on the scale of the training data.

    result: what `train_spirals` has returned.
    """
    raise NotImplementedError


def wilson_interval(correct: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson's interval (low, high) for the true accuracy, after `correct` of `n` answers were right.

    z: the width in standard deviations; the default stands for 95 %.

    Raises ValueError if n < 1 or if `correct` is not one of 0 ... n.
    """
    raise NotImplementedError
