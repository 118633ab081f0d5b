"""Hidden checks of momentum_nesterov. The truth is PyTorch's own SGD."""

import torch
from course_data import ravine
from torch.optim.sgd import sgd  # the function behind torch.optim.SGD

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
SHAPES = [(3, 2), (4,)]
STEPS = 40
LR = 0.02


def draw(tensors, steps=STEPS):
    """Parameters to start from, and a list of gradients for each step."""
    columns = [tensors(shape, n=1 + steps) for shape in SHAPES]
    start, *gradients = (list(row) for row in zip(*columns))
    return start, gradients


def clones(row):
    return [None if t is None else t.clone() for t in row]


def torch_run(
    start, gradients, halve_at=None, momentum=0.9, dampening=0.0, nesterov=False, weight_decay=0.0, maximize=False
):
    """Parameters and buffers after PyTorch's steps from `start`; the learning rate is halved before step `halve_at`."""
    params, boxes, lr = clones(start), [[None] for _ in start], LR
    for count, row in enumerate(gradients):
        lr = lr / 2 if count == halve_at else lr
        for p, g, box in zip(params, clones(row), boxes):
            if g is not None:
                sgd(
                    [p],
                    [g],
                    box,
                    foreach=False,
                    lr=lr,
                    momentum=momentum,
                    dampening=dampening,
                    nesterov=nesterov,
                    weight_decay=weight_decay,
                    maximize=maximize,
                )
    return params, [box[0] for box in boxes]


def student_run(student, start, gradients, halve_at=None, **options):
    """The same with the student's class."""
    params = clones(start)
    opt = student.MomentumSGD(params, LR, **options)
    for count, row in enumerate(gradients):
        if count == halve_at:
            opt.lr = LR / 2
        opt.step(clones(row))
    return params, opt


def ends_like_torch(student, start, gradients, what, **options):
    """Fail the check unless student and PyTorch end at the same parameters."""
    params, _ = student_run(student, start, gradients, **options)
    expected, _ = torch_run(start, gradients, **options)
    close(params, expected, steps=True, what=what)


@check(points=1.5, hint="What is in the buffer right after the very first gradient?", dtypes=BOTH)
def test_first_step(student, tensors):
    """the first step is the one of plain SGD, also with dampening; without momentum every step is"""
    start, gradients = draw(tensors, steps=5)
    plain, _ = torch_run(start, gradients[:1], momentum=0.0)
    for dampening in (0.0, 0.3):
        params, _ = student_run(student, start, gradients[:1], momentum=0.9, dampening=dampening)
        close(params, plain, what=f"the parameters after one step with dampening {dampening}")
    ends_like_torch(student, start, gradients, "the parameters after 5 steps with momentum 0", momentum=0.0)


@check(
    points=3,
    hint="What does the buffer keep of itself at a step, and how much of the new gradient comes in?",
    dtypes=BOTH,
)
def test_plain_momentum(student, tensors):
    """40 steps with momentum 0.9 end where PyTorch ends"""
    start, gradients = draw(tensors)
    ends_like_torch(student, start, gradients, "the parameters after 40 steps")


@check(points=1.5, hint="Which gradients are dampened, and is the first one among them?", dtypes=BOTH)
def test_dampening(student, tensors):
    """20 steps with dampening 0.3, with momentum 0.8 and with 1"""
    start, gradients = draw(tensors, steps=20)
    ends_like_torch(student, start, gradients, "the parameters after 20 steps, momentum 1", momentum=1.0, dampening=0.3)
    ends_like_torch(student, start, gradients, "the parameters after 20 steps", momentum=0.8, dampening=0.3)


@check(
    points=3,
    hint="Nesterov's step is made of two parts: which two, and is the buffer the old or the new one?",
    dtypes=BOTH,
)
def test_nesterov(student, tensors):
    """40 steps with Nesterov momentum 0.8"""
    start, gradients = draw(tensors)
    ends_like_torch(student, start, gradients, "the parameters after 40 steps", momentum=0.8, nesterov=True)


@check(points=1.5, hint="Sign first, then decay, and only then the buffer.", dtypes=BOTH)
def test_decay_and_maximize(student, tensors):
    """20 steps with weight decay, uphill, and with all of it and Nesterov"""
    start, gradients = draw(tensors, steps=20)
    decay = {"weight_decay": 0.4}
    ends_like_torch(student, start, gradients, "the parameters after 20 steps with decay", **decay)
    ends_like_torch(student, start, gradients, "the parameters after 20 steps with decay 1", weight_decay=1.0)
    ends_like_torch(student, start, gradients, "the parameters after 20 steps uphill", maximize=True)
    ends_like_torch(
        student,
        start,
        gradients,
        "the parameters after 20 steps uphill with decay and Nesterov",
        nesterov=True,
        maximize=True,
        **decay,
    )


