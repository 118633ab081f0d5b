"""Checks to work with: the seven and nine rows of the statement."""

import torch

from grader.checks import check, close, ensure

HALVES, THREE = (0.5, 0.5), (0.5, 0.25, 0.25)
X = torch.tensor([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [70.0]], dtype=torch.float64)


def seed_0():
    """A fresh generator with seed 0, as in the statement."""
    return torch.Generator().manual_seed(0)


def rows(*numbers):
    """The numbers as an int64 vector."""
    return torch.tensor(numbers)


@check(hint="Sizes 3, 1, 1, and two rows are left over: who gets them?")
def test_seven_rows(student):
    """seven rows with fractions 0.5, 0.25, 0.25"""
    close(student.split_indices(7, THREE, seed_0()), [rows(4, 0, 5, 3), rows(2, 6), rows(1)], what="the splits")


@check(hint="First the rows of class 0, then those of class 1, each cut in halves.")
def test_rare_class(student):
    """nine rows in halves, with a class of two rows"""
    y = rows(0, 1, 0, 0, 0, 1, 0, 0, 0)
    parts = student.stratified_split(y, HALVES, seed_0())
    close(parts, [rows(0, 4, 5, 6, 7), rows(1, 2, 3, 8)], what="the splits")


@check(hint="Cut one permutation into three parts; the first pair is measured on the first part.")
def test_three_folds(student):
    """three folds of seven rows"""
    due = [
        (rows(3, 2, 6, 1), rows(4, 0, 5)),
        (rows(4, 0, 5, 6, 1), rows(3, 2)),
        (rows(4, 0, 5, 3, 2), rows(6, 1)),
    ]
    close(student.k_fold(7, 3, seed_0()), due, what="the folds")


@check(hint="Which four rows may the mean have seen?")
def test_leak(student):
    """mean, deviation and test batch of the statement, and training rows in a new order"""
    dm = student.DataModule(X, torch.arange(7), fractions=THREE, batch_size=3, generator=seed_0())
    dm.setup()
    close(dm.mean_, torch.tensor([4.0], dtype=torch.float64), what="mean_")
    close(dm.std_, torch.tensor([3.5**0.5], dtype=torch.float64), what="std_")
    for order in ([3, 5, 4, 0], [3, 4, 5, 0]):
        served = [y for _, y in dm.train_batches()]
        close([len(y) for y in served], [3, 1], what="the sizes of the training batches")
        close(torch.cat(served).tolist(), order, what="the training rows in the order they were served")
    batches = [(x, y) for x, y in dm.val_batches()]
    ensure(len(batches) == 1, f"There are {len(batches)} validation batches of up to 3 rows, and 2 rows. Count again.")
    close(batches[0][0], (X[[2, 6]] - 4.0) / 3.5**0.5, what="the validation rows")


@check(hint="What do the fractions add up to?")
def test_fractions(rejects):
    """fractions that leave rows over are refused"""
    rejects(lambda m: m.split_indices(7, (0.5, 0.3), seed_0()), what="fractions 0.5 and 0.3")
