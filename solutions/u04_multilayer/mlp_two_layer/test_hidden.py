"""Hidden checks of mlp_two_layer. The truth is autograd, run here on the plain formulas."""

import torch
import torch.nn.functional as F
from course_data import moons

from grader.checks import check, close, ensure

ACTIVATIONS = ("relu", "tanh", "sigmoid")


def network(tensors, sizes=(3, 5, 4), scale=1.0):
    """Weights of a network with these numbers of inputs, hidden units and classes."""
    d, h, c = sizes
    return {
        "W1": tensors((h, d), scale=scale),
        "b1": tensors((h,), scale=scale),
        "W2": tensors((c, h), scale=scale),
        "b2": tensors((c,), scale=scale),
    }


def classes(generator, n, c=4):
    return torch.randint(0, c, (n,), generator=generator)


def scores_of(X, params, activation):
    hidden = getattr(torch, activation)(X @ params["W1"].T + params["b1"])
    return hidden @ params["W2"].T + params["b2"]


def leaves_of(X, params):
    return X.clone().requires_grad_(), {name: param.clone().requires_grad_() for name, param in params.items()}


def backward_by_autograd(X, params, activation, dlogits):
    x, leaves = leaves_of(X, params)
    found = torch.autograd.grad(scores_of(x, leaves, activation), [x, *leaves.values()], grad_outputs=dlogits)
    return dict(zip(("X", *leaves), found))


def loss_by_autograd(X, y, params, activation="relu", l2=0.0):
    """(loss, gradients) as torch finds them."""
    x, leaves = leaves_of(X, params)
    loss = F.cross_entropy(scores_of(x, leaves, activation), y)
    loss = loss + l2 / 2 * (leaves["W1"].square().sum() + leaves["W2"].square().sum())
    return loss.detach(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="There are two sums of products and one activation: between which of them does it stand?",
)
def test_forward_values(agree, tensors, student):
    """the scores of several rows and of a single row, for three activations"""
    params = network(tensors)
    batches = {"six rows": tensors((3, 6)).T, "one row": tensors((1, 3))}  # the first is not contiguous

    def forward(m):
        return {
            f"scores of {name}, {activation}": m.kit.scores(m.mlp_forward, X, params, activation)
            for name, X in batches.items()
            for activation in ACTIVATIONS
        }

    agree(forward)
    expected = {f"scores of {name}, {a}": scores_of(X, params, a) for name, X in batches.items() for a in ACTIVATIONS}
    close(forward(student), expected)


@check(
    points=3.75,
    dtypes=("float64", "float32"),
    hint="Go back line by line; which quantity of the forward pass does each line multiply with?",
)
def test_backward_values(agree, tensors, student):
    """five gradients for a random gradient of the scores, also with a second batch in between"""
    params = network(tensors)
    first, second = tensors((3, 6)).T, tensors((1, 3))
    d_first, d_second = tensors((4, 6)).T, tensors((1, 4))

    def back(m, activation):
        return m.kit.two_batches(m.mlp_forward, m.mlp_backward, first, second, params, activation, d_first, d_second)

    agree(lambda m: {f"gradients with {activation}": back(m, activation) for activation in ACTIVATIONS})
    for activation in ACTIVATIONS:
        expected = {
            "first": backward_by_autograd(first, params, activation, d_first),
            "second": backward_by_autograd(second, params, activation, d_second),
        }
        expected["first again"] = expected["first"]
        close(back(student, activation), expected, what=f"the gradients with {activation}")


@check(
    points=1.5,
    dtypes=("float64", "float32"),
    hint="Which functions does the score of a class pass before the loss is taken?",
)
def test_loss_value(agree, tensors, generator, student):
    """the mean cross entropy, for three activations"""
    params, X, y = network(tensors), tensors((7, 3)), classes(generator, 7)

    def losses(m):
        return {f"loss with {a}": m.kit.loss_only(m.loss_and_grads, X, y, params, activation=a) for a in ACTIVATIONS}

    agree(losses)
    expected = {f"loss with {a}": loss_by_autograd(X, y, params, a)[0] for a in ACTIVATIONS}
    close(losses(student), expected)


