"""The perceptron, after "The Perceptron: A Probabilistic Model for Information Storage and Organization in the Brain"
(Rosenblatt, 1958), with labels 0 and 1 and a bias beside the weights.
"""

import torch
from torch import Tensor


def perceptron_predict(X: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """Return 1 for the rows of X `(n, d)` with a score above 0, and 0 for the others: int64 `(n,)`."""
    return (X @ w + b > 0).to(torch.int64)


def train_perceptron(
    X: Tensor,
    y: Tensor,
    epochs: int,
    lr: float = 1.0,
    w0: Tensor | None = None,
    b0: Tensor | None = None,
) -> tuple[Tensor, Tensor, list[int]]:
    """Correct weights and bias after every error, w <- w + lr e x and b <- b + lr e with e = y - prediction.

    X `(n, d)`, y `(n,)` with labels 0 and 1, start values `w0 (d,)` and `b0 ()` or zeros. Returns weights, bias and
    the number of errors in each epoch; the first epoch without an error is the last one.

    Raises ValueError for different lengths, `epochs < 1`, `lr <= 0`, or another label.
    """
    if len(X) != len(y):
        raise ValueError(f"{len(X)} rows need as many labels, got {len(y)}")
    if epochs < 1:
        raise ValueError(f"at least one epoch is needed, got {epochs}")
    if lr <= 0:
        raise ValueError(f"the learning rate must be above 0, got {lr}")
    if not bool(((y == 0) | (y == 1)).all()):
        raise ValueError("labels must be 0 or 1")

    # Copies, because the updates below work in place and the start values belong to the caller.
    w = X.new_zeros(X.shape[1]) if w0 is None else w0.clone()
    b = X.new_zeros(()) if b0 is None else b0.clone()
    errors = []
    for _ in range(epochs):
        count = 0
        for i in range(len(X)):
            # One row at a time: this prediction already sees what the row before has changed.
            p = perceptron_predict(X[i : i + 1], w, b)[0]
            e = int(y[i] - p)
            w += lr * e * X[i]
            b += lr * e
            count += e != 0
        errors.append(count)
        if count == 0:  # no error, no update: all later epochs would be the same
            break
    return w, b, errors
