"""Known wrong answers to dropout with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "no_rescale",
        "On average your layer's output shrinks; who makes up for it at test time?",
        swap=("return kept / (1 - p)", "return kept"),
        caught_by="test_kept_and_scaled",
    ),
    mistake(
        "rescales_by_p",
        "With p small almost everything is kept, so the factor should be near one; yours is huge.",
        swap=("return kept / (1 - p)", "return kept / p"),
        caught_by="test_kept_and_scaled",
    ),
    mistake(
        "rescales_by_kept_fraction",
        "The factor is fixed by p, not by the luck of this draw.",
        swap=("return kept / (1 - p)", "return kept / kept.mean()"),
        caught_by="test_kept_and_scaled",
    ),
    mistake(
        "keeps_with_probability_p",
        "p is the share that is thrown away; yours is the share that stays.",
        swap=("kept = (u >= p)", "kept = (u < p)"),
        caught_by="test_kept_and_scaled",
    ),
    mistake(
        "active_in_eval",
        "At test time every unit takes part; yours drops some there, too.",
        swaps=[
            ("    if not training:\n        return x.clone(), torch.ones_like(x)\n", ""),
            ("    if not training:\n        return x.clone()\n", ""),
        ],
        caught_by="test_eval_is_identity",
    ),
    mistake(
        "scales_at_test_time",
        "In the inverted form the scaling is done in training, and the test-time pass is left alone.",
        swaps=[
            ("return kept / (1 - p)", "return kept"),
            ("return x.clone(), torch.ones_like(x)", "return x * (1 - p), torch.full_like(x, 1 - p)"),
            ("        return x.clone()\n    return x * _mask", "        return x * (1 - p)\n    return x * _mask"),
        ],
        caught_by="test_eval_is_identity",
    ),
    mistake(
        "backward_without_scale",
        "The forward pass multiplied the kept entries by something; the gradient has to be, too.",
        swap=("return dout * mask", "return dout * (mask > 0)"),
        caught_by="test_backward",
    ),
    mistake(
        "p_one_gives_nan",
        "When everything is dropped there is nothing to rescale: what is zero divided by zero?",
        swap=("if p == 1:", "if False:"),
        caught_by="test_extremes",
    ),
    mistake(
        "same_channels_for_whole_batch",
        "Each image has its own luck; yours all lose the same channels.",
        swap=("_mask(u, p).to(x.dtype)[:, :, None, None]", "_mask(u[:1], p).to(x.dtype)[:, :, None, None]"),
        caught_by="test_spatial",
    ),
    mistake(
        "mask_without_scale",
        "The output is right, but the mask that you return is not the one that x was multiplied with.",
        swap=("return x * mask, mask", "return x * mask, (mask > 0).to(x.dtype)"),
        caught_by="test_mask_returned",
    ),
    mistake(
        "border_dropped",
        "A random number of exactly p belongs to the kept ones; with p = 0 nothing may be lost.",
        swap=("kept = (u >= p)", "kept = (u > p)"),
        caught_by="test_extremes",
    ),
    mistake(
        "images_not_rescaled",
        "The channels that stay have to make up for the dropped ones, as single entries do.",
        swap=("x * _mask(u, p).to(x.dtype)[:, :, None, None]", "x * (u >= p).to(x.dtype)[:, :, None, None]"),
        caught_by="test_spatial",
    ),
    mistake(
        "looks_only_in_training",
        "Random numbers of the wrong shape are a mistake of the caller in both modes.",
        swaps=[
            ("if u.shape != x.shape:", "if training and u.shape != x.shape:"),
            ("if x.ndim != 4 or u.shape != x.shape[:2]:", "if training and (x.ndim != 4 or u.shape != x.shape[:2]):"),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "masks_by_assignment",
        source='''
import torch
from torch import Tensor


def scaled_mask(x, p, u):
    mask = x.new_zeros(u.shape)
    if p < 1:
        mask[u >= p] = 1 / (1 - p)
    return mask


def dropout_forward(x, p, u, training=True):
    if p < 0 or p > 1 or tuple(u.shape) != tuple(x.shape):
        raise ValueError("p or u")
    mask = scaled_mask(x, p, u) if training else x.new_ones(x.shape)
    return torch.mul(x, mask), mask


def dropout_backward(dout, mask):
    return torch.mul(mask, dout)


def spatial_dropout(x, p, u, training=True):
    """The mask of every pixel, from the flat function above."""
    if x.dim() != 4 or list(u.shape) != list(x.shape[:2]):
        raise ValueError("shape")
    n, c, h, w = x.shape
    per_pixel = u.reshape(n * c, 1).expand(n * c, h * w)
    y, _ = dropout_forward(x.reshape(n * c, h * w), p, per_pixel, training=training)
    return y.reshape(n, c, h, w)
''',
    ),
    correct(
        "where_and_loops",
        source="""
import torch
from torch import Tensor


def checked(p):
    if not (p >= 0.0 and p <= 1.0):
        raise ValueError(p)
    return 1.0 / (1.0 - p) if p < 1.0 else 0.0


def dropout_forward(x, p, u, training=True):
    factor = checked(p)
    if x.shape != u.shape:
        raise ValueError("u")
    if training:
        mask = torch.where(u < p, torch.zeros_like(x), torch.full_like(x, factor))
        return torch.where(u < p, torch.zeros_like(x), factor * x), mask
    return x + 0.0, x * 0 + 1


def dropout_backward(dout, mask):
    dx = dout.clone()
    dx *= mask
    return dx


def spatial_dropout(x, p, u, training=True):
    factor = checked(p)
    if x.ndim != 4:
        raise ValueError("x")
    if u.shape != (x.size(0), x.size(1)):
        raise ValueError("u")
    y = x.clone()
    if training:
        for n, image in enumerate(y):
            for c, channel in enumerate(image):
                channel.mul_(factor if float(u[n, c]) >= p else 0.0)
    return y
""",
    ),
]


def probe(m):
    """Twenty entries and three images, in training, at the extremes and outside of it; gradients; a wrong shape."""
    x = torch.sin(torch.arange(1, 21, dtype=torch.float64)).reshape(4, 5)
    u = ((torch.arange(20, dtype=torch.float64) * 7 % 20 + 0.5) / 20).reshape(4, 5)
    u[1, 1] = 0.3  # kept when p is 0.3
    u[2, 2] = 0.0
    images = torch.cos(torch.arange(48, dtype=torch.float64)).reshape(3, 4, 2, 2)
    channels = ((torch.arange(12, dtype=torch.float64) * 5 % 12 + 0.5) / 12).reshape(3, 4)
    mask = torch.where(u >= 0.3, torch.full_like(u, 1 / 0.7), torch.zeros_like(u))
    return {
        "output": lambda: m.dropout_forward(x, 0.3, u)[0],
        "mask": lambda: m.dropout_forward(x, 0.3, u)[1],
        "p = 1": lambda: m.dropout_forward(x, 1.0, u),
        "p = 0": lambda: m.dropout_forward(x, 0.0, u),
        "outside of training": lambda: m.dropout_forward(x, 0.3, u, training=False),
        "gradient": lambda: m.dropout_backward(3 * x, mask),
        "images": lambda: m.spatial_dropout(images, 0.4, channels),
        "images outside of training": lambda: m.spatial_dropout(images, 0.4, channels, training=False),
        "wrong shape": lambda: m.dropout_forward(x, 0.3, u[:2], training=False),
    }
