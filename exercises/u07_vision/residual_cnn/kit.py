"""What the checks do with your modules: make them, put numbers into them, run them, train them.

You may use these functions to try things out, for example `kit.run(ResidualBlock, (3, 5), {"stride": 2}, images)`.
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def names_and_shapes(make, args, options) -> dict[str, list[int]]:
    """The state dict of a fresh module, with shapes in place of numbers."""
    return {name: list(tensor.shape) for name, tensor in make(*args, **options).state_dict().items()}


def run(make, args, options, x: Tensor, *, seed=0, training=False) -> dict:
    """Make a module, fill it with numbers that depend on seed and names alone, and run it once."""
    module = filled(make(*args, **options), x, seed).train(training)
    output = module(x).detach()
    return {"output": output, "running statistics": running(module)}


def run_with(make, args, options, x: Tensor, numbers: dict) -> Tensor:
    """Make a module, put the given numbers into its state dict (all of it), and run it in evaluation mode."""
    module = make(*args, **options).to(x.device, x.dtype)
    module.load_state_dict(numbers, strict=False)
    return module.eval()(x).detach()


def train(make, args, options, x: Tensor, y: Tensor, *, steps, lr, seed=0) -> dict:
    """Full-batch steps of Adam in training mode: the loss before each step, and the share of rows right at the end."""
    module = filled(make(*args, **options), x, seed).train()
    optimizer = torch.optim.Adam(module.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = F.cross_entropy(module(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    with torch.no_grad():
        right = module(x).argmax(-1) == y
    return {"losses": losses, "accuracy": float(right.double().mean())}


def filled(module, x: Tensor, seed: int):
    """The module with the dtype and device of x, and a number drawn for every entry of its state dict.

    A bias of a convolution, where there should be none, gets zeros. Variances and scales lie around 1.
    """
    module = module.to(x.device, x.dtype)
    state = module.state_dict()
    for name, tensor in state.items():
        if not tensor.is_floating_point():
            continue
        draw = torch.Generator().manual_seed(1000 * seed + sum(k * ord(sign) for k, sign in enumerate(name, 1)))
        values = torch.rand(tensor.shape, generator=draw, dtype=torch.float64) - 0.5
        weight = state.get(name.removesuffix("bias") + "weight")
        if name.endswith("bias") and weight is not None and weight.dim() == 4:
            values = torch.zeros_like(values)
        elif name.endswith("running_var") or (name.endswith("weight") and tensor.dim() == 1):
            values = values + 1
        tensor.copy_(values)
    return module


def running(module) -> dict[str, Tensor]:
    """Copies of all running means and variances by name."""
    return {name: tensor.clone() for name, tensor in module.state_dict().items() if "running" in name}
