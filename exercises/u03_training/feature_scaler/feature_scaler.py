"""Scalers that learn from the training rows and treat all later rows alike."""

import torch
from torch import Tensor


class StandardScaler:
    """Columns with mean 0 and standard deviation 1.

    mean_: column means of the rows given to `fit`, (d,).
    std_: their standard deviations, dividing by the number of rows; 1 for a column whose entries are all equal. (d,).
    Both have the dtype and device of these rows.
    """

    def __init__(self) -> None:
        raise NotImplementedError

    def fit(self, X: Tensor) -> "StandardScaler":
        """Learn from the rows X (n, d), floating, replacing what was learned before, and return this scaler itself.

        Raises ValueError when X is not 2-dimensional or has no rows. X stays as it is, and what happens to it later has
        no influence.
        """
        raise NotImplementedError

    def transform(self, X: Tensor) -> Tensor:
        """Return the scaled rows (m, d) with the learned statistics. Learns nothing. Pure.

        Raises ValueError before `fit` and when X has another number of columns than the rows learned from.
        """
        raise NotImplementedError

    def fit_transform(self, X: Tensor) -> Tensor:
        """Learn from X and return it scaled. Raises ValueError as `fit` does."""
        raise NotImplementedError

    def inverse_transform(self, Z: Tensor) -> Tensor:
        """Return the rows (m, d) that `transform` would turn into Z. Pure. Raises ValueError as `transform` does."""
        raise NotImplementedError


class MinMaxScaler:
    """Columns from 0 to 1 on the training rows.

    min_: column minima of the rows given to `fit`, (d,).
    range_: maximum minus minimum of each column; 1 for a column whose entries are all equal. (d,).
    """

    def __init__(self) -> None:
        raise NotImplementedError

    def fit(self, X: Tensor) -> "MinMaxScaler":
        """Learn from the rows X (n, d) and return this scaler itself; everything as in `StandardScaler.fit`."""
        raise NotImplementedError

    def transform(self, X: Tensor) -> Tensor:
        """Return the scaled rows (m, d); new rows may leave the range from 0 to 1. Errors as in `StandardScaler`."""
        raise NotImplementedError
