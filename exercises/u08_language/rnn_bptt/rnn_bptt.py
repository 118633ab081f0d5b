"""An Elman network over a batch of sequences, and backpropagation through time."""

import torch
from torch import Tensor


def rnn_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """Return the states `(B, T, H)` after every step.

    A state is the tanh of a linear map of its input plus a linear map of the state before it.

    x: the inputs `(B, T, D)`. h0: the state before the first step, `(B, H)`. Wx: `(H, D)`, Wh: `(H, H)`, b: `(H,)`;
    both matrices are used as in `inputs @ W.T`.

    Raises ValueError if the width of x is not that of Wx, or the width of h0 not that of Wh. Pure.
    """
    raise NotImplementedError


def rnn_backward(
    dhs: Tensor, x: Tensor, h0: Tensor, hs: Tensor, Wx: Tensor, Wh: Tensor, truncate: int | None = None
) -> dict[str, Tensor]:
    """Return the gradients of the loss under "dx", "dh0", "dWx", "dWh" and "db".

    Each has the shape of what it belongs to.

    dhs: `(B, T, H)`, the gradient that reaches every state directly from the loss, not by way of later states. hs: what
    `rnn_forward` returned for the same x, h0 and weights.

    truncate: with a number k, steps 0 .. k-1 are one piece, the next k steps another, and so on, and no gradient passes
    from a piece to the one before it; h0 belongs to the first piece. With None nothing is cut.

    Sums over the batch; nothing is divided. Raises ValueError if truncate is below 1. Pure.
    """
    raise NotImplementedError
