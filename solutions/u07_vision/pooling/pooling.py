"""Pooling of images, forwards and backwards.

Averages over windows are as old as convolutional networks ("Gradient-Based Learning Applied to Document Recognition",
LeCun, Bottou, Bengio and Haffner, 1998); the average over the whole image in front of the classifier is from "Network In
Network" (Lin, Chen and Yan, 2013).
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def _windows(x: Tensor, kernel: int, stride: int | None, padding: int, fill: float) -> Tensor:
    """Every window as a row: `(N, C, out_h, out_w, kernel * kernel)`. Checks the settings for everybody."""
    stride = kernel if stride is None else stride
    if kernel < 1 or stride < 1:
        raise ValueError(f"kernel and stride must be at least 1, got {kernel} and {stride}")
    if not 0 <= padding <= kernel // 2:
        raise ValueError(f"padding must be at least 0 and at most half the kernel, got {padding}")
    framed = F.pad(x, (padding, padding, padding, padding), value=fill)
    return framed.unfold(2, kernel, stride).unfold(3, kernel, stride).flatten(-2)


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0) -> tuple[Tensor, Tensor]:
    """The maxima of all windows, and their places in the image without padding."""
    windows = _windows(x, kernel, stride, padding, fill=float("-inf"))
    step = kernel if stride is None else stride
    best = windows.amax(-1)
    # The first of equal values, whatever the hardware does: the smallest place in the window that holds the maximum.
    places = torch.arange(kernel * kernel, device=x.device)
    inside = torch.where(windows == best.unsqueeze(-1), places, kernel * kernel).amin(-1)
    # From the place in the window to the place in the image: add where the window begins, take off the frame.
    top = torch.arange(best.shape[2], device=x.device) * step - padding
    left = torch.arange(best.shape[3], device=x.device) * step - padding
    rows = top[:, None] + inside // kernel
    columns = left + inside % kernel
    indices = rows * x.shape[3] + columns
    return best, indices


def max_pool2d_backward(dout: Tensor, indices: Tensor, input_shape: tuple[int, int, int, int]) -> Tensor:
    """Every output sends its gradient to the one pixel that it is a copy of."""
    n, channels, height, width = input_shape
    dx = dout.new_zeros(n, channels, height * width)
    # Windows may overlap, and one pixel may be the maximum of several of them: add, don't assign.
    dx.scatter_add_(2, indices.flatten(2), dout.flatten(2))
    return dx.reshape(n, channels, height, width)


def avg_pool2d(
    x: Tensor, kernel: int, stride: int | None = None, padding: int = 0, count_include_pad: bool = True
) -> Tensor:
    """The sums of all windows, divided by how many numbers count."""
    total = _windows(x, kernel, stride, padding, fill=0.0).sum(-1)
    if count_include_pad:
        return total / kernel**2
    # How many real pixels does a window see? Pool an image of ones.
    real = _windows(torch.ones_like(x[:1, :1]), kernel, stride, padding, fill=0.0).sum(-1)
    return total / real


def global_avg_pool(x: Tensor) -> Tensor:
    """The mean over both spatial axes."""
    return x.mean(dim=(2, 3))
