"""Known wrong answers to conv2d_forward with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "plus_one_forgotten",
        "A kernel as large as the image still fits once.",
        swap=("return room // stride + 1", "return room // stride"),
        caught_by="test_sizes",
    ),
    mistake(
        "rounds_up",
        "A window that hangs over the edge does not count.",
        swap=("return room // stride + 1", "return -(-room // stride) + 1"),
        caught_by="test_sizes",
    ),
    mistake(
        "padding_counted_once",
        "Padding goes on both sides.",
        swap=("room = size + 2 * padding", "room = size + padding"),
        caught_by="test_stride_padding",
    ),
    mistake(
        "dilation_ignored",
        "With dilation two, a kernel of three reaches over five pixels; yours sees three neighbours.",
        swaps=[
            (
                "    n, channels, height, width = x.shape\n",
                "    n, channels, height, width = x.shape\n    dilation = 1\n",
            ),
            (
                "out_h = conv_out_size(x.shape[2], kernel_h, stride, padding, dilation)",
                "out_h = conv_out_size(x.shape[2], kernel_h, stride, padding)",
            ),
        ],
        caught_by="test_dilated",
    ),
    mistake(
        "kernel_flipped",
        "Deep learning libraries slide the kernel as it is, without turning it around.",
        swap=("y = w.reshape(out_channels, -1) @ columns", "y = w.flip(2, 3).reshape(out_channels, -1) @ columns"),
        caught_by="test_known_filters",
    ),
    mistake(
        "stride_rows_only",
        "Step in both directions.",
        swaps=[
            (
                "out_w = conv_out_size(width, kernel_w, stride, padding",
                "out_w = conv_out_size(width, kernel_w, 1, padding",
            ),
            ("slice(left, left + stride * (out_w - 1) + 1, stride)", "slice(left, left + out_w)"),
        ],
        caught_by="test_stride_padding",
    ),
    mistake(
        "only_first_input_channel",
        "Each output sums over all input channels.",
        swaps=[
            ("columns = im2col(x, kernel_h", "columns = im2col(x[:, :1], kernel_h"),
            ("w.reshape(out_channels, -1)", "w[:, 0].reshape(out_channels, -1)"),
        ],
        caught_by="test_plain",
    ),
    mistake(
        "bias_ignored",
        "One number per output channel is missing.",
        swap=("    if b is not None:\n        y = y + b[:, None]\n", ""),
        caught_by="test_with_bias",
    ),
    mistake(
        "columns_kernel_first",
        "Compare the row order of your columns with the order of the flattened weights: which axis of w comes first?",
        swap=("torch.stack(seen, dim=2)", "torch.stack(seen, dim=1)"),
        caught_by="test_columns",
    ),
]

ALSO_CORRECT = [
    correct(
        "tensor_unfold_and_einsum",
        source='''
import torch
import torch.nn.functional as F
from torch import Tensor


def conv_out_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    """Count the windows."""
    if min(kernel, stride, dilation) < 1 or padding < 0:
        raise ValueError("setting")
    reach = dilation * (kernel - 1) + 1
    starts = range(0, size + 2 * padding - reach + 1, stride)
    if not starts:
        raise ValueError("kernel too large")
    return len(starts)


def _windows(x, kernel_h, kernel_w, stride, padding, dilation):
    """(N, C, out_h, out_w, kernel_h, kernel_w), without copying anything but the padded image."""
    for size, kernel in ((x.size(2), kernel_h), (x.size(3), kernel_w)):
        conv_out_size(size, kernel, stride, padding, dilation)
    x = F.pad(x, [padding] * 4)
    x = x.unfold(2, dilation * (kernel_h - 1) + 1, stride).unfold(3, dilation * (kernel_w - 1) + 1, stride)
    return x[..., ::dilation, ::dilation]


def im2col(x: Tensor, kernel_h: int, kernel_w: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    windows = _windows(x, kernel_h, kernel_w, stride, padding, dilation)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4).flatten(1, 3)


def conv2d(x: Tensor, w: Tensor, b: Tensor | None = None, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    if x.size(1) != w.size(1):
        raise ValueError("channels")
    windows = _windows(x, w.size(2), w.size(3), stride, padding, dilation)
    y = torch.einsum("nchwij,ocij->nohw", windows, w)
    return y if b is None else y + b.view(1, -1, 1, 1)
''',
    ),
    correct(
        "kernel_entry_by_entry",
        source='''
import math

import torch
from torch import Tensor


def conv_out_size(size: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> int:
    if kernel < 1 or stride < 1 or dilation < 1:
        raise ValueError("below 1")
    if padding < 0:
        raise ValueError("padding")
    if dilation * (kernel - 1) + 1 > size + 2 * padding:
        raise ValueError("kernel too large")
    return math.floor((size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)


def _framed(x, padding):
    n, c, h, w = x.shape
    frame = torch.zeros(n, c, h + 2 * padding, w + 2 * padding, dtype=x.dtype, device=x.device)
    frame[:, :, padding : padding + h, padding : padding + w] = x
    return frame


def im2col(x: Tensor, kernel_h: int, kernel_w: int, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """Window after window, each flattened and stacked as a column."""
    oh = conv_out_size(x.shape[2], kernel_h, stride, padding, dilation)
    ow = conv_out_size(x.shape[3], kernel_w, stride, padding, dilation)
    frame = _framed(x, padding)
    columns = []
    for p in range(oh):
        for q in range(ow):
            r, c = p * stride, q * stride
            window = frame[:, :, r : r + dilation * (kernel_h - 1) + 1 : dilation,
                           c : c + dilation * (kernel_w - 1) + 1 : dilation]
            columns.append(window.flatten(1))
    return torch.stack(columns, dim=-1)


def conv2d(x: Tensor, w: Tensor, b: Tensor | None = None, stride: int = 1, padding: int = 0, dilation: int = 1) -> Tensor:
    """No columns at all: each kernel entry adds its share to all outputs at once."""
    if x.shape[1] != w.shape[1]:
        raise ValueError("channels")
    kh, kw = w.shape[2:]
    oh = conv_out_size(x.shape[2], kh, stride, padding, dilation)
    ow = conv_out_size(x.shape[3], kw, stride, padding, dilation)
    frame = _framed(x, padding)
    y = x.new_zeros(x.shape[0], w.shape[0], oh, ow)
    for i in range(kh):
        for j in range(kw):
            r = i * dilation + stride * torch.arange(oh, device=x.device)
            c = j * dilation + stride * torch.arange(ow, device=x.device)
            y += torch.tensordot(frame[:, :, r][..., c], w[:, :, i, j], dims=([1], [1])).movedim(-1, 1)
    if b is not None:
        y += b[None, :, None, None]
    return y
''',
    ),
    correct(
        "one_gather",
        swap=(
            """    seen = []
    for i in range(kernel_h):
        for j in range(kernel_w):
            top, left = i * dilation, j * dilation
            rows = slice(top, top + stride * (out_h - 1) + 1, stride)
            columns = slice(left, left + stride * (out_w - 1) + 1, stride)
            seen.append(padded[:, :, rows, columns])
    patches = torch.stack(seen, dim=2)  # (N, C, kernel_h * kernel_w, out_h, out_w)
