"""What the checks train: small models with given weights, and runs that write down what they saw.

Each `run_...` function builds a model on the tensors that it gets (same memory, same device, same dtype), calls your
function with it, and returns plain values. You may use them to try things out.
"""

from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Linear(nn.Module):
    """Scores x @ weight.T + bias, with weight (classes, features). Notes the mode of every call."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(bias)
        self.modes: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        return F.linear(x, self.weight, self.bias)


class TwoFaced(Linear):
    """Sees 2x + 0.3 in training mode and x in evaluation mode: like dropout, but without its randomness."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(2 * x + 0.3 if self.training else x)


class BatchNormed(Linear):
    """The inputs go through batch norm first: batch statistics in training mode, running ones in evaluation mode."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        super().__init__(weight, bias)
        self.norm = nn.BatchNorm1d(weight.shape[1], device=weight.device, dtype=weight.dtype)

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(self.norm(x))


MODELS = {"linear": Linear, "two_faced": TwoFaced, "batch_norm": BatchNormed}


class NotingLoss:
    """Cross entropy that notes whether gradients are being tracked while it is called."""

    def __init__(self) -> None:
        self.grad_enabled: list[bool] = []

    def __call__(self, scores: Tensor, y: Tensor) -> Tensor:
        self.grad_enabled.append(torch.is_grad_enabled())
        return F.cross_entropy(scores, y)


class BatchBroke(Exception):
    """Raised on purpose by `BreakingLoss`."""


class BreakingLoss:
    """Cross entropy that raises `BatchBroke` when it is called the second time."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, scores: Tensor, y: Tensor) -> Tensor:
        self.calls += 1
        if self.calls == 2:
            raise BatchBroke("this batch breaks on purpose")
        return F.cross_entropy(scores, y)


def run_train(
    train_one_epoch, weight, bias, batches, *, model="linear", lr=0.5, momentum=0.0, epochs=1, training=True,
    one_shot=False, leftover=False,
):  # fmt: skip
    """Train with SGD for some epochs. `leftover`: every parameter has an old gradient of ones at the start."""
    net = MODELS[model](weight, bias).train(training)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=momentum)
    if leftover:
        for p in net.parameters():
            p.grad = torch.ones_like(p)
    losses = [
        train_one_epoch(net, walk_once(batches) if one_shot else batches, F.cross_entropy, optimizer)
        for _ in range(epochs)
    ]
    return {"losses": losses, "weights": weights_of(net), "modes": without_repeats(net.modes)}


def run_evaluate(evaluate, weight, bias, batches, *, model="linear", training=True, one_shot=False):
    """Evaluate once. Returns the student's result, what was seen during the call, and the state after it."""
    net = MODELS[model](weight, bias).train(training)
    loss_fn = NotingLoss()
    result = evaluate(net, walk_once(batches) if one_shot else batches, loss_fn)
    return {
        "result": result,
        "weights": weights_of(net),
        "modes": without_repeats(net.modes),
        "training_after": net.training,
        "grad_enabled": without_repeats(loss_fn.grad_enabled),
        "grad_enabled_after": torch.is_grad_enabled(),
    }


def run_broken_evaluate(evaluate, weight, bias, batches, *, training=True):
    """Evaluate with a loss that raises at the second batch; tell whether the model is in training mode afterwards."""
    net = Linear(weight, bias).train(training)
    try:
        evaluate(net, batches, BreakingLoss())
    except BatchBroke:
        pass
    return net.training


def run_fit(
    fit, weight, bias, train_batches, val_batches, *, epochs, model="linear", lr=0.5, momentum=0.0, step_size=None,
    gamma=0.5,
):  # fmt: skip
    """Fit with SGD, and with a StepLR schedule if there is a `step_size`."""
    net = MODELS[model](weight, bias)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr, momentum=momentum)
    options = {}
    if step_size is not None:
        options["scheduler"] = torch.optim.lr_scheduler.StepLR(optimizer, step_size, gamma)
    history = fit(net, train_batches, val_batches, F.cross_entropy, optimizer, epochs, **options)
    return {
        "history": history,
        "weights": weights_of(net),
        "modes": without_repeats(net.modes),
        "training_after": net.training,
        "lr_after": optimizer.param_groups[0]["lr"],
    }


def walk_once(batches):
    """The batches as a generator: after one walk it is used up."""
    yield from batches


def weights_of(net):
    """Copies of all parameters and buffers by name."""
    return {name: tensor.detach().clone() for name, tensor in net.state_dict().items()}


def without_repeats(flags):
    """True, True, False, False, True becomes True, False, True: the order counts, the number of calls does not."""
    return [flag for flag, _ in groupby(flags)]
