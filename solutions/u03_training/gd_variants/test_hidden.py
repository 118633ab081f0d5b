"""Hidden checks of gd_variants. Beside the reference, weights are compared with torch.optim.SGD and autograd."""

import course_data
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from grader.checks import check, close, ensure, on_cpu


def problem(tensors, dtype, n=10, d=3):
    """X, y, w0, b0: rows of order 1, labels of both kinds, a start that is not zero."""
    y = torch.tensor([i % 3 != 0 for i in range(n)]).to(dtype)
    return tensors((n, d)), y, tensors((d,)), tensors(())


def orders(generator, n, epochs):
    """Permutations that stay on the CPU wherever the rows are."""
    return [on_cpu(torch.randperm(n, generator=generator)) for _ in range(epochs)]


def weights(fit):
    return {"w": fit.w, "b": fit.b}


def loss_at(X, y, w, b):
    return binary_cross_entropy_with_logits(X @ w + b, y).item()


def by_optimizer(X, y, w0, b0, lr, slices):
    """The weights after one torch.optim.SGD step for each slice of rows, gradients by autograd."""
    w, b = w0.clone().requires_grad_(), b0.clone().requires_grad_()
    optimizer = torch.optim.SGD([w, b], lr=lr)
    for rows in slices:
        optimizer.zero_grad()
        binary_cross_entropy_with_logits(X[rows] @ w + b, y[rows]).backward()
        optimizer.step()
    return w.detach(), b.detach()


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="One batch of all rows: is the gradient the mean over the rows, for the weights and for the bias?",
)
def test_full_batch(agree, student, tensors, dtype):
    """the full batch gives the weights of torch.optim.SGD and a loss per epoch"""
    X, y, w0, b0 = problem(tensors, dtype)

    def five_epochs(m):
        return weights(m.train_logreg(X, y, w0, b0, 0.5, 5))

    def losses(m):
        return {"history": m.train_logreg(X, y, w0, b0, 0.5, 5).history}

    agree(five_epochs, steps=True)
    # Python floats are compared as float64 unless told that they were computed in float32.
    agree(losses, **({"rtol": 1e-3, "atol": 1e-4} if dtype == torch.float32 else {}))
    fit = student.train_logreg(X, y, w0, b0, 0.5, 5)
    w, b = by_optimizer(X, y, w0, b0, 0.5, [torch.arange(10)] * 5)
    close(fit.w, w, steps=True, what="w against torch.optim.SGD")
    close(fit.b, b, steps=True, what="b against torch.optim.SGD")


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="Follow one epoch with a pencil: which rows, divided by how many, at which weights?",
)
def test_mini_batch(agree, tensors, generator, dtype):
    """batches of 4 of 10 rows, another order in each of four epochs"""
    _, y, w0, b0 = problem(tensors, dtype)
    X = tensors((3, 10)).T  # not contiguous
    perms = orders(generator, 10, 4)

    def four_epochs(m):
        return weights(m.train_logreg(X, y, w0, b0, 0.5, 4, batch_size=4, perms=perms))

    agree(four_epochs, steps=True)


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="Every single row is a batch here; the next row meets the weights that the last one left behind.",
)
def test_stochastic(agree, tensors, generator, dtype):
    """one row at a time, in given orders and in the order of the rows"""
    X, y, w0, b0 = problem(tensors, dtype)
    perms = orders(generator, 10, 3)

    def given_orders(m):
        return weights(m.train_logreg(X, y, w0, b0, 0.4, 3, batch_size=1, perms=perms))

    def order_of_rows(m):
        return weights(m.train_logreg(X, y, w0, b0, 0.4, 3, batch_size=1))

    agree(given_orders, steps=True)
    agree(order_of_rows, steps=True)


@check(points=1.5, hint="How many rows does the last batch really have?")
def test_short_last_batch(student, tensors, dtype):
    """a last batch of fewer rows counts with the mean of its own rows"""
    for n, batch_size in [(10, 4), (9, 4), (7, 5)]:
        X, y, w0, b0 = problem(tensors, dtype, n=n)
        fit = student.train_logreg(X, y, w0, b0, 0.5, 2, batch_size=batch_size)
        slices = list(torch.arange(n).split(batch_size)) * 2
        w, b = by_optimizer(X, y, w0, b0, 0.5, slices)
        close(fit.w, w, what=f"w for n={n}, batch_size={batch_size}")
        close(fit.b, b, what=f"b for n={n}, batch_size={batch_size}")
    X, y, w0, b0 = problem(tensors, dtype)
    w, b = by_optimizer(X, y, w0, b0, 0.5, [torch.arange(10)] * 2)
    for batch_size in (10, 25):
        fit = student.train_logreg(X, y, w0, b0, 0.5, 2, batch_size=batch_size)
        close(fit.w, w, what=f"w for n=10, batch_size={batch_size}")
        close(fit.b, b, what=f"b for n=10, batch_size={batch_size}")


