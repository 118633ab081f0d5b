"""Hidden checks of the training loop. The models and the runs are in kit.py, beside the student's code."""

import torch

from grader.checks import check, ensure, on_cpu

CLASSES, FEATURES = 3, 2
KEYS = ["train_loss", "val_loss", "val_acc", "lr"]


def draw_weights(tensors):
    """First weights (3, 2) and biases (3,) of a model."""
    return tensors((CLASSES, FEATURES)), tensors((CLASSES,))


def draw_batches(tensors, generator, sizes):
    """Batches (x, y) of these sizes with random labels, on the device of the check."""
    return [(tensors((m, FEATURES)), torch.randint(CLASSES, (m,), generator=generator)) for m in sizes]


def fresh(weights):
    """Copies to train: the kit's models live on the tensors that they are given."""
    return [w.clone() for w in weights]


def tolerance(dtype, device):
    """For losses that come as Python floats: they are only as exact as the model that they were computed with."""
    if dtype == torch.float64:
        return {}
    return {"rtol": 1e-3, "atol": 1e-5 if device == "cpu" else 1e-4}


@check(
    points=3,
    hint="Go through one batch on paper: old gradients, scores, loss, gradients, step, and how many rows the loss stands for.",
    dtypes=("float64", "float32"),
)
def test_one_epoch_update(agree, tensors, generator, dtype, device):
    """weights and mean loss after one epoch over batches of 4, 4 and 2 rows"""
    weights = draw_weights(tensors)
    batches = draw_batches(tensors, generator, (4, 4, 2))
    batches_elsewhere = [(on_cpu(x.clone()), on_cpu(y.clone())) for x, y in batches]

    def one_epoch(m):
        from_list = m.kit.run_train(m.train_one_epoch, *fresh(weights), batches)
        from_generator = m.kit.run_train(m.train_one_epoch, *fresh(weights), batches_elsewhere, one_shot=True)
        return {
            "weights": from_list["weights"],
            "loss": from_list["losses"],
            "weights_from_a_generator": from_generator["weights"],
            "loss_from_a_generator": from_generator["losses"],
        }

    agree(one_epoch, steps=True, **tolerance(dtype, device))


@check(points=2.25, hint="Whose gradients does the optimizer step along?", dtypes=("float64", "float32"))
def test_gradients_cleared(agree, tensors, generator, dtype, device):
    """two epochs with momentum, when gradients of earlier work are still stored"""
    weights = draw_weights(tensors)
    batches = draw_batches(tensors, generator, (5, 3))

    def two_epochs(m):
        ran = m.kit.run_train(
            m.train_one_epoch, *fresh(weights), batches, lr=0.1, momentum=0.9, epochs=2, leftover=True
        )
        return {"weights": ran["weights"], "losses": ran["losses"]}

    agree(two_epochs, steps=True, **tolerance(dtype, device))


@check(points=2.25, hint="Both numbers are about all rows, not about batches.", dtypes=("float64", "float32"))
def test_eval_values(agree, tensors, dtype, device):
    """loss and accuracy over batches of 5, 3 and 1 rows, nothing changed by measuring"""
    weight, bias = draw_weights(tensors)
    batches = []
    for m, right in ((5, 4), (3, 1), (1, 0)):  # 5 of 9 rows right, another share in every batch
        x = tensors((m, FEATURES))
        y = (x @ weight.T + bias).argmax(-1)
        y[right:] = (y[right:] + 1) % CLASSES
        batches.append((x, y))
    elsewhere = [(on_cpu(x.clone()), on_cpu(y.clone())) for x, y in batches]

    def measure(m):
        plain = m.kit.run_evaluate(m.evaluate, weight.clone(), bias.clone(), elsewhere, one_shot=True)
        normed = m.kit.run_evaluate(m.evaluate, weight.clone(), bias.clone(), batches, model="batch_norm")
        return {
            "loss_and_accuracy": plain["result"],
            "with_batch_norm": normed["result"],
            "weights_after": plain["weights"],
            "weights_after_with_batch_norm": normed["weights"],
        }

    agree(measure, **tolerance(dtype, device))


