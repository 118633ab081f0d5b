"""Public checks of lstm_cell: the worked example of the statement."""

import torch

from grader.checks import check, close


def row(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


# W_ih, W_hh, b_ih, b_hh of the statement: one input, one unit
WEIGHTS = (
    row(1.0, 0.0, -1.0, 0.0)[:, None],
    row(0.0, 2.0, 0.0, 0.0)[:, None],
    row(-1.0, 1.0, 0.0, 0.0),
    row(0, 0, 0, 1.0),
)
START = (row(0.5)[:, None], row(1.0)[:, None])


@check(hint="Work out the four sums first; then three of them become gates.")
def test_one_step(student):
    """the first step of the statement's table"""
    h, c = student.lstm_cell(row(1.0)[:, None], *START, *WEIGHTS)
    close(c, row(0.5)[:, None], what="c after one step")
    close(h, row(0.337834712147)[:, None], what="h after one step")


@check(hint="Each step starts from both states that the step before has left.")
def test_three_steps(student):
    """all three steps of the statement's table"""
    outputs, (h, c) = student.lstm_forward(row(1.0, 0.0, 2.0)[None, :, None], *START, *WEIGHTS)
    close(outputs, row(0.337834712147, 0.290896636532, -0.249418908699)[None, :, None], what="the outputs")
    close(h, row(-0.249418908699)[:, None], what="the last h")
    close(c, row(-0.355421711626)[:, None], what="the last c")


@check(hint="Behind its end a sequence puts out nothing, and its states wait.")
def test_padded(student):
    """the same sequence in a batch, once with all three steps and once with two of them"""
    x = row(1.0, 0.0, 2.0)[None, :, None].repeat(2, 1, 1)
    start = [state.repeat(2, 1) for state in START]
    outputs, (h, c) = student.lstm_forward(x, *start, *WEIGHTS, lengths=torch.tensor([3, 2]))
    expected = torch.tensor(
        [[0.337834712147, 0.290896636532, -0.249418908699], [0.337834712147, 0.290896636532, 0.0]], dtype=torch.float64
    )
    close(outputs, expected[:, :, None], what="the outputs")
    close(h, row(-0.249418908699, 0.290896636532)[:, None], what="the last h of both sequences")
    close(c, row(-0.355421711626, 0.421165119801)[:, None], what="the last c of both sequences")


@check(hint="How many rows does the matrix of the inputs need for H units?")
def test_missing_gate(rejects):
    """weights for three gates instead of four raise ValueError"""
    rejects(lambda m: m.lstm_cell(row(1.0)[:, None], *START, *(weight[:3] for weight in WEIGHTS)))
