"""What the checks train: a small network with given weights, and a run that writes down what it saw."""

from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Counted(torch.autograd.Function):
    """Hands its input on, and counts in `book` how many graphs have been built and not yet been gone through."""

    @staticmethod
    def forward(ctx, out, book):
        ctx.book = book
        book["waiting"] += 1
        book["most"] = max(book["most"], book["waiting"])
        return out.clone()

    @staticmethod
    def backward(ctx, grad):
        ctx.book["waiting"] -= 1
        return grad, None


class Net(nn.Module):
    """x @ weight.T + bias with weight (outputs, features); `frozen` adds an offset that is not trained."""

    def __init__(self, weight: Tensor, bias: Tensor | None, frozen: Tensor | None) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight)
        self.bias = None if bias is None else nn.Parameter(bias)
        self.offset = None if frozen is None else nn.Parameter(frozen, requires_grad=False)
        self.modes: list[bool] = []
        self.book = {"waiting": 0, "most": 0}

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        out = F.linear(x, self.weight, self.bias)
        if self.offset is not None:
            out = out + self.offset
        return Counted.apply(out, self.book)


class CountingSGD(torch.optim.SGD):
    """SGD that counts its steps."""

    steps = 0

    def step(self, closure=None):
        self.steps += 1
        return super().step(closure)


def run(
    train_accumulated, weight, bias, micro_batches, accum_steps, *, lr=0.02, momentum=0.0, max_norm=None, frozen=None,
    training=True, one_shot=False, leftover=False,
):  # fmt: skip
    """Call `train_accumulated` once, with the mean squared error and SGD.

    `leftover`: every parameter has an old gradient of ones at the start. `one_shot`: the micro-batches come from a
    generator.
    """
    net = Net(weight, bias, frozen).train(training)
    trained = [p for p in net.parameters() if p.requires_grad]
    optimizer = CountingSGD(trained, lr=lr, momentum=momentum)
    if leftover:
        for p in trained:
            p.grad = torch.ones_like(p)
    pieces = walk_once(micro_batches) if one_shot else micro_batches
    result = train_accumulated(net, pieces, F.mse_loss, optimizer, accum_steps, max_norm=max_norm)
    return {
        "result": result,
        "weights": {name: tensor.detach().clone() for name, tensor in net.state_dict().items()},
        "steps of the optimizer": optimizer.steps,
        "modes": [flag for flag, _ in groupby(net.modes)],
        "graphs waiting at once": net.book["most"],
        "graphs never used": net.book["waiting"],
    }


def walk_once(micro_batches):
    """The micro-batches as a generator: after one walk it is used up."""
    yield from micro_batches
