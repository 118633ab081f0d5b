"""Public checks of contrastive_loss: the worked example of the statement, and a first bad input."""

import math

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


Z1 = [[3.0, 0.0], [0.0, 2.0]]
Z2 = [[1.0, 0.0], [3.0, 4.0]]


@check(hint="Divide each row by its own length; what has no length stays as it is.")
def test_unit_rows(student):
    """rows of length one, and a row of zeros"""
    z = numbers([3.0, 4.0], [0.0, -2.0], [0.0, 0.0])
    close(student.normalize_rows(z), numbers([0.6, 0.8], [0.0, -1.0], [0.0, 0.0]), what="the normalised rows")


@check(hint="Four vectors under each other, all similarities doubled by the temperature, and nobody meets itself.")
def test_table_of_similarities(student):
    """the table of the statement and its targets"""
    no = -math.inf
    table = numbers([no, 0.0, 2.0, 1.2], [0.0, no, 0.0, 1.6], [2.0, 0.0, no, 1.2], [1.2, 1.6, 1.2, no])
    logits, targets = student.nt_xent_logits(numbers(*Z1), numbers(*Z2))
    close(logits, table, what="the logits")
    close(targets, torch.tensor([2, 3, 0, 1]), what="the targets")


@check(hint="Each of the four rows is a classification of its own; average their cross entropies.")
def test_worked_example(student):
    """the loss and the accuracy of the statement"""
    z1, z2 = numbers(*Z1), numbers(*Z2)
    rows = [(0, 2, 1.2), (0, 0, 1.6), (2, 0, 1.2), (1.2, 1.6, 1.2)]
    partners = (2, 1.6, 2, 1.6)
    losses = [math.log(sum(map(math.exp, row))) - partner for row, partner in zip(rows, partners)]
    close(student.nt_xent(z1, z2), torch.tensor(sum(losses) / 4, dtype=torch.float64), what="the loss")
    close(student.contrastive_accuracy(z1, z2), 1.0, what="the accuracy")


@check(hint="By what would you divide?")
def test_no_temperature(rejects):
    """a temperature of 0 raises ValueError"""
    rejects(lambda m: m.nt_xent(numbers(*Z1), numbers(*Z2), temperature=0.0), what="a temperature of 0")
