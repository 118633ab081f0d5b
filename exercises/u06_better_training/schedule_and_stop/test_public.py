"""Checks to work with: short schedules and one validation curve that can be followed on paper."""

import math

from grader.checks import check, close, ensure


@check(hint="How many whole staircase steps lie behind each epoch?")
def test_staircase(student):
    """seven epochs of a staircase"""
    rates = [student.step_lr(0.4, epoch, 3, gamma=0.5) for epoch in range(7)]
    close(rates, [0.4, 0.4, 0.4, 0.2, 0.2, 0.2, 0.1], what="the learning rates")


@check(hint="Which angle belongs to the first step, which to the last one?")
def test_cosine_start_middle_end(student):
    """the cosine at its start, in the middle and at its end"""
    rates = [student.cosine_lr(0.4, t, 4, eta_min=0.1) for t in (0, 2, 4)]
    close(rates, [0.4, 0.25, 0.1], what="the learning rates at t = 0, 2 and 4")


@check(hint="The climb ends at the base rate, and the cosine begins there.")
def test_warmup(student):
    """two steps of warm-up, then the cosine"""
    rates = [student.warmup_cosine_lr(0.4, t, 2, 6) for t in range(5)]
    close(rates, [0.2, 0.4, 0.4, 0.2 + 0.1 * math.sqrt(2), 0.2], what="the learning rates")


@check(hint="Keep a table: value, best so far, bad epochs in a row.")
def test_early_stopping(student):
    """the validation curve of the statement ends at its last value"""
    stopper = student.EarlyStopping(2)
    answers = [stopper.step(value) for value in (0.70, 0.55, 0.60, 0.50, 0.52, 0.51)]
    ensure(
        answers == [False] * 5 + [True],
        f"The answers are {answers}. Only the last one should be True: look at the bad epochs.",
    )
    close(stopper.best, 0.50, what="best")
    ensure(stopper.best_epoch == 3, f"best_epoch is {stopper.best_epoch}, not 3. It counts the calls of step from 0.")


@check(hint="Which values of patience make no sense?")
def test_patience_of_zero(rejects):
    """a patience of zero is refused"""
    rejects(lambda m: m.EarlyStopping(0).step(1.0))