""",
            """    def places(kernel, out):
        entries, windows = torch.arange(kernel, device=x.device), torch.arange(out, device=x.device)
        return dilation * entries[:, None] + stride * windows[None, :]

    patches = padded[:, :, places(kernel_h, out_h)[:, None, :, None], places(kernel_w, out_w)[None, :, None, :]]
""",
        ),
    ),
]


def probe(m):
    """Two images of 7 x 6 pixels with 3 channels, four kernels of 3 x 2.

    With padding 1 and stride 2 the windows end exactly at the edge, so that rounding shows in the sizes alone. With dilation
    the outputs are cut to the size that is due: a dense kernel has more, unless only its offsets forget the dilation.
    """
    draw = torch.Generator().manual_seed(702)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    x, w, b = normal(2, 3, 7, 6), normal(4, 3, 3, 2), normal(4)
    sizes = [(7, 3, 1, 0), (8, 3, 2, 0), (10, 4, 4, 1), (6, 2, 3, 2)]
    return {
        "sizes": lambda: [m.conv_out_size(s, k, stride=by, padding=p) for s, k, by, p in sizes],
        "columns, stride 2, padding 1": lambda: m.im2col(x, 3, 2, stride=2, padding=1),
        "plain": lambda: m.conv2d(x, w),
        "stride 2, padding 1": lambda: m.conv2d(x, w, stride=2, padding=1),
        "padding 2, dilation 2": lambda: m.conv2d(x, w, padding=2, dilation=2)[:, :, :7, :8],
        "with bias": lambda: m.conv2d(x, w, b=b),
    }
