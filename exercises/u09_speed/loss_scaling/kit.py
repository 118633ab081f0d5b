"""Helpers that the checks run beside your code: a loss with a graph, and a step to be applied. Try them yourself."""

import torch


class PlainStep:
    """An `apply`: moves every parameter that has a gradient by -lr times it, in place, and counts its calls."""

    def __init__(self, lr: float = 0.1) -> None:
        self.lr = lr
        self.calls = 0

    def __call__(self, params, grads) -> None:
        self.calls += 1
        for p, g in zip(params, grads):
            if g is not None:
                p -= self.lr * g


def good_updates(scaler, count):
    """Tell the scaler `count` times that all was well; its scale and tracker then."""
    for _ in range(count):
        scaler.update(False)
    return [scaler.scale, scaler.tracker]


def gradient_through(scaler, w, x):
    """Send the mean of (x @ w)**2 through `scaler.scale_loss` and backward; plain values."""
    w = w.detach().clone().requires_grad_()
    loss = ((x @ w) ** 2).mean()
    scaled = scaler.scale_loss(loss)
    kept = isinstance(scaled, torch.Tensor) and scaled.requires_grad
    if kept:
        scaled.backward()
    return {
        "scaled loss": scaled.detach() if kept else scaled,
        "part of the graph": kept,
        "gradient": w.grad,
        "loss itself": loss.detach(),
    }
