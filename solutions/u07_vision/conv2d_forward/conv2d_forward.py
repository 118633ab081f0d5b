"""Convolution of images, forwards.

The layer is that of "Gradient-Based Learning Applied to Document Recognition" (LeCun, Bottou, Bengio and Haffner, 1998),
without the flip of the kernel that gave it its name; the detour over columns is from "High Performance Convolutional Neural
Networks for Document Processing" (Chellapilla, Puri and Simard, 2006).
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def conv_out_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """floor((size + 2 * padding - reach) / stride) + 1, where the reach is dilation * (kernel - 1) + 1."""
    if kernel < 1 or stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("kernel, stride and dilation must be at least 1, padding at least 0")
    room = size + 2 * padding - dilation * (kernel - 1) - 1  # how far the first window can still move
    if room < 0:
        raise ValueError(f"a kernel of {kernel} with dilation {dilation} is larger than the padded image")
    return room // stride + 1


def im2col(x: Tensor, kernel_h: int, kernel_w: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Columns `(N, C * kernel_h * kernel_w, L)`, gathered entry by entry of the kernel instead of window by window."""
    n, channels, height, width = x.shape
    out_h = conv_out_size(height, kernel_h, stride, padding, dilation)
    out_w = conv_out_size(width, kernel_w, stride, padding, dilation)
    padded = F.pad(x, (padding, padding, padding, padding))
    # What kernel entry (i, j) sees, over all positions, is the image shifted by its offset and thinned by the stride.
    seen = []
    for i in range(kernel_h):
        for j in range(kernel_w):
            top, left = i * dilation, j * dilation
            rows = slice(top, top + stride * (out_h - 1) + 1, stride)
            columns = slice(left, left + stride * (out_w - 1) + 1, stride)
            seen.append(padded[:, :, rows, columns])
    patches = torch.stack(seen, dim=2)  # (N, C, kernel_h * kernel_w, out_h, out_w)
    return patches.reshape(n, channels * kernel_h * kernel_w, out_h * out_w)


def conv2d(
    x: Tensor, w: Tensor, b: Tensor | None = None, stride: int = 1, padding: int = 0, dilation: int = 1
) -> Tensor:
    """The flattened kernels times the columns."""
    out_channels, channels, kernel_h, kernel_w = w.shape
    if x.shape[1] != channels:
        raise ValueError(f"x has {x.shape[1]} channels, the kernels have {channels}")
    columns = im2col(x, kernel_h, kernel_w, stride, padding, dilation)
    y = w.reshape(out_channels, -1) @ columns
    if b is not None:
        y = y + b[:, None]
    out_h = conv_out_size(x.shape[2], kernel_h, stride, padding, dilation)
    return y.reshape(x.shape[0], out_channels, out_h, -1)
