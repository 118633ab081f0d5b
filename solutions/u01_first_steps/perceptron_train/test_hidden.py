"""Hidden checks of perceptron_train."""

import torch

from grader.checks import check, close, ensure, shares_memory

BOTH = ("float64", "float32")


def trained(m, *args, **settings):
    """The three results of a training by name."""
    w, b, errors = m.train_perceptron(*args, **settings)
    return {"weights": w, "bias": b, "errors": errors}


def eighths(noise):
    """The nearest multiples of 1/8: sums and products of a few of them are exact in float32, in any order."""
    return (8 * noise).round() / 8


def separable(tensors, n, d):
    """Normal rows (n, d), not contiguous, and the labels that a hidden unit gives them; the first row is positive."""
    X, w, b = tensors((d, n)).T, tensors((d,)), tensors(())
    score = X @ w + b
    return X, (score >= score[0]).to(torch.int64)


def far_apart(tensors):
    """Ten rows (10, 3) near (2, 2, 2) and (-2, -2, -2), at least 1.7 from the plane between them.

    By Novikoff's bound (length of the longest row over the margin, squared) no training needs more than ten updates.
    """
    y = torch.tensor([1, 0, 0, 1, 0, 1, 1, 0, 1, 0])
    noise = tensors((10, 3))
    return (4 * y - 2).to(noise.dtype)[:, None] + noise.clamp(-1, 1), y


@check(points=1.5, dtypes=BOTH, hint="What are the answers to the scores 0.1, -0.1 and 0?")
def test_predict_values(agree, tensors, student):
    """answers to twenty random rows, to a single row, and to a score of exactly 0"""
    X, w, b = eighths(tensors((4, 20))).T, eighths(tensors((4,))), eighths(tensors(()))
    border = torch.stack([torch.zeros_like(w), torch.ones_like(w)])

    agree(
        lambda m: {
            "answers to twenty rows": m.perceptron_predict(X, w, b),
            "the answer to one row": m.perceptron_predict(X[:1], w, b),
            "answers without a bias": m.perceptron_predict(X, w, torch.zeros_like(b)),
            "answers to a row of zeros and one of ones, bias -1": m.perceptron_predict(
                border, torch.full_like(w, 0.25), -torch.ones_like(b)
            ),
        }
    )
    zero = student.perceptron_predict(X, torch.zeros_like(w), torch.zeros_like(b))
    close(zero, torch.zeros(20, dtype=torch.int64), what="the answers to twenty scores of exactly 0")


@check(
    points=2, dtypes=BOTH, hint="Take the first three rows by hand: score, answer, error, and the new weights and bias."
)
def test_first_updates(student, dtype):
    """one epoch on five rows, as worked out on paper"""
    X = torch.tensor([[1, -2], [2, 1], [1, 1], [-1, 3], [2, -1]], dtype=dtype)
    y = torch.tensor([0, 1, 0, 1, 1])
    # scores with lr 0.5: 0 (right), 0 (missed), 2 (false alarm), -0.5 (missed), -1 (missed)
    for lr in (0.5, 1.0):
        w, b, errors = student.train_perceptron(X, y, 1, lr=lr)
        close(w, 2 * lr * torch.ones(2, dtype=dtype), what=f"the weights after one epoch with lr {lr}")
        close(b, torch.tensor(2 * lr, dtype=dtype), what=f"the bias after one epoch with lr {lr}")
        close(errors, [4], what=f"the list of errors after one epoch with lr {lr}")


@check(
    points=2.5, hint="Write down weights, bias and count row by row for the first epoch and the start of the second."
)
def test_epoch_trace(agree, tensors):
    """weights, bias and list of errors over ten epochs, with learning rates 1 and 0.1, in several dimensions"""
    X, y = separable(tensors, 20, 3)
    line, sides = separable(tensors, 9, 1)
    agree(
        lambda m: {
            "20 rows, 10 epochs": trained(m, X, y, 10),
            "20 rows, 10 epochs, lr 0.1": trained(m, X, y, 10, lr=0.1),
            "20 rows, 2 epochs, lr 0.1": trained(m, X, y, 2, lr=0.1),
            "9 rows with one number each, 10 epochs, lr 0.1": trained(m, line, sides, 10, lr=0.1),
        },
        steps=True,
    )


