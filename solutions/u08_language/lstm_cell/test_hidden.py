"""Hidden checks of lstm_cell. The truth is torch's own LSTM, run here."""

import torch
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from grader.checks import check, close

BOTH = ("float64", "float32")


def weights(tensors, D=3, H=4):
    """W_ih, W_hh, b_ih, b_hh that make the gates neither open nor shut."""
    return tensors((4 * H, D), scale=0.6), tensors((4 * H, H), scale=0.6), *tensors((4 * H,), 2, scale=0.5)


def torch_lstm(x, h0, c0, given, lengths=None):
    """Outputs, last h and last c of torch.nn.LSTM, of packed sequences where lengths are given.

    In float64, whatever the run's dtype: for float32, torch would compile kernels for each shape.
    """
    dtype, x, h0, c0 = x.dtype, x.double(), h0.double(), c0.double()
    net = torch.nn.LSTM(x.shape[2], h0.shape[1], batch_first=True, dtype=x.dtype)
    with torch.no_grad():
        for mine, its in zip(given, (net.weight_ih_l0, net.weight_hh_l0, net.bias_ih_l0, net.bias_hh_l0)):
            its.copy_(mine)
        if lengths is None:
            outputs, (h, c) = net(x, (h0[None], c0[None]))
        else:
            packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            outputs, (h, c) = net(packed, (h0[None], c0[None]))
            outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=x.shape[1])
    return outputs.to(dtype), (h[0].to(dtype), c[0].to(dtype))


def compared(student, given, x, h0, c0, said, lengths=None):
    """Outputs and last states of the student beside those of torch.nn.LSTM."""
    expected = torch_lstm(x, h0, c0, given, lengths)
    options = {} if lengths is None else {"lengths": lengths}
    close(student.lstm_forward(x, h0, c0, *given, **options), expected, what=f"(outputs, (h, c)) for {said}")


@check(points=4.5, dtypes=BOTH, hint="Take one unit and one row: write down its four sums, then c, then h.")
def test_cell_values(agree, tensors, student):
    """one step for several rows, for one row and for one unit, as torch's LSTMCell takes it"""
    cases = []
    for B, D, H in ((3, 2, 4), (1, 5, 3), (2, 1, 1)):
        cases.append((tensors((B, D)), tensors((B, H)), tensors((B, H)), *weights(tensors, D, H)))
    turned = [tensors((3, 2)).T, tensors((4, 2)).T, tensors((4, 2)).T]  # not contiguous
    cases.append((*turned, tensors((3, 16)).T, tensors((4, 16)).T, *tensors((16,), 2)))

    def steps(m):
        return {f"(h, c) for x {tuple(case[0].shape)}": m.lstm_cell(*case) for case in cases}

    agree(steps)
    for case in cases:
        x, h, c, *given = case
        found = student.lstm_cell(*case)
        said = f"for {x.shape[0]} rows, {x.shape[1]} inputs, {h.shape[1]} units"
        expected = torch.lstm_cell(x, (h, c), *given)
        close(found, expected, what=f"(h, c) {said}")


@check(points=3, dtypes=BOTH, hint="Both states go on to the next step; which one is the output?")
def test_sequence(agree, tensors, student):
    """outputs and last states of sequences of six steps and of one, started from zeros, as torch's LSTM gives them"""
    given, x = weights(tensors), tensors((2, 6, 3))
    zeros = torch.zeros_like(x[:, 0, :1]).repeat(1, 4)

    def forward(m):
        outputs, (h, c) = m.lstm_forward(x, zeros, zeros.clone(), *given)
        return {"outputs": outputs, "h": h, "c": c}

    agree(forward)
    compared(student, given, x, zeros, zeros.clone(), "2 sequences of 6 steps")
    compared(student, given, x[:1, :1], zeros[:1], zeros[1:].clone(), "1 sequence of 1 step")
    compared(student, given, tensors((5, 2, 3)).transpose(0, 1), zeros, zeros.clone(), "inputs in other strides")


