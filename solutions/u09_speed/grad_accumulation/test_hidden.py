"""Hidden checks of grad_accumulation. The network and the runs are in kit.py, beside the student's code."""

import torch

from grader.checks import check, close

FEATURES, OUTPUTS = 3, 2


def draw(tensors, sizes, scale=1.0):
    """First weights and biases, and micro-batches (x, y) of these sizes."""
    start = tensors((OUTPUTS, FEATURES)), tensors((OUTPUTS,))
    return start, [(scale * tensors((m, FEATURES)), tensors((m, OUTPUTS))) for m in sizes]


def fresh(start):
    """Copies to train: the kit's network lives on the tensors that it is given."""
    return [tensor.clone() for tensor in start]


def joined(pieces, accum_steps):
    """Every group of micro-batches as one big batch."""
    groups = [pieces[i : i + accum_steps] for i in range(0, len(pieces), accum_steps)]
    return [tuple(torch.cat(column) for column in zip(*group)) for group in groups]


def some(ran, *keys):
    """Only these entries of a run."""
    return {key: ran[key] for key in keys}


@check(
    points=4.5,
    dtypes=("float64", "float32"),
    hint="Work out the gradient of one group by hand: what is each piece's share of the mean over all rows?",
)
def test_equals_big_batch(student, reference, tensors):
    """groups of two and three uneven micro-batches, SGD with momentum: the weights that big batches give"""
    start, pieces = draw(tensors, (4, 1, 2, 5, 3, 1, 2, 6, 1, 3, 3, 1))
    for accum_steps in (3, 2):
        settings = {"lr": 0.05, "momentum": 0.9}
        big = joined(pieces, accum_steps)
        expected = reference.kit.run(reference.train_accumulated, *fresh(start), big, 1, **settings)
        ran = student.kit.run(student.train_accumulated, *fresh(start), pieces, accum_steps, **settings)
        close(ran["weights"], expected["weights"], steps=True, what=f"the weights with groups of {accum_steps}")


@check(points=2.25, hint="The pieces run out in the middle of a group: what is still due, and how many rows are there?")
def test_last_group(agree, tensors):
    """a last group that is too short, and a group that is longer than all there is"""
    start, pieces = draw(tensors, (2, 3, 1, 4, 2))

    def runs(m):
        seen = {}
        for accum_steps in (2, 3, 4, 8):
            ran = m.kit.run(m.train_accumulated, *fresh(start), pieces, accum_steps, one_shot=accum_steps == 3)
            seen[f"weights with groups of {accum_steps}"] = ran["weights"]
        return seen

    agree(runs, steps=True)


@check(points=1.5, hint="How many updates are there, in which mode is the model, and what was stored before you came?")
def test_step_count(agree, tensors):
    """updates counted and made, from evaluation mode, when old gradients are still stored"""
    start, pieces = draw(tensors, (2, 1, 2, 3, 1, 1, 2))

    def counts(m):
        seen = {}
        for accum_steps in (1, 2, 3, 7):
            ran = m.kit.run(
                m.train_accumulated, *fresh(start), pieces, accum_steps, training=False, leftover=True, one_shot=True
            )
            kept = some(ran, "steps of the optimizer", "modes", "weights")
            seen[f"groups of {accum_steps}"] = {"number returned": ran["result"][0], **kept}
        return seen

    agree(counts, steps=True)


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="One number for each update: the length of the whole gradient, all trained parameters together.",
)
def test_norms(agree, tensors):
    """one float per update, also where the model has a parameter that is not trained"""
    start, pieces = draw(tensors, (3, 1, 4, 2, 2))
    frozen = tensors((OUTPUTS,))

    def norms(m):
        plain = m.kit.run(m.train_accumulated, *fresh(start), pieces, 2)
        partly = m.kit.run(m.train_accumulated, *fresh(start), pieces, 3, frozen=frozen.clone(), max_norm=1e3)
        return {
            "result": plain["result"],
            "result with a frozen parameter": partly["result"],
            "weights with a frozen parameter": partly["weights"],
        }

    agree(norms, steps=True)


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="At which one moment is the gradient complete, and what is its norm before it is cut?",
)
def test_clipped_once(student, reference, tensors):
    """limits below and above every norm: the weights and norms of clipped big batches"""
    # Large inputs make gradients so long that the 1e-6 in the rule cannot be seen.
    start, pieces = draw(tensors, (4, 2, 3, 5, 1, 2, 1, 1), scale=8.0)
    for max_norm in (0.5, 1e6):
        settings = {"lr": 0.3 if max_norm < 1 else 1e-3, "max_norm": max_norm}
        big = reference.kit.run(reference.train_accumulated, *fresh(start), joined(pieces, 3), 1, **settings)
        ran = student.kit.run(student.train_accumulated, *fresh(start), pieces, 3, **settings)
        close(ran["weights"], big["weights"], steps=True, what=f"the weights with max_norm={max_norm}")
        close(list(ran["result"]), list(big["result"]), steps=True, what=f"the result with max_norm={max_norm}")


@check(points=0.75, hint="When does a piece's graph stop taking memory, and is that before the next piece comes?")
def test_graph_freed(agree, tensors):
    """never more than one graph that waits for its backward pass"""
    start, pieces = draw(tensors, (2, 1, 3, 2, 1))

    def graphs(m):
        ran = m.kit.run(m.train_accumulated, *fresh(start), pieces, 3, one_shot=True)
        return some(ran, "graphs waiting at once", "graphs never used")

    agree(graphs)


@check(points=0.75, hint="How small can a group be, and what should happen before the first piece is looked at?")
def test_bad_input(agree, rejects, tensors):
    """groups of less than one micro-batch are refused, groups of one are fine"""
    start, pieces = draw(tensors, (2, 1, 3))
    for accum_steps in (0, -2):
        rejects(
            lambda m, n=accum_steps: m.kit.run(m.train_accumulated, *start, pieces, n),
            unchanged=list(start),
            what=f"accum_steps={accum_steps}",
        )

    def groups_of_one(m):
        ran = m.kit.run(m.train_accumulated, *fresh(start), pieces, 1)
        return some(ran, "result", "weights")

    agree(groups_of_one, steps=True)