@check(
    points=3.0,
    dtypes=("float64", "float32"),
    hint="What is the gradient of the mean cross entropy towards the scores? The rest is your mlp_backward.",
)
def test_gradients_of_loss(agree, tensors, generator, student):
    """the gradients of the mean cross entropy for several rows and for one, for three activations"""
    params = network(tensors)
    batches = {
        f"gradients with {a}, n = {n}": (tensors((n, 3)), classes(generator, n), a) for n in (7, 1) for a in ACTIVATIONS
    }

    def gradients(m):
        return {
            name: m.kit.grads_only(m.loss_and_grads, X, y, params, activation=activation)
            for name, (X, y, activation) in batches.items()
        }

    agree(gradients)
    found = gradients(student)
    expected = {name: loss_by_autograd(X, y, params, activation)[1] for name, (X, y, activation) in batches.items()}
    close(found, expected)
    for grads in found.values():
        ensure(
            list(grads) == ["W1", "b1", "W2", "b2"],
            f"The gradients come in the order {', '.join(grads)}; return them in the order W1, b1, W2, b2.",
        )


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="Write the penalty for a single weight and differentiate it by hand.",
)
def test_penalty(agree, tensors, generator, student):
    """l2 = 0.3 adds its share to the loss and to the gradients of the two matrices"""
    params, X, y = network(tensors), tensors((5, 3)), classes(generator, 5)

    def with_penalty(m):
        return {
            f"(loss, gradients) with {a}": m.loss_and_grads(X, y, params, activation=a, l2=0.3) for a in ACTIVATIONS
        }

    agree(with_penalty)
    expected = {f"(loss, gradients) with {a}": loss_by_autograd(X, y, params, a, l2=0.3) for a in ACTIVATIONS}
    close(with_penalty(student), expected)


@check(points=0.75, hint="What reaches the weights of a unit whose output is 0 for every row?")
def test_dead_unit(agree, tensors, generator, student):
    """a hidden unit that is off for all rows, or exactly at zero, has no gradient"""
    params, X, y = network(tensors), tensors((6, 3)), classes(generator, 6)
    params["b1"][1] = -100.0  # off
    params["W1"][3], params["b1"][3] = 0.0, 0.0  # exactly zero for every row

    def gradients(m):
        return m.kit.grads_only(m.loss_and_grads, X, y, params)

    agree(gradients)
    close(gradients(student), loss_by_autograd(X, y, params)[1], what="the gradients")


@check(points=0.75, hint="If a short step against your gradient raises the loss, is it the gradient of this loss?")
def test_one_step_helps(student, tensors, dtype):
    """one step of 0.1 against the gradient lowers the loss on the two moons"""
    X, y = moons(50, 0.1, seed=0)
    params = network(tensors, sizes=(2, 8, 2), scale=0.5)
    for activation in ACTIVATIONS:
        before, after = student.kit.descend(
            student.loss_and_grads, X.to(dtype), y, params, lr=0.1, activation=activation
        )
        ensure(
            after < before,
            f"With {activation} the loss went from {before:.6g} to {after:.6g} in one step of 0.1 against your gradient; "
            "it should go down. Compare a few entries of your gradient with central differences.",
        )


@check(points=0.75, hint="Look at the name and at the shapes before you compute anything.")
def test_bad_input(rejects, tensors, generator):
    """an unknown activation and rows of the wrong width raise ValueError"""
    params, y = network(tensors), classes(generator, 2)
    X, wide, narrow = tensors((2, 3)), tensors((2, 4)), tensors((2, 2))

    rejects(lambda m: m.mlp_forward(X, params, activation="softplus"))
    rejects(lambda m: m.loss_and_grads(X, y, params, activation="softplus"))
    for rows in (wide, narrow):
        rejects(lambda m, rows=rows: m.mlp_forward(rows, params))
        rejects(lambda m, rows=rows: m.loss_and_grads(rows, y, params, activation="tanh"))
