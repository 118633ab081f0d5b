"""Four ways to keep weights small.

Sources: "A Simple Weight Decay Can Improve Generalization" (Krogh and Hertz, 1991) for the L2 penalty; "Regression Shrinkage
and Selection via the Lasso" (Tibshirani, 1996) and "An Iterative Thresholding Algorithm for Linear Inverse Problems with a
Sparsity Constraint" (Daubechies, Defrise and De Mol, 2004) for L1 and its threshold; "Dropout: A Simple Way to Prevent
Neural Networks from Overfitting" (Srivastava et al., 2014) for the limit on the norm.
"""

import torch
from torch import Tensor


def l2_penalty(params: list[Tensor], lam: float) -> Tensor:
    """Half of `lam` times the sum of all squares, as a tensor of shape ()."""
    if lam < 0:
        raise ValueError(f"lam must not be negative, got {lam}")
    squares = [p.square().sum() for p in params]
    return 0.5 * lam * torch.stack(squares).sum()


def add_l2_grad(params: list[Tensor], grads: list[Tensor], lam: float) -> list[Tensor]:
    """Each gradient plus that of the penalty; the half of the penalty has cancelled the two of the square."""
    if lam < 0:
        raise ValueError(f"lam must not be negative, got {lam}")
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters need as many gradients, got {len(grads)}")
    return [g + lam * p for p, g in zip(params, grads)]


def l1_prox(w: Tensor, lr: float, lam: float) -> Tensor:
    """Soft threshold: the point that has the smallest lr * lam * |v| + (v - w)^2 / 2, entry by entry."""
    if lr < 0 or lam < 0:
        raise ValueError(f"lr and lam must not be negative, got {lr} and {lam}")
    # The sign is put back last, so nothing can cross zero.
    return w.sign() * (w.abs() - lr * lam).clamp(min=0.0)


def max_norm(W: Tensor, limit: float) -> Tensor:
    """Rows (the weights into one unit) above the limit are scaled down to it."""
    if limit <= 0:
        raise ValueError(f"limit must be above 0, got {limit}")
    norms = W.norm(dim=1, keepdim=True)
    # A row of zeros gives limit / 0 = inf, which the clamp turns into 1 like every other factor that would enlarge.
    return W * (limit / norms).clamp(max=1.0)
