"""Hidden checks of activation_checkpoint. Segments and runs are in kit.py, beside the student's code."""

import torch

from grader.checks import check, close, ensure

ROWS, INPUTS, OUTPUTS = 4, 3, 2


def segment(tensors):
    """Weights and biases of a Segment."""
    return tensors((OUTPUTS, INPUTS)), tensors((OUTPUTS,))


def same_as_plain(student, reference, keys, what, *args, **settings):
    """These entries of a run through the student's checkpoint are those of a run without any checkpoint."""
    ran = student.kit.run(student.checkpoint, *args, **settings)
    plain = reference.kit.run(reference.kit.plainly, *args, **settings)
    for key in keys:
        for number, (found, due) in enumerate(zip(ran[key], plain[key]), 1):
            ensure(
                found is not None or due is None,
                f"{key}, {what}: number {number} is None, though a gradient is due. Follow your backward pass to it.",
            )
        close(ran[key], plain[key], what=f"{key}, {what}")


@check(
    points=2,
    dtypes=("float64", "float32"),
    hint="Does the result know that gradients may be wanted, even of plain data?",
)
def test_same_output(agree, tensors):
    """the value of the function, which requires a gradient whatever the args do"""
    weights, x, factor = segment(tensors), tensors((ROWS, INPUTS)), tensors((ROWS, OUTPUTS))

    def outputs(m):
        seen = {}
        for wanted in ([True], [False], [True, True], [False, True], [False, False]):
            ran = m.kit.forward_only(m.checkpoint, *weights, [x, factor][: len(wanted)], wanted)
            for key in ("output", "output requires grad"):
                seen[f"{key} for args that require a gradient: {wanted}"] = ran[key]
        return seen

    agree(outputs)


@check(
    points=4,
    dtypes=("float64", "float32"),
    hint="What comes from above, what goes down to each arg, and what to one that wants nothing?",
)
def test_input_gradients(student, reference, tensors):
    """gradients of two args, of which both or one want some, and of one tensor that is both args"""
    weights = segment(tensors)
    args, top = [tensors((ROWS, INPUTS)), tensors((ROWS, OUTPUTS))], tensors((ROWS, OUTPUTS))
    for wanted in ([True, True], [True, False], [False, True]):
        keys, what = ["gradients of the args"], f"where the args require a gradient: {wanted}"
        for trained in (True, False):
            same_as_plain(student, reference, keys, what, *weights, args, wanted, top, trained=trained)

    square = tensors((INPUTS, INPUTS)), tensors((INPUTS,)), tensors((ROWS, INPUTS)), tensors((ROWS, INPUTS))
    twice = student.kit.run_same_arg(student.checkpoint, *square)
    plain = reference.kit.run_same_arg(reference.kit.plainly, *square)
    close(twice["gradient"], plain["gradient"], what="the gradient of a tensor that is both args")


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="The function's own weights are not among the args: what makes their gradients appear?",
)
def test_parameter_gradients(student, reference, tensors):
    """gradients of the weights inside: with plain data, used twice, in three steps of SGD, and of nested checkpoints"""
    weights = segment(tensors)
    args, top = [tensors((ROWS, INPUTS)), tensors((ROWS, OUTPUTS))], tensors((ROWS, OUTPUTS))
    keys = ["gradients of the parameters"]
    same_as_plain(student, reference, keys, "with args that require some", *weights, args, [True, True], top)
    same_as_plain(student, reference, keys, "with plain data", *weights, args, [False, False], top)
    same_as_plain(student, reference, keys, "used twice", *weights, args, [True, False], top, times=2)

    data = tensors((ROWS, INPUTS)), tensors((ROWS, OUTPUTS))
    trained = student.kit.train(student.checkpoint, *weights, *data)
    close(trained, reference.kit.train(reference.kit.plainly, *weights, *data), steps=True, what="three steps of SGD")

    inner = [tensors((INPUTS, INPUTS)), tensors((OUTPUTS, INPUTS))], [tensors((INPUTS,)), tensors((OUTPUTS,))]
    nested = student.kit.run_nested(student.checkpoint, *inner, args[0], top)
    close(nested, reference.kit.run_nested(reference.kit.plainly, *inner, args[0], top), what="nested checkpoints")


