"""The LSTM: one step of a cell with three gates, and a whole batch of sequences, padded or not."""

import torch
from torch import Tensor


def lstm_cell(
    x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor]:
    """Return (h, c), the new output and the new cell state, both `(B, H)`, after one step.

    x: the input `(B, D)`. h, c: output and cell state before the step, both `(B, H)`. W_ih: `(4H, D)`, W_hh:
    `(4H, H)`, b_ih and b_hh: `(4H,)`; each is four blocks of H rows for input gate, forget gate, candidate and output
    gate, in this order. Matrices are used as in `inputs @ W.T`.

    Raises ValueError if W_ih has not 4H rows, with H the width of h, or if the width of x is not that of W_ih. Pure.
    """
    raise NotImplementedError


def lstm_forward(
    x: Tensor,
    h0: Tensor,
    c0: Tensor,
    W_ih: Tensor,
    W_hh: Tensor,
    b_ih: Tensor,
    b_hh: Tensor,
    lengths: Tensor | None = None,
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Return (outputs, (h, c)): the outputs `(B, T, H)` of all steps, and both states `(B, H)` after the last.

    x: `(B, T, D)`. h0, c0: the states before the first step, `(B, H)`. Weights as in `lstm_cell`.

    lengths: None if all sequences have T steps, or their true lengths, int64 `(B,)`, each from 1 to T, on the device of
    x. What x holds behind the end of a sequence is filler: there the outputs are 0, and the states returned are those
    after the sequence's last true step.

    Raises ValueError as `lstm_cell` does. Pure.
    """
    raise NotImplementedError
