"""Hidden checks of sgd_step."""

import torch
from torch.optim.sgd import sgd  # the function behind torch.optim.SGD

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
SHAPES = [(3, 2), (4,)]


def draw(tensors):
    """One tensor of each shape."""
    return [tensors(shape) for shape in SHAPES]


def clones(params):
    return [p.clone() for p in params]


def torch_steps(start, steps, lr, weight_decay):
    """Where PyTorch's own step goes from `start`, with one list of gradients for each step."""
    params = clones(start)
    for grads in steps:
        sgd(
            params,
            clones(grads),
            [None] * len(params),
            foreach=False,
            weight_decay=weight_decay,
            momentum=0.0,
            lr=lr,
            dampening=0.0,
            nesterov=False,
            maximize=False,
        )
    return params


@check(points=1.25, hint="Learning rate times gradient: is it taken away, and at its full length?", dtypes=BOTH)
def test_plain_step(agree, tensors):
    """three plain steps on two tensors"""
    start, steps = draw(tensors), [draw(tensors) for _ in range(3)]

    def three_steps(m):
        params = clones(start)
        for grads, lr in zip(steps, (0.1, 0.5, 0.02)):
            m.sgd_step(params, clones(grads), lr)
        return {"matrix": params[0], "vector": params[1]}

    agree(three_steps, pure=False)


@check(points=1, hint="Which tensor does the caller hold, and which one did your step write into?")
def test_in_place(student, tensors):
    """the caller's own tensors move, and nothing is returned"""
    wide = tensors((3, 4))
    params = [tensors((5,)), wide[:, ::2], tensors((2, 3)).T]  # the last two have gaps, or rows that run the other way
    before, grads = clones(params), [tensors((5,)), tensors((3, 2)), tensors((3, 2))]

    looked = student.kit.step_and_look(student.sgd_step, params, clones(grads), 0.1)

    ensure(
        not any(torch.equal(p, b) for p, b in zip(params, before)),
        "After your step a tensor of the caller still holds the old numbers: write the new ones into that tensor.",
    )
    close(params, [b - 0.1 * g for b, g in zip(before, grads)], what="the caller's tensors after one step")
    ensure(looked["list_kept"], "The list holds other tensors after your step: change the tensors, not the list.")
    ensure(
        looked["memory_kept"],
        "The numbers live in other memory after your step, so views of a parameter would miss it: write into the old one.",
    )
    ensure(
        looked["returned"] == "None",
        f"sgd_step works in place and returns None, yours returned a {looked['returned']}: leave the return value out.",
    )


@check(points=1, hint="Decay is one more part of the gradient, measured at the same point as the rest.", dtypes=BOTH)
def test_weight_decay(student, tensors):
    """three steps with weight decay end where PyTorch ends"""
    start, steps = draw(tensors), [draw(tensors) for _ in range(3)]
    params = clones(start)
    for grads in steps:
        student.sgd_step(params, clones(grads), 0.3, weight_decay=0.4)
    expected = torch_steps(start, steps, 0.3, 0.4)
    close(params, expected, what="the parameters after three steps with lr 0.3 and weight decay 0.4")


@check(points=0.75, hint="Which of the two parts of a step changes its sign when you climb?", dtypes=BOTH)
def test_maximize(agree, tensors):
    """two steps uphill, without and with weight decay"""
    start, steps = draw(tensors), [draw(tensors) for _ in range(2)]

    def climb(m, weight_decay):
        params = clones(start)
        for grads in steps:
            m.sgd_step(params, clones(grads), 0.2, weight_decay=weight_decay, maximize=True)
        return params

    agree(lambda m: {"without decay": climb(m, 0.0), "with decay 0.5": climb(m, 0.5)}, pure=False)


@check(points=0.5, hint="No gradient and a gradient of zeros are two things: who takes part in the step?")
def test_none_gradient(agree, tensors):
    """a parameter without gradient stays, even with decay"""
    start = [tensors((2, 3)), tensors((4,)), tensors((3,))]
    first, last = tensors((2, 3)), tensors((3,))

    def two_steps(m):
        params = clones(start)
        m.sgd_step(params, [first.clone(), None, torch.zeros_like(last)], 0.1, weight_decay=0.5)
        m.sgd_step(params, [None, None, last.clone()], 0.1, weight_decay=0.5)
        return {
            "a gradient, then none": params[0],
            "never a gradient": params[1],
            "a gradient of zeros, then another": params[2],
        }

    agree(two_steps, pure=False)


@check(points=0.25, hint="The caller may want to use the gradients again.")
def test_gradients_kept(student, tensors):
    """the gradients are the same before and after"""
    for options in ({}, {"weight_decay": 0.5}, {"maximize": True}, {"weight_decay": 0.5, "maximize": True}):
        params, grads = draw(tensors), draw(tensors)
        kept = clones(grads)
        student.sgd_step(params, grads, 0.1, **options)
        said = ", ".join(f"{name}={value}" for name, value in options.items()) or "no options"
        ensure(
            all(torch.equal(g, k) for g, k in zip(grads, kept)),
            f"A gradient has changed after a step with {said}: compute with a new tensor, and only write into parameters.",
        )


@check(points=0.25, hint="Compare lr, weight_decay and the two lengths with their limits before anything moves.")
def test_bad_input(student, rejects, tensors):
    """bad input raises ValueError; lr 0 and empty lists are fine"""
    params, grads = draw(tensors), draw(tensors)
    rejects(lambda m: m.sgd_step(params, grads, -0.1), unchanged=params, what="lr=-0.1")
    rejects(lambda m: m.sgd_step(params, grads, 0.1, weight_decay=-0.01), unchanged=params, what="weight_decay=-0.01")
    rejects(lambda m: m.sgd_step(params, grads[:1], 0.1), unchanged=params, what="two parameters and one gradient")
    rejects(lambda m: m.sgd_step(params[:1], grads, 0.1), unchanged=params, what="one parameter and two gradients")

    before = clones(params)
    student.sgd_step(params, grads, 0.0, weight_decay=0.5)
    close(params, before, what="the parameters after a step with learning rate 0")
    student.sgd_step([], [], 0.1)
