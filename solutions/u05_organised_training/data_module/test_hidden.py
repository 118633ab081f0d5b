"""Hidden checks of data_module. Splits are judged by their properties, by the reference and by torch itself."""

import math

import torch
from torch.utils.data import random_split

from grader.checks import check, close, ensure

THIRDS = (0.3333333, 0.3333333, 0.3333333)
FRACTIONS = [(0.7, 0.3), (0.5, 0.3, 0.2), (0.15, 0.7, 0.15), (0.2, 0.35, 0.1, 0.35), THIRDS]


def seeded(seed):
    """A fresh generator with this seed."""
    return torch.Generator().manual_seed(seed)


def draw_seed(generator):
    """A seed for the generators of a scenario."""
    return int(torch.randint(1_000_000, (), generator=generator))


def due_sizes(n, fractions):
    """Floors, and the rows left over from the front."""
    floors = [math.floor(n * fraction) for fraction in fractions]
    return [size + (i < n - sum(floors)) for i, size in enumerate(floors)]


def position(generator):
    """Where a generator is: the next numbers that it gives."""
    return torch.rand(3, generator=generator, dtype=torch.float64)


def collected(batches):
    """All batches as a list of [features, targets]."""
    return [[x, y] for x, y in batches]


@check(points=3, hint="Add up your split sizes, then look for a row that is in two splits.")
def test_sizes_and_cover(student, generator):
    """sizes of the splits, and every row in exactly one of them"""
    for n in (1, 2, 7, 17, 33):
        for fractions in FRACTIONS:
            case = f"{n} rows with fractions {fractions}"
            parts = student.split_indices(n, fractions, seeded(draw_seed(generator)))
            ensure(isinstance(parts, list), "`split_indices` should return a list of tensors. Look at what it returns.")
            close([len(part) for part in parts], due_sizes(n, fractions), what=f"the sizes for {case}")
            close(torch.cat(parts).sort().values, torch.arange(n), what=f"the rows of all splits, sorted, for {case}")


@check(points=1.5, hint="One permutation of all rows, cut from the front.")
def test_equals_random_split(student, generator):
    """the splits of torch.utils.data.random_split, and a generator that has been used once"""
    for n, fractions in ((17, (0.5, 0.3, 0.2)), (41, (0.7, 0.15, 0.15)), (23, (0.2, 0.8))):
        seed = draw_seed(generator)
        mine, its = seeded(seed), seeded(seed)
        parts = student.split_indices(n, fractions, mine)
        due = [torch.tensor(list(subset.indices)) for subset in random_split(range(n), fractions, generator=its)]
        close(parts, due, what=f"the splits of {n} rows")
        close(position(mine), position(its), what="the next numbers of the generator")


@check(points=3, hint="Count the rare class in every split, then check the order of the draws.")
def test_stratified(agree, student, generator):
    """every class divided by the fractions, rows sorted, rare classes and labels with gaps"""
    few = torch.tensor([3] * 9 + [0] * 4 + [7] * 4)[torch.randperm(17, generator=generator)]
    many = torch.tensor([2] * 31 + [1] + [0] * 8 + [5] * 2)[torch.randperm(42, generator=generator)]
    cases = [(few, (0.5, 0.3, 0.2)), (many, (0.7, 0.15, 0.15)), (many, (0.4, 0.6))]
    seeds = [draw_seed(generator) for _ in cases]
    for (y, fractions), seed in zip(cases, seeds):
        parts = student.stratified_split(y, fractions, seeded(seed))
        for label in y.unique().tolist():
            found = [int((y[part] == label).sum()) for part in parts]
            due = due_sizes(int((y == label).sum()), fractions)
            close(found, due, what=f"the rows of class {label} in each split with fractions {fractions}")

    def splits(m):
        seen = {}
        for (y, fractions), seed in zip(cases, seeds):
            draws = seeded(seed)
            seen[f"splits with {fractions}"] = m.stratified_split(y, fractions, draws)
            seen[f"next numbers of the generator with {fractions}"] = position(draws)
        return seen

    agree(splits)