@check(points=1.5, dtypes=BOTH, hint="What do output and cell state look like before the first step?")
def test_start_state(agree, tensors, student):
    """a start from given states, each of them alone and both together"""
    given, x, h0, c0 = weights(tensors), tensors((3, 4, 3)), tensors((3, 4)), tensors((3, 4), scale=2.0)
    zeros = torch.zeros_like(h0)
    compared(student, given, x, h0, zeros, "a start from h0 alone")
    compared(student, given, x, zeros, c0, "a start from c0 alone")

    def forward(m):
        outputs, (h, c) = m.lstm_forward(x, h0, c0, *given)
        return {"outputs": outputs, "h": h, "c": c}

    agree(forward)


@check(
    points=3.75,
    dtypes=BOTH,
    hint="At each step some sequences go on and the others wait: what do those put out and keep?",
)
def test_variable_lengths(agree, tensors, student):
    """outputs and last states of padded sequences, as packed ones have them"""
    given, x, h0, c0 = weights(tensors), tensors((5, 6, 3)), tensors((5, 4)), tensors((5, 4))
    for some in ([3, 6, 1, 5, 2], [6, 6, 6, 6, 6], [4, 2, 2, 1, 3]):
        compared(student, given, x, h0, c0, f"lengths {some}", torch.tensor(some))
    lengths = torch.tensor([2, 1, 6, 3, 3])

    def forward(m):
        outputs, (h, c) = m.lstm_forward(x, h0, c0, *given, lengths=lengths)
        return {"outputs": outputs, "h": h, "c": c}

    agree(forward)
    compared(student, given, x[:1], h0[:1], c0[:1], "one sequence of length 4", torch.tensor([4]))


@check(points=1.5, hint="Forget gate open, input gate shut: what is there left to change the cell?")
def test_saturated_gates(agree, tensors, student):
    """an open forget gate with a shut input gate keeps the cell for 50 steps, the other way round rewrites it"""
    H, T = 2, 50
    W_ih, W_hh, b_ih, b_hh = weights(tensors, 3, H)
    x, h0, c0 = tensors((2, T, 3)), tensors((2, H)), tensors((2, H), scale=1.5)

    def forward(m, i, f):
        bias = b_ih.clone()
        bias[:H], bias[H : 2 * H] = i, f
        outputs, (h, c) = m.lstm_forward(x, h0, c0, W_ih, W_hh, bias, b_hh)
        return {"outputs": outputs, "h": h, "c": c}

    agree(lambda m: {"keeps": forward(m, -60.0, 60.0), "rewrites": forward(m, 60.0, -60.0)})
    close(forward(student, -60.0, 60.0)["c"], c0, what="c after 50 steps that keep it")


@check(points=0.75, hint="How many rows belong to H units, and which widths have to fit together?")
def test_bad_input(rejects, tensors, student):
    """a number of rows that is not 4H and inputs of another width raise ValueError; one unit with one input is fine"""
    W_ih, W_hh, b_ih, b_hh = given = weights(tensors)
    x, h, c = tensors((2, 5, 3)), tensors((2, 4)), tensors((2, 4))
    for rows in (1, 4, 12, 17, 20):
        wrong = (tensors((rows, 3)), *given[1:])
        what = f"{rows} rows in W_ih for 4 units"
        rejects(lambda m, wrong=wrong: m.lstm_cell(x[:, 0], h, c, *wrong), what=what)
        rejects(lambda m, wrong=wrong: m.lstm_forward(x, h, c, *wrong), what=what + ", a whole sequence")
    three = [weight[:12] for weight in given]
    rejects(lambda m: m.lstm_cell(x[:, 0], h, c, *three), what="weights of three gates")
    for width in (1, 2, 4):
        wrong = tensors((2, 5, width))
        what = f"inputs of width {width} for a W_ih of width 3"
        rejects(lambda m, wrong=wrong: m.lstm_cell(wrong[:, 0], h, c, *given), what=what)
        rejects(lambda m, wrong=wrong: m.lstm_forward(wrong, h, c, *given), what=what + ", a whole sequence")
    small = weights(tensors, 1, 1)
    compared(student, small, tensors((1, 2, 1)), *tensors((1, 1), 2), "one unit with one input", torch.tensor([1]))
