"""Hidden checks of softmax_cross_entropy."""

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def classes(n, C, generator):
    return torch.randint(0, C, (n,), generator=generator)


@check(points=1.5, hint="The probabilities of one example, the last axis of the tensor, add up to one.", dtypes=BOTH)
def test_log_softmax_values(agree, tensors):
    """log-probabilities and probabilities along the last axis"""
    row, batch, sequences = tensors((4,)), tensors((6, 3)), tensors((2, 5, 4))
    transposed = tensors((3, 7)).T

    agree(lambda m: {"log_softmax of (4,)": m.log_softmax(row), "softmax of (4,)": m.softmax(row)})
    agree(lambda m: {"log_softmax of (6, 3)": m.log_softmax(batch), "softmax of (6, 3)": m.softmax(batch)})
    agree(
        lambda m: {"log_softmax of (2, 5, 4)": m.log_softmax(sequences), "softmax of (2, 5, 4)": m.softmax(sequences)}
    )
    agree(lambda m: {"log_softmax of a transposed tensor": m.log_softmax(transposed)})


@check(
    points=3,
    hint="Which number keeps every exponential of a row at most one, and is the sum's logarithm then safe?",
    dtypes=BOTH,
)
def test_extreme_scores(agree, tensors, generator, dtype):
    """scores around 1000, rows at very different levels, gaps of 1000"""
    # z - (m + log sum) is a right formula too; near 2000 it is off by one rounding of float32, which is about 1e-4.
    atol = 1e-3 if dtype == torch.float32 else None
    far = torch.tensor(
        [
            [1000.0, 0.0, -5.0, 3.0],
            [-2000.0, -1990.0, -2010.0, -2000.0],
            [-1000.0, -1000.0, -1000.0, -1000.0],
            [1000.0, 1001.0, 999.0, -1000.0],
            [0.5, -0.25, 0.0, 1.0],
        ],
        dtype=dtype,
    )
    target = torch.tensor([1, 1, 3, 1, 2])
    levels = torch.tensor([[1000.0], [-1000.0], [0.0], [-2000.0]], dtype=dtype)
    shifted, their_classes = tensors((4, 3)) + levels, classes(4, 3, generator)
    pair = torch.tensor([[-1000.0, 1000.0]], dtype=dtype)

    agree(lambda m: {"log_softmax": m.log_softmax(far), "softmax": m.softmax(far)}, atol=atol)
    agree(lambda m: {"losses": m.cross_entropy(far, target, reduction="none")}, atol=atol)
    agree(lambda m: {"losses": m.cross_entropy(shifted, their_classes, reduction="none")}, atol=atol)
    agree(
        lambda m: {"losses with smoothing 1": m.cross_entropy(far, target, reduction="none", label_smoothing=1.0)},
        atol=atol,
    )
    # One row at a time, so that means and sums, which other checks are about, are the same here.
    agree(lambda m: {"loss of one row with two classes": m.cross_entropy(pair, torch.tensor([0]))}, atol=atol)
    for k in range(len(far)):
        row, its_class = far[k : k + 1].clone(), target[k : k + 1].clone()
        agree(lambda m, row=row, its_class=its_class: m.cross_entropy_with_grad(row, its_class), atol=atol)


@check(
    points=3,
    hint="Repeating the batch twice doubles the sum, leaves the mean as it was, and doubles the number of row losses.",
    dtypes=BOTH,
)
def test_loss_values(agree, tensors, generator):
    """mean, sum and none, also for one row and for two classes"""
    for n, C in ((6, 5), (1, 4), (7, 2)):
        logits, target = tensors((n, C)), classes(n, C, generator)
        agree(
            lambda m, logits=logits, target=target: {
                "mean": m.cross_entropy(logits, target),
                "sum": m.cross_entropy(logits, target, reduction="sum"),
                "none": m.cross_entropy(logits, target, reduction="none"),
            }
        )


@check(
    points=1.5,
    hint="Write down the target row for three classes and a smoothing of 0.3; its entries add up to one.",
    dtypes=BOTH,
)
def test_smoothing(agree, tensors, generator):
    """losses with label smoothing 0.1 and 1"""
    logits, target = tensors((6, 4)), classes(6, 4, generator)

    for smoothing in (0.1, 1.0):
        agree(
            lambda m, smoothing=smoothing: {
                "mean": m.cross_entropy(logits, target, label_smoothing=smoothing),
                "sum": m.cross_entropy(logits, target, reduction="sum", label_smoothing=smoothing),
                "none": m.cross_entropy(logits, target, reduction="none", label_smoothing=smoothing),
            }
        )


