"""A model with given weights that notes how it is asked, and a run that returns all of it as plain values."""

from itertools import groupby

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Scorer(nn.Module):
    """Scores x @ weight.T + bias. In training mode they are doubled, so that the mode can be seen in the numbers.

    kind: "plain", "dropout" (of the inputs), or "batch_norm" (of the inputs).
    """

    def __init__(self, weight: Tensor, bias: Tensor, kind: str = "plain") -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(weight), nn.Parameter(bias)
        self.first: nn.Module = nn.Identity()
        if kind == "dropout":
            self.first = nn.Dropout(0.5)
        elif kind == "batch_norm":
            self.first = nn.BatchNorm1d(weight.shape[1], device=weight.device, dtype=weight.dtype)
        self.modes: list[str] = []
        self.tracking: list[str] = []
        self.rows: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append("training" if self.training else "evaluation")
        self.tracking.append("tracking gradients" if torch.is_grad_enabled() else "no gradients")
        self.rows.append(len(x))
        scores = F.linear(self.first(x), self.weight, self.bias)
        return 2 * scores if self.training else scores


def run_predict(predict_proba, weight, bias, X, *, kind="plain", training=True, **settings):
    """Predict once with a Scorer that is in training or evaluation mode."""
    model = Scorer(weight, bias, kind).train(training)
    before = [tensor.clone() for tensor in model.state_dict().values()]
    probs = predict_proba(model, X, **settings)
    after = list(model.state_dict().values())
    return {
        "probabilities": probs.detach(),
        "the result requires gradients": probs.requires_grad,
        "modes while predicting": [mode for mode, _ in groupby(model.modes)],
        "mode afterwards": "training" if model.training else "evaluation",
        "gradients while predicting": [flag for flag, _ in groupby(model.tracking)],
        "gradients afterwards": "tracking gradients" if torch.is_grad_enabled() else "no gradients",
        "rows of each batch": model.rows,
        "weights and buffers changed": not all(torch.equal(old, new) for old, new in zip(before, after)),
    }