@check(points=2.25, hint="Over which rows, and at which weights, is each entry of the history measured?")
def test_history_definition(student, tensors, generator, dtype):
    """history has epochs + 1 floats: the loss over all rows at the start and after each epoch"""
    X, y, w0, b0 = problem(tensors, dtype)
    perms = orders(generator, 10, 3)
    expected = [loss_at(X, y, w0, b0)]
    for epochs in (1, 2, 3):
        shorter = student.train_logreg(X, y, w0, b0, 0.5, epochs, batch_size=4, perms=perms[:epochs])
        expected.append(loss_at(X, y, shorter.w, shorter.b))
        close(shorter.history, expected, what=f"history of {epochs} epochs, against the loss at w and b after each")
    # The formula of the statement stays finite where log(p) does not.
    far = torch.tensor([[900.0], [-900.0]], dtype=dtype)
    wrong, one, zero = torch.tensor([0.0, 1.0], dtype=dtype), torch.ones(1, dtype=dtype), torch.zeros((), dtype=dtype)
    still = student.train_logreg(far, wrong, one, zero, 0.0, 1)
    close(still.history, [900.0, 900.0], what="history for wrong scores of 900 and a learning rate of 0")


@check(points=0.75, hint="Each slice of an epoch makes one update, the short one too.")
def test_update_count(student, tensors, dtype):
    """updates is the number of slices of all epochs"""
    for n, batch_size, epochs, updates in [
        (10, None, 3, 3),
        (10, 4, 3, 9),
        (10, 5, 2, 4),
        (10, 1, 2, 20),
        (10, 25, 2, 2),
        (7, 6, 1, 2),
    ]:
        X, y, w0, b0 = problem(tensors, dtype, n=n)
        fit = student.train_logreg(X, y, w0, b0, 0.1, epochs, batch_size=batch_size)
        close(fit.updates, updates, what=f"updates for n={n}, batch_size={batch_size}, epochs={epochs}")


@check(points=1.5, hint="Same data, same rate, same epochs: who makes more updates, and how large are they?")
def test_learns(student):
    """on 200 rows in ten epochs batches of 20 get further than the full batch"""
    X, y = course_data.logistic_rows(200, 5, 0)
    w0, b0 = torch.zeros(5, dtype=torch.float64), torch.zeros((), dtype=torch.float64)
    perms = [on_cpu(torch.randperm(200, generator=torch.Generator().manual_seed(epoch))) for epoch in range(10)]

    def final_loss(batch_size):
        fit = student.train_logreg(X, y, w0, b0, 0.5, 10, batch_size=batch_size, perms=perms)
        return loss_at(X, y, fit.w, fit.b)  # judged here, because the history has a check of its own

    small, full = final_loss(20), final_loss(None)
    ensure(
        small < 0.53,
        f"With batches of 20 the loss ends at {small:.4f}, not below 0.53; follow a few updates of the example.",
    )
    ensure(
        0.54 < full < 0.56,
        f"With the full batch the loss ends at {full:.4f}, not between 0.54 and 0.56; follow the example's first line.",
    )


@check(points=0.75, hint="Which settings make no sense, and do you look at them before anything else?")
def test_bad_input(rejects, tensors, generator, dtype):
    """bad settings raise ValueError and leave the start as it was"""
    X, y, w0, b0 = problem(tensors, dtype)
    start = [w0, b0]
    rejects(lambda m: m.train_logreg(X, y, w0, b0, -0.1, 2), unchanged=start)
    rejects(lambda m: m.train_logreg(X, y, w0, b0, 0.1, 0), unchanged=start)
    rejects(lambda m: m.train_logreg(X, y, w0, b0, 0.1, 2, batch_size=0), unchanged=start)
    rejects(lambda m: m.train_logreg(X, y, w0, b0, 0.1, 2, batch_size=-4), unchanged=start)
    rejects(lambda m: m.train_logreg(X, y[:9].clone(), w0, b0, 0.1, 2), unchanged=start)
    for count in (1, 3):
        perms = orders(generator, 10, count)
        rejects(lambda m, perms=perms: m.train_logreg(X, y, w0, b0, 0.1, 2, batch_size=4, perms=perms), unchanged=start)
