"""Batch normalisation with running statistics, forwards and backwards."""

import torch
from torch import Tensor


class BatchNorm:
    """Normalises each channel of a batch, as `torch.nn.BatchNorm1d` and `BatchNorm2d` do.

    Attributes that may be read and assigned at any time:

    * `gamma`, `beta` (Tensor, (C,)): factor and offset of each channel; ones and zeros at first.
    * `running_mean`, `running_var` (Tensor, (C,)): what evaluation normalises with; zeros and ones at first.
    * `training` (bool): the mode; True at first.
    * `num_batches_tracked` (int): how many batches the running statistics have seen; 0 at first.
    """

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device | None = None,
    ):
        """Set up `num_features` channels; `dtype` and `device` are those of the four tensors.

        Raises ValueError when num_features < 1.
        """
        raise NotImplementedError

    def train(self, mode: bool = True) -> "BatchNorm":
        """Switch to training mode (or to evaluation mode with mode=False) and return this object."""
        raise NotImplementedError

    def eval(self) -> "BatchNorm":
        """Switch to evaluation mode and return this object."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x`, (N, C) or (N, C, ...), and return a new tensor of its shape; `x` stays as it is.

        Training: with mean and plain variance (divided by M) of each channel over its M numbers in the batch; then the
        running statistics move towards the mean and the unbiased variance (divided by M - 1), and
        `num_batches_tracked` goes up by one. Evaluation: with the running statistics, which stay as they are.

        Raises ValueError, before anything changes, when `x` has fewer than 2 axes or another number of channels, and
        in training mode when M is 1.
        """
        raise NotImplementedError

    def backward(self, dout: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return (dx, dgamma, dbeta) for the gradient `dout` towards the output of the last `forward`.

        dx has the shape of that x, the other two have shape (C,). Nothing else changes. What counts is the mode in
        which that `forward` ran.
        """
        raise NotImplementedError