@check(points=3, hint="Count: how often does fn run in the forward pass, how often in the backward pass?")
def test_call_count(agree, tensors):
    """one call without gradients, and one with gradients when the backward pass comes"""
    weights = segment(tensors)
    args, top = [tensors((ROWS, INPUTS)), tensors((ROWS, OUTPUTS))], tensors((ROWS, OUTPUTS))

    def calls(m):
        seen = {
            "calls without a backward pass": m.kit.forward_only(m.checkpoint, *weights, args, [True, True])["calls"]
        }
        for times in (1, 2):
            ran = m.kit.run(m.checkpoint, *weights, args, [True, False], top, times=times)
            for key in ("gradients tracked in the calls of forward", "gradients tracked in the calls of backward"):
                seen[f"{key}, {times} checkpoints"] = ran[key]
        return seen

    agree(calls)


@check(points=3, hint="Dropout draws in both calls: at which place must the stream stand when the second one begins?")
def test_random_replayed(student, tensors, generator):
    """the same dropout mask in both passes, for one, two and three checkpoints in a row"""
    x, top = tensors((8, 8)), tensors((8, 8))
    seed = int(torch.randint(1000, (), generator=generator))
    for segments in (1, 2, 3):
        ran = student.kit.run_dropout(student.checkpoint, x, top, seed + segments, segments=segments)
        ensure(ran["gradient"] is not None, "The input of a checkpoint with dropout got no gradient. Hand one on.")
        ensure(
            ran["output"].shape == x.shape, "The output of dropout has another shape than its input. Look at the value."
        )
        # Dropout multiplies by a mask: the gradient of sum(mask * x * top), times x, is mask * x * top.
        close(ran["gradient"] * x, ran["output"] * top, what=f"gradient * x after {segments} checkpoints with dropout")


@check(
    points=2, hint="Others draw from the same stream, before and after the backward pass: what do they notice of you?"
)
def test_stream_undisturbed(student, reference, tensors, generator):
    """draws of others before, between and after, as if there were no checkpoint"""
    x, top = tensors((8, 8)), tensors((8, 8))
    seed = int(torch.randint(1000, (), generator=generator))
    for segments in (1, 2):
        ran = student.kit.run_dropout(student.checkpoint, x, top, seed, segments=segments)
        plain = reference.kit.run_dropout(reference.kit.plainly, x, top, seed, segments=segments)
        close(ran["draws"], plain["draws"], what=f"the draws around {segments} checkpoints")


@check(points=2, hint="Write down the calls for five functions in two segments, forward and backward, one line each.")
def test_sequential(agree, student, reference, tensors):
    """five functions in one to five segments: values, gradients, and which function runs when"""
    coefficients = 1.0 + 0.2 * tensors((5,))
    x, top = tensors((3, 2)), tensors((3, 2))

    def runs(m):
        seen = {}
        for segments in (2, 3, 1, 5, 4):
            seen[f"{segments} segments"] = m.kit.run_sequential(m.checkpoint_sequential, coefficients, segments, x, top)
        return seen

    agree(runs)
    ran = student.kit.run_sequential(student.checkpoint_sequential, coefficients, 2, x, top)
    plain = reference.kit.run_sequential(reference.kit.one_by_one, coefficients, 2, x, top)
    for key in ("output", "gradient", "gradients of the coefficients"):
        close(ran[key], plain[key], what=f"{key} of five sines")


@check(points=1, hint="Into how many segments can a list be cut at least, and at most?")
def test_bad_input(agree, rejects, tensors):
    """fewer segments than one or more than functions are refused, one and all are fine"""
    coefficients, x, top = 1.0 + 0.2 * tensors((3,)), tensors((2,)), tensors((2,))
    for segments in (0, -1, 4):
        rejects(
            lambda m, n=segments: m.kit.run_sequential(m.checkpoint_sequential, coefficients, n, x, top),
            what=f"{segments} segments of 3 functions",
        )

    def limits(m):
        return [m.kit.run_sequential(m.checkpoint_sequential, coefficients, n, x, top) for n in (1, 3)]

    agree(limits)
