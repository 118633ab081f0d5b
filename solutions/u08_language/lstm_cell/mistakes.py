"""Known wrong answers to lstm_cell with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

ORDER = "i, f, g, o = z.chunk(4, dim=1)"
ALIVE = "alive = (t < lengths).unsqueeze(1)"
KEEP_H, KEEP_C = "h = torch.where(alive, h_new, h)", "c = torch.where(alive, c_new, c)"
OUTPUT = "torch.where(alive, h_new, torch.zeros_like(h_new))"

MISTAKES = [
    mistake(
        "gate_order_ifog",
        "Look up the order in which PyTorch stacks its four gates: which of yours are the last two?",
        swap=(ORDER, "i, f, o, g = z.chunk(4, dim=1)"),
        caught_by="test_cell_values",
    ),
    mistake(
        "gate_order_figo",
        "Look up the order in which PyTorch stacks its four gates: which of yours are the first two?",
        swap=(ORDER, "f, i, g, o = z.chunk(4, dim=1)"),
        caught_by="test_cell_values",
    ),
    mistake(
        "sigmoid_candidate",
        "The candidate is no gate: it may be negative.",
        swap=("torch.tanh(g)", "torch.sigmoid(g)"),
        caught_by="test_cell_values",
    ),
    mistake(
        "cell_not_squashed",
        "The cell may grow, the output is bounded by one: what stands between the two?",
        swap=("torch.tanh(c_new)", "c_new"),
        caught_by="test_cell_values",
    ),
    mistake(
        "output_from_old_cell",
        "The output shows what the cell holds now, not what it held before the step.",
        swap=("torch.tanh(c_new)", "torch.tanh(c)"),
        caught_by="test_cell_values",
    ),
    mistake(
        "second_bias_dropped",
        "PyTorch keeps two bias vectors, one with each matrix, and both count.",
        swap=("h @ W_hh.T + b_hh", "h @ W_hh.T"),
        caught_by="test_cell_values",
    ),
    mistake(
        "extra_forget_bias",
        "To begin with an open forget gate is a good trick, but it belongs in the initialisation, not in the formula.",
        swap=("torch.sigmoid(f)", "torch.sigmoid(f + 1)"),
        caught_by="test_cell_values",
    ),
    mistake(
        "input_gate_coupled",
        "Writing and forgetting are decided separately, by two gates.",
        swap=("torch.sigmoid(i) *", "(1 - torch.sigmoid(f)) *"),
        caught_by="test_cell_values",
    ),
    mistake(
        "cell_never_updated",
        "Two states travel through a sequence: which of them does your second step begin with?",
        swaps=[
            ("h, c = h0, c0\n", "h, c, c_last = h0, c0, c0\n"),
            (KEEP_C, "c_last = torch.where(alive, c_new, c_last)"),
            ("(h, c)\n", "(h, c_last)\n"),
        ],
        caught_by="test_sequence",
    ),
    mistake(
        "starts_at_zero",
        "The caller says what the network remembers before the first step; zeros are only one possibility.",
        swap=("h, c = h0, c0", "h, c = torch.zeros_like(h0), torch.zeros_like(c0)"),
        caught_by="test_start_state",
    ),
    mistake(
        "lengths_ignored",
        "A short sequence keeps changing its state on filler.",
        swap=(ALIVE, "alive = (t < torch.full_like(lengths, T)).unsqueeze(1)"),
        caught_by="test_variable_lengths",
    ),
    mistake(
        "states_run_on",
        "The outputs stop in time; but what do the filler steps do to the states that you return?",
        swaps=[(KEEP_H, "h = h_new"), (KEEP_C, "c = c_new")],
        caught_by="test_variable_lengths",
    ),
    mistake(
        "states_zeroed_after_end",
        "The last real state is what you want to read when a sequence is over; yours is gone.",
        swaps=[
            (KEEP_H, "h = torch.where(alive, h_new, torch.zeros_like(h))"),
            (KEEP_C, "c = torch.where(alive, c_new, torch.zeros_like(c))"),
        ],
        caught_by="test_variable_lengths",
    ),
    mistake(
        "repeats_last_state",
        "After the end there is no output; the state is kept, but not shown again.",
        swap=(OUTPUT, "h"),
        caught_by="test_variable_lengths",
    ),
    mistake(
        "one_step_too_long",
        "A sequence of three steps has the steps 0, 1 and 2.",
        swap=(ALIVE, "alive = (t <= lengths).unsqueeze(1)"),
        caught_by="test_variable_lengths",
    ),
]

ALSO_CORRECT = [
    correct(
        "one_matrix_and_a_mask",
        source='''
import torch
from torch import Tensor


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    """Input and output side by side, one product; sigmoid by way of tanh."""
    H = h.shape[-1]
    if W_ih.size(0) != 4 * H or W_ih.size(1) != x.size(-1):
        raise ValueError("shapes")
    z = torch.cat([x, h], -1) @ torch.cat([W_ih, W_hh], -1).t() + (b_ih + b_hh)
    gate = lambda k: 0.5 * (1 + torch.tanh(0.5 * z[:, k * H : (k + 1) * H]))
    c = c * gate(1) + z[:, 2 * H : 3 * H].tanh() * gate(0)
    return gate(3) * c.tanh(), c


def lstm_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths=None):
    """The mask as numbers 0 and 1; outputs written into place."""
    B, T = x.shape[:2]
    outputs = x.new_zeros(B, T, h0.shape[1])
    mask = x.new_ones(B, T) if lengths is None else (torch.arange(T, device=x.device) < lengths[:, None]).to(x.dtype)
    h, c = h0.clone(), c0.clone()
    for t in range(T):
        h_next, c_next = lstm_cell(x[:, t], h, c, W_ih, W_hh, b_ih, b_hh)
        m = mask[:, t : t + 1]
        h += m * (h_next - h)
        c += m * (c_next - c)
        outputs[:, t] = m * h_next
    return outputs, (h, c)
''',
    ),
    correct(
        "all_steps_then_gather",
        source='''
import torch
from torch import Tensor


def _split(W):
    return W.reshape(4, -1, *W.shape[1:])


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    H = h.shape[1]
    if W_ih.shape != (4 * H, x.shape[1]):
        raise ValueError("W_ih does not fit")
    z = torch.einsum("bd,khd->kbh", x, _split(W_ih)) + torch.einsum("bj,khj->kbh", h, _split(W_hh))
    z = z + _split(b_ih)[:, None] + _split(b_hh)[:, None]
    i, f, o = torch.sigmoid(z[torch.tensor([0, 1, 3], device=z.device)])
    c = torch.addcmul(f * c, i, torch.tanh(z[2]))
    return torch.mul(o, torch.tanh(c)), c


def lstm_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths=None):
    """Filler is processed like anything else; afterwards the states are read at each sequence's last true step."""
    hs, cs = [h0], [c0]
    for step in x.unbind(1):
        h, c = lstm_cell(step, hs[-1], cs[-1], W_ih, W_hh, b_ih, b_hh)
        hs.append(h)
        cs.append(c)
    H, C = torch.stack(hs[1:], 1), torch.stack(cs[1:], 1)
    if lengths is None:
        return H, (H[:, -1].clone(), C[:, -1].clone())
    rows = torch.arange(len(x), device=x.device)
    late = torch.arange(x.shape[1], device=x.device)[None] >= lengths[:, None]
    last = (H[rows, lengths - 1], C[rows, lengths - 1])
    return H.masked_fill(late[..., None], 0.0), last
