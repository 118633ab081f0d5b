"""Known wrong answers to image_pipeline with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

CONVERT = "img.permute(2, 0, 1).contiguous().to(torch.float32) / 255"

MISTAKES = [
    mistake(
        "reshape_scrambles_pixels",
        "Look at the picture: the numbers are all there, but in the wrong places.",
        swap=("img.permute(2, 0, 1).contiguous()", "img.reshape(img.shape[2], img.shape[0], img.shape[1])"),
        caught_by="test_to_tensor",
    ),
    mistake(
        "range_left_at_255",
        "Float images run from zero to one here.",
        swap=(CONVERT, CONVERT.removesuffix(" / 255")),
        caught_by="test_to_tensor",
    ),
    mistake(
        "divides_by_256",
        "A white pixel should become exactly one.",
        swap=(CONVERT, CONVERT.replace("255", "256")),
        caught_by="test_to_tensor",
    ),
    mistake(
        "statistics_along_width",
        "It only works where the image is as wide as it has channels: with which axis do your three numbers line up?",
        swap=("return statistic[:, None, None]", "return statistic"),
        caught_by="test_normalise",
    ),
    mistake(
        "flips_upside_down",
        "A mirror swaps left and right; yours stands on the floor.",
        swap=("x.flip(-1)", "x.flip(-2)"),
        caught_by="test_flips",
    ),
    mistake(
        "flips_whole_batch",
        "Each image has its own flag.",
        swap=("torch.where(flip[:, None, None, None], x.flip(-1), x)", "x.flip(-1) if flip.any() else x.clone()"),
        caught_by="test_flips",
    ),
    mistake(
        "same_crop_for_all",
        "Each image has its own window.",
        swap=(
            "padded[i, :, r : r + height, c : c + width] for i, (r, c) in",
            "padded[i, :, rows[0] : rows[0] + height, columns[0] : columns[0] + width] for i, _ in",
        ),
        caught_by="test_crops",
    ),
    mistake(
        "labels_not_mixed",
        "A picture that is 70% cat deserves a label that is 70% cat.",
        swap=("mixed_y = lam * y_onehot + (1 - lam) * y_onehot[perm]", "mixed_y = y_onehot.clone()"),
        caught_by="test_bad_input",
    ),
    mistake(
        "denormalise_order",
        "Undo in reverse order: which of the two steps of normalising came last?",
        swap=("x * _per_channel(std, x) + _per_channel(mean, x)", "(x + _per_channel(mean, x)) * _per_channel(std, x)"),
        caught_by="test_round_trip",
    ),
    mistake(
        "row_and_column_swapped",
        "Rows first, then columns.",
        swap=("rows, columns = top.tolist(), left.tolist()", "rows, columns = left.tolist(), top.tolist()"),
        caught_by="test_crops",
    ),
    mistake(
        "label_weights_reversed",
        "The larger share of the picture needs the larger share of the label.",
        swap=("lam * y_onehot + (1 - lam) * y_onehot[perm]", "(1 - lam) * y_onehot + lam * y_onehot[perm]"),
        caught_by="test_mixes",
    ),
]

ALSO_CORRECT = [
    correct(
        "indices_and_einsum",
        source='''
import torch
from torch import Tensor


def to_float_chw(img: Tensor) -> Tensor:
    """Channel by channel into a new image."""
    if img.ndim != 3:
        raise ValueError("three axes")
    if img.dtype is not torch.uint8:
        raise ValueError("bytes")
    return torch.stack([plane.float() for plane in img.unbind(-1)]).div_(255.0)


def _check(x, mean, std):
    if mean.numel() != x.size(-3) or std.numel() != x.size(-3):
        raise ValueError("one number per channel")


def normalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """With the channels moved to the end."""
    _check(x, mean, std)
    return ((x.movedim(-3, -1) - mean) / std).movedim(-1, -3)


def denormalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    _check(x, mean, std)
    return torch.einsum("...chw,c->...chw", x, std) + mean.view(-1, 1, 1)


def hflip(x: Tensor, flip: Tensor) -> Tensor:
    """The columns of each image, forwards or backwards."""
    width = x.shape[3]
    columns = torch.arange(width, device=x.device).expand(len(x), width)
    columns = torch.where(flip[:, None], width - 1 - columns, columns)
    return x.gather(3, columns[:, None, None, :].expand_as(x))


def pad_crop(x: Tensor, pad: int, top: Tensor, left: Tensor) -> Tensor:
    """Where does each pixel of the window come from, and is that inside the image?"""
    if (torch.stack([top, left]) > 2 * pad).any():
        raise ValueError("offset")
    n, c, h, w = x.shape
    rows = torch.arange(h, device=x.device)[None] + top[:, None] - pad
    cols = torch.arange(w, device=x.device)[None] + left[:, None] - pad
    inside = ((rows >= 0) & (rows < h))[:, None, :, None] & ((cols >= 0) & (cols < w))[:, None, None, :]
    image = torch.arange(n, device=x.device)[:, None, None]
    picked = x[image, :, rows.clamp(0, h - 1)[:, :, None], cols.clamp(0, w - 1)[:, None, :]]
    return picked.permute(0, 3, 1, 2) * inside


def mixup(x: Tensor, y_onehot: Tensor, perm: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    if lam < 0 or lam > 1:
        raise ValueError("lam")
    return torch.lerp(x[perm], x, lam), torch.lerp(y_onehot[perm], y_onehot, lam)
''',
    ),
    correct(
        "loops_over_images",
        source='''
import torch
from torch import Tensor


def to_float_chw(img: Tensor) -> Tensor:
    if img.dtype != torch.uint8 or len(img.shape) != 3:
        raise ValueError("uint8 (H, W, C)")
    return img.float().mul(1 / 255).transpose(1, 2).transpose(0, 1).contiguous()


def _columns(x, mean, std):
    channels = x.shape[-3]
    if len(mean) != channels or len(std) != channels:
        raise ValueError("channels")
    return mean.reshape(channels, 1, 1), std.reshape(channels, 1, 1)


def normalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    m, s = _columns(x, mean, std)
    return x / s - m / s


def denormalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Plane by plane, in a copy."""
    _columns(x, mean, std)
    result = x.clone()
    for c in range(x.shape[-3]):
        result[..., c, :, :] *= std[c]
        result[..., c, :, :] += mean[c]
    return result


