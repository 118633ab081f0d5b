"""NT-Xent: the contrastive loss of SimCLR, a cross entropy in which every example looks for its other view."""

import torch
import torch.nn.functional as F
from torch import Tensor


def normalize_rows(z: Tensor, eps: float = 1e-12) -> Tensor:
    """Every row of `z (N, D)` divided by its Euclidean length, or by `eps` where the length is smaller than that."""
    raise NotImplementedError


def nt_xent_logits(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> tuple[Tensor, Tensor]:
    """Similarities of all views with all views, and the place of each view's partner.

    z1, z2: two views of the same N examples, `(N, D)` each; row i of both belongs to example i.

    Returns `(2N, 2N)`: the cosine similarities of the rows of z1, then those of z2, divided by the temperature, with
    minus infinity on the diagonal; and int64 targets `(2N,)`: for each row, the row of the other view of the same
    example.

    Raises ValueError if z1 and z2 are not 2-dimensional or differ in shape, or if the temperature is not above 0.
    """
    raise NotImplementedError


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    """The cross entropy of the logits with the targets, averaged over all 2N rows; a tensor of shape ().

    Gradients flow to z1 and z2 where those require them. Raises ValueError where `nt_xent_logits` does.
    """
    raise NotImplementedError


def contrastive_accuracy(z1: Tensor, z2: Tensor) -> float:
    """The share of the 2N views for which no other view is more similar than the partner, as a Python float.

    Raises ValueError if z1 and z2 are not 2-dimensional or differ in shape.
    """
    raise NotImplementedError