''',
    ),
    correct(
        "one_sequence_after_the_other",
        source="""
import torch
from torch import Tensor


def _check(width, rows, units, W_ih):
    if rows != 4 * units:
        raise ValueError("rows")
    if width != W_ih.shape[1]:
        raise ValueError("width")


def lstm_cell(x, h, c, W_ih, W_hh, b_ih, b_hh):
    _check(x.shape[1], len(W_ih), h.shape[1], W_ih)
    z = torch.addmm(b_ih, x, W_ih.T) + torch.addmm(b_hh, h, W_hh.T)
    i, f, g, o = z.unflatten(1, (4, h.shape[1])).unbind(1)
    kept = c / (1 + (-f).exp())
    c = kept + g.tanh() / (1 + (-i).exp())
    return c.tanh() * o.sigmoid(), c


def lstm_forward(x, h0, c0, W_ih, W_hh, b_ih, b_hh, lengths=None):
    _check(x.shape[2], len(W_ih), h0.shape[1], W_ih)
    B, T, _ = x.shape
    ends = [T] * B if lengths is None else lengths.tolist()
    outputs = torch.zeros(B, T, h0.shape[1], dtype=x.dtype, device=x.device)
    h, c = [], []
    for n, end in enumerate(ends):
        state = h0[n : n + 1], c0[n : n + 1]
        for t in range(end):
            state = lstm_cell(x[n : n + 1, t], *state, W_ih, W_hh, b_ih, b_hh)
            outputs[n, t] = state[0][0]
        h.append(state[0])
        c.append(state[1])
    return outputs, (torch.cat(h), torch.cat(c))
""",
    ),
]


def probe(m):
    """One step for three rows; two sequences of five steps without lengths, and with the lengths 3 and 5."""
    draw = torch.Generator().manual_seed(804)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    x, h, c = normal(2, 5, 3), normal(2, 4), normal(2, 4)
    given = (normal(16, 3), normal(16, 4), normal(16), normal(16))
    lengths = torch.tensor([3, 5])

    def forward(part, **options):
        outputs, (last_h, last_c) = m.lstm_forward(x, h, c, *given, **options)
        return {"outputs": outputs, "h": last_h, "c": last_c}[part]

    items = {
        "h after one step": lambda: m.lstm_cell(x[:, 0], h, c, *given)[0],
        "c after one step": lambda: m.lstm_cell(x[:, 0], h, c, *given)[1],
    }
    for part in ("outputs", "h", "c"):
        items[part] = lambda part=part: forward(part)
        items[f"{part} with lengths"] = lambda part=part: forward(part, lengths=lengths)
    return items
