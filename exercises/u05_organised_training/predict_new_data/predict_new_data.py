"""From a raw record to a label: using a trained model on new data."""

import torch
from torch import Tensor, nn


def vectorize_record(record: dict[str, float], feature_names: list[str], mean: Tensor, std: Tensor) -> Tensor:
    """The model input (1, d) for one record.

    record: a number for each feature, in any order, perhaps with other keys besides (they are ignored).
    feature_names: the d features in the order in which the model expects them.
    mean, std: mean and deviation of each feature in the training data, (d,), in this order.

    Returns (value - mean) / std with dtype and device of `mean`. Raises ValueError when a feature is missing.
    """
    raise NotImplementedError


def predict_proba(model: nn.Module, X: Tensor, batch_size: int = 256) -> Tensor:
    """The class probabilities (n, C) of the rows of X (n, ...).

    model: gives scores (m, C) for m rows. It is asked batch by batch, `batch_size` consecutive rows each (the last
    batch may be short), in evaluation mode and without gradient tracking; afterwards it is in the mode it had.

    Returns the softmax of the scores over the last axis, on X's device. Raises ValueError when batch_size < 1.
    """
    raise NotImplementedError


def predict_labels(probs: Tensor, class_names: list[str], threshold: float | None = None) -> list[str]:
    """The name of the most probable class of each row of probs (n, C), the first of equals.

    With a threshold, "unknown" stands where that probability is below it.
    Raises ValueError when there is not one name per column.
    """
    raise NotImplementedError
