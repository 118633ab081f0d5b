"""A small model and a function that counts its calls."""

import torch


class Halve(torch.nn.Module):
    """Half of its input, as a module."""

    def __init__(self):
        super().__init__()
        self.calls = 0
        self.scale = torch.nn.Parameter(torch.tensor(0.5, dtype=torch.float64))

    def forward(self, x):
        self.calls += 1
        return x * self.scale


def run(apply_twice, x):
    """Apply a model twice and tell the result and how often the model was called."""
    model = Halve()
    with torch.no_grad():
        return {"result": apply_twice(model, x), "calls": model.calls}
