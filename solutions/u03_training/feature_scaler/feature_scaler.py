"""Scalers that learn from the training rows and treat all later rows alike.

Why inputs should be standardised: "Efficient BackProp" (LeCun, Bottou, Orr and Müller, 1998), section 4.3.
"""

import torch
from torch import Tensor


class StandardScaler:
    """Columns with mean 0 and standard deviation 1; `mean_` and `std_` are `(d,)`."""

    def __init__(self) -> None:
        self.mean_: Tensor | None = None
        self.std_: Tensor | None = None

    def fit(self, X: Tensor) -> "StandardScaler":
        """Learn mean and population standard deviation of each column; return self. Raises ValueError for bad rows."""
        _require_rows(X)
        mean = X.mean(dim=0)
        std = (X - mean).square().mean(dim=0).sqrt()
        self.mean_, self.std_ = mean, torch.where(_is_constant(X), 1.0, std)
        return self

    def transform(self, X: Tensor) -> Tensor:
        """Scaled rows `(m, d)`. Raises ValueError before `fit` and for another number of columns."""
        _require_columns(X, self.mean_)
        return (X - self.mean_) / self.std_

    def fit_transform(self, X: Tensor) -> Tensor:
        """Learn from X and scale it."""
        return self.fit(X).transform(X)

    def inverse_transform(self, Z: Tensor) -> Tensor:
        """The rows that `transform` turns into Z. Raises ValueError as `transform` does."""
        _require_columns(Z, self.mean_)
        return Z * self.std_ + self.mean_


class MinMaxScaler:
    """Columns from 0 to 1 on the training rows; `min_` and `range_` are `(d,)`."""

    def __init__(self) -> None:
        self.min_: Tensor | None = None
        self.range_: Tensor | None = None

    def fit(self, X: Tensor) -> "MinMaxScaler":
        """Learn minimum and range of each column; return self. Raises ValueError for bad rows."""
        _require_rows(X)
        low, high = X.amin(dim=0), X.amax(dim=0)
        self.min_, self.range_ = low, torch.where(_is_constant(X), 1.0, high - low)
        return self

    def transform(self, X: Tensor) -> Tensor:
        """Scaled rows `(m, d)`. Raises ValueError before `fit` and for another number of columns."""
        _require_columns(X, self.min_)
        return (X - self.min_) / self.range_


def _is_constant(X: Tensor) -> Tensor:
    """Which columns have only equal entries `(d,)`. The computed deviation of such a column need not be exactly zero."""
    return X.amax(dim=0) == X.amin(dim=0)


def _require_rows(X: Tensor) -> None:
    if X.dim() != 2 or len(X) == 0:
        raise ValueError(f"fit needs rows of shape (n, d) with n at least 1, got shape {tuple(X.shape)}")


def _require_columns(X: Tensor, learned: Tensor | None) -> None:
    if learned is None:
        raise ValueError("call fit first: there are no statistics yet")
    if X.dim() != 2 or X.shape[1] != len(learned):
        raise ValueError(f"learned from {len(learned)} columns, got shape {tuple(X.shape)}")
