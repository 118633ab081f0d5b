"""Public checks of momentum_nesterov: the worked example of the statement, and a first look at the rules around it."""

import torch

from grader.checks import check, close, ensure

GRADIENTS = (1.0, 1.0, -2.0)


def column(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


def walk(student, **options):
    """Where the worked example's weight is after each of its three steps."""
    weight, places = column(1.0), []
    opt = student.MomentumSGD([weight], 0.1, momentum=0.8, **options)
    for g in GRADIENTS:
        opt.step([column(g)])
        places.append(weight.clone())
    return places, opt


@check(hint="Follow the first table of the statement row by row: first the buffer, then the weight.")
def test_worked_example(student):
    """the worked example with plain momentum, weight and buffer"""
    places, opt = walk(student)
    close(places, [column(0.9), column(0.72), column(0.776)], what="the weight after steps 1, 2 and 3")
    close(opt.buf, [column(-0.56)], what="buf after step 3")


@check(hint="What is multiplied by the learning rate here: the buffer, or the gradient and the buffer?")
def test_worked_example_nesterov(student):
    """the worked example with Nesterov momentum"""
    places, _ = walk(student, nesterov=True)
    close(places, [column(0.82), column(0.576), column(0.8208)], what="the weight after steps 1, 2 and 3")


@check(hint="The first buffer is the plain gradient; later gradients enter with the factor 1 - dampening.")
def test_worked_example_dampening(student):
    """the worked example with dampening 0.5"""
    places, _ = walk(student, dampening=0.5)
    close(places, [column(0.9), column(0.77), column(0.766)], what="the weight after steps 1, 2 and 3")


@check(hint="Skip such a parameter before you touch anything that belongs to it.")
def test_no_gradient_no_step(student):
    """a parameter without a gradient stays where it is, and gets no buffer"""
    first, second = column(1.0, 2.0), column(5.0)
    opt = student.MomentumSGD([first, second], 0.1)
    opt.step([column(1.0, -1.0), None])
    close(first, column(0.9, 2.1), what="the parameter with a gradient")
    close(second, column(5.0), what="the parameter without one")
    ensure(opt.buf[1] is None, "A parameter that has not taken a step has no buffer yet: buf holds None for it.")


@check(hint="Compare the settings with their limits before you store them.")
def test_nesterov_needs_momentum(rejects):
    """Nesterov without momentum raises ValueError"""
    rejects(lambda m: m.MomentumSGD([column(1.0)], 0.1, momentum=0.0, nesterov=True).step([column(1.0)]))
