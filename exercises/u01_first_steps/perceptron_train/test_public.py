"""Public checks of perceptron_train: the worked example of the statement and its surroundings."""

import torch

from grader.checks import check, close, ensure


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


ROWS = numbers([2.0, 1.0], [1.0, 3.0], [-1.0, -1.0])
LABELS = torch.tensor([1, 0, 0])


@check(hint="Work out the four scores, and remember that the answer to a score of 0 is 0.")
def test_answers(student):
    """answers to the scores 2, -1, 0 and 0.5"""
    X = numbers([1.0, 0.0], [0.0, 1.0], [0.5, 0.5], [1.0, 0.75])
    answers = student.perceptron_predict(X, numbers(2.0, -2.0), torch.tensor(0.0, dtype=torch.float64))
    close(answers, torch.tensor([1, 0, 0, 1]), what="the answers")


@check(hint="Follow the table of the statement row by row: which weights does the second row meet?")
def test_worked_example(student):
    """the table of the statement"""
    w, b, errors = student.train_perceptron(ROWS, LABELS, 10)
    close(w, numbers(2.0, -1.0), what="the weights")
    close(b, torch.tensor(-1.0, dtype=torch.float64), what="the bias")
    ensure(
        errors == [3, 0], f"The list of errors is {errors}; it should be [3, 0]: count again, and see where it ends."
    )


@check(hint="Both weights and bias take steps of the length lr.")
def test_shorter_steps(student):
    """the same rows with a learning rate of 0.1"""
    w, b, errors = student.train_perceptron(ROWS, LABELS, 10, lr=0.1)
    close(w, numbers(0.2, -0.1), what="the weights")
    close(b, torch.tensor(-0.1, dtype=torch.float64), what="the bias")
    ensure(errors == [3, 0], f"The list of errors is {errors}; it should be [3, 0], as with a learning rate of 1.")


@check(hint="No line has (0, 0) and (1, 1) on one side and the other two corners on the other.")
def test_exclusive_or(student):
    """exclusive or is never learned"""
    X = numbers([0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0])
    _, _, errors = student.train_perceptron(X, torch.tensor([0, 1, 1, 0]), 6)
    ensure(errors == [2, 3, 4, 4, 4, 4], f"The list of errors is {errors}; it should be [2, 3, 4, 4, 4, 4].")


@check(hint="Look at the settings before you look at the rows.")
def test_no_epoch(rejects):
    """no epoch at all raises ValueError"""
    rejects(lambda m: m.train_perceptron(ROWS, LABELS, 0))
