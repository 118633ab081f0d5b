"""Known wrong answers to conv2d_backward with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

SHARE = "dx_padded[:, :, rows, columns] += torch.einsum"
DX = "dx_padded[:, :, padding : padding + height, padding : padding + width].clone()"
DW = 'dw[:, :, i, j] = torch.einsum("nopq,ncpq->oc", dout, padded[:, :, rows, columns])'
DB = "dout.sum(dim=(0, 2, 3))"

MISTAKES = [
    mistake(
        "overlaps_overwritten",
        "A pixel that lies in several windows hears from each of them; in yours the last one has the word.",
        swap=(SHARE, SHARE.replace("+=", "=")),
        caught_by="test_input_gradient",
    ),
    mistake(
        "kernel_flipped_twice",
        "Follow one weight: which pixel did it multiply, and which pixel do you pay back?",
        swap=("dout, w[:, :, i, j])", "dout, w[:, :, kernel_h - 1 - i, kernel_w - 1 - j])"),
        caught_by="test_input_gradient",
    ),
    mistake(
        "padding_left_on",
        "The border was never part of the input: which shape should its gradient have?",
        swap=(DX, "dx_padded"),
        caught_by="test_with_padding",
    ),
    mistake(
        "weight_gradient_from_unpadded_input",
        "The windows were cut from the padded image, so that is where the offsets count from.",
        swap=(
            "padded = F.pad(x, (padding, padding, padding, padding))",
            "padded = F.pad(x, (0, 2 * padding, 0, 2 * padding))",
        ),
        caught_by="test_with_padding",
    ),
    mistake(
        "stride_forgotten_in_input_gradient",
        "Neighbouring outputs come from windows a stride apart; in your input gradient they are next to each other.",
        swap=(SHARE, SHARE.replace("rows, columns", "i : i + out_h, j : j + out_w")),
        caught_by="test_untouched_pixels",
    ),
    mistake(
        "batch_mean_in_weight_gradient",
        "The averaging over the batch is already in the gradient that comes in.",
        swap=(DW, DW + " / n"),
        caught_by="test_weight_gradient",
    ),
    mistake(
        "bias_gradient_mean",
        "The bias was added at every position of every image: each of them sends its gradient back in full.",
        swap=(DB, "dout.mean(dim=(0, 2, 3))"),
        caught_by="test_bias_gradient",
    ),
    mistake(
        "bias_gradient_summed_over_batch_only",
        "The bias was added at every position, not once per image.",
        swap=(DB, "dout.mean(dim=(2, 3)).sum(dim=0)"),
        caught_by="test_bias_gradient",
    ),
]

START = """
import torch
import torch.nn.functional as F
from torch import Tensor


