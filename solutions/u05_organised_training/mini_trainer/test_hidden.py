"""Hidden checks of mini_trainer. Tasks, callbacks and runs are in kit.py, beside the student's code."""

import torch

from grader.checks import check

FEATURES = 2


def line_data(tensors, train_sizes, val_sizes):
    """First weights and bias of a Line, and batches (x, y) of these sizes."""

    def batch(rows):
        x = tensors((rows, FEATURES))
        return x, x @ torch.tensor([1.0, -2.0], dtype=x.dtype) + 3.0 + 0.3 * tensors((rows,))

    start = (tensors((FEATURES,)), tensors(()))
    return start, [batch(rows) for rows in train_sizes], [batch(rows) for rows in val_sizes]


def fresh(start):
    """Copies to train: the kit's tasks live on the tensors that they are given."""
    return [tensor.clone() for tensor in start]


def some(ran, *keys):
    """Only these entries of a run."""
    return {key: ran[key] for key in keys}


def loose(dtype):
    """For numbers that come as Python floats: they are only as exact as the task that they were computed with."""
    return {} if dtype == torch.float64 else {"rtol": 1e-3, "atol": 1e-5}


@check(
    points=4,
    dtypes=("float64", "float32"),
    hint="Go through one batch on paper: old gradients, loss, new gradients, step. Then average over the epoch.",
)
def test_trains(agree, tensors, dtype):
    """weights and history after three epochs of SGD with momentum, with old gradients stored at the start"""
    start, train, val = line_data(tensors, (4, 3, 1), (3, 2))

    def three_epochs(m):
        ran = m.kit.run_line(m.Trainer, *fresh(start), train, val, leftover=True)
        plain = m.kit.run_line(m.Trainer, *fresh(start), train)
        once = m.kit.run_line(m.Trainer, *fresh(start), train, val, max_epochs=1, one_shot=True)
        keys = ("weights", "history")
        return {
            **some(ran, *keys, "history kept by the trainer"),
            **{f"{key} without validation": plain[key] for key in keys},
            **{f"{key} of one epoch with batches from generators": once[key] for key in keys},
        }

    agree(three_epochs, steps=True, **loose(dtype))


@check(points=4, hint="Write down all calls of one epoch in order; validation comes before the epoch is reported.")
def test_hook_order(agree):
    """every call to the task and to three callbacks over two epochs, in order"""
    everyone = ("only_fit_end", "recorder", "functions")

    def journals(m):
        full = m.kit.run_follower(m.Trainer, [1.0, 3.0], [2.0, -1.0], others=everyone)
        bare = m.kit.run_follower(m.Trainer, [1.0, 3.0], others=("functions",))
        return {
            "calls": full["journal"],
            "calls without validation": bare["journal"],
            "losses seen by a callback": full["losses seen"],
            "logs seen by a callback": full["logs seen"],
            "length of the history seen by a callback": full["length of the history seen"],
        }

    agree(journals)


@check(points=3, hint="Which mode does each step need, and who must know that no gradients are wanted?")
def test_modes_and_grad(agree):
    """the task's mode and gradient tracking in every step and hook, from both starting modes"""

    def modes(m):
        seen = {}
        for training in (True, False):
            with_val = m.kit.run_follower(m.Trainer, [1.0, 3.0], [2.0, -1.0], training=training)
            without = m.kit.run_follower(m.Trainer, [1.0, 3.0], training=training)
            start = "training" if training else "evaluation"
            seen[f"steps, started in {start} mode"] = with_val["modes of the steps"]
            seen[f"hooks, started in {start} mode"] = with_val["modes in the hooks"]
            seen[f"steps without validation, started in {start} mode"] = without["modes of the steps"]
            seen[f"gradients after fit, started in {start} mode"] = with_val["gradients afterwards"]
        return seen

    agree(modes)


@check(points=2, hint="What does an optimizer remember from one epoch to the next?")
def test_optimizer_kept(agree, tensors):
    """one optimizer for all epochs, so that momentum outlives the epoch"""
    start, train, val = line_data(tensors, (3, 3), (2,))

    def four_epochs(m):
        ran = m.kit.run_line(m.Trainer, *fresh(start), train, val, max_epochs=4, momentum=0.8)
        return some(ran, "optimizers made", "weights")

    agree(four_epochs, steps=True)


@check(points=2, hint="Epochs count from 0, steps count updates: which numbers should a callback read at which moment?")
def test_steps_and_epochs(agree):
    """current_epoch and global_step in every hook and after fit"""

    def counts(m):
        ran = m.kit.run_follower(m.Trainer, [1.0, 3.0, 2.0], [2.0], max_epochs=3)
        return {
            "global_step, should_stop and length of history before fit": ran["at first"],
            "counts in the hooks": ran["counts seen"],
            "global_step after fit": ran["steps"],
            "current_epoch after fit": ran["epoch"],
        }

    agree(counts)


@check(points=2, hint="At which one moment does the trainer look at should_stop, and what still has to happen then?")
def test_stop_request(agree):
    """a callback asks to stop, at the end of an epoch or in the middle of one"""

    def requests(m):
        seen = {}
        for epoch, hook in ((1, "on_epoch_end"), (0, "on_epoch_end"), (1, "on_train_batch_end")):
            ran = m.kit.run_follower(m.Trainer, [1.0, 3.0], [2.0], max_epochs=4, stop=(epoch, hook))
            for key in ("history", "journal", "steps"):
                seen[f"{key} when {hook} of epoch {epoch} asks to stop"] = ran[key]
        return seen

    agree(requests)


@check(points=2, hint="When the last step is done the epoch ends early, but it ends like any other.")
def test_max_steps(agree):
    """a limit on the steps in mid-epoch, at the end of an epoch, and beyond all epochs"""

    def limits(m):
        seen = {}
        for max_steps in (1, 3, 4, 100):
            ran = m.kit.run_follower(m.Trainer, [1.0, 3.0, 2.0], [2.0, 0.0], max_epochs=3, max_steps=max_steps)
            for key in ("history", "journal", "steps"):
                seen[f"{key} with max_steps={max_steps}"] = ran[key]
        return seen

    agree(limits)


@check(points=1, hint="Which numbers of epochs and steps make no sense?")
def test_bad_input(rejects):
    """fewer than one epoch or one step is refused"""
    for max_epochs in (0, -1):
        rejects(
            lambda m, n=max_epochs: m.kit.run_follower(m.Trainer, [1.0], max_epochs=n), what=f"max_epochs={max_epochs}"
        )
    for max_steps in (0, -2):
        rejects(lambda m, n=max_steps: m.kit.run_follower(m.Trainer, [1.0], max_steps=n), what=f"max_steps={max_steps}")
