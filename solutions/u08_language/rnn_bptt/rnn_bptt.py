"""An Elman network over a batch of sequences, and backpropagation through time.

The network is from "Finding Structure in Time" (Elman, 1990), the way back from "Backpropagation Through Time: What It
Does and How to Do It" (Werbos, 1990). dz is the gradient of the loss towards what stands under the tanh.
"""

import torch
from torch import Tensor


def rnn_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """The states `(B, T, H)`: h_t = tanh(x_t Wx^T + h_{t-1} Wh^T + b)."""
    if x.shape[2] != Wx.shape[1]:
        raise ValueError(f"the inputs have width {x.shape[2]}, Wx takes {Wx.shape[1]}")
    if h0.shape[1] != Wh.shape[1]:
        raise ValueError(f"h0 has width {h0.shape[1]}, Wh takes {Wh.shape[1]}")
    h = h0
    states = []
    for t in range(x.shape[1]):
        h = torch.tanh(x[:, t] @ Wx.T + h @ Wh.T + b)
        states.append(h)
    return torch.stack(states, dim=1)


def rnn_backward(
    dhs: Tensor, x: Tensor, h0: Tensor, hs: Tensor, Wx: Tensor, Wh: Tensor, truncate: int | None = None
) -> dict[str, Tensor]:
    """Gradients towards the inputs, the start state and the three weights, from the last step back to the first."""
    if truncate is not None and truncate < 1:
        raise ValueError(f"pieces need at least one step, got truncate={truncate}")
    dx, dWx, dWh = torch.zeros_like(x), torch.zeros_like(Wx), torch.zeros_like(Wh)
    db = torch.zeros_like(Wh[0])
    carry = torch.zeros_like(h0)  # what the later steps have to say to the state at hand
    for t in reversed(range(x.shape[1])):
        before = hs[:, t - 1] if t > 0 else h0
        d = dhs[:, t] + carry
        dz = d * (1 - hs[:, t] ** 2)  # the slope of tanh, from its output
        # The same weights worked at every step, so their gradients add up over time.
        dWx += dz.T @ x[:, t]
        dWh += dz.T @ before
        db += dz.sum(dim=0)
        dx[:, t] = dz @ Wx
        carry = dz @ Wh
        if truncate is not None and t > 0 and t % truncate == 0:
            carry = torch.zeros_like(carry)  # step t begins a piece: the state before it counts as given
    return {"dx": dx, "dh0": carry, "dWx": dWx, "dWh": dWh, "db": db}