@check(points=1.5, hint="Which count ends the training, and does it belong to the list?")
def test_early_stop(agree, tensors, student):
    """training ends with the first epoch without an error, and the list with its 0"""
    X, y = far_apart(tensors)
    _, _, errors = student.train_perceptron(X, y, 30)
    ensure(
        isinstance(errors, list) and 2 <= len(errors) < 30 and errors[-1] == 0 and 0 not in errors[:-1],
        f"On two groups of rows far apart the list of errors is {errors}. It should have a count above 0 for every epoch "
        "with an error, then one 0, and then end: look at the order of counting, appending and stopping.",
    )
    separating, nothing = torch.ones_like(X[0]), X.new_zeros(())
    agree(
        lambda m: {
            "groups far apart, 30 epochs": trained(m, X, y, 30),
            "started with a separating boundary": trained(m, X, y, 5, w0=separating, b0=nothing),
            "a single negative row": trained(m, X[1:2], y[1:2], 5),
            "a single positive row": trained(m, X[:1], y[:1], 5),
        },
        steps=True,
    )


@check(points=1, dtypes=BOTH, hint="Whose are the start values, and may they look different after the training?")
def test_start_values(agree, tensors, student):
    """training starts from w0 and b0, one of them or both, and leaves them alone"""
    X, y = far_apart(tensors)
    # Where the boundary starts, all answers are wrong, with room: a learning rate below 0.1 is a short step then.
    w0, b0 = -5 - tensors((3,)).abs().clamp(max=1), torch.ones_like(X[0, 0])
    kept = w0.clone(), b0.clone()
    agree(
        lambda m: {
            "from w0 and b0": trained(m, X[:4], y[:4], 1, lr=0.0625, w0=w0, b0=b0),
            "from w0 alone": trained(m, X[:4], y[:4], 1, lr=0.0625, w0=w0),
            "from b0 alone": trained(m, X[:4], y[:4], 1, lr=0.0625, b0=-20 * b0),
        },
        pure=False,
    )
    student.train_perceptron(X, y, 3, lr=0.5, w0=w0, b0=b0)
    ensure(
        torch.equal(w0, kept[0]) and torch.equal(b0, kept[1]),
        "w0 or b0 has other values after the training. They belong to the caller: start from copies of them.",
    )
    good, zero = torch.ones_like(w0), torch.zeros_like(b0)
    w, b, _ = student.train_perceptron(X, y, 3, w0=good, b0=zero)
    ensure(
        not shares_memory(w, good) and not shares_memory(b, zero),
        "When nothing had to be corrected, you hand back w0 or b0 itself. Start from copies, so that the result is the "
        "caller's to change.",
    )


@check(points=1, hint="Nothing separates these corners: how could an epoch have no error?")
def test_xor_never_ends(agree, student, tensors):
    """exclusive or has an error in every epoch, and all epochs are run"""
    corners = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], dtype=torch.float64)
    y = torch.tensor([0, 1, 1, 0])
    agree(lambda m: {"12 epochs": trained(m, corners, y, 12)})

    moved = 2 * corners - 1 + 0.1 * tensors((4, 2)).clamp(-2, 2)
    _, _, errors = student.train_perceptron(moved, y, 25, lr=0.3)
    ensure(
        isinstance(errors, list) and len(errors) == 25 and all(count > 0 for count in errors),
        f"No line separates exclusive or, so 25 epochs should give 25 counts above 0; the list of errors is {errors}. "
        "Look at what is counted and when the training stops.",
    )


@check(points=0.5, hint="Which lengths, settings and labels make no sense? Refuse them before the first row.")
def test_bad_input(rejects, tensors):
    """different lengths, no epoch, a learning rate of 0 or below, and other labels raise ValueError"""
    X, y = tensors((4, 2)), torch.tensor([0, 1, 1, 0])
    rejects(lambda m: m.train_perceptron(X, y[:3], 2), what="four rows and three labels")
    rejects(lambda m: m.train_perceptron(X[:3], y, 2), what="three rows and four labels")
    for epochs in (0, -1):
        rejects(lambda m, epochs=epochs: m.train_perceptron(X, y, epochs), what=f"epochs={epochs}")
    for lr in (0.0, -0.1):
        rejects(lambda m, lr=lr: m.train_perceptron(X, y, 2, lr=lr), what=f"lr={lr}")
    for label in (2, -1):
        rejects(
            lambda m, label=label: m.train_perceptron(X, torch.tensor([0, 1, 1, label]), 2),
            what=f"a label of {label} in the last row",
        )
