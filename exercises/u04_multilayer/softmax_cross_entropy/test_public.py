"""Public checks of softmax_cross_entropy. They run on your machine; read them, they are part of the statement."""

import math

import torch
import torch.nn.functional as F

from grader.checks import check, close


@check(hint="The exponentials of these scores are 1, 2 and 5: what do they add up to?")
def test_probabilities_by_hand(student):
    """scores ln 1, ln 2, ln 5 have the probabilities 1/8, 2/8, 5/8"""
    scores = torch.tensor([[0.0, math.log(2), math.log(5)]], dtype=torch.float64)
    probabilities = torch.tensor([[0.125, 0.25, 0.625]], dtype=torch.float64)

    close(student.softmax(scores), probabilities, what="softmax")
    close(student.log_softmax(scores), probabilities.log(), what="log_softmax")


@check(hint="When all scores of a row are equal, every class has the probability 1/C.")
def test_loss_of_equal_scores(student):
    """four equal scores cost ln 4 in every row, whatever the class"""
    scores = torch.zeros(3, 4, dtype=torch.float64)
    target = torch.tensor([0, 3, 1])
    one_row = torch.tensor(math.log(4), dtype=torch.float64)

    close(student.cross_entropy(scores, target), one_row, what="the mean loss")
    close(student.cross_entropy(scores, target, reduction="sum"), 3 * one_row, what="the sum of the losses")
    close(student.cross_entropy(scores, target, reduction="none"), one_row.expand(3), what="the losses of the rows")


@check(hint="Which number could you subtract from both scores without changing the probabilities?")
def test_large_scores(student):
    """scores of 800 and 801 behave like 0 and 1"""
    small = torch.tensor([[0.0, 1.0]], dtype=torch.float64)

    close(student.log_softmax(small + 800), small - math.log(1 + math.e), what="log_softmax")


@check(hint="Compare p − q with your gradient entry by entry: which factor or sign is different?")
def test_like_torch(student, tensors):
    """loss and gradient of a random batch are those of PyTorch"""
    scores = tensors((5, 4))
    target = torch.tensor([0, 2, 1, 1, 0])
    leaf = scores.clone().requires_grad_()
    loss = F.cross_entropy(leaf, target, label_smoothing=0.25)
    (gradient,) = torch.autograd.grad(loss, leaf)

    close(
        student.cross_entropy_with_grad(scores, target, label_smoothing=0.25),
        (loss.detach(), gradient),
        what="loss and gradient",
    )


@check(hint="Look at the arguments before you compute anything.")
def test_unknown_reduction(rejects):
    """a reduction that does not exist raises ValueError"""
    scores, target = torch.zeros(2, 3, dtype=torch.float64), torch.tensor([0, 1])

    rejects(lambda m: m.cross_entropy(scores, target, reduction="median"))
