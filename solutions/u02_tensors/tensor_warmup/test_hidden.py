"""Hidden checks of tensor_warmup."""

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


@check(points=0.75, hint="Which column belongs to class 0, and which dtype was asked for?")
def test_one_hot_values(agree, generator):
    """tables for several dtypes, for a class without any row, and for no label at all"""
    y = torch.randint(0, 5, (9,), generator=generator)
    agree(
        lambda m: {
            "nine labels, default dtype": m.one_hot(y, 5),
            "classes that no label uses": m.one_hot(y, 7),
            "float64": m.one_hot(y, 5, dtype=torch.float64),
            "int64": m.one_hot(y, 5, dtype=torch.int64),
            "one label": m.one_hot(torch.tensor([0]), 1),
            "no label": m.one_hot(y[:0], 4),
            "no label, float64": m.one_hot(y[:0], 4, dtype=torch.float64),
        }
    )


@check(points=1, dtypes=BOTH, hint="Row i of the result belongs to row i of A; each entry is a sum of squares.")
def test_distances(agree, tensors, student):
    """squared distances between different numbers of rows, and exact zeros for equal rows"""
    A, B = tensors((3, 5)).T, tensors((4, 3))
    agree(
        lambda m: {
            "five rows and four rows": m.pairwise_sq_dist(A, B),
            "one row and five rows": m.pairwise_sq_dist(B[:1], A),
            "rows of one number": m.pairwise_sq_dist(A[:, :1], B[:, :1]),
        }
    )
    table = student.pairwise_sq_dist(A, A)
    close(table, (A[:, None] - A).square().sum(-1), what="the squared distances from A to A")
    ensure(
        bool((table.diagonal() == 0).all()),
        f"A row should be at distance exactly 0 from itself; yours is up to {float(table.diagonal().abs().max()):.2g} away. "
        "Form differences before you square.",
    )
    ensure(
        bool((table >= 0).all()), "A squared distance is never below 0, yours is: form differences before you square."
    )


@check(points=0.75, dtypes=("float32",), hint="Which numbers do you subtract from each other, and how large are they?")
def test_distances_far_from_origin(student, tensors):
    """rows around 1000 and around -1000, in float32, with a relative error below 0.001"""
    A, B = tensors((6, 4)), tensors((5, 4)) + 1.5
    A[::2] += 1000  # two groups: no shift of the origin brings both of them near it
    A[1::2] -= 1000
    B[:3] += 1000
    B[3:] -= 1000
    exact = (A.double()[:, None] - B.double()).square().sum(-1)
    found = student.pairwise_sq_dist(A, B)
    ensure(
        isinstance(found, torch.Tensor) and found.shape == exact.shape,
        "The table should have one row for each row of A and one column for each row of B.",
    )
    ensure(found.dtype == torch.float32, "Rows in float32 should give distances in float32: keep the dtype.")
    worst = float(((found.double() - exact).abs() / exact).max())
    ensure(
        worst < 1e-3,
        f"The largest relative error is {worst:.2g}, with rows around 1000 and -1000. Subtract the rows from each other before "
        "anything is squared.",
    )


@check(
    points=1.25, dtypes=BOTH, hint="PyTorch keeps one row of weights per output, and every example gets the whole bias."
)
def test_affine_matches(agree, tensors, student):
    """one, two and three axes, with and without bias, like torch.nn.functional.linear"""
    W, b = tensors((5, 3)).T, tensors((3,))  # 5 inputs, 3 outputs, not contiguous
    square, c = tensors((4, 4)), tensors((4,))
    inputs = {"one axis": tensors((5,)), "two axes": tensors((4, 5)), "three axes": tensors((2, 4, 5)).transpose(0, 1)}
    examples = tensors((4, 4))

    def layers(m):
        found = {
            "square weights": m.affine(examples, square, b=c),
            "square weights, no bias": m.affine(examples, square),
        }
        for name, X in inputs.items():
            found[f"{name}, with bias"] = m.affine(X, W, b=b)
            found[f"{name}, no bias"] = m.affine(X, W)
        return found

    agree(layers)
    linear = torch.nn.functional.linear
    expected = {"square weights": linear(examples, square, c), "square weights, no bias": linear(examples, square)}
    for name, X in inputs.items():
        expected[f"{name}, with bias"], expected[f"{name}, no bias"] = linear(X, W, b), linear(X, W)
    close(layers(student), expected)


@check(points=0.5, dtypes=BOTH, hint="You want one number per row: which column goes with which row?")
def test_picks(agree, tensors, generator):
    """one score from each row, with as many rows as classes and with more"""
    long, square = tensors((4, 7)).T, tensors((4, 4))
    y = torch.randint(0, 4, (7,), generator=generator)
    agree(
        lambda m: {
            "seven rows, four classes": m.pick_scores(long, y),
            "four rows, four classes": m.pick_scores(square, torch.tensor([2, 0, 0, 3])),
            "one row": m.pick_scores(long[:1], y[:1]),
        }
    )


@check(points=0.5, dtypes=BOTH, hint="Put in a value exactly at the threshold, and then another threshold.")
def test_thresholds(agree, dtype):
    """labels of several shapes, exactly at 0.5, and with other thresholds"""
    p = torch.tensor([[0.0, 0.499, 0.5], [0.501, 0.75, 1.0]], dtype=dtype)
    agree(
        lambda m: {
            "a table": m.threshold_labels(p),
            "a single number": m.threshold_labels(p[0, 2]),
            "three axes": m.threshold_labels(p.reshape(3, 1, 2)),
            "threshold 0.6": m.threshold_labels(p, threshold=0.6),
            "threshold 0.2": m.threshold_labels(p, threshold=0.2),
        }
    )


@check(points=0.25, hint="Which labels and which shapes make no sense? Look before you compute.")
def test_bad_input(rejects, tensors):
    """labels outside the classes, rows of different widths, and inputs that do not fit the weights raise ValueError"""
    rejects(lambda m: m.one_hot(torch.tensor([0, 1, 4]), 4), what="a label of 4 with four classes")
    rejects(lambda m: m.one_hot(torch.tensor([0, -1, 2]), 4), what="a label of -1")
    rejects(lambda m: m.pairwise_sq_dist(tensors((3, 2)), tensors((3, 4))), what="rows of 2 and of 4 numbers")
    rejects(lambda m: m.pairwise_sq_dist(tensors((3, 1)), tensors((2, 4))), what="rows of 1 and of 4 numbers")
    W = tensors((3, 5))
    for shape in ((4, 3), (3,), (2, 3, 1), (5, 4)):
        rejects(lambda m, shape=shape: m.affine(tensors(shape), W), what=f"inputs {shape} and weights (3, 5)")