@check(points=1.5, hint="Where does the learning rate come in: before the memory or after it?", dtypes=BOTH)
def test_live_learning_rate(student, tensors):
    """a learning rate halved at step 20 acts at once, and the buffers hold gradients without it"""
    start, gradients = draw(tensors)
    params, opt = student_run(student, start, gradients, halve_at=20)
    expected, buffers = torch_run(start, gradients, halve_at=20)
    close(params, expected, steps=True, what="the parameters after 40 steps")
    close(opt.buf, buffers, steps=True, what="buf")


@check(points=1.5, hint="Whose memory is the buffer, and what happens to it when there is no gradient?")
def test_gradients_and_none(student, tensors):
    """gradients stay unchanged and may be used again; without one, parameter and buffer wait"""
    shapes = [(3, 2), (4,), (2,)]
    start, first, second, third = ([tensors(shape) for shape in shapes] for _ in range(4))
    # The caller has one tensor per gradient and writes new numbers into it, as PyTorch does with `.grad`. The second
    # parameter begins late, the third one pauses.
    handed = clones(first)
    numbers = [
        [first[0], None, first[2]],
        [first[0], None, first[2]],
        [second[0], second[1], None],
        [third[0], second[1], third[2]],
    ]
    params = clones(start)
    opt = student.MomentumSGD(params, LR)
    for count, row in enumerate(numbers, start=1):
        for tensor, values in zip(handed, row):
            if values is not None:
                tensor.copy_(values)
        kept = clones(handed)
        opt.step([None if values is None else tensor for tensor, values in zip(handed, row)])
        ensure(
            all(torch.equal(g, k) for g, k in zip(handed, kept)),
            f"A gradient was changed in step {count}: the buffer needs memory of its own, so copy what it starts from.",
        )
        if row[1] is None:
            ensure(
                opt.buf[1] is None,
                "A parameter without any gradient so far has no buffer: buf should hold None for it.",
            )
    expected, _ = torch_run(start, numbers)
    names = ("always a gradient", "none in steps 1 and 2", "none in step 3")
    close(dict(zip(names, params)), dict(zip(names, expected)), steps=True)


@check(points=0.75, hint="Draw the path: what happens to the buffer along the valley's floor, and across it?")
def test_beats_plain_sgd(student):
    """down a ravine in 80 steps: momentum arrives, plain SGD is still on its way"""
    ends = {}
    for momentum in (0.0, 0.8):
        place = torch.tensor([-9.0, 1.5], dtype=torch.float64)
        opt = student.MomentumSGD([place], 0.02, momentum=momentum)
        for _ in range(80):
            opt.step([ravine(place)[1]])
        ends[momentum] = float(ravine(place)[0])
    ensure(
        ends[0.8] < 1e-4,
        f"With momentum 0.8 the loss on the ravine should end below 1e-4, yours ends at {ends[0.8]:.3g}: follow its buffer.",
    )
    ensure(
        ends[0.0] > 1,
        f"With momentum 0 the loss on the ravine should end at about 1.6, yours ends at {ends[0.0]:.3g}: take plain steps.",
    )


@check(points=0.75, hint="Five settings can be wrong at the start, and one thing at every step.")
def test_bad_input(rejects, tensors):
    """bad settings and a wrong number of gradients raise ValueError and move nothing"""
    start, gradients = draw(tensors, steps=1)
    params, grads = start, gradients[0]

    def refused(lr=0.1, **options):
        said = ", ".join(f"{name}={value}" for name, value in {"lr": lr, **options}.items())
        rejects(lambda m: m.MomentumSGD(params, lr, **options).step(grads), unchanged=params, what=said)

    refused(lr=-0.1)
    refused(momentum=-0.5)
    refused(weight_decay=-0.01)
    refused(momentum=0.0, nesterov=True)
    refused(momentum=0.9, dampening=0.3, nesterov=True)
    rejects(lambda m: m.MomentumSGD(params, 0.1).step(grads[:1]), unchanged=params, what="too few gradients")
    rejects(lambda m: m.MomentumSGD(params[:1], 0.1).step(grads), unchanged=params, what="too many gradients")
