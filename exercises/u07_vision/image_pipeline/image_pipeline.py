"""Images on their way into a network: from bytes to floats, normalised and augmented."""

import torch
from torch import Tensor


def to_float_chw(img: Tensor) -> Tensor:
    """Turn a uint8 image `(H, W, C)` into a float32 image `(C, H, W)` with values from 0 to 1.

    A byte of 255 becomes 1. The result is contiguous in memory.

    Raises ValueError if `img` is not uint8 or does not have three axes.
    """
    raise NotImplementedError


def normalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Subtract each channel's mean from it and divide by its std.

    x: floating, `(..., C, H, W)`, with any number of axes in front (none, too). mean, std: `(C,)`, with the dtype of
    x.

    Raises ValueError if the length of `mean` or of `std` is not C.
    """
    raise NotImplementedError


def denormalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """The inverse of `normalize` with the same `mean` and `std`; same shapes, same errors."""
    raise NotImplementedError


def hflip(x: Tensor, flip: Tensor) -> Tensor:
    """Mirror some images of a batch, so that left becomes right.

    x: `(N, C, H, W)`. flip: bool `(N,)`, on the same device; image i is mirrored where `flip[i]` is true, and stays as
    it is elsewhere.
    """
    raise NotImplementedError


def pad_crop(x: Tensor, pad: int, top: Tensor, left: Tensor) -> Tensor:
    """Surround every image with `pad` rows and columns of zeros, and cut a window of the old size out of each.

    x: `(N, C, H, W)`. pad: at least 0. top, left: int64 `(N,)`, on the same device; top[i] and left[i] are the row and
    the column of the padded image i at which its window has its top left corner, each from 0 to 2 * pad.

    Raises ValueError if an offset is above 2 * pad.
    """
    raise NotImplementedError


def mixup(x: Tensor, y_onehot: Tensor, perm: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """Blend every image, and its label, with another image of the batch and that one's label.

    x: `(N, C, H, W)`. y_onehot: floating, `(N, classes)`. perm: int64 `(N,)`, on the same device; the partner of image
    i is image perm[i]. lam: the share of image i itself; the partner gets the rest.

    Returns (blended images, blended labels). Raises ValueError if `lam` is outside [0, 1].
    """
    raise NotImplementedError
