"""Public checks of capstone_spirals: one set of spirals, a look at the result, and the intervals of the statement."""

import torch
from course_data import spirals

from grader.checks import check, close, ensure


def rows(n_train, n_val):
    """Training and validation rows of three spirals."""
    return [*spirals(n_train, 3, 1.25, 0.12, 100), *spirals(n_val, 3, 1.25, 0.12, 101)]


@check(hint="Look at the training loss first: does it fall, and how far?")
def test_one_set_of_spirals(student):
    """95 % right answers on new rows"""
    X_test, y_test = spirals(200, 3, 1.25, 0.12, 102)
    ran = student.kit.run(student.train_spirals, student.predict_spirals, rows(200, 100), 5, X_test=X_test)
    ensure(
        ran["predictions"].shape == y_test.shape, "Predict one label for each row. Look at the shape of your result."
    )
    share = (ran["predictions"] == y_test).double().mean().item()
    ensure(
        share >= 0.95, f"The accuracy is {share:.3f}. Try other sizes, rates and numbers of epochs until it is 0.95."
    )


@check(hint="Follow the description of the result, key by key.")
def test_result(student):
    """histories, statistics and mode after two epochs"""
    data = rows(20, 10)
    ran = student.kit.run(student.train_spirals, student.predict_spirals, data, 5, max_epochs=2)
    lengths = [len(values) for values in ran["history"].values()]
    close(lengths, [2, 2, 2], what="the lengths of train_loss, val_loss and val_acc")
    close(ran["mean"], data[0].mean(0), what="mean")
    close(ran["shape of the logits"], [30, 3], what="the shape of the logits for 30 rows")
    ensure(not ran["training mode"], "The model comes back in training mode. Put it into evaluation mode.")


@check(hint="The same seed must give the same run, whatever happened before.")
def test_same_seed(student):
    """the same losses twice"""
    first, second = (
        student.kit.run(student.train_spirals, student.predict_spirals, rows(20, 10), 5, max_epochs=2, outer_seed=outer)
        for outer in (1, 2)
    )
    close(second["history"], first["history"], rtol=1e-4, atol=1e-5, what="the history of the second run")


@check(hint="Put the numbers of the statement into the formula, term by term.")
def test_intervals(student):
    """45 of 50, and 0 of 10"""
    close(list(student.wilson_interval(45, 50)), [0.7863976856, 0.9565242351], what="the interval for 45 of 50")
    close(list(student.wilson_interval(0, 10)), [0.0, 0.2775327999], what="the interval for 0 of 10")


@check(hint="There can't be more right answers than questions.")
def test_impossible_count(rejects):
    """11 right answers of 10 raise ValueError"""
    rejects(lambda m: m.wilson_interval(11, 10))
