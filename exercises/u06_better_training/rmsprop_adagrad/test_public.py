"""Public checks of rmsprop_adagrad. They run on your machine; read them, they are part of the statement."""

import torch

from grader.checks import check, close


def number(value):
    return torch.tensor([value], dtype=torch.float64)


@check(hint="After a gradient of 4 the sum is 16, so the first step is 0.1 times 4 divided by 4.")
def test_adagrad_by_hand(student):
    """Adagrad takes the weight from 1 to 0.9 and 0.84, as in the statement"""
    weight = number(1.0)
    opt = student.Adagrad([weight], lr=0.1)

    opt.step([number(4.0)])
    close(weight, number(0.9), what="the weight after the first step")
    opt.step([number(3.0)])
    close(weight, number(0.84), what="the weight after the second step")
    close(opt.sum, [number(25.0)], what="`sum`")
    close(opt.t, [2], what="`t`")


@check(hint="The average forgets a quarter of itself in each step and takes in a quarter of the squared gradient.")
def test_rmsprop_by_hand(student):
    """RMSprop takes the weight from 1 to 0.8 and 0.7, as in the statement"""
    weight = number(1.0)
    opt = student.RMSprop([weight], lr=0.1, alpha=0.75)

    opt.step([number(4.0)])
    close(weight, number(0.8), what="the weight after the first step")
    opt.step([number(2.0)])
    close(weight, number(0.7), what="the weight after the second step")
    close(opt.square_avg, [number(4.0)], what="`square_avg`")


@check(hint="Momentum collects the divided gradient; centring subtracts the square of the average gradient.")
def test_rmsprop_options_by_hand(student):
    """with momentum the weight goes to 0.8 and 0.6; centred, the first step ends at 0.8"""
    weight = number(1.0)
    opt = student.RMSprop([weight], lr=0.1, alpha=0.75, momentum=0.5)
    opt.step([number(4.0)])
    opt.step([number(2.0)])
    close(weight, number(0.6), what="the weight after two steps with momentum")

    weight = number(1.0)
    opt = student.RMSprop([weight], lr=0.1, alpha=0.5, centered=True)
    opt.step([number(4.0)])
    close(weight, number(0.8), what="the weight after one centred step")


@check(hint="Change one thing at a time: which of the two optimizers differs, and from which step on?")
def test_like_torch(student, tensors):
    """ten default steps on a matrix end where PyTorch's optimizers end"""
    start, grads = tensors((3, 2)), tensors((3, 2), n=10)

    for name in ("Adagrad", "RMSprop"):
        leaf = start.clone().requires_grad_()
        theirs = getattr(torch.optim, name)([leaf], lr=0.1)
        weights = start.clone()
        yours = student.Adagrad([weights], lr=0.1) if name == "Adagrad" else student.RMSprop([weights], lr=0.1)
        for g in grads:
            leaf.grad = g.clone()
            theirs.step()
            yours.step([g])
        close(weights, leaf.detach(), what=f"the weights after ten steps of {name}")


@check(hint="Look at the numbers that the constructor gets, and at the length of the list that the step gets.")
def test_bad_input(rejects):
    """a negative learning rate and a missing gradient raise ValueError"""
    weight = number(1.0)

    rejects(lambda m: m.RMSprop([weight], lr=-0.1).step([number(4.0)]), unchanged=[weight])
    rejects(lambda m: m.Adagrad([weight]).step([]), unchanged=[weight])
