"""NT-Xent, the normalised and temperature-scaled cross entropy of "A Simple Framework for Contrastive Learning of Visual
Representations" (Chen, Kornblith, Norouzi and Hinton, 2020), equation 1 and algorithm 1.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def normalize_rows(z: Tensor, eps: float = 1e-12) -> Tensor:
    """A row of zeros has no direction: eps keeps it at zero instead of 0/0."""
    lengths = torch.linalg.vector_norm(z, dim=1, keepdim=True)
    return z / lengths.clamp_min(eps)


def nt_xent_logits(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> tuple[Tensor, Tensor]:
    """Among unit vectors, dot products are cosines: they compare directions, and length can't win."""
    if z1.dim() != 2 or z1.shape != z2.shape:
        raise ValueError(f"expected two (N, D) tensors of one shape, got {tuple(z1.shape)} and {tuple(z2.shape)}")
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0, got {temperature}")
    n = len(z1)
    z = normalize_rows(torch.cat([z1, z2]))
    similarities = z @ z.T / temperature
    # Nobody may choose itself. In the softmax, exp(-inf) is a probability of exactly zero.
    itself = torch.eye(2 * n, dtype=torch.bool, device=z.device)
    logits = similarities.masked_fill(itself, float("-inf"))
    targets = (torch.arange(2 * n, device=z.device) + n) % (2 * n)
    return logits, targets


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    """A classification with 2N - 1 classes per row, solved by looking for the partner. Both views look."""
    logits, targets = nt_xent_logits(z1, z2, temperature)
    return F.cross_entropy(logits, targets)


def contrastive_accuracy(z1: Tensor, z2: Tensor) -> float:
    """The temperature does not change which entry of a row is largest."""
    logits, targets = nt_xent_logits(z1, z2)
    return (logits.argmax(dim=1) == targets).double().mean().item()
