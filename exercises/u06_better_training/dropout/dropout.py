"""Inverted dropout, forwards and backwards, and its version for images."""

import torch
from torch import Tensor


def dropout_forward(x: Tensor, p: float, u: Tensor, training: bool = True) -> tuple[Tensor, Tensor]:
    """Return (y, mask) for an input `x` of any shape, two new tensors of its shape, dtype and device.

    p: the probability that an entry is dropped. u: random numbers, uniform in [0, 1), of the shape of x.
    Training: an entry is kept where u >= p; the mask is 1 / (1 - p) there and 0 elsewhere (0 everywhere for p = 1), and
    y is x times the mask. Otherwise y is a copy of x and the mask is 1 everywhere.

    Raises ValueError when p is outside [0, 1] or u has not the shape of x, in both modes.
    """
    raise NotImplementedError


def dropout_backward(dout: Tensor, mask: Tensor) -> Tensor:
    """Return the gradient towards x, given the gradient `dout` towards y and the mask of the forward pass."""
    raise NotImplementedError


def spatial_dropout(x: Tensor, p: float, u: Tensor, training: bool = True) -> Tensor:
    """Drop whole channels of single images and return the new images.

    x: (N, C, H, W). u: (N, C), uniform in [0, 1). Training: channel c of image n is kept where u[n, c] >= p and is then
    scaled as in `dropout_forward`; a dropped one is 0. Otherwise the result is a copy of x.

    Raises ValueError when p is outside [0, 1], x has not 4 axes, or u has not the shape (N, C), in both modes.
    """
    raise NotImplementedError