def hflip(x: Tensor, flip: Tensor) -> Tensor:
    """Only the flagged images of a copy are written."""
    result = x.clone()
    result[flip] = torch.fliplr(x[flip].permute(2, 3, 0, 1)).permute(2, 3, 0, 1)
    return result


def pad_crop(x: Tensor, pad: int, top: Tensor, left: Tensor) -> Tensor:
    """Without a padded image: the part that stays is moved to its new place."""
    n, _, h, w = x.shape
    result = torch.zeros_like(x)
    for i in range(n):
        dr, dc = int(top[i]) - pad, int(left[i]) - pad
        if dr > pad or dc > pad or dr < -pad or dc < -pad:
            raise ValueError("offset")
        r0, r1, c0, c1 = max(dr, 0), min(h + dr, h), max(dc, 0), min(w + dc, w)
        if r0 < r1 and c0 < c1:
            result[i, :, r0 - dr : r1 - dr, c0 - dc : c1 - dc] = x[i, :, r0:r1, c0:c1]
    return result


def mixup(x: Tensor, y_onehot: Tensor, perm: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """The identity blended with a permutation matrix, applied to both."""
    if not (0.0 <= lam <= 1.0):
        raise ValueError("lam")
    eye = torch.eye(len(x), dtype=x.dtype, device=x.device)
    weights = lam * eye + (1 - lam) * eye[perm]
    return torch.einsum("ij,jchw->ichw", weights, x), weights @ y_onehot
''',
    ),
]


def probe(m):
    """Random bytes as high and wide as they have channels, and a batch of two such images."""
    draw = torch.Generator().manual_seed(701)
    img = torch.randint(0, 256, (3, 3, 3), generator=draw).to(torch.uint8)
    x = torch.randn(2, 3, 3, 3, generator=draw, dtype=torch.float64)
    mean = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64)
    std = torch.tensor([0.5, 2.0, 1.5], dtype=torch.float64)
    labels = torch.eye(2, dtype=torch.float64)
    one, two, swap = torch.tensor([0, 1]), torch.tensor([2, 0]), torch.tensor([1, 0])
    return {
        "converted": lambda: m.to_float_chw(img),
        "normalised": lambda: m.normalize(x, mean, std),
        "denormalised": lambda: m.denormalize(x, mean, std),
        "first mirrored": lambda: m.hflip(x, torch.tensor([True, False])),
        "windows": lambda: m.pad_crop(x, 1, one, two),
        "mixed images": lambda: m.mixup(x, labels, swap, 0.7)[0],
        "mixed labels": lambda: m.mixup(x, labels, swap, 0.7)[1],
    }
