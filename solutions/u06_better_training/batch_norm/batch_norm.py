"""Batch normalisation (Ioffe and Szegedy, 2015), with running statistics as PyTorch keeps them."""

import torch
from torch import Tensor


class BatchNorm:
    """Normalises each channel of a batch and scales it anew; remembers statistics for evaluation."""

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float = 0.1,
        dtype: torch.dtype = torch.float32,
        device: str | torch.device | None = None,
    ):
        """Start as the identity on normalised data, in training mode."""
        if num_features < 1:
            raise ValueError(f"num_features must be at least 1, got {num_features}")
        self.eps = eps
        self.momentum = momentum
        self.gamma = torch.ones(num_features, dtype=dtype, device=device)
        self.beta = torch.zeros(num_features, dtype=dtype, device=device)
        self.running_mean = torch.zeros(num_features, dtype=dtype, device=device)
        self.running_var = torch.ones(num_features, dtype=dtype, device=device)
        self.training = True
        self.num_batches_tracked = 0

    def train(self, mode: bool = True) -> "BatchNorm":
        """Switch the mode."""
        self.training = mode
        return self

    def eval(self) -> "BatchNorm":
        """Switch to evaluation mode."""
        return self.train(False)

    def forward(self, x: Tensor) -> Tensor:
        """Normalise `x` with the statistics of its own batch (training) or with the running ones (evaluation)."""
        if x.ndim < 2 or x.shape[1] != len(self.gamma):
            raise ValueError(f"expected (N, {len(self.gamma)}, ...), got {tuple(x.shape)}")
        axes = [axis for axis in range(x.ndim) if axis != 1]
        if self.training:
            count = x.numel() // x.shape[1]
            if count < 2:
                raise ValueError("a single number per channel has no variance")
            mean = x.mean(axes)
            var = (x - _wide(mean, x)).square().mean(axes)  # the plain variance of this batch
            self._remember(mean, var * count / (count - 1))
        else:
            mean, var = self.running_mean, self.running_var
        root = (var + self.eps).sqrt()
        x_hat = (x - _wide(mean, x)) / _wide(root, x)
        self._saved = x_hat, root, axes, self.training  # all that backward needs
        return _wide(self.gamma, x) * x_hat + _wide(self.beta, x)

    def _remember(self, mean: Tensor, unbiased_var: Tensor) -> None:
        """Move the running statistics towards those of a new batch, which gets the weight `momentum`."""
        keep = 1 - self.momentum
        self.running_mean = keep * self.running_mean + self.momentum * mean
        self.running_var = keep * self.running_var + self.momentum * unbiased_var
        self.num_batches_tracked += 1

    def backward(self, dout: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(dx, dgamma, dbeta) for the last forward pass."""
        x_hat, root, axes, was_training = self._saved
        dgamma = (dout * x_hat).sum(axes)
        dbeta = dout.sum(axes)
        slope = _wide(self.gamma / root, dout)
        if not was_training:
            return slope * dout, dgamma, dbeta  # the running statistics don't depend on x
        # Each x also moves the mean and the variance of its channel, and with them all outputs there.
        through_mean = dout.mean(axes)
        through_var = (dout * x_hat).mean(axes)
        dx = slope * (dout - _wide(through_mean, dout) - x_hat * _wide(through_var, dout))
        return dx, dgamma, dbeta


def _wide(per_channel: Tensor, x: Tensor) -> Tensor:
    """A (C,) tensor with axes of length 1 at the other places of x: it broadcasts along axis 1."""
    return per_channel.reshape(1, -1, *[1] * (x.ndim - 2))
