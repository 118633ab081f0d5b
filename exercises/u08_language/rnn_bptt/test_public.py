"""Public checks of rnn_bptt: the worked example of the statement, number by number."""

import torch

from grader.checks import check, close


def column(*numbers):
    """The numbers as one sequence of width 1: shape (1, T, 1)."""
    return torch.tensor(numbers, dtype=torch.float64).reshape(1, -1, 1)


def example():
    """x, h0, Wx, Wh, b of the statement."""
    one = torch.ones(1, 1, dtype=torch.float64)
    return column(1.0, 0.0, -1.0), 0.5 * one, 0.8 * one, 0.5 * one, torch.zeros(1, dtype=torch.float64)


STATES = (0.781806357609, 0.372138589442, -0.546888103854)


def gradients(student, **options):
    """All gradients of the example, as plain lists of numbers."""
    x, h0, Wx, Wh, _ = example()
    found = student.rnn_backward(column(1.0, 0.0, 1.0), x, h0, column(*STATES), Wx, Wh, **options)
    return {name: found[name].flatten().tolist() for name in ("dx", "dh0", "dWx", "dWh", "db")}


@check(hint="Each state needs its own input and the state before it; the first one needs h0.")
def test_states(student):
    """the three states of the statement's table"""
    close(student.rnn_forward(*example()), column(*STATES), what="the states")


@check(hint="Follow the second table from the last row of the sequence to the first.")
def test_gradients(student):
    """the gradients of the statement, nothing cut"""
    expected = {
        "dx": [0.3579755559, 0.2415383667, 0.5607307215],
        "dh0": [0.2237347224],
        "dWx": [-0.2534439570],
        "dWh": [0.7206169354],
        "db": [1.4503058050],
    }
    close(gradients(student), expected, what="the gradients")


@check(hint="With pieces of two steps, step 2 begins a new one: what may it tell step 1?")
def test_truncated(student):
    """the gradients of the statement with truncate=2"""
    expected = {
        "dx": [0.3110230554, 0.0, 0.5607307215],
        "dh0": [0.1943894096],
        "dWx": [-0.3121345827],
        "dWh": [0.4552263343],
        "db": [1.0896922211],
    }
    close(gradients(student, truncate=2), expected, what="the gradients with truncate=2")


@check(hint="Compare the widths before you multiply anything.")
def test_wide_input(rejects):
    """inputs of width 2 for weights of width 1 raise ValueError"""
    _, h0, Wx, Wh, b = example()
    rejects(lambda m: m.rnn_forward(torch.zeros(1, 3, 2, dtype=torch.float64), h0, Wx, Wh, b))
