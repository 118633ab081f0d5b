"""Public checks of gd_variants: the table of the statement's example."""

import torch

from grader.checks import check, close


def three_rows():
    """X, y, w0, b0 of the example."""
    X = torch.tensor([[1.0], [2.0], [-1.0]], dtype=torch.float64)
    y = torch.tensor([1.0, 1.0, 0.0], dtype=torch.float64)
    return X, y, torch.zeros(1, dtype=torch.float64), torch.zeros((), dtype=torch.float64)


def number(value):
    return torch.tensor(value, dtype=torch.float64)


@check(hint="All rows in one batch: one update per epoch with the mean gradient of all rows.")
def test_one_full_batch(student):
    """one epoch with the full batch gives the first line of the example"""
    fit = student.train_logreg(*three_rows(), 1.0, 1)
    close(fit.w, number([2 / 3]), what="w")
    close(fit.b, number(1 / 6), what="b")


@check(hint="The second slice is one row long, and its gradient starts from where the first update ended.")
def test_batches_of_two(student):
    """one epoch with batches of two gives the second block of the example"""
    fit = student.train_logreg(*three_rows(), 1.0, 1, batch_size=2)
    close(fit.w, number([1.1878234991142018]), what="w")
    close(fit.b, number(0.06217650088579807), what="b")
    close(fit.updates, 2, what="updates")


@check(hint="An order with row 2 first makes row 2 the first update.")
def test_given_order(student):
    """single rows in the order 2, 0, 1 end where the paper says"""
    fit = student.train_logreg(*three_rows(), 1.0, 1, batch_size=1, perms=[torch.tensor([2, 0, 1])])
    close(fit.w, number([1.2384058440442354]), what="w")
    close(fit.b, number(0.11920292202211769), what="b")


@check(hint="One loss before training and one after each epoch, always over all rows.")
def test_history(student):
    """the history begins at log 2 and has a loss for each epoch"""
    fit = student.train_logreg(*three_rows(), 1.0, 2, batch_size=2)
    close(fit.history, [0.6931471805599453, 0.20555497751820315, 0.13390697151397113], what="history")


@check(hint="A negative learning rate would climb; refuse it.")
def test_bad_learning_rate(rejects):
    """a negative learning rate raises ValueError"""
    X, y, w0, b0 = three_rows()
    rejects(lambda m: m.train_logreg(X, y, w0, b0, -1.0, 1), unchanged=[w0, b0])
