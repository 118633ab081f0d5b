"""Known wrong answers to pooling with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "stride_defaults_to_one",
        "When no stride is given, windows lie side by side: none of them shares a pixel with the next.",
        swaps=[
            ("    stride = kernel if stride is None else stride\n", "    stride = 1 if stride is None else stride\n"),
            ("    step = kernel if stride is None else stride\n", "    step = 1 if stride is None else stride\n"),
        ],
        caught_by="test_max_values",
    ),
    mistake(
        "pads_with_zero",
        "The border must never be the maximum: what does yours hold when all pixels are negative?",
        swap=('fill=float("-inf")', "fill=0.0"),
        caught_by="test_padding_is_minus_infinity",
    ),
    mistake(
        "last_maximum_wins",
        "Among equals, the first one in reading order is the maximum; you name the last.",
        swap=("kernel * kernel).amin(-1)", "-1).amax(-1)"),
        caught_by="test_ties",
    ),
    mistake(
        "indices_inside_window",
        "The way back needs the position in the image; yours is the position inside the window.",
        swap=("return best, indices", "return best, inside"),
        caught_by="test_max_indices",
    ),
    mistake(
        "overlapping_windows_overwrite",
        "One pixel can be the maximum of several windows: what has become of the gradient from the others?",
        swap=("dx.scatter_add_(", "dx.scatter_("),
        caught_by="test_backward",
    ),
    mistake(
        "pad_count_switched",
        "When the border is not to be counted, divide by fewer numbers, not by more.",
        swap=("if count_include_pad:", "if not count_include_pad:"),
        caught_by="test_average",
    ),
    mistake(
        "global_mean_of_one_axis",
        "Both spatial axes are averaged; you take the mean over one of them and the maximum over the other.",
        swap=("x.mean(dim=(2, 3))", "x.mean(dim=2).amax(dim=2)"),
        caught_by="test_global_average",
    ),
]

ALSO_CORRECT = [
    correct(
        "window_by_window",
        source='''
import torch
from torch import Tensor


def _check(kernel, stride, padding):
    stride = kernel if stride is None else stride
    if kernel < 1:
        raise ValueError("kernel")
    if stride < 1:
        raise ValueError("stride")
    if padding < 0 or padding > kernel // 2:
        raise ValueError("padding")
    return stride


def _places(size, kernel, stride, padding):
    """First and last pixel + 1 of every window along one axis, cut to the image."""
    starts = range(-padding, size + padding - kernel + 1, stride)
    return [(max(s, 0), min(s + kernel, size)) for s in starts]


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0) -> tuple[Tensor, Tensor]:
    """No padding at all: windows at the edge are smaller."""
    stride = _check(kernel, stride, padding)
    n, c, h, w = x.shape
    rows, columns = _places(h, kernel, stride, padding), _places(w, kernel, stride, padding)
    values = torch.empty(n, c, len(rows), len(columns), dtype=x.dtype, device=x.device)
    indices = torch.empty(values.shape, dtype=torch.int64, device=x.device)
    flat_places = torch.arange(h * w, device=x.device).view(h, w)
    for p, (top, bottom) in enumerate(rows):
        for q, (left, right) in enumerate(columns):
            window = x[:, :, top:bottom, left:right].reshape(n, c, -1)
            place = flat_places[top:bottom, left:right].reshape(-1)
            best = window.max(dim=-1, keepdim=True).values
            values[:, :, p, q] = best[..., 0]
            first = (window == best).to(torch.float32).argmax(dim=-1)
            indices[:, :, p, q] = place[first]
    return values, indices


def max_pool2d_backward(dout: Tensor, indices: Tensor, input_shape: tuple[int, int, int, int]) -> Tensor:
    """Every plane of every image as a row of one long vector."""
    n, c, h, w = input_shape
    dx = torch.zeros(n * c * h * w, dtype=dout.dtype, device=dout.device)
    plane = (torch.arange(n * c, device=dout.device) * (h * w)).view(n, c, 1, 1)
    dx.index_add_(0, (indices + plane).reshape(-1), dout.reshape(-1))
    return dx.view(n, c, h, w)


def avg_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0, count_include_pad: bool = True) -> Tensor:
    stride = _check(kernel, stride, padding)
    lines = []
    for top, bottom in _places(x.shape[2], kernel, stride, padding):
        line = []
        for left, right in _places(x.shape[3], kernel, stride, padding):
            window = x[:, :, top:bottom, left:right]
            count = kernel * kernel if count_include_pad else window.shape[2] * window.shape[3]
            line.append(window.sum(dim=(2, 3)) / count)
        lines.append(torch.stack(line, dim=-1))
    return torch.stack(lines, dim=-2)


def global_avg_pool(x: Tensor) -> Tensor:
    return torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3])
''',
    ),
    correct(
        "columns_and_one_hot",
        source='''
import torch
import torch.nn.functional as F
from torch import Tensor


def _columns(x, kernel, stride, padding):
    """(N, C, kernel², L) windows of an image and the output size."""
    stride = kernel if stride is None else stride
    if min(kernel, stride) < 1 or padding not in range(kernel // 2 + 1):
        raise ValueError("setting")
    n, c, h, w = x.shape
    columns = F.unfold(x, kernel, stride=stride, padding=padding).view(n, c, kernel * kernel, -1)
    out = (h + 2 * padding - kernel) // stride + 1, (w + 2 * padding - kernel) // stride + 1
    return columns, out


def max_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0) -> tuple[Tensor, Tensor]:
    """The places are pooled like an image; padding has place -1."""
    n, c, h, w = x.shape
    columns, out = _columns(x, kernel, stride, padding)
    numbered = torch.arange(1, h * w + 1, dtype=torch.float64, device=x.device).view(1, 1, h, w)
    places = _columns(numbered, kernel, stride, padding)[0].long() - 1
    columns = columns.masked_fill(places < 0, -torch.inf)
    order = columns.sort(dim=2, descending=True, stable=True).indices[:, :, :1]
    values = columns.gather(2, order)
    return values.view(n, c, *out), places.expand_as(columns).gather(2, order).view(n, c, *out)


def max_pool2d_backward(dout: Tensor, indices: Tensor, input_shape: tuple[int, int, int, int]) -> Tensor:
    """A matrix that says which output came from which pixel."""
    n, c, h, w = input_shape
    came_from = F.one_hot(indices.reshape(n, c, -1), h * w).to(dout.dtype)
    return torch.einsum("nclp,ncl->ncp", came_from, dout.reshape(n, c, -1)).reshape(input_shape)


def avg_pool2d(x: Tensor, kernel: int, stride: int | None = None, padding: int = 0, count_include_pad: bool = True) -> Tensor:
    columns, out = _columns(x, kernel, stride, padding)
    if count_include_pad:
        return columns.mean(2).view(x.shape[0], x.shape[1], *out)
    real, _ = _columns(torch.ones_like(x), kernel, stride, padding)
    return (columns.sum(2) / (real != 0).sum(2)).view(x.shape[0], x.shape[1], *out)


def global_avg_pool(x: Tensor) -> Tensor:
    return x.mean(-1).mean(-1)
''',
    ),
    correct(
        "argmax_and_numbered_image",
        swap=(
            """    best = windows.amax(-1)
    # The first of equal values, whatever the hardware does: the smallest place in the window that holds the maximum.
    places = torch.arange(kernel * kernel, device=x.device)
    inside = torch.where(windows == best.unsqueeze(-1), places, kernel * kernel).amin(-1)
    # From the place in the window to the place in the image: add where the window begins, take off the frame.
    top = torch.arange(best.shape[2], device=x.device) * step - padding
    left = torch.arange(best.shape[3], device=x.device) * step - padding
    rows = top[:, None] + inside // kernel
    columns = left + inside % kernel
    indices = rows * x.shape[3] + columns
