"""From a raw record to a label: using a trained model on new data."""

import torch
from torch import Tensor, nn


def vectorize_record(record: dict[str, float], feature_names: list[str], mean: Tensor, std: Tensor) -> Tensor:
    """The model input (1, d) for one record, in the units of training. Raises ValueError when a feature is missing."""
    missing = [name for name in feature_names if name not in record]
    if missing:
        raise ValueError(f"the record lacks {', '.join(missing)}")
    # The model knows features by their place, so the names decide the order, never the record.
    values = torch.tensor([[record[name] for name in feature_names]], dtype=mean.dtype, device=mean.device)
    return (values - mean) / std


def predict_proba(model: nn.Module, X: Tensor, batch_size: int = 256) -> Tensor:
    """The class probabilities (n, C) of the rows of X, batch by batch; the model is left in the mode it had.

    Raises ValueError when batch_size < 1.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    was_training = model.training
    model.eval()
    try:
        with torch.no_grad():
            probs = [model(rows).softmax(-1) for rows in X.split(batch_size)]
    finally:
        model.train(was_training)
    return torch.cat(probs)


def predict_labels(probs: Tensor, class_names: list[str], threshold: float | None = None) -> list[str]:
    """The name of the most probable class of each row, or "unknown" below the threshold.

    Raises ValueError when there is not one name per column.
    """
    if probs.shape[1] != len(class_names):
        raise ValueError(f"{len(class_names)} names for {probs.shape[1]} classes")
    best, index = probs.max(dim=1)  # max gives the first of equals
    labels = [class_names[i] for i in index.tolist()]
    if threshold is None:
        return labels
    sure = (best >= threshold).tolist()
    return [label if is_sure else "unknown" for label, is_sure in zip(labels, sure)]
