"""A small regression in which most features say nothing: what does the soft threshold do with their weights?"""

import torch
from torch import Tensor


def lasso(l1_prox, X: Tensor, y: Tensor, lr: float, lam: float, steps: int) -> Tensor:
    """Weights after `steps` rounds of: a gradient step on half the squared errors, then your `l1_prox`."""
    w = torch.zeros(X.shape[1], dtype=X.dtype, device=X.device)
    for _ in range(steps):
        slope = X.T @ (X @ w - y)
        w = l1_prox(w - lr * slope, lr, lam)
    return w