@check(points=1.5, hint="In each pair the big part comes first, and every row is measured once.")
def test_folds(agree, student, generator):
    """folds of equal and unequal size, down to single rows"""
    cases = [(12, 3), (17, 5), (7, 2), (6, 6)]
    seeds = [draw_seed(generator) for _ in cases]
    agree(lambda m: {f"{k} folds of {n} rows": m.k_fold(n, k, seeded(seed)) for (n, k), seed in zip(cases, seeds)})
    pairs = student.k_fold(17, 5, seeded(seeds[0]))
    close(torch.cat([val for _, val in pairs]).sort().values, torch.arange(17), what="all val rows of 5 folds, sorted")


@check(points=3, dtypes=("float64", "float32"), hint="Which rows may the mean and the deviation have seen?")
def test_training_statistics_only(agree, tensors, generator, dtype):
    """mean and deviation of the training rows, in all three kinds of batches, with constant and with tiny columns"""
    n, fractions, seed = 23, (0.5, 0.25, 0.25), draw_seed(generator)
    X = tensors((n, 5)) * 3 + 5
    X[:, 1] = 0.1
    X[:, 2] *= 1e-8  # tiny, but not constant
    train = torch.randperm(n, generator=seeded(seed))[: due_sizes(n, fractions)[0]]
    X[train, 3] = 2.0  # constant for the training rows only
    y = torch.arange(n)

    def statistics(m):
        dm = m.DataModule(X, y, fractions=fractions, batch_size=4, generator=seeded(seed))
        dm.setup()
        return {
            "train_idx": dm.train_idx,
            "mean_": dm.mean_,
            "std_": dm.std_,
            "training batches": collected(dm.train_batches()),
            "validation batches": collected(dm.val_batches()),
            "test batches": collected(dm.test_batches()),
        }

    agree(statistics)


@check(points=2.25, hint="Compare two epochs of training, two rounds of validation, and the length of the last batch.")
def test_batches(agree, tensors, generator):
    """three epochs: training rows in a new order each time, the others in a fixed one, short last batches"""
    X, y = tensors((3, 29)).T, tensors((29,))
    X[:, 0] += 100 * torch.arange(29, dtype=X.dtype)  # no two rows alike
    many = tensors((70, 2))  # the training rows fill one batch of the default size and begin another
    seed = draw_seed(generator)

    def three_epochs(m):
        draws = seeded(seed)
        dm = m.DataModule(X, y, batch_size=6, generator=draws)
        dm.setup()
        seen = {"train_idx": dm.train_idx, "val_idx": dm.val_idx, "test_idx": dm.test_idx}
        for epoch in range(3):
            seen[f"training batches of epoch {epoch}"] = collected(dm.train_batches())
            seen[f"validation batches of epoch {epoch}"] = collected(dm.val_batches())
        seen["test batches"] = collected(dm.test_batches())
        seen["next numbers of the generator"] = position(draws)
        by_default = m.DataModule(many, many[:, 0], fractions=(0.5, 0.25, 0.25), generator=seeded(seed))
        by_default.setup()
        seen["training batches of the default size"] = collected(by_default.train_batches())
        return seen

    agree(three_epochs)


@check(points=0.75, hint="Which fractions are none, and how many folds make no sense?")
def test_bad_input(rejects, tensors):
    """fractions that are not positive or don't add up to 1, and impossible numbers of folds, are refused"""
    y = torch.tensor([0, 0, 1, 1, 1, 0, 1, 0])
    X = tensors((8, 2))

    def serve(m, fractions):
        dm = m.DataModule(X, y, fractions=fractions, generator=seeded(0))
        dm.setup()
        collected(dm.train_batches())

    for bad in ((0.5, 0.5, 0.0), (0.7, 0.5, -0.2), (0.5, 0.3, 0.1), (0.6, 0.6, 0.2)):
        rejects(lambda m, f=bad: m.split_indices(8, f, seeded(0)), what=f"split_indices with {bad}")
        rejects(lambda m, f=bad: m.stratified_split(y, f, seeded(0)), what=f"stratified_split with {bad}")
        rejects(lambda m, f=bad: serve(m, f), what=f"a DataModule with {bad}")
    for n, k in ((8, 1), (8, 0), (8, -2), (8, 9)):
        rejects(lambda m, n=n, k=k: m.k_fold(n, k, seeded(0)), what=f"{k} folds of {n} rows")
