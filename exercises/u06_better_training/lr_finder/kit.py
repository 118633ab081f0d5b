"""Models for `find_lr` to sweep over with `torch.optim.SGD`, and a look at what a sweep has left behind."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def model_of(weight: Tensor, bias: Tensor, *, norm: bool = False) -> nn.Sequential:
    """A linear layer with copies of these weights (outputs, inputs) and biases, behind a batch norm if `norm`."""
    like = {"dtype": weight.dtype, "device": weight.device}
    outputs, inputs = weight.shape
    linear = nn.Linear(inputs, outputs, **like)
    with torch.no_grad():
        linear.weight.copy_(weight)
        linear.bias.copy_(bias)
    return nn.Sequential(nn.BatchNorm1d(inputs, **like), linear) if norm else nn.Sequential(linear)


def sweep(find_lr, weight, bias, X, y, lrs, *, norm=False, loss="mse", training=True, **settings):
    """Find a rate for a model that has stored gradients of ones; return the curve and the state of the model."""
    loss_fn = {"mse": F.mse_loss, "cross_entropy": F.cross_entropy}[loss]
    net = model_of(weight, bias, norm=norm).train(training)
    for p in net.parameters():
        p.grad = torch.ones_like(p)
    rates, losses = find_lr(net, loss_fn, X, y, lrs, **settings)
    return {
        "curve": {"rates": rates, "losses": losses},
        "model afterwards": {
            "state": {name: tensor.detach().clone() for name, tensor in sorted(net.state_dict().items())},
            "training mode": [module.training for module in net.modules()],
            "gradients": {name: None if p.grad is None else p.grad.clone() for name, p in net.named_parameters()},
        },
    }
