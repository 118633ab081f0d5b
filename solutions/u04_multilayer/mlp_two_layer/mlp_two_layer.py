"""A classifier with one hidden layer: scores, loss, and every gradient by the chain rule.

Backpropagation is from "Learning Representations by Back-propagating Errors" (Rumelhart, Hinton and Williams, 1986). Names
follow the forward pass: dz is the gradient of the loss towards z.
"""

import torch
from torch import Tensor


def mlp_forward(X: Tensor, params: dict[str, Tensor], activation: str = "relu") -> tuple[Tensor, dict]:
    """Scores `(n, C)` of the rows of X `(n, D)`, and what the backward pass needs."""
    if X.shape[1] != params["W1"].shape[1]:
        raise ValueError(f"X has {X.shape[1]} columns, W1 takes {params['W1'].shape[1]}")
    z = X @ params["W1"].T + params["b1"]
    h = _activate(z, activation)
    logits = h @ params["W2"].T + params["b2"]
    return logits, {"X": X, "z": z, "h": h, "activation": activation}


def mlp_backward(dlogits: Tensor, cache: dict, params: dict[str, Tensor]) -> dict[str, Tensor]:
    """Gradients towards W2, b2, W1, b1 and X; a sum over rows comes from each product, and nothing is divided by n."""
    X, z, h = cache["X"], cache["z"], cache["h"]
    dh = dlogits @ params["W2"]
    dz = dh * _slope(z, h, cache["activation"])
    return {
        "W2": dlogits.T @ h,
        "b2": dlogits.sum(0),
        "W1": dz.T @ X,
        "b1": dz.sum(0),
        "X": dz @ params["W1"],
    }


def loss_and_grads(
    X: Tensor, y: Tensor, params: dict[str, Tensor], activation: str = "relu", l2: float = 0.0
) -> tuple[Tensor, dict[str, Tensor]]:
    """Mean cross entropy with half of l2 times the squared weights, and its gradients; biases carry no penalty."""
    logits, cache = mlp_forward(X, params, activation)
    rows = torch.arange(len(y), device=y.device)
    log_p = torch.log_softmax(logits, dim=1)
    loss = -log_p[rows, y].mean()
    loss = loss + 0.5 * l2 * (params["W1"].square().sum() + params["W2"].square().sum())

    dlogits = log_p.exp()
    dlogits[rows, y] -= 1.0
    dlogits = dlogits / len(y)  # the loss is a mean over the rows
    grads = mlp_backward(dlogits, cache, params)
    return loss, {
        "W1": grads["W1"] + l2 * params["W1"],
        "b1": grads["b1"],
        "W2": grads["W2"] + l2 * params["W2"],
        "b2": grads["b2"],
    }


def _activate(z: Tensor, activation: str) -> Tensor:
    """The named activation, entry by entry."""
    if activation == "relu":
        return z.clamp(min=0.0)
    if activation == "tanh":
        return torch.tanh(z)
    if activation == "sigmoid":
        return torch.sigmoid(z)
    raise ValueError(f"activation {activation!r} is not relu, tanh or sigmoid")


def _slope(z: Tensor, h: Tensor, activation: str) -> Tensor:
    """The slope of the activation where its input was z and its output h."""
    if activation == "relu":
        return (z > 0).to(z.dtype)
    if activation == "tanh":
        return 1.0 - h * h
    return h * (1.0 - h)
