"""Hidden checks of capstone_spirals. The runs are in kit.py, beside the student's code; labels for testing stay here.

Data and seeds are fixed: what is graded here is one run, and it should not depend on the luck of a draw.
"""

import random

import torch
from course_data import spirals

from grader.checks import check, close, ensure

TARGET = 0.95


def three_spirals(seed, *, arms=3, turns=1.25, noise=0.12, sizes=(200, 100)):
    """Training and validation rows with labels."""
    train, val = (spirals(n, arms, turns, noise, 10 * seed + k) for k, n in enumerate(sizes))
    return [*train, *val]


def rows_for_testing(seed, *, arms=3, turns=1.25, noise=0.12):
    """Rows and labels for testing, 200 of each arm."""
    return spirals(200, arms, turns, noise, 10 * seed + 9)


def small(seed=3):
    """Few rows for short runs."""
    return three_spirals(seed, sizes=(40, 30))


def run(m, data, seed, **settings):
    """The report of one run."""
    return m.kit.run(m.train_spirals, m.predict_spirals, data, seed, **settings)


def accuracy(ran, y):
    """The share of right predictions, after a look at their form."""
    found = ran["predictions"]
    ensure(
        isinstance(found, torch.Tensor) and found.dtype == torch.int64 and found.shape == y.shape,
        f"predict_spirals should return int64 labels of shape {tuple(y.shape)}. Look at type and shape of its result.",
    )
    return (found == y).double().mean().item()


def reached(share, target, what):
    """Fail with a sentence unless the accuracy is high enough."""
    ensure(
        share >= target,
        f"The accuracy on {what} is {share:.3f}, the target is {target}. "
        "Compare it with the accuracies in your history: is it the training that fails, or what comes after it?",
    )


def same_run(one, other, what):
    """The histories and nearly all predictions are the same."""
    close(other["history"], one["history"], rtol=1e-4, atol=1e-5, what=f"the history {what}")
    share = accuracy(other, one["predictions"])
    ensure(share > 0.99, f"Only {share:.0%} of the predictions are the same {what}. Look for draws without the seed.")


@check(
    points=7.5,
    hint="Look at the training loss first: does it fall, how far, and is the network able to wind around?",
)
def test_reaches_target(student):
    """at least 95 % right answers on new rows, for two sets of spirals"""
    for seed in (1, 2):
        X_test, y_test = rows_for_testing(seed)
        ran = run(student, three_spirals(seed), 17 + seed, X_test=X_test)
        reached(accuracy(ran, y_test), TARGET, f"new rows of data set {seed}")


@check(points=3, hint="What do the first weights see when every feature is about a thousand?")
def test_scaled_features(student):
    """the same target when all features are multiplied by 50 and moved by 1000"""
    X_train, y_train, X_val, y_val = three_spirals(4)
    X_test, y_test = rows_for_testing(4)
    far = [50 * X_train + 1000, y_train, 50 * X_val + 1000, y_val]
    ran = run(student, far, 23, X_test=50 * X_test + 1000)
    reached(accuracy(ran, y_test), TARGET, "shifted and stretched rows")


@check(points=1.5, hint="Where does the number of classes come from?")
def test_other_classes(student):
    """two arms, and four: as many logits as there are classes"""
    settings = {"arms": 2, "turns": 0.75, "noise": 0.1}
    X_test, y_test = rows_for_testing(5, **settings)
    ran = run(student, three_spirals(5, sizes=(80, 40), **settings), 29, X_test=X_test)
    close(ran["shape of the logits"], [80, 2], what="the shape of the logits for 80 rows of two classes")
    reached(accuracy(ran, y_test), 0.9, "two arms")
    four = run(student, three_spirals(5, arms=4, sizes=(10, 5)), 29, max_epochs=1)
    close(four["shape of the logits"], [20, 4], what="the shape of the logits for 20 rows of four classes")


@check(points=1.5, hint="Count the parameters, layer by layer; and how many entries does each list get?")
def test_small_enough(student):
    """at most 20,000 parameters, histories with one float per epoch, and 200 epochs at most"""
    ran = run(student, small(), 31, max_epochs=3)
    count = ran["parameters"]
    ensure(count <= 20_000, f"The model has {count:,} parameters, 20,000 are allowed. Make the layers narrower.")
    close(ran["type of the logits"], "torch.float32", what="the type of the logits")
    long = len(run(student, small(), 31)["history"]["train_loss"])
    ensure(long <= 200, f"Without max_epochs the run has {long} epochs, 200 are allowed. Look at the default.")
    lengths = {key: len(values) for key, values in ran["history"].items()}
    epochs = lengths["train_loss"]
    ensure(
        set(lengths.values()) == {epochs} and 1 <= epochs <= 3,
        f"With max_epochs=3 the lists have these lengths: {lengths}. Add one entry to each of them in every epoch.",
    )
    ensure(
        all(isinstance(value, float) for values in ran["history"].values() for value in values),
        "The history should hold Python floats. Turn tensors and other numbers into floats before you note them.",
    )


@check(points=4.5, hint="Which draws are there in your run, and which of them know the seed?")
def test_repeatable(student):
    """the same run for the same seed, whatever the global state, and another one for another seed"""
    X_test, _ = rows_for_testing(3)
    first, second = (run(student, small(), 37, X_test=X_test, max_epochs=12, outer_seed=outer) for outer in (1, 2))
    same_run(first, second, "when the same run is repeated")
    other = run(student, small(), 38, X_test=X_test, max_epochs=12, outer_seed=1)
    ensure(
        any(abs(a - b) > 1e-4 for a, b in zip(other["history"]["train_loss"], first["history"]["train_loss"])),
        "Seeds 37 and 38 give the same training losses. Let every draw of the run depend on the seed.",
    )