@check(points=2.25, hint="Which mode does each function need, and which mode did the caller have?")
def test_modes(agree, tensors, generator):
    """training and evaluation mode at the right times, and the old mode back after measuring"""
    weights = draw_weights(tensors)
    train = draw_batches(tensors, generator, (4, 3, 2))
    val = draw_batches(tensors, generator, (3, 2))

    def modes(m):
        training = m.kit.run_train(m.train_one_epoch, *fresh(weights), train, training=False)
        from_train = m.kit.run_evaluate(m.evaluate, *fresh(weights), val, training=True)
        from_eval = m.kit.run_evaluate(m.evaluate, *fresh(weights), val, training=False)
        fitted = m.kit.run_fit(m.fit, *fresh(weights), train, val, epochs=3, model="two_faced")
        return {
            "train_mode_while_training": training["modes"],
            "train_mode_while_evaluating": [from_train["modes"], from_eval["modes"]],
            "train_mode_after_evaluating": [from_train["training_after"], from_eval["training_after"]],
            "train_mode_after_an_error": [
                m.kit.run_broken_evaluate(m.evaluate, *fresh(weights), val, training=before) for before in (True, False)
            ],
            "train_mode_over_three_epochs": fitted["modes"],
        }

    agree(modes)


@check(points=0.75, hint="Measuring needs no gradients: who tells PyTorch so, and for how long?")
def test_no_graph_in_eval(agree, tensors, generator):
    """no gradients tracked while measuring, and tracked again afterwards"""
    weights = draw_weights(tensors)
    val = draw_batches(tensors, generator, (3, 2))

    def flags(m):
        ran = m.kit.run_evaluate(m.evaluate, *fresh(weights), val)
        return {"tracked_while_measuring": ran["grad_enabled"], "tracked_afterwards": ran["grad_enabled_after"]}

    agree(flags)


@check(points=2.25, hint="Four lists, one float per epoch in each.", dtypes=("float64", "float32"))
def test_history(agree, student, tensors, generator, dtype, device):
    """four lists of floats, over three epochs with batch norm and over one without, both without a schedule"""
    weights = draw_weights(tensors)
    train = draw_batches(tensors, generator, (5, 4, 3))
    val = draw_batches(tensors, generator, (4, 1))

    def three_epochs(m):
        ran = m.kit.run_fit(m.fit, *fresh(weights), train, val, epochs=3, model="batch_norm", lr=0.25)
        one = m.kit.run_fit(m.fit, *fresh(weights), train, val, epochs=1, lr=0.25)
        return {"history": ran["history"], "weights": ran["weights"], "history_of_one_epoch": one["history"]}

    agree(three_epochs, steps=True, **tolerance(dtype, device))
    keys = list(three_epochs(student)["history"])
    ensure(keys == KEYS, f"The keys of the history come as {keys}. Put them in the order {KEYS}.")


@check(points=1.5, hint="Which rate was the epoch trained with, and when does the schedule move on?")
def test_schedule(agree, tensors, generator):
    """a StepLR schedule moves once per epoch, after the rate is noted"""
    weights = draw_weights(tensors)
    train = [(on_cpu(x), on_cpu(y)) for x, y in draw_batches(tensors, generator, (4, 4, 2))]
    val = [(on_cpu(x), on_cpu(y)) for x, y in draw_batches(tensors, generator, (3,))]

    def schedules(m):
        steep = m.kit.run_fit(m.fit, *fresh(weights), train, val, epochs=3, lr=0.5, step_size=1)
        stairs = m.kit.run_fit(m.fit, *fresh(weights), train, val, epochs=5, lr=0.4, step_size=2, gamma=0.1)
        return {
            "history_every_epoch": steep["history"],
            "rate_afterwards": steep["lr_after"],
            "weights": steep["weights"],
            "history_every_second_epoch": stairs["history"],
            "rate_afterwards_every_second_epoch": stairs["lr_after"],
        }

    agree(schedules, steps=True)


@check(points=0.75, hint="What can't be averaged, and how many epochs make no sense?")
def test_bad_input(rejects, tensors, generator):
    """no batches or fewer than one epoch are refused"""
    weights = draw_weights(tensors)
    train = draw_batches(tensors, generator, (4, 2))
    val = draw_batches(tensors, generator, (3,))
    rejects(lambda m: m.kit.run_fit(m.fit, *weights, train, val, epochs=0), unchanged=list(weights))
    rejects(lambda m: m.kit.run_fit(m.fit, *weights, train, val, epochs=-1), unchanged=list(weights))
    rejects(lambda m: m.kit.run_train(m.train_one_epoch, *fresh(weights), []))
    rejects(lambda m: m.kit.run_train(m.train_one_epoch, *fresh(weights), [], one_shot=True))
    rejects(lambda m: m.kit.run_evaluate(m.evaluate, *fresh(weights), []))
    rejects(lambda m: m.kit.run_evaluate(m.evaluate, *fresh(weights), [], one_shot=True))
    rejects(lambda m: m.kit.run_fit(m.fit, *weights, [], val, epochs=1), unchanged=list(weights))
    rejects(lambda m: m.kit.run_fit(m.fit, *weights, train, [], epochs=1), unchanged=list(weights))
