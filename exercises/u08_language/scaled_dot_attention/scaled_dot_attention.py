"""Scaled dot-product attention with masks, forwards and backwards."""

import math

import torch
from torch import Tensor


def attention(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None = None, causal: bool = False
) -> tuple[Tensor, Tensor]:
    """Return (output, weights): for each query the weighted mean of the values, and its weights over the keys.

    q: queries `(..., Tq, d)`, k: keys `(..., Tk, d)`, v: values `(..., Tk, dv)`, with the same leading axes, any number
    of them or none. Output: `(..., Tq, dv)`, weights: `(..., Tq, Tk)`.

    mask: bool, broadcasts to `(..., Tq, Tk)`; True where a query may attend to a key. causal: query i may attend to the
    keys 0 .. i only, both counted from the start. With both, a key must be allowed by both. A query that may attend to
    no key at all has weights 0 and output 0.

    Raises ValueError if q and k differ in width or k and v in length. Pure.
    """
    raise NotImplementedError


def attention_backward(dout: Tensor, q: Tensor, k: Tensor, v: Tensor, weights: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return (dq, dk, dv), the gradients of the loss, each of the shape of what it belongs to.

    dout: the gradient towards the output, `(..., Tq, dv)`. weights: what `attention` returned for the same q, k and v,
    with whatever masks; masks need no special care here. Pure.
    """
    raise NotImplementedError