@check(points=3, hint="Others draw from the global stream, too: what do they notice of your call?")
def test_leaves_global_state(student):
    """global draws after the call as if it had not happened"""
    for outer, seed in ((41, 5), (5, 5)):
        ran = run(student, small(), seed, max_epochs=2, outer_seed=outer)
        expected = [
            torch.rand(4, generator=torch.Generator().manual_seed(outer)),
            random.Random(outer).random(),
        ]
        close(ran["global draws afterwards"], expected, what="the next global draws of torch and of random")


@check(points=3, hint="What may the training know of the validation rows? Of their scale, of their labels?")
def test_honest_validation(student):
    """mean and deviation of the training rows, and a training that does not notice other validation rows"""
    data = small(6)
    X_train, y_train, X_val, y_val = data
    before = [tensor.clone() for tensor in data]
    plain = run(student, data, 43, max_epochs=12)
    close(plain["mean"], X_train.mean(0), what="mean")
    close(plain["std"], X_train.std(0, correction=0), what="std")
    ensure(
        all(torch.equal(a, b) for a, b in zip(data, before)),
        "The data has changed during the run: the caller still needs it. Scale copies.",
    )
    wrong_labels = run(student, [X_train, y_train, X_val, (y_val + 1) % 3], 43, max_epochs=12)
    other_rows = run(student, [X_train, y_train, 3 * X_val[::2] + 2, y_val[::2]], 43, max_epochs=12)
    for label, ran in (("labels", wrong_labels), ("rows", other_rows)):
        found, expected = ran["history"]["train_loss"], plain["history"]["train_loss"]
        close(found, expected, rtol=1e-4, atol=1e-5, what=f"train_loss with other validation {label}")


@check(points=3, hint="Which weights does the model have when you hand it over, and in which mode is it?")
def test_best_weights(student):
    """the weights of the epoch with the smallest validation loss, also where that loss rises from early on"""
    X_train, y_train, X_val, y_val = small(7)
    # Wrong validation labels: the better a network learns its training rows, the larger the validation loss becomes.
    for labels, what in ((y_val, "usual rows"), ((y_val + 1) % 3, "wrong labels")):
        ran = run(student, [X_train, y_train, X_val, labels], 47, max_epochs=25)
        val_loss, val_acc = ran["history"]["val_loss"], ran["history"]["val_acc"]
        best = val_loss.index(min(val_loss))
        close(ran["best_epoch"], best, what=f"best_epoch for {what}")
        loss, share = ran["validation loss of the model"], ran["validation accuracy of the model"]
        close(loss, val_loss[best], rtol=1e-3, atol=1e-4, what=f"the validation loss of the model for {what}")
        close(share, val_acc[best], rtol=0, atol=1.5 / len(labels), what=f"its validation accuracy for {what}")
        ensure(not ran["training mode"], "The model comes back in training mode. Put it into evaluation mode.")

    # Validation rows so far from the border that their loss can be exactly 0, in many epochs.
    sides = torch.tensor([0, 1]).repeat(20)
    rows = (2.0 * sides - 1)[:, None] * torch.ones(2, dtype=torch.float64)
    ran = run(student, [rows, sides, 10 * rows, sides], 47, max_epochs=25)
    val_loss = ran["history"]["val_loss"]
    close(ran["best_epoch"], val_loss.index(min(val_loss)), what="best_epoch, the first one of several")


@check(points=1.5, hint="Work out 0 of 10 by hand: where is the centre, and how wide is the interval?")
def test_interval(agree):
    """Wilson's interval for several counts and widths"""

    def intervals(m):
        counts = ((45, 50), (0, 10), (10, 10), (1, 2), (570, 600), (3, 7))
        return {
            **{f"{correct} of {n}": m.wilson_interval(correct, n) for correct, n in counts},
            **{f"7 of 9 with z={z}": m.wilson_interval(7, 9, z=z) for z in (1.0, 2.5758293035489004)},
        }

    agree(intervals)


@check(points=1.5, hint="What has to fit together, how few epochs make no sense, and which counts can't be?")
def test_bad_input(agree, rejects):
    """rows without labels, runs without epochs and impossible counts raise ValueError, and the smallest cases work"""
    X_train, y_train, X_val, y_val = three_spirals(8, sizes=(10, 5))

    def trained(m, *data, max_epochs=1):
        return run(m, data, 53, max_epochs=max_epochs)

    for epochs in (0, -1):
        rejects(
            lambda m, n=epochs: trained(m, X_train, y_train, X_val, y_val, max_epochs=n), what=f"max_epochs={epochs}"
        )
    rejects(lambda m: trained(m, X_train, y_train[:-1], X_val, y_val), what="a training row without a label")
    rejects(lambda m: trained(m, X_train, y_train, X_val[:-1], y_val), what="a validation label without a row")
    for correct, n in ((0, 0), (1, 0), (-1, 5), (6, 5), (0, -3)):
        rejects(lambda m, correct=correct, n=n: m.wilson_interval(correct, n), what=f"{correct} right of {n}")

    def smallest(m):
        one = trained(m, X_train, y_train, X_val, y_val)
        return {
            "epochs with max_epochs=1": len(one["history"]["val_loss"]),
            "best_epoch with max_epochs=1": one["best_epoch"],
            "0 of 1": m.wilson_interval(0, 1),
            "1 of 1": m.wilson_interval(1, 1),
        }

    agree(smallest)
