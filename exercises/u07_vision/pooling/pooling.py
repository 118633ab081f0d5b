"""Pooling of images: maxima with their places, the way back, and averages."""

import torch
import torch.nn.functional as F
from torch import Tensor


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0) -> tuple[Tensor, Tensor]:
    """The largest value of every window of `x (N, C, H, W)`, and where it was found.

    Windows are `kernel` x `kernel` pixels and move by `stride` pixels; None stands for a stride of `kernel`. On all
    four sides the image gets `padding` more rows and columns that count as minus infinity. Only windows that lie
    fully within the padded image count.

    Returns two tensors of shape `(N, C, out_h, out_w)`: the maxima, and their places (int64) as `row * W + column` in
    the image without padding. Among equal values, the smallest place is taken.

    Raises ValueError if `kernel` or `stride` is below 1, or `padding` is outside 0 ... kernel // 2.
    """
    raise NotImplementedError


def max_pool2d_backward(dout: Tensor, indices: Tensor, input_shape: tuple[int, int, int, int]) -> Tensor:
    """The gradient of the loss for the input of `max_pool2d`, which had the shape `input_shape` = (N, C, H, W).

    dout: the gradient for the maxima, `(N, C, out_h, out_w)`. indices: their places, as `max_pool2d` returned them.
    A pixel gets the sum of all entries of `dout` whose index names it, and zero where there is none. dtype and device
    of the result are those of `dout`.
    """
    raise NotImplementedError


def avg_pool2d(
    x: Tensor, kernel: int, stride: int | None = None, padding: int = 0, count_include_pad: bool = True
) -> Tensor:
    """The average of every window of `x (N, C, H, W)`, as `(N, C, out_h, out_w)`; windows are those of `max_pool2d`.

    The padding is zeros. The sum over a window is divided by kernel * kernel or, with `count_include_pad=False`, by the
    number of its pixels that belong to the image.

    Raises ValueError if `kernel` or `stride` is below 1, or `padding` is outside 0 ... kernel // 2.
    """
    raise NotImplementedError


def global_avg_pool(x: Tensor) -> Tensor:
    """The average of every channel of `x (N, C, H, W)` over all its pixels: `(N, C)`."""
    raise NotImplementedError
