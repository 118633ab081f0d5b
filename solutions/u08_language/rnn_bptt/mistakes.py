"""Known wrong answers to rnn_bptt with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

CUT = "truncate is not None and t > 0 and t % truncate == 0"
RETURN = 'return {"dx": dx, "dh0": carry, "dWx": dWx, "dWh": dWh, "db": db}'

MISTAKES = [
    mistake(
        "no_gradient_through_time",
        "What the second state does wrong is partly the fault of the first; nobody tells it so.",
        swap=("d = dhs[:, t] + carry", "d = dhs[:, t]"),
        caught_by="test_weights_gradient",
    ),
    mistake(
        "only_last_step_gradient",
        "Every step may be asked for an output, not only the last one: whose share of the loss is lost?",
        swap=("d = dhs[:, t] + carry", "d = carry + dhs[:, t] * (t == x.shape[1] - 1)"),
        caught_by="test_weights_gradient",
    ),
    mistake(
        "tanh_slope_missing",
        "The squashing has a slope; a state near 1 lets hardly anything pass.",
        swap=("dz = d * (1 - hs[:, t] ** 2)", "dz = d"),
        caught_by="test_weights_gradient",
    ),
    mistake(
        "recurrent_gradient_uses_current_state",
        "Which state did the recurrent matrix multiply: the one it was making, or the one before?",
        swap=("dz.T @ before", "dz.T @ hs[:, t]"),
        caught_by="test_weights_gradient",
    ),
    mistake(
        "recurrent_matrix_transposed",
        "Compare the recurrent matrix with the convention of the input weights: rows belong to what comes out.",
        swap=("h @ Wh.T + b", "h @ Wh + b"),
        caught_by="test_forward_values",
    ),
    mistake(
        "carry_through_transposed_matrix",
        "A matrix is crossed the other way when you go back: compare the carry with the gradient of the inputs.",
        swap=("carry = dz @ Wh\n", "carry = dz @ Wh.T\n"),
        caught_by="test_input_and_start_gradient",
    ),
    mistake(
        "start_state_ignored",
        "The first step should feel the start state that it is given.",
        swap=("h = h0\n", "h = torch.zeros_like(h0)\n"),
        caught_by="test_forward_values",
    ),
    mistake(
        "averages_over_time",
        "The same weights are used at every step; their gradients add up, and nothing is divided.",
        swap=(
            RETURN,
            'n = x.shape[1]\n    return {"dx": dx, "dh0": carry, "dWx": dWx / n, "dWh": dWh / n, "db": db / n}',
        ),
        caught_by="test_weights_gradient",
    ),
    mistake(
        "averages_over_batch",
        "If the loss is a mean over the sequences, the incoming gradient knows that already.",
        swap=(
            RETURN,
            'n = x.shape[0]\n    return {"dx": dx, "dh0": carry, "dWx": dWx / n, "dWh": dWh / n, "db": db / n}',
        ),
        caught_by="test_weights_gradient",
    ),
    mistake(
        "truncation_ignored",
        "The chain should be cut every k steps; with yours, the last step still talks to the first.",
        swap=(CUT, "False"),
        caught_by="test_truncated",
    ),
    mistake(
        "truncation_shifted",
        "The first k steps form one piece, the next k another: count the steps of your pieces.",
        swap=(CUT, CUT.replace("t % truncate", "(t + 1) % truncate")),
        caught_by="test_truncated",
    ),
    mistake(
        "start_gradient_cut",
        "The start state belongs to the first piece: nothing is cut in front of step 0.",
        swap=(CUT, CUT.replace("t > 0 and ", "")),
        caught_by="test_truncated",
    ),
    mistake(
        "cuts_the_outside_gradient",
        "A piece's last state is cut off from the next piece, but its own output still meets the loss.",
        swap=(
            "d = dhs[:, t] + carry",
            "d = dhs[:, t] + carry\n        if truncate is not None and (t + 1) % truncate == 0 and t + 1 < x.shape[1]:"
            "\n            d = carry",
        ),
        caught_by="test_truncated",
    ),
]

ALSO_CORRECT = [
    correct(
        "all_products_at_once",
        source='''
import torch
from torch import Tensor


def rnn_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """The inputs' part for all steps in one product; the states are written into place."""
    (B, T, D), H = x.shape, Wx.shape[0]
    if D != Wx.size(1) or h0.size(-1) != Wh.size(1):
        raise ValueError("widths differ")
    z = torch.einsum("btd,hd->bth", x, Wx) + b
    hs = x.new_empty(B, T, H)
    for t in range(T):
        previous = hs[:, t - 1] if t else h0
        hs[:, t] = (z[:, t] + torch.einsum("bi,hi->bh", previous, Wh)).tanh()
    return hs


