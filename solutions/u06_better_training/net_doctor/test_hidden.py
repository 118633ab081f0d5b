"""Hidden checks of net_doctor."""

import math

import torch

from grader.checks import check, close, ensure

NAN, INF = math.nan, math.inf


def diagnosed(student, cases):
    """Compare the codes of some runs: name -> (gradient norms, losses, number of classes, codes that are due)."""
    for name, (norms, losses, num_classes, due) in cases.items():
        found = student.diagnose(norms, losses, num_classes)
        ensure(isinstance(found, list), f"diagnose returns a list of codes, yours returned a {type(found).__name__}.")
        ensure(
            found == due,
            f"With {name} (norms {norms}, losses {losses}, {num_classes} classes) your codes are {found}, due are {due}: "
            "read the rule of each code again.",
        )


@check(points=1.5, hint="The loss uses natural logarithms; what is the loss of probability 1/C?")
def test_initial_loss(student):
    """the first loss for 2, 3, 10 and 1000 classes"""
    for num_classes in (2, 3, 10, 1000):
        found = student.expected_initial_loss(num_classes)
        close(found, math.log(num_classes), what=f"the expected loss with {num_classes} classes")


@check(points=3, dtypes=("float64", "float32"), hint="For one unit, look at all rows: is there any that wakes it?")
def test_dead_units(student, tensors):
    """activations with silent rows, units that are silent at times, and dead units, also with negative values"""
    positive = tensors((6, 8)).abs() + 0.1
    awake = torch.ones(6, 8, dtype=torch.bool)
    awake[:, [1, 4, 5]] = False  # dead
    awake[::2, 0] = False  # silent in every second row
    awake[1:, 7] = False  # one row wakes it
    awake[3] = False  # a row in which nobody says anything
    relu = torch.where(awake, positive, 0.0)
    leaky = torch.where(awake, positive, -0.01 * positive)
    mixed = leaky.clone()
    mixed[::2, 4] = 0.0
    faint = torch.where(awake, 1e-6 * positive, 0.0)
    cases = {
        "activations of a ReLU": (relu, 3 / 8),
        "activations with negative values": (leaky, 3 / 8),
        "a dead unit with zeros and negative values": (mixed, 3 / 8),
        "very small activations": (faint, 3 / 8),
        "activations that are not contiguous": (relu.T.contiguous().T, 3 / 8),
        "the first four units": (relu[:, :4].contiguous(), 1 / 4),
        "a single row": (relu[1:2].clone(), 4 / 8),
        "activations that are all positive": (positive, 0.0),
        "activations that are all zero": (torch.zeros_like(positive), 1.0),
        "a single unit": (positive[:, :1].clone(), 0.0),
    }
    for name, (activations, share) in cases.items():
        close(student.dead_fraction(activations), share, what=f"the dead share of {name}")


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="What moves the weight is the step: how long is it, seen from the weight?",
)
def test_ratios(agree, tensors, student):
    """the ratios of four parameters of different shapes and sizes, one of them zero"""
    params = [tensors((4, 3), scale=5.0), tensors((3, 4)).T, tensors(()) + 4.0, torch.zeros_like(tensors((3,)))]
    grads = [tensors((4, 3)), tensors((4, 3), scale=0.1), tensors(()) - 4.0, tensors((3,))]
    agree(lambda m: {f"ratios with lr {lr:g}": m.update_ratios(params, grads, lr) for lr in (0.01, 2.0)})
    expected = [0.01 * float(g.norm()) / (float(p.norm()) + 1e-12) for p, g in zip(params, grads)]
    close(student.update_ratios(params, grads, 0.01), expected, what="the ratios with lr 0.01")


@check(
    points=4.5,
    hint="Each rule looks at one thing only. Which end of the list is the first layer, and what does nan compare with?",
)
def test_symptoms(student):
    """each symptom alone, and several together"""
    fine, falling = [0.2, 0.3, 0.1], [2.35, 1.6, 0.9]
    diagnosed(
        student,
        {
            "a loss that became nan": (fine, [2.3, 2.0, NAN], 10, ["not_finite"]),
            "a loss that was infinite for a moment": (fine, [2.3, INF, 1.0], 10, ["not_finite"]),
            "a loss that went to infinity": (fine, [2.3, 40.0, INF], 10, ["not_finite"]),
            "a first loss of nan": (fine, [NAN, 2.0, 1.9], 10, ["not_finite"]),
            "a loss that stays": (fine, [2.3, 1.9, 2.5, 2.3], 10, ["not_learning"]),
            "a loss that falls by half a percent": (fine, [2.3, 2.2885], 10, ["not_learning"]),
            "a loss that starts too high": (fine, [9.0, 3.0, 1.0], 10, ["bad_initial_loss"]),
            "a loss that starts too low": (fine, [0.8, 0.5, 0.3], 10, ["bad_initial_loss"]),
            "a first loss that is right for 10 of 1000 classes": (fine, [2.3, 1.0], 1000, ["bad_initial_loss"]),
            "a first layer without gradient": ([1e-6, 1e-3, 0.1], falling, 10, ["vanishing_gradients"]),
            "a first layer that gets one and a half thousandths": ([1.5e-3, 0.1, 1.0], falling, 10, []),
            "one very large gradient": ([5.0, 2000.0, 30.0], falling, 10, ["exploding_gradients"]),
            "a gradient of nan": ([0.3, NAN, 0.1], falling, 10, ["exploding_gradients"]),
            "an infinite gradient": ([0.3, INF, 0.1], falling, 10, ["exploding_gradients"]),
            "large last gradients": (
                [0.5, 40.0, 5000.0],
                falling,
                10,
                ["exploding_gradients", "vanishing_gradients"],
            ),
            "a high first loss and then nan": (fine, [9.0, NAN], 10, ["bad_initial_loss", "not_finite"]),
            "four symptoms": (
                [1e-3, 10.0, 5000.0],
                [9.0, 9.5],
                10,
                ["bad_initial_loss", "exploding_gradients", "not_learning", "vanishing_gradients"],
            ),
        },
    )