def by_autograd(logits, target, smoothing):
    """Loss and gradient as PyTorch finds them."""
    leaf = logits.clone().requires_grad_()
    loss = F.cross_entropy(leaf, target, label_smoothing=smoothing)
    return loss.detach(), torch.autograd.grad(loss, leaf)[0]


@check(
    points=3,
    hint="For each row the gradient is the probabilities minus the target row; what does the mean add to that?",
    dtypes=BOTH,
)
def test_gradient(agree, student, tensors, generator):
    """mean loss and gradient against autograd"""
    for n, C in ((6, 4), (1, 3), (5, 2)):
        logits, target = tensors((n, C)), classes(n, C, generator)
        agree(lambda m, logits=logits, target=target: m.cross_entropy_with_grad(logits, target))
        close(
            student.cross_entropy_with_grad(logits, target),
            by_autograd(logits, target, 0.0),
            what="loss and gradient beside autograd's",
        )


@check(points=1.5, hint="Loss and gradient must be computed from the same target rows.", dtypes=BOTH)
def test_gradient_with_smoothing(agree, student, tensors, generator):
    """mean loss and gradient with label smoothing 0.25 and 1"""
    logits, target = tensors((6, 4)), classes(6, 4, generator)

    for smoothing in (0.25, 1.0):
        agree(lambda m, smoothing=smoothing: m.cross_entropy_with_grad(logits, target, label_smoothing=smoothing))
        close(
            student.cross_entropy_with_grad(logits, target, label_smoothing=smoothing),
            by_autograd(logits, target, smoothing),
            what="loss and gradient beside autograd's",
        )


def is_like(value, logits):
    return isinstance(value, torch.Tensor) and value.shape == logits.shape


@check(
    points=0.75,
    hint="Probabilities and targets both add up to one in each row, so their difference adds up to zero.",
    dtypes=BOTH,
)
def test_rows_sum_to_zero(student, tensors, generator):
    """each gradient row sums to 0, each softmax row to 1"""
    sequences = tensors((3, 2, 5))
    probabilities = student.softmax(sequences)
    ensure(is_like(probabilities, sequences), "`softmax` does not return a tensor of its input's shape; return one.")
    close(probabilities.sum(-1), torch.ones_like(sequences[..., 0]), what="the sums of the softmax rows")

    logits, target = tensors((6, 4)), classes(6, 4, generator)
    for smoothing in (0.0, 0.25):
        pair = student.cross_entropy_with_grad(logits, target, label_smoothing=smoothing)
        ensure(
            isinstance(pair, tuple) and len(pair) == 2,
            "`cross_entropy_with_grad` does not return a pair; return (loss, gradient).",
        )
        ensure(
            is_like(pair[1], logits), "The gradient does not have the shape of the scores; return one number per score."
        )
        close(pair[1].sum(-1), torch.zeros_like(logits[:, 0]), what="the sums of the gradient rows")


@check(points=0.75, hint="Three kinds of bad input are named in the statement; test for them before computing.")
def test_bad_input(rejects, tensors):
    """mismatched lengths, unknown reductions, smoothing outside 0 to 1"""
    logits, target = tensors((4, 3)), torch.tensor([0, 2, 1, 1])

    for wrong in (target[:3], target[:1], torch.cat([target, target])):
        rejects(lambda m, wrong=wrong: m.cross_entropy(logits, wrong), unchanged=[logits])
        rejects(lambda m, wrong=wrong: m.cross_entropy_with_grad(logits, wrong), unchanged=[logits])
    for smoothing in (-0.1, 1.5):
        rejects(lambda m, smoothing=smoothing: m.cross_entropy(logits, target, label_smoothing=smoothing))
        rejects(lambda m, smoothing=smoothing: m.cross_entropy_with_grad(logits, target, label_smoothing=smoothing))
    rejects(lambda m: m.cross_entropy(logits, target, reduction="average"))
    rejects(lambda m: m.cross_entropy(logits, target, reduction=""))
