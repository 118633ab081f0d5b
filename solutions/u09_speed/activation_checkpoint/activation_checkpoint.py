"""Activation checkpointing ("Training Deep Nets with Sublinear Memory Cost", Chen, Xu, Zhang and Guestrin, 2016)."""

from typing import Callable

import torch
from torch import Tensor


class _Recomputed(torch.autograd.Function):
    """One node of the graph in place of all the nodes inside of a segment."""

    @staticmethod
    def forward(ctx, anchor: Tensor, fn: Callable[..., Tensor], *args: Tensor) -> Tensor:
        """Call `fn`; autograd has switched tracking off here, so nothing inside of it is kept."""
        ctx.fn = fn
        ctx.random_state = torch.get_rng_state()
        ctx.save_for_backward(*args)
        return fn(*args)

    @staticmethod
    def backward(ctx, grad_output: Tensor) -> tuple[Tensor | None, ...]:
        """Build the inner graph after all, go through it, and drop it."""
        args = [a.detach().requires_grad_(a.requires_grad) for a in ctx.saved_tensors]
        random_state_now = torch.get_rng_state()
        torch.set_rng_state(ctx.random_state)
        with torch.enable_grad():
            output = ctx.fn(*args)
        torch.set_rng_state(random_state_now)
        if output.requires_grad:
            output.backward(grad_output)  # the parameters of fn get their gradients on the way
        return None, None, *(a.grad for a in args)


def checkpoint(fn: Callable[..., Tensor], *args: Tensor) -> Tensor:
    """The value of fn(*args) with a node behind it that computes fn again when gradients are wanted."""
    # The parameters that fn uses are invisible here. Something that requires a gradient must enter the node all the
    # same, or the result would be a constant whenever the args are plain data.
    anchor = torch.zeros((), requires_grad=True)
    return _Recomputed.apply(anchor, fn, *args)


def checkpoint_sequential(functions: list[Callable[[Tensor], Tensor]], segments: int, x: Tensor) -> Tensor:
    """Checkpoint neighbours together; the last segment takes what is left."""
    if not 1 <= segments <= len(functions):
        raise ValueError(f"cannot cut {len(functions)} functions into {segments} segments")
    size = len(functions) // segments
    for k in range(segments):
        end = (k + 1) * size if k < segments - 1 else len(functions)
        x = checkpoint(_chain(functions[k * size : end]), x)
    return x


def _chain(part: list[Callable[[Tensor], Tensor]]) -> Callable[[Tensor], Tensor]:
    """One function out of several; a function of its own, so that each chain keeps its own part."""

    def run(x: Tensor) -> Tensor:
        for function in part:
            x = function(x)
        return x

    return run
