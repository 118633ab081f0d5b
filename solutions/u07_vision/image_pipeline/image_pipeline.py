"""Images on their way into a network.

Mirrors and random windows were made popular by "ImageNet Classification with Deep Convolutional Neural Networks"
(Krizhevsky, Sutskever and Hinton, 2012); the blending is "mixup: Beyond Empirical Risk Minimization" (Zhang, Cisse, Dauphin
and Lopez-Paz, 2017).
"""

import torch
from torch import Tensor


def to_float_chw(img: Tensor) -> Tensor:
    """Bytes `(H, W, C)` to floats `(C, H, W)` from 0 to 1."""
    if img.dtype != torch.uint8 or img.dim() != 3:
        raise ValueError(f"expected uint8 (H, W, C), got {img.dtype} {tuple(img.shape)}")
    # Arithmetic keeps the layout in memory of its input, so the order of the pixels has to be changed on purpose.
    return img.permute(2, 0, 1).contiguous().to(torch.float32) / 255


def normalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """(x - mean) / std, channel by channel."""
    return (x - _per_channel(mean, x)) / _per_channel(std, x)


def denormalize(x: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """The steps of `normalize`, undone in reverse order."""
    return x * _per_channel(std, x) + _per_channel(mean, x)


def hflip(x: Tensor, flip: Tensor) -> Tensor:
    """The mirrored image where the flag is set, the image itself elsewhere."""
    return torch.where(flip[:, None, None, None], x.flip(-1), x)


def pad_crop(x: Tensor, pad: int, top: Tensor, left: Tensor) -> Tensor:
    """A window of the old size out of each zero-padded image."""
    n, channels, height, width = x.shape
    rows, columns = top.tolist(), left.tolist()
    if any(not 0 <= offset <= 2 * pad for offset in rows + columns):
        raise ValueError(f"offsets must be from 0 to {2 * pad}")
    padded = x.new_zeros(n, channels, height + 2 * pad, width + 2 * pad)
    padded[:, :, pad : pad + height, pad : pad + width] = x
    windows = [padded[i, :, r : r + height, c : c + width] for i, (r, c) in enumerate(zip(rows, columns))]
    return torch.stack(windows)


def mixup(x: Tensor, y_onehot: Tensor, perm: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """Images and labels are blended with the same shares."""
    if not 0 <= lam <= 1:
        raise ValueError(f"lam must be in [0, 1], got {lam}")
    mixed_x = lam * x + (1 - lam) * x[perm]
    mixed_y = lam * y_onehot + (1 - lam) * y_onehot[perm]
    return mixed_x, mixed_y


def _per_channel(statistic: Tensor, x: Tensor) -> Tensor:
    """`(C,)` as `(C, 1, 1)`: without the two axes it would line up with the width."""
    if statistic.shape != x.shape[-3:-2]:
        raise ValueError(f"{tuple(statistic.shape)} does not give one number for each of {x.shape[-3]} channels")
    return statistic[:, None, None]
