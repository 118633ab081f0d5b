"""The LSTM, from "Long Short-Term Memory" (Hochreiter and Schmidhuber, 1997).

With the forget gate of "Learning to Forget: Continual Prediction with LSTM" (Gers, Schmidhuber and Cummins, 2000), and
the blocks in PyTorch's order.
"""

import torch
from torch import Tensor


def lstm_cell(
    x: Tensor, h: Tensor, c: Tensor, W_ih: Tensor, W_hh: Tensor, b_ih: Tensor, b_hh: Tensor
) -> tuple[Tensor, Tensor]:
    """One step: the new output h and the new cell state c, both `(B, H)`."""
    if W_ih.shape[0] != 4 * h.shape[1]:
        raise ValueError(f"W_ih has {W_ih.shape[0]} rows; for {h.shape[1]} units it needs {4 * h.shape[1]}")
    if x.shape[1] != W_ih.shape[1]:
        raise ValueError(f"the inputs have width {x.shape[1]}, W_ih takes {W_ih.shape[1]}")
    z = x @ W_ih.T + b_ih + h @ W_hh.T + b_hh
    i, f, g, o = z.chunk(4, dim=1)
    # The cell is a sum: what is kept of the old, plus what is let in of the new. That is why it can remember.
    c_new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    h_new = torch.sigmoid(o) * torch.tanh(c_new)
    return h_new, c_new


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
    """All outputs `(B, T, H)` and the last states; a sequence stops after its own length."""
    B, T, _ = x.shape
    if lengths is None:
        lengths = torch.full((B,), T, device=x.device)
    h, c = h0, c0
    outputs = []
    for t in range(T):
        h_new, c_new = lstm_cell(x[:, t], h, c, W_ih, W_hh, b_ih, b_hh)
        alive = (t < lengths).unsqueeze(1)
        h = torch.where(alive, h_new, h)
        c = torch.where(alive, c_new, c)
        outputs.append(torch.where(alive, h_new, torch.zeros_like(h_new)))
    return torch.stack(outputs, dim=1), (h, c)