""",
            """    best = windows.max(dim=-1).values
    numbers = torch.arange(x[0, 0].numel(), device=x.device, dtype=torch.float64).reshape(1, 1, *x.shape[2:])
    image_places = _windows(numbers, kernel, step, padding, fill=float("inf"))
    indices = image_places.where(windows == best[..., None], torch.inf).min(dim=-1).values.long()
""",
        ),
    ),
]


def _backward(m, kernel_like):
    """The gradient for a 5 x 5 image through given places, and what each pixel was sent."""
    places = torch.tensor(kernel_like)[None, None]
    dout = torch.arange(1.0, places.numel() + 1, dtype=torch.float64).reshape(places.shape)
    return m.max_pool2d_backward(dout, places, (1, 1, 5, 5)), places.flatten(), dout.flatten()


def _overlap(m):
    """Properties only: which of several gradients is left when one overwrites the other is up to the hardware."""
    dx, places, dout = _backward(m, [[7, 7, 8], [7, 12, 8], [17, 12, 24]])
    dx = dx.flatten()
    sent = [dout[places == pixel] for pixel in range(25)]
    one = [pixel for pixel in range(25) if len(sent[pixel]) < 2]
    more = [pixel for pixel in range(25) if len(sent[pixel]) > 1]
    return {
        "pixels with at most one window": dx[one],
        "pixels with several windows get the sum": [float(dx[pixel]) == float(sent[pixel].sum()) for pixel in more],
        "pixels with several windows get one of them": [float(dx[pixel]) in sent[pixel].tolist() for pixel in more],
    }


def probe(m):
    """A negative 5 x 5 image with a tie in its first window and one in the overlap.

    With padding only the maxima are asked for: what a border that wins is called differs from program to program. The
    image of the global mean is a sum of a row and a column term, for which it doesn't matter along which axis a mean and
    along which a maximum is taken.
    """
    x = -torch.tensor(
        [[2, 1, 6, 4, 8], [3, 1, 7, 9, 5], [12, 14, 2.5, 2.5, 11], [13, 10, 2.5, 15, 16], [20, 18, 17, 19, 21]],
        dtype=torch.float64,
    )[None, None]
    ramp = torch.tensor([1.0, 4.0, 2.0, 9.0], dtype=torch.float64)
    sums = (ramp[:, None] + ramp)[None, None]
    return {
        "maxima side by side": lambda: m.max_pool2d(x, 2)[0],
        "places side by side": lambda: m.max_pool2d(x, 2)[1],
        "maxima (3, 2, 1)": lambda: m.max_pool2d(x, 3, stride=2, padding=1)[0],
        "maxima (3, 1, 0)": lambda: m.max_pool2d(x, 3, stride=1)[0],
        "places (3, 1, 0)": lambda: m.max_pool2d(x, 3, stride=1)[1],
        "the way back, side by side": lambda: _backward(m, [[1, 2], [11, 13]])[0],
        "the way back, overlapping": lambda: _overlap(m),
        "averages side by side": lambda: m.avg_pool2d(x, 2),
        "averages (3, 2, 1)": lambda: m.avg_pool2d(x, 3, stride=2, padding=1),
        "averages (3, 2, 1) of real pixels": lambda: m.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False),
        "global mean": lambda: m.global_avg_pool(sums),
    }
