"""Public checks of checkpoint_resume: the two examples of the statement."""

from grader.checks import check, close, ensure


@check(hint="What does the third step depend on, besides the weight?")
def test_one_weight(student):
    """two steps with momentum, save, resume, third step"""
    seen = student.kit.one_weight(student.save_checkpoint, student.load_checkpoint)
    close(seen["saved weight"], 0.72, what="the saved weight")
    close(seen["third step"], 0.486, what="the weight of the old run after the third step")
    close(seen["third step after resuming"], 0.486, what="the weight of the resumed run after the third step")


@check(hint="The checkpoint is a memory of one moment. Which objects does it share with the run?")
def test_stays_as_it_was(student):
    """the checkpoint does not move with the run, and says which epoch comes next"""
    seen = student.kit.one_weight(student.save_checkpoint, student.load_checkpoint)
    close(seen["saved weight after the third step"], 0.72, what="the saved weight, after the run took one more step")
    close(seen["go on with epoch"], 2, what="what load_checkpoint returns for a checkpoint of epoch 1")


@check(hint="Go through the table of the statement row by row.")
def test_best_two(student):
    """the two largest of six scores, with a tie and a nan"""
    seen = student.kit.keep(student.BestKeeper, [0.5, 0.7, 0.7, float("nan"), 0.6, 0.9], mode="max", top_k=2)
    ensure(
        seen["answers"] == [True, True, True, False, False, True],
        f"update answered {seen['answers']}. Compare with the column `kept?` of the statement's table.",
    )
    close(seen["scores"], [0.9, 0.7], what="the kept scores")
    close(seen["epochs"], [5, 1], what="the kept epochs")


@check(hint="Look at the settings before you store them.")
def test_no_room(rejects):
    """a keeper for no snapshots raises ValueError"""
    rejects(lambda m: m.BestKeeper(top_k=0))