@check(points=0.75, hint="Which of your rules sees an illness where there is none? Gradients fade on their way back.")
def test_healthy(student):
    """healthy runs get no code at all"""
    diagnosed(
        student,
        {
            "a normal run": ([0.2, 0.3, 0.1], [2.35, 1.6, 0.9], 10, []),
            "a last layer with a small gradient": ([1.0, 0.1, 1e-5], [2.2, 1.5], 10, []),
            "a middle layer with a small gradient": ([1.0, 1e-6, 1.0], [2.2, 1.5], 10, []),
            "a loss that rose for a while": ([1.0, 2.0], [0.7, 1.9, 0.6], 2, []),
            "one layer and 1000 classes": ([900.0], [7.5, 6.1], 1000, []),
            "a first loss that is a third too high": ([1.0, 1.0], [3.06, 1.0], 10, []),
        },
    )


@check(points=2.25, hint="Say after each call: how many were made, and is it over?")
def test_overfit_counter(student):
    """the number of calls when the target is met, -1 when it isn't, and no call too many"""
    cases = {
        "a target met with the third of five calls": ([2.3, 0.9, 0.04, 0.01, 0.01], 0.05, 5, 3),
        "a target met at once": ([0.01, 0.5, 0.6], 0.05, 3, 1),
        "a target met with the last call": ([2.0, 1.5, 1.0, 0.04], 0.05, 4, 4),
        "a target that is never met": ([2.0, 1.5, 1.4, 1.3], 0.05, 4, -1),
        "a target met one call too late": ([2.0, 1.5, 1.0, 0.04], 0.05, 3, -1),
        "a loss that goes up again": ([2.0, 0.04, 3.0, 0.03], 0.05, 4, 2),
        "a loss that is nan for a moment": ([2.0, NAN, 1.0, 0.04, 0.04], 0.05, 5, 4),
        "a negative target": ([0.5, -0.5, -1.5, -2.5], -1.0, 4, 3),
    }
    for name, (losses, target, max_steps, due) in cases.items():
        calls = []

        def train_step(losses=losses, calls=calls):
            calls.append(len(calls))
            return losses[min(len(calls), len(losses)) - 1]

        close(student.overfit_one_batch(train_step, target, max_steps), due, what=f"the answer for {name}")
        made = due if due > 0 else max_steps
        ensure(
            len(calls) == made,
            f"For {name}, train_step was called {len(calls)} times where {made} are due: each call is a training step.",
        )


@check(points=0.75, hint="Which sizes make no sense, and which are just large enough?")
def test_bad_input(student, rejects, tensors):
    """sizes that make no sense raise ValueError; the smallest that do are fine"""
    p, q = tensors((3,), n=2)
    for num_classes in (1, 0, -3):
        rejects(lambda m, c=num_classes: m.expected_initial_loss(c), what=f"num_classes={num_classes}")
        rejects(
            lambda m, c=num_classes: m.diagnose([1.0], [1.0, 0.5], c), what=f"num_classes={num_classes} in diagnose"
        )
    for shape in ((4,), (2, 3, 4)):
        activations = tensors(shape)
        rejects(lambda m, a=activations: m.dead_fraction(a), what=f"activations of shape {shape}")
    rejects(lambda m: m.update_ratios([p, q], [p], 0.1), what="two parameters and one gradient")
    rejects(lambda m: m.update_ratios([p], [p, q], 0.1), what="one parameter and two gradients")
    rejects(lambda m: m.diagnose([], [1.0, 0.5], 2), what="no gradient norms")
    rejects(lambda m: m.diagnose([1.0], [], 2), what="no losses")

    calls = []

    def train_step():
        calls.append(1)
        return 1.0

    for max_steps in (0, -1):
        rejects(lambda m, steps=max_steps: m.overfit_one_batch(train_step, 0.5, steps), what=f"max_steps={max_steps}")
    ensure(not calls, "train_step was called although max_steps makes no sense: look at max_steps first.")

    close(student.overfit_one_batch(train_step, 0.5, 1), -1, what="the answer after one step that was not enough")
    close(student.diagnose([1.0], [0.7, 0.3], 2), [], what="the codes of a healthy run with two classes and one layer")
