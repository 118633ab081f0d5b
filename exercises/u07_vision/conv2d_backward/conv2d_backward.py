"""Convolution of images, backwards: the gradients of its input, its kernels and its bias."""

import torch
import torch.nn.functional as F
from torch import Tensor


def conv2d_backward(
    dout: Tensor, x: Tensor, w: Tensor, stride: int = 1, padding: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of a loss towards x, w and b, when y = conv2d(x, w, b, stride, padding) is a part of it.

    dout: the gradient of the loss towards y, with y's shape `(N, O, out_h, out_w)`. x: the images `(N, C, H, W)` as
    they went in, without padding. w: the kernels `(O, C, kh, kw)`. Stride and padding are those of the forward pass;
    the padding is zeros on all four sides.

    Returns (dx, dw, db) of the shapes of x, w and `(O,)`. All are sums over the batch; nothing is divided. Pixels that
    no window touches have the gradient 0. dout, x and w stay as they are.

    Raises ValueError if dout does not have the shape of y: another number of images than x, of channels than w has
    kernels, or of rows or columns than the output.
    """
    raise NotImplementedError
