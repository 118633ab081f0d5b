"""A complete training run: scaled inputs, a small network, Adam, the best epoch, and how sure one can be of the result.

The interval is that of "Probable Inference, the Law of Succession, and Statistical Inference" (Wilson, 1927).
"""

import copy
import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

WIDTH = 48
BATCH = 300


def train_spirals(
    X_train: Tensor,
    y_train: Tensor,
    X_val: Tensor,
    y_val: Tensor,
    seed: int,
    max_epochs: int = 200,
) -> dict:
    """Train with mini-batches and keep the weights of the epoch with the smallest validation loss."""
    if len(X_train) != len(y_train) or len(X_val) != len(y_val):
        raise ValueError("every row needs one label")
    if max_epochs < 1:
        raise ValueError(f"max_epochs must be at least 1, got {max_epochs}")
    # What the network knows of the data's scale, it knows from the training rows alone.
    mean, std = X_train.mean(0), X_train.std(0, correction=0)
    inputs, val_inputs = _scaled(X_train, mean, std), _scaled(X_val, mean, std)
    history: dict[str, list[float]] = {"train_loss": [], "val_loss": [], "val_acc": []}
    best_epoch, best_weights = 0, {}

    with torch.random.fork_rng(devices=[]):  # puts the global stream back, also after an error
        torch.manual_seed(seed)
        model = _network(X_train.shape[1], int(y_train.max()) + 1)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
        for epoch in range(max_epochs):
            history["train_loss"].append(_train_one_epoch(model, optimizer, inputs, y_train))
            val_loss, val_acc = _measure(model, val_inputs, y_val)
            history["val_loss"].append(val_loss)
            history["val_acc"].append(val_acc)
            if epoch == 0 or val_loss < history["val_loss"][best_epoch]:
                best_epoch = epoch
                best_weights = copy.deepcopy(model.state_dict())  # a copy: the live weights go on moving

    model.load_state_dict(best_weights)
    model.eval()
    return {"model": model, "mean": mean, "std": std, "history": history, "best_epoch": best_epoch}


def predict_spirals(result: dict, X: Tensor) -> Tensor:
    """The class with the largest logit."""
    with torch.no_grad():
        return result["model"](_scaled(X, result["mean"], result["std"])).argmax(1)


def wilson_interval(correct: int, n: int, z: float = 1.959963984540054) -> tuple[float, float]:
    """All accuracies p for which the observed share lies within z standard deviations of p."""
    if n < 1 or not 0 <= correct <= n:
        raise ValueError(f"got {correct} right answers of {n}")
    p = correct / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return centre - half, centre + half


def _scaled(X: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Subtract in double precision, then go to single: a large offset would cost digits otherwise."""
    return ((X - mean) / std).float()


def _network(features: int, classes: int) -> nn.Module:
    """Two hidden layers: one cannot wind around often enough."""
    return nn.Sequential(
        nn.Linear(features, WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, WIDTH),
        nn.ReLU(),
        nn.Linear(WIDTH, classes),
    )


def _train_one_epoch(model: nn.Module, optimizer: torch.optim.Optimizer, X: Tensor, y: Tensor) -> float:
    """One epoch in a fresh order (the rows come sorted by class); returns the mean loss."""
    model.train()
    total = 0.0
    for rows in torch.randperm(len(X)).split(BATCH):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


def _measure(model: nn.Module, X: Tensor, y: Tensor) -> tuple[float, float]:
    """Mean cross entropy and accuracy, in evaluation mode."""
    model.eval()
    with torch.no_grad():
        logits = model(X)
        return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).double().mean().item()
