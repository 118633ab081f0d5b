"""Convolution of images, forwards: sizes, columns, and one matrix product."""

import torch
import torch.nn.functional as F
from torch import Tensor


def conv_out_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """How many positions a kernel has along one axis of an image.

    The axis has `size` pixels and gets `padding` more on both sides. The kernel has `kernel` entries, `dilation` pixels
    apart, and moves by `stride` pixels. Only positions count at which it lies fully within the padded axis.

    Raises ValueError if `kernel`, `stride` or `dilation` is below 1, if `padding` is negative, or if the kernel reaches
    over more pixels than the padded axis has.
    """
    raise NotImplementedError


def im2col(x: Tensor, kernel_h: int, kernel_w: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Every window of `x (N, C, H, W)` as a column: `(N, C * kernel_h * kernel_w, L)`.

    L is the number of positions of the kernel, taken row by row. Within a column, the entries are in the order channel,
    kernel row, kernel column. Padding is zeros; stride, padding and dilation are the same for both axes.

    Raises ValueError where `conv_out_size` does for the height or the width.
    """
    raise NotImplementedError


def conv2d(
    x: Tensor, w: Tensor, b: Tensor | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Tensor:
    """Slide the kernels `w (O, C, kh, kw)` over the images `x (N, C, H, W)`; returns `(N, O, out_h, out_w)`.

    Kernels are not flipped. `b (O,)`, if given, is added to the outputs, one number for each of the O channels.

    Raises ValueError where `im2col` does, and if x and w differ in their number of channels C.
    """
    raise NotImplementedError
