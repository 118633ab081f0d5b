"""Public checks of scaled_dot_attention: the worked example of the statement."""

import torch

from grader.checks import check, close


def rows(*numbers):
    """The rows as a float64 tensor."""
    return torch.tensor(numbers, dtype=torch.float64)


Q = rows([1.0, 1.0, 1.0, 1.0], [2.0, 0.0, 0.0, 0.0])
K = rows([1.0, 1.0, 1.0, 1.0], [1.0, 1.0, -1.0, -1.0], [0.0, 0.0, 0.0, 0.0])
V = rows([1.0, 0.0], [0.0, 1.0], [3.0, 0.0])
WEIGHTS = rows([0.786986042162, 0.106506978919, 0.106506978919], [0.422318798252, 0.422318798252, 0.155362403497])


@check(hint="Two queries, three keys: which score does each pair have, and what does the softmax make of a row?")
def test_example(student):
    """output and weights of the statement, without a mask"""
    output = rows([1.106506978919, 0.106506978919], [0.888406008742, 0.422318798252])
    close(student.attention(Q, K, V), (output, WEIGHTS), what="(output, weights)")


@check(hint="A key that is not allowed takes no part in the softmax.")
def test_masks(student):
    """the same example with the middle key hidden, and with the causal mask"""
    hidden = torch.tensor([True, False, True])
    expected = (
        rows([1.238405844044, 0.0], [1.537882842740, 0.0]),
        rows([0.880797077978, 0.0, 0.119202922022], [0.731058578630, 0.0, 0.268941421370]),
    )
    close(student.attention(Q, K, V, mask=hidden), expected, what="(output, weights) without the middle key")
    expected = (rows([1.0, 0.0], [0.5, 0.5]), rows([1.0, 0.0, 0.0], [0.5, 0.5, 0.0]))
    close(student.attention(Q, K, V, causal=True), expected, what="(output, weights) with the causal mask")


@check(hint="Follow the four lines of the statement; only the first query's output meets this loss.")
def test_gradients(student):
    """the gradients of the statement"""
    expected = (
        rows([-0.100835110640, -0.100835110640, 0.017015604838, 0.017015604838], [0.0, 0.0, 0.0, 0.0]),
        rows([-0.041909752901] * 4, [-0.058925357739] * 4, [0.100835110640] * 4),
        rows([0.786986042162, 0.0], [0.106506978919, 0.0], [0.106506978919, 0.0]),
    )
    close(student.attention_backward(rows([1.0, 0.0], [0.0, 0.0]), Q, K, V, WEIGHTS), expected, what="(dq, dk, dv)")


@check(hint="Every key has one value: compare the two numbers before you compute anything.")
def test_missing_value(rejects):
    """three keys with two values raise ValueError"""
    rejects(lambda m: m.attention(Q, K, V[:2]))
