"""Hidden checks of checkpoint_resume. The network and the runs are in kit.py, beside the student's code."""

import torch

from grader.checks import check, close, ensure

NAN, INF = float("nan"), float("inf")


def draw(tensors):
    """First and last weights of the kit's network, and data: 8 rows with 3 inputs and 2 targets."""
    return tensors((5, 3)), tensors((2, 5)), tensors((8, 3)), tensors((8, 2))


def floats(dtype, device):
    """Tolerances for weights after a few steps on either device."""
    if dtype == torch.float64:
        return {}
    return {"rtol": 1e-3, "atol": 1e-5 if device == "cpu" else 1e-4}


@check(
    points=4.5,
    hint="Four things decide about the next step: weights, buffers, the optimizer's memory, and the random stream.",
    dtypes=("float64", "float32"),
)
def test_resume_equals_uninterrupted(agree, student, tensors, dtype, device):
    """three more epochs in new objects end where the uninterrupted run ends"""
    start = draw(tensors)

    def runs(m):
        run = {"save": m.save_checkpoint, "load": m.load_checkpoint}
        return {
            "SGD with momentum": m.kit.resume(*run.values(), *start),
            "Adam": m.kit.resume(*run.values(), *start, kind="adam"),
            "saved before the first step": m.kit.resume(*run.values(), *start, before=0),
            "resumed on the CPU": m.kit.resume(*run.values(), *start, on_cpu=True, after=2),
        }

    agree(runs, **floats(dtype, device))
    for name, ends in runs(student).items():
        close(ends["resumed"], ends["uninterrupted"], what=f"{name}: the resumed run", **floats(dtype, device))


@check(points=3, hint="A state dict is a list of names for live tensors. Which of yours are still alive?")
def test_snapshot_is_frozen(agree, student, tensors):
    """neither the old run nor a resumed one changes the checkpoint"""
    start = draw(tensors)

    def seen(m, kind):
        return m.kit.snapshots(m.save_checkpoint, m.load_checkpoint, *start, kind=kind)

    agree(lambda m: {kind: seen(m, kind) for kind in ("sgd", "adam")})
    for kind in ("sgd", "adam"):
        at_once, *later = seen(student, kind).values()
        for contents in later:
            close(contents, at_once, what="the contents of the checkpoint, some steps later")


@check(points=0.75, hint="The saved epoch is over.")
def test_returns_next_epoch(agree, tensors):
    """loading returns the epoch after the saved one, with an optimizer and without"""
    first, last, _, _ = draw(tensors)

    def loaded(m):
        return {
            f"epoch {epoch}, optimizer given: {given}": m.kit.next_epoch(
                m.save_checkpoint, m.load_checkpoint, first, last, epoch=epoch, with_optimizer=given
            )
            for epoch, given in ((0, True), (7, True), (7, False))
        }

    agree(loaded)


@check(points=1.5, hint="Go through the table of the statement: five keys, and what belongs under each.")
def test_keys_and_cpu(agree, student, tensors):
    """the five keys, with all saved tensors on the CPU"""
    start = draw(tensors)

    def parts(m):
        found = m.kit.look_into(m.save_checkpoint, *start, epoch=4)
        return {name: value for name, value in found.items() if "random" not in name and name != "rng"}

    agree(parts)
    found = student.kit.look_into(student.save_checkpoint, *start, epoch=4)
    ensure(
        found["rng"] == found["random state when it was made"],
        "`rng` is not the random state at the time of saving: store `torch.get_rng_state()`, and draw nothing before.",
    )


@check(points=2.25, hint="Keep three of six on paper, for losses and for accuracies: what falls out, and at which end?")
def test_best_min_and_max(agree):
    """the best of several scores, smallest or largest first"""
    scores = [0.5, 0.2, 0.9, 0.4, 0.1, 0.7, 0.3, 1.2, -0.6]

    def kept(m):
        return {
            f"{mode}, top_k={top_k}": m.kit.keep(m.BestKeeper, scores, mode=mode, top_k=top_k)
            for mode in ("min", "max")
            for top_k in (1, 3, 20)
        } | {"with the default settings": m.kit.keep(m.BestKeeper, scores)}

    agree(kept)


@check(points=1.5, hint="Is a score that equals another one an improvement, and is nan better than anything?")
def test_ties_and_nan(agree):
    """equal scores keep the older one, nan is never kept"""
    cases = {
        "ties in the best": [0.5, 0.7, 0.7, NAN, 0.6, 0.9],
        "all equal": [0.25, 0.25, 0.25, 0.25],
        "nan first": [NAN, 0.3, NAN, 0.1, 0.3, 0.2, 0.2],
        "only nan": [NAN, NAN],
        "infinite scores": [INF, NAN, 1.0, INF, -INF, 1.0],
    }

    def kept(m):
        return {
            f"{name}: {mode}, top_k={top_k}": m.kit.keep(m.BestKeeper, scores, mode=mode, top_k=top_k)
            for name, scores in cases.items()
            for mode in ("min", "max")
            for top_k in (1, 2, 3)
        }

    agree(kept)


@check(
    points=0.75, hint="The caller goes on using its dict, its tensors and its lists: what do your snapshots show then?"
)
def test_state_copied(agree):
    """one state changed in place between the updates leaves the kept ones alone"""
    scores = [0.5, 0.3, 0.4, 0.2]
    agree(lambda m: m.kit.keep(m.BestKeeper, scores, mode="min", top_k=3, reuse=True))


@check(
    points=0.75, hint="Which epochs, modes and numbers of snapshots make no sense, and what does strict loading mean?"
)
def test_bad_input(agree, rejects, tensors):
    """bad settings raise ValueError, and a model with other entries is refused"""
    first, last, _, _ = draw(tensors)
    rejects(lambda m: m.kit.save_at(m.save_checkpoint, first, last, -1), what="epoch=-1")
    for mode in ("minimum", "MAX", ""):
        rejects(lambda m, mode=mode: m.BestKeeper(mode=mode), what=f"mode={mode!r}")
    for top_k in (0, -2):
        rejects(lambda m, top_k=top_k: m.BestKeeper(mode="max", top_k=top_k), what=f"top_k={top_k}")
    for longer, other in ((True, "more"), (False, "less")):
        rejects(
            lambda m, longer=longer: m.kit.load_into_another(
                m.save_checkpoint, m.load_checkpoint, first, last, longer=longer
            ),
            error=Exception,
            what=f"loading into a model with one layer {other} than the saved one",
        )
    agree(lambda m: m.kit.save_at(m.save_checkpoint, first, last, 0))
