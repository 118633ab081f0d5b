"""Checks to work with: the votes, the table and the curve of the statement."""

from grader.checks import check, close

ROWS = [{"loss": 0.7, "acc": 0.5}, {"loss": 0.4, "val_loss": 0.6}, {"loss": 0.3, "acc": 0.75, "val_loss": 0.7}]


@check(hint="Everybody is called; afterwards look for a True.")
def test_votes(student):
    """three callbacks that answer None, True and False, and one without the hook"""
    fired = student.kit.run_fire(student.CallbackList, [None, True, "only_fit_start", False], "on_epoch_end", (2,))
    calls = ["callback 0: on_epoch_end(2,)", "callback 1: on_epoch_end(2,)", "callback 3: on_epoch_end(2,)"]
    close(fired, {"result": True, "calls": calls}, what="the dispatch")


@check(hint="Three keys, so three cells and two commas in every line.")
def test_table(student):
    """the table of the statement, and a column with a gap"""
    history = student.kit.run_history(student.History, ROWS)
    close(history.to_csv(), "loss,acc,val_loss\n0.7,0.5,\n0.4,,0.6\n0.3,0.75,0.7\n", what="the text")
    close(history.column("acc"), [0.5, None, 0.75], what="the column 'acc'")


@check(hint="Training accuracy minus validation accuracy.")
def test_overfitting(student):
    """the gaps of the statement"""
    seen = student.kit.run_gaps(student.GapTracker, [(0.5, 0.6), (0.9, 0.7), (0.95, 0.9)])
    close(seen, {"gaps": [-0.1, 0.2, 0.05], "worst epoch after each epoch": [0, 1, 1]}, what="the gaps")


@check(hint="Follow the table of the statement: average, weight so far, quotient.")
def test_curve(student):
    """five values with beta 0.8"""
    due = [0.6 / 0.2, 0.68 / 0.36, 1.344 / 0.488, 1.2752 / 0.5904, 2.02016 / 0.67232]
    close(student.smooth([3.0, 1.0, 4.0, 1.0, 5.0], beta=0.8), due, what="the smoothed values")


@check(hint="Which values of beta make no sense?")
def test_beta_of_one(rejects):
    """a beta of 1 is refused"""
    rejects(lambda m: m.smooth([1.0], beta=1.0), what="beta=1.0")
