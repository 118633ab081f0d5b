"""The shape rules of broadcasting, and the gradients of operands that were stretched."""

import torch
from torch import Tensor


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the shape to which tensors of these shapes are broadcast together; without any shape it is ().

    Shapes are aligned at their last axis, and a missing axis counts as 1. Along each axis all sizes that are not 1
    must be the same, and the result has that size, or 1. Size 0 is a size like any other: it goes with 0 and with 1.
    Raises ValueError for shapes that do not fit together.
    """
    raise NotImplementedError


def unbroadcast(grad: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Return the gradient, of exactly this shape, towards a tensor that was broadcast to the shape of `grad`.

    `grad` is summed over the axes that were added in front, and over the axes that were stretched from 1; these stay
    as axes of size 1. With equal shapes the result equals `grad`.
    Raises ValueError when a tensor of this shape cannot be broadcast to the shape of `grad`. `grad` stays as it is.
    """
    raise NotImplementedError


def add_backward(grad_out: Tensor, a_shape: tuple[int, ...], b_shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Return the gradients towards a and b of a + b, each of its operand's shape.

    `grad_out` is the gradient towards the sum; it has the broadcast shape of a and b. Pure.
    """
    raise NotImplementedError


def mul_backward(grad_out: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Return the gradients towards a and b of a * b (entry by entry), each of its operand's shape.

    `grad_out` is the gradient towards the product; it has the broadcast shape of a and b. Pure.
    """
    raise NotImplementedError
