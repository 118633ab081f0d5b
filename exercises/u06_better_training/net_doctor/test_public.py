"""Public checks of net_doctor: the worked examples of the statement."""

import math

import torch

from grader.checks import check, close, ensure


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Every class gets the probability 1/C: what is the cross entropy then?")
def test_ten_classes(student):
    """the first loss with ten classes"""
    close(student.expected_initial_loss(10), math.log(10), what="the expected loss")


@check(hint="Go through the columns: which unit says nothing to any of the three rows?")
def test_dead_units_of_the_table(student):
    """one of the four units in the statement's table is dead"""
    table = numbers([0.5, 0.0, 0.0, 0.0], [0.0, 0.0, 1.2, 0.0], [0.0, 0.0, 0.3, 2.0])
    close(student.dead_fraction(table), 0.25, what="the share of dead units")


@check(hint="Length of the step over length of the weights.")
def test_one_ratio(student):
    """the ratio of the statement: weights (3, 4), gradient (30, 40), learning rate 0.001"""
    close(student.update_ratios([numbers(3.0, 4.0)], [numbers(30.0, 40.0)], 0.001), [0.01], what="the ratios")


@check(hint="Go through the five rules one by one; each of them adds its own code.")
def test_a_sick_run_and_a_healthy_one(student):
    """the two runs of the statement"""
    sick = student.diagnose([1e-6, 1e-3, 0.1], [2.35, 2.34, 2.35], 10)
    ensure(
        sick == ["not_learning", "vanishing_gradients"],
        f"The codes of the statement's sick run came as {sick}: compare rule by rule with the table.",
    )
    healthy = student.diagnose([0.2, 0.3, 0.1], [2.35, 1.6, 0.9], 10)
    ensure(healthy == [], f"The statement's healthy run got {healthy}: which rule does it break?")


@check(hint="How often was train_step called when the loss was low enough for the first time?")
def test_third_call(student):
    """the target is reached with the third call"""
    losses = iter([2.3, 0.9, 0.04, 0.01])
    close(student.overfit_one_batch(lambda: next(losses), 0.05, 4), 3, what="the number of calls")