def conv2d_backward(dout: Tensor, x: Tensor, w: Tensor, stride: int = 1, padding: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    n, c, h, width = x.shape
    o, _, kh, kw = w.shape
    oh, ow = (h + 2 * padding - kh) // stride + 1, (width + 2 * padding - kw) // stride + 1
    if list(dout.shape) != [n, o, oh, ow]:
        raise ValueError("shape of dout")
"""

ALSO_CORRECT = [
    correct(
        "columns_and_index_add",
        source=START
        + """
    # The forward pass as a matrix product w @ columns, so the backward pass is one, too. Where every entry of the columns came
    # from is written down as an index into the padded image, and col2im adds it up there.
    hp, wp = h + 2 * padding, width + 2 * padding
    device = x.device
    r = torch.arange(kh, device=device)[:, None, None, None] + stride * torch.arange(oh, device=device)[None, None, :, None]
    s = torch.arange(kw, device=device)[None, :, None, None] + stride * torch.arange(ow, device=device)[None, None, None, :]
    plane = (r * wp + s).reshape(kh * kw, oh * ow)
    where = (torch.arange(c, device=device)[:, None, None] * hp * wp + plane).reshape(-1)

    columns = F.pad(x, [padding] * 4).reshape(n, -1)[:, where].reshape(n, c * kh * kw, oh * ow)
    d = dout.reshape(n, o, oh * ow)
    dw = (d @ columns.transpose(1, 2)).sum(0).reshape(w.shape)
    dcolumns = w.reshape(o, -1).T @ d
    flat = x.new_zeros(n, c * hp * wp).index_add(1, where, dcolumns.reshape(n, -1))
    dx = flat.reshape(n, c, hp, wp)[:, :, padding : padding + h, padding : padding + width]
    return dx, dw, d.sum((0, 2))
""",
    ),
    correct(
        "position_by_position",
        source=START
        + """
    framed = x.new_zeros(n, c, h + 2 * padding, width + 2 * padding)
    framed[:, :, padding : h + padding, padding : width + padding] = x
    back = framed * 0
    dw, db = w * 0, w.new_zeros(o)
    for p in range(oh):
        for q in range(ow):
            top, left = p * stride, q * stride
            window = framed[:, :, top : top + kh, left : left + kw]
            here = dout[:, :, p, q]  # (N, O)
            db += here.sum(0)
            dw += torch.tensordot(here, window, dims=([0], [0]))
            back[:, :, top : top + kh, left : left + kw] += torch.tensordot(here, w, dims=1)
    dx = back[:, :, padding:, padding:][:, :, :h, :width]
    return dx.contiguous(), dw, db
""",
    ),
    correct(
        "convolution_of_the_spread_gradient",
        source=START
        + """
    # The input gradient is itself a convolution: of dout, spread out by the stride and framed, with the turned kernel.
    hp, wp = h + 2 * padding, width + 2 * padding
    spread = dout.new_zeros(n, o, hp + kh - 1, wp + kw - 1)
    spread[:, :, kh - 1 : kh + stride * (oh - 1) : stride, kw - 1 : kw + stride * (ow - 1) : stride] = dout
    windows = spread.unfold(2, kh, 1).unfold(3, kw, 1)  # (N, O, hp, wp, kh, kw)
    dx_padded = torch.einsum("nohwij,ocij->nchw", windows, w.flip(2, 3))
    dx = dx_padded[..., padding : padding + h, padding : padding + width]

    seen = F.pad(x, (padding, padding, padding, padding)).unfold(2, kh, stride).unfold(3, kw, stride)
    dw = torch.einsum("nohw,nchwij->ocij", dout, seen)
    return dx.clone(), dw, torch.einsum("nohw->o", dout)
""",
    ),
]


def probe(m):
    """Two images of 7 x 6 pixels with 3 channels, four kernels of 3 x 2, three pairs of stride and padding.

    Of dx: the pixels that only one window touches as numbers, those that several touch only as right or not, because it
    depends on the order of the loops what an answer has there in which the last window wins.
    """
    draw = torch.Generator().manual_seed(703)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    x, w = normal(2, 3, 7, 6), normal(4, 3, 3, 2)
    items = {}
    for stride, padding in ((1, 0), (2, 1), (3, 0)):
        dout = normal(2, 4, (7 + 2 * padding - 3) // stride + 1, (6 + 2 * padding - 2) // stride + 1)
        due, touched = (
            x.new_zeros(2, 3, 7 + 2 * padding, 6 + 2 * padding),
            x.new_zeros(7 + 2 * padding, 6 + 2 * padding),
        )
        for p in range(dout.shape[2]):
            for q in range(dout.shape[3]):
                rows, columns = slice(p * stride, p * stride + 3), slice(q * stride, q * stride + 2)
                due[:, :, rows, columns] += torch.tensordot(dout[:, :, p, q], w, dims=1)
                touched[rows, columns] += 1
        inside = (slice(padding, padding + 7), slice(padding, padding + 6))
        due, several, single = due[..., *inside], touched[inside] > 1, touched[inside] <= 1

        def gradients(dout=dout, stride=stride, padding=padding):
            return m.conv2d_backward(dout, x, w, stride=stride, padding=padding)

        def one_window(gradients=gradients, single=single):
            dx = gradients()[0]
            return dx[..., single] if dx.shape == x.shape else list(dx.shape)

        def overlaps(gradients=gradients, several=several, due=due):
            dx = gradients()[0]
            return dx.shape == x.shape and torch.allclose(dx[..., several], due[..., several])

        said = f"stride {stride}, padding {padding}"
        items[f"dx under at most one window, {said}"] = one_window
        items[f"dx right where windows overlap, {said}"] = overlaps
        items[f"dw, {said}"] = lambda gradients=gradients: gradients()[1]
        items[f"db, {said}"] = lambda gradients=gradients: gradients()[2]
    return items
