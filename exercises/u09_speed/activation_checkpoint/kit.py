"""Segments to be checkpointed, and runs that go forward and backward through them. Try them with your own code."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def plainly(function, *values):
    """What a checkpoint has to be indistinguishable from, as far as values go."""
    return function(*values)


class Segment(nn.Module):
    """tanh of a linear layer, times a second input if there is one. Notes for every call whether gradients are on."""

    def __init__(self, weight: Tensor, bias: Tensor, trained: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight.clone(), requires_grad=trained)
        self.bias = nn.Parameter(bias.clone(), requires_grad=trained)
        self.calls: list[bool] = []

    def forward(self, x: Tensor, factor: Tensor | None = None) -> Tensor:
        self.calls.append(torch.is_grad_enabled())
        out = torch.tanh(F.linear(x, self.weight, self.bias))
        return out if factor is None else out * factor


def leaf(values, wanted):
    """A fresh tensor with these values that may or may not require a gradient."""
    return values.detach().clone().requires_grad_(wanted)


def run(checkpoint, weight, bias, args, wanted, top, *, trained=True, times=1):
    """Forward through a Segment (`times` times, its outputs added), then backward from the sum of output * top.

    wanted: for each arg, whether it requires a gradient. An arg that does comes out of another operation.
    """
    segment = Segment(weight, bias, trained)
    leaves = [leaf(a, w) for a, w in zip(args, wanted)]
    inputs = [2 * a for a in leaves]
    out = sum(checkpoint(segment, *inputs) for _ in range(times))
    forward_calls = list(segment.calls)
    seen = {"output": out.detach(), "output requires grad": out.requires_grad}
    (out * top).sum().backward()
    return {
        **seen,
        "gradients of the args": [a.grad for a in leaves],
        "gradients of the parameters": [p.grad for p in segment.parameters()],
        "gradients tracked in the calls of forward": forward_calls,
        "gradients tracked in the calls of backward": segment.calls[len(forward_calls) :],
    }


def forward_only(checkpoint, weight, bias, args, wanted):
    """Forward through a Segment, and nothing else."""
    segment = Segment(weight, bias)
    out = checkpoint(segment, *[leaf(a, w) for a, w in zip(args, wanted)])
    return {"output": out.detach(), "output requires grad": out.requires_grad, "calls": segment.calls}


def run_same_arg(checkpoint, weight, bias, x, top):
    """One tensor is both args of a Segment: the output, and the gradient of that tensor."""
    segment, x = Segment(weight, bias), leaf(x, True)
    out = checkpoint(segment, x, x)
    (out * top).sum().backward()
    return {"output": out.detach(), "gradient": x.grad}


def train(checkpoint, weight, bias, x, target, *, steps=3):
    """Train a Segment with SGD on the mean squared error; the losses, and the weights at the end."""
    segment, losses = Segment(weight, bias), []
    optimizer = torch.optim.SGD(segment.parameters(), lr=0.5)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(checkpoint(segment, x), target)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": [p.detach().clone() for p in segment.parameters()]}


def run_nested(checkpoint, weights, biases, x, top):
    """A checkpoint around two segments, the first of which is checkpointed on its own as well."""
    first, second = (Segment(w, b) for w, b in zip(weights, biases))
    x = leaf(x, True)
    out = checkpoint(lambda inner: second(checkpoint(first, inner)), x)
    (out * top).sum().backward()
    parameters = [*first.parameters(), *second.parameters()]
    return {"output": out.detach(), "gradient": x.grad, "parameters": [p.grad for p in parameters]}


def run_dropout(checkpoint, x, top, seed, *, segments=1):
    """Dropout with p = 0.5, one checkpoint after the other, with draws of others in between.

    The gradient that is returned belongs to the sum of output * top.
    """
    torch.manual_seed(seed)
    x = leaf(x, True)
    out, draws = x, [torch.rand(3)]
    for _ in range(segments):
        out = checkpoint(lambda inner: F.dropout(inner, 0.5), out)
        draws.append(torch.rand(3))
    value = out.detach().clone()
    (out * top).sum().backward()
    draws.append(torch.rand(3))
    return {"output": value, "gradient": x.grad, "draws": draws}


def run_sequential(checkpoint_sequential, coefficients, segments, x, top):
    """Sines sin(a * x) one after the other, one for each coefficient a. The journal has a line for each call."""
    factors, x, journal = [leaf(a, True) for a in coefficients], leaf(x, True), []

    def sine(i, a):
        def function(values):
            journal.append(f"{i} with gradients" if torch.is_grad_enabled() else f"{i}")
            return torch.sin(a * values)

        return function

    out = checkpoint_sequential([sine(i, a) for i, a in enumerate(factors)], segments, x)
    calls = len(journal)
    (out * top).sum().backward()
    return {
        "output": out.detach(),
        "gradient": x.grad,
        "gradients of the coefficients": [a.grad for a in factors],
        "calls of forward": journal[:calls],
        "calls of backward": journal[calls:],
    }


def one_by_one(functions, segments, x):
    """What `checkpoint_sequential` has to be indistinguishable from, as far as values go."""
    values = x
    for each in functions:
        values = each(values)
    return values
