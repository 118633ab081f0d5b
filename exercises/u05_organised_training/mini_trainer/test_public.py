"""Checks to work with: the worked example of the statement, and the rules around it."""

from grader.checks import check, close, ensure

TRAIN, VAL = [1.0, 3.0], [2.0, -1.0]


@check(hint="Follow the two tables of the statement row by row.")
def test_worked_example(student):
    """the numbers of the statement after two epochs"""
    ran = student.kit.run_follower(student.Trainer, TRAIN, VAL)
    close(ran["losses seen"], [1.0, 6.25, 0.5625, 2.640625], what="the losses that a callback gets")
    close(ran["weight"], 2.1875, what="the weight after two epochs")
    history = [
        [["epoch", 0], ["train_loss", 3.625], ["val_distance", 1.5], ["val_close", 0.5]],
        [["epoch", 1], ["train_loss", 1.6015625], ["val_distance", 1.6875], ["val_close", 0.5]],
    ]
    close(ran["history"], history, what="the history, as pairs of key and value")


@check(hint="Compare the two lists of calls from the top: the first difference is the place to look.")
def test_one_epoch_of_calls(student):
    """all calls of one epoch, in order"""
    calls = [
        "task: configure_optimizers",
        "first: on_fit_start",
        "first: on_train_epoch_start",
        "task: training_step 0",
        "first: on_train_batch_end 0",
        "task: training_step 1",
        "first: on_train_batch_end 1",
        "task: validation_step 0",
        "task: validation_step 1",
        "first: on_epoch_end",
        "first: on_fit_end",
    ]
    close(student.kit.run_follower(student.Trainer, TRAIN, VAL, max_epochs=1)["journal"], calls, what="the calls")


@check(hint="Who puts the task into evaluation mode, and who switches gradients off?")
def test_validation_reads_only(student):
    """validation runs in evaluation mode and without gradients"""
    modes = student.kit.run_follower(student.Trainer, TRAIN, VAL, max_epochs=1)["modes of the steps"]
    ensure(
        modes[-1] == "validation_step: evaluation mode, no gradients",
        f"The last step was noted as '{modes[-1]}'. Look at mode and gradients around your validation loop.",
    )


@check(hint="Look at should_stop when the epoch has been reported.")
def test_stop_after_first_epoch(student):
    """a callback that asks to stop in the first epoch gets its way, and on_fit_end is called"""
    ran = student.kit.run_follower(student.Trainer, TRAIN, max_epochs=5, stop=(0, "on_epoch_end"))
    ensure(len(ran["history"]) == 1, f"{len(ran['history'])} epochs were run, not 1. Look at should_stop after each.")
    ensure(
        ran["journal"][-1] == "first: on_fit_end", "The last call should be on_fit_end, also when training is stopped."
    )


@check(hint="How many epochs make no sense?")
def test_no_epoch(rejects):
    """a trainer for no epoch at all is refused"""
    rejects(lambda m: m.kit.run_follower(m.Trainer, TRAIN, max_epochs=0), what="max_epochs=0")
