"""Checks to work with: the numbers of the statement."""

import torch

from grader.checks import check, close


def rows(*numbers):
    """A float64 tensor."""
    return torch.tensor(numbers, dtype=torch.float64)


WEIGHT, BIAS = rows((1.0, 0.0), (0.0, 1.0)), rows(0.0, 1.0)


@check(hint="Which numbers does A start from, and which B?")
def test_start(student):
    """at the start A is drawn, B is zero, and the output is the old one"""
    generator = torch.Generator().manual_seed(0)
    layer = student.kit.adapter(student.LoRALinear, rows((1.0, 2.0, 3.0, 4.0)), None, 1, 8.0, generator)
    found = student.kit.contents(layer)
    close(found["A"], rows((0.7705, -0.1467, -1.0894, 0.2842)), atol=1e-4, what="A")
    close(found["B"], rows((0.0,)), what="B")
    close(student.kit.output(layer, rows((1.0, 1.0, 1.0, 1.0))), rows((10.0,)), what="the output")


@check(hint="Follow the table of the statement line by line.")
def test_worked_example(student):
    """the adapted layer of the worked example, and merged into one"""
    layer = student.kit.adapter(student.LoRALinear, WEIGHT, BIAS, 1, 2.0)
    student.kit.fill(layer, rows((1.0,), (2.0,)), rows((0.5, -0.5)))
    close(student.kit.output(layer, rows((3.0, 1.0))), rows((5.0, 6.0)), what="the output")
    merged = student.kit.merge(layer, rows((3.0, 1.0)), rows((0.0,), (0.0,)))
    close(merged["weight of the merged layer"], rows((2.0, -1.0), (2.0, -1.0)), what="the merged weight")
    close(merged["merged"], rows((5.0, 6.0)), what="the output of the merged layer")


@check(hint="Which of the 10 numbers of the worked example are trained?")
def test_fraction(student):
    """four of ten numbers are trained"""
    fraction = student.trainable_fraction(student.kit.adapter(student.LoRALinear, WEIGHT, BIAS, 1, 2.0))
    close(fraction, 0.4, what="the trainable fraction")


@check(hint="Counting tokens finds the last one only where the text begins at the first place.")
def test_last_token(student):
    """the last token with padding behind, in front and on both sides"""
    hidden = torch.arange(15, dtype=torch.float64).reshape(3, 5, 1)
    mask = torch.tensor([[1, 1, 1, 0, 0], [0, 0, 1, 1, 1], [0, 1, 1, 1, 0]]).bool()
    close(student.last_token_pool(hidden, mask), rows((2.0,), (9.0,), (13.0,)))


@check(hint="How thin can a matrix be?")
def test_no_rank(rejects):
    """a rank of zero raises ValueError"""
    rejects(lambda m: m.kit.adapter(m.LoRALinear, WEIGHT, BIAS, 0, 2.0))
