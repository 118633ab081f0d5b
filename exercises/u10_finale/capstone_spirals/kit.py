"""Runs of your `train_spirals` (with any optimizer of torch.optim, or your own), and what can be read off the result."""

import random

import torch
from torch.nn import functional as F


@torch.no_grad()
def logits_of(result, X):
    """What the model of a result says to these rows, scaled as the statement asks."""
    return result["model"](((X - result["mean"]) / result["std"]).float())


def run(train_spirals, predict_spirals, data, seed, X_test=None, max_epochs=None, outer_seed=0):
    """Train on data = [X_train, y_train, X_val, y_val] and tell everything about the result in plain values.

    Before the call the global random streams are seeded with `outer_seed`; the next draws after it are in the report.
    """
    torch.manual_seed(outer_seed)
    random.seed(outer_seed)
    more = {} if max_epochs is None else {"max_epochs": max_epochs}
    result = train_spirals(*data, seed, **more)
    draws = [torch.rand(4), random.random()]
    model, (_, _, X_val, y_val) = result["model"], data
    logits = logits_of(result, X_val)
    report = {
        "history": {key: list(result["history"][key]) for key in ("train_loss", "val_loss", "val_acc")},
        "best_epoch": result["best_epoch"],
        "mean": result["mean"],
        "std": result["std"],
        "parameters": sum(p.numel() for p in model.parameters()),
        "training mode": model.training,
        "shape of the logits": list(logits.shape),
        "type of the logits": str(logits.dtype),
        "validation loss of the model": F.cross_entropy(logits, y_val).item(),
        "validation accuracy of the model": (logits.argmax(1) == y_val).double().mean().item(),
        "global draws afterwards": draws,
    }
    if X_test is not None:
        report["predictions"] = predict_spirals(result, X_test)
        report["answers of the model"] = logits_of(result, X_test).argmax(1)
    return report


def bend(train_spirals, data, seed, start, end):
    """By how much the logits half way between `start` and `end` differ from the mean of those at both; one epoch."""
    result = train_spirals(*data, seed, max_epochs=1)
    ends = (logits_of(result, start) + logits_of(result, end)) / 2
    return (logits_of(result, (start + end) / 2) - ends).abs().max().item()