def rnn_backward(dhs, x, h0, hs, Wx, Wh, truncate=None):
    """Only the carry needs the loop; what the weights get is one product over all steps and sequences."""
    T = x.shape[1]
    if truncate is not None and truncate <= 0:
        raise ValueError("truncate")
    before = torch.cat([h0.unsqueeze(1), hs[:, :-1]], dim=1)
    slope = (1 - hs) * (1 + hs)
    dz = torch.empty_like(hs)
    for t in range(T - 1, -1, -1):
        last_of_piece = t == T - 1 or (truncate and (t + 1) % truncate == 0)
        dz[:, t] = dhs[:, t] if last_of_piece else dhs[:, t] + dz[:, t + 1].matmul(Wh)
        dz[:, t] *= slope[:, t]
    return {
        "db": dz.sum((0, 1)),
        "dWh": torch.einsum("bth,bti->hi", dz, before),
        "dWx": torch.tensordot(dz, x, dims=([0, 1], [0, 1])),
        "dh0": dz[:, 0] @ Wh,
        "dx": dz @ Wx,
    }
''',
    ),
    correct(
        "piece_by_piece",
        source='''
import torch
from torch import Tensor


def rnn_forward(x: Tensor, h0: Tensor, Wx: Tensor, Wh: Tensor, b: Tensor) -> Tensor:
    """Inputs and states side by side, so that a step is one product."""
    if x.shape[-1] != Wx.shape[-1]:
        raise ValueError("x")
    if h0.shape[-1] != Wh.shape[-1]:
        raise ValueError("h0")
    W = torch.cat([Wx, Wh], dim=1)
    states = [h0]
    for step in x.unbind(1):
        states.append(torch.addmm(b, torch.cat([step, states[-1]], 1), W.t()).tanh_())
    return torch.stack(states[1:], 1)


def _one_piece(dhs, x, h0, hs, Wx, Wh):
    """Recursion from the front: the gradients of the first step need those of all others."""
    if x.shape[1] == 0:
        return x, torch.zeros_like(h0), Wx * 0, Wh * 0, Wh.new_zeros(len(Wh))
    dx, carry, dWx, dWh, db = _one_piece(dhs[:, 1:], x[:, 1:], hs[:, 0], hs[:, 1:], Wx, Wh)
    dz = (dhs[:, 0] + carry) / torch.cosh(torch.atanh(hs[:, 0])) ** 2
    dx = torch.cat([(dz @ Wx)[:, None], dx], 1)
    return dx, dz @ Wh, dWx + dz.T @ x[:, 0], dWh + dz.T @ h0, db + dz.sum(0)


def rnn_backward(dhs: Tensor, x: Tensor, h0: Tensor, hs: Tensor, Wx: Tensor, Wh: Tensor, truncate: int | None = None):
    T = x.shape[1]
    k = T if truncate is None else truncate
    if k < 1:
        raise ValueError("at least one step")
    pieces = []
    for begin in range(0, T, k):
        start = hs[:, begin - 1] if begin else h0
        there = slice(begin, begin + k)
        pieces.append(_one_piece(dhs[:, there], x[:, there], start, hs[:, there], Wx, Wh))
    dx, dh0, dWx, dWh, db = zip(*pieces)
    return {"dx": torch.cat(dx, 1), "dh0": dh0[0], "dWx": sum(dWx), "dWh": sum(dWh), "db": sum(db)}
''',
    ),
]


def probe(m):
    """Two sequences of five steps, 3 inputs, 4 states: the states, every gradient, and every gradient with k = 2.

    dh0 is recorded as right or not: who forgets the carry has either nothing or the first step's share there.
    """
    draw = torch.Generator().manual_seed(803)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    x, h0, Wx, Wh, b = normal(2, 5, 3), 0.5 * normal(2, 4), 0.5 * normal(4, 3), 0.5 * normal(4, 4), 0.3 * normal(4)
    dhs = normal(2, 5, 4)
    h, states = h0, []
    for t in range(5):
        h = torch.tanh(x[:, t] @ Wx.T + h @ Wh.T + b)
        states.append(h)
    hs = torch.stack(states, dim=1)
    start = {}
    for k in (5, 2):
        carry = torch.zeros_like(h0)
        for t in reversed(range(k)):
            carry = ((dhs[:, t] + carry) * (1 - hs[:, t] ** 2)) @ Wh
        start[k] = carry

    def gradient(name, **options):
        return m.rnn_backward(dhs, x, h0, hs, Wx, Wh, **options)[name]

    items = {"states": lambda: m.rnn_forward(x, h0, Wx, Wh, b)}
    for said, options, k in (("", {}, 5), (", truncate 2", {"truncate": 2}, 2)):
        for name in ("dx", "dWx", "dWh", "db"):
            items[name + said] = lambda name=name, options=options: gradient(name, **options)
        items["dh0 right" + said] = lambda options=options, k=k: torch.allclose(gradient("dh0", **options), start[k])
    items["dh0 right, truncate 1"] = lambda: torch.allclose(
        gradient("dh0", truncate=1), (dhs[:, 0] * (1 - hs[:, 0] ** 2)) @ Wh
    )
    return items
