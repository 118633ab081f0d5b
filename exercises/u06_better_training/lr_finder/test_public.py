"""Public checks of lr_finder: the worked examples of the statement."""

import torch

from grader.checks import check, close, ensure


@check(hint="From each rate to the next it is the same factor: which one, when there are num - 1 gaps?")
def test_spacing(student):
    """five rates from 0.001 to 10"""
    close(student.exponential_lrs(0.001, 10.0, 5), [0.001, 0.01, 0.1, 1.0, 10.0], what="the rates")


@check(hint="Follow the table of the statement row by row.")
def test_worked_example(student):
    """the losses 4, 2, 1, 16 with beta = 0.5"""
    script, tried = [4.0, 2.0, 1.0, 16.0, 1.0], []

    def train_step(lr):
        tried.append(lr)
        return script[len(tried) - 1]

    rates, losses = student.lr_range_test(train_step, [0.1, 0.2, 0.4, 0.8, 1.6], beta=0.5)
    close(losses, [4.0, 8 / 3, 12 / 7], what="the smoothed losses")
    close(rates, [0.1, 0.2, 0.4], what="the recorded rates")
    ensure(len(tried) == 4, f"train_step was called {len(tried)} times. The fourth loss should end the sweep.")


@check(hint="Compare the three differences of the statement's example.")
def test_suggestion(student):
    """the rate where the curve of the statement falls fastest"""
    close(student.suggest_lr([1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0], [2.3, 2.25, 1.9, 1.2, 1.1, 3.0]), 0.01)


@check(hint="Whose weights does the sweep move?")
def test_linear_model(student):
    """three steps on a copy of a model with one weight and one bias"""
    start = torch.ones(1, 1, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    row = torch.ones(1, 1, dtype=torch.float64)
    # prediction w + b for the target 0: the gradients are 2 (w + b) each, so a step multiplies w + b by 1 - 4 lr
    seen = student.kit.sweep(student.find_lr, *start, row, 0 * row, [0.125, 0.25, 0.5], beta=0.0)
    close(seen["curve"]["losses"], [1.0, 0.25, 0.0], what="the losses")
    close(seen["model afterwards"]["state"]["0.weight"], start[0], what="the weight of the model after the sweep")


@check(hint="What is the logarithm of such a rate?")
def test_no_rate(rejects):
    """a smallest rate of 0 raises ValueError"""
    rejects(lambda m: m.exponential_lrs(0.0, 1.0, 5))
