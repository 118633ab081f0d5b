"""Convolution of images, backwards.

The chain rule for shared weights, as in "Backpropagation Applied to Handwritten Zip Code Recognition" (LeCun et al., 1989):
a weight that was used at many places collects a gradient from each of them.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def conv2d_backward(
    dout: Tensor, x: Tensor, w: Tensor, stride: int = 1, padding: int = 0
) -> tuple[Tensor, Tensor, Tensor]:
    """(dx, dw, db) for y = conv2d(x, w, b, stride, padding), given dout = dL/dy."""
    n, _, height, width = x.shape
    out_channels, _, kernel_h, kernel_w = w.shape
    out_h = (height + 2 * padding - kernel_h) // stride + 1
    out_w = (width + 2 * padding - kernel_w) // stride + 1
    if dout.shape != (n, out_channels, out_h, out_w):
        raise ValueError(f"dout has shape {tuple(dout.shape)}, the output has {(n, out_channels, out_h, out_w)}")

    padded = F.pad(x, (padding, padding, padding, padding))
    dx_padded = torch.zeros_like(padded)
    dw = torch.zeros_like(w)
    # y[n,o,p,q] contains the product w[o,c,i,j] * padded[n,c,p*stride+i,q*stride+j]. For one kernel entry (i, j), the
    # pixels of all positions (p, q) are a slice of the padded image, the same one on the way there and on the way back.
    for i in range(kernel_h):
        for j in range(kernel_w):
            rows = slice(i, i + stride * (out_h - 1) + 1, stride)
            columns = slice(j, j + stride * (out_w - 1) + 1, stride)
            dw[:, :, i, j] = torch.einsum("nopq,ncpq->oc", dout, padded[:, :, rows, columns])
            # Added, because a pixel lies in several windows.
            dx_padded[:, :, rows, columns] += torch.einsum("nopq,oc->ncpq", dout, w[:, :, i, j])
    dx = dx_padded[:, :, padding : padding + height, padding : padding + width].clone()
    db = dout.sum(dim=(0, 2, 3))
    return dx, dw, db
