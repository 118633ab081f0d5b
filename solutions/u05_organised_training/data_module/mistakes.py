"""Known wrong splits with their hints, right ones that look different, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "splits_overlap",
        "Look for a row that is in training and test at once. How many permutations are there in your split?",
        swaps=[
            (
                "    order = torch.randperm(n, generator=generator)  # one order for all splits: no row can be in two of them\n",
                "",
            ),
            (
                "    return list(order.split(sizes))",
                "    return [torch.randperm(n, generator=generator)[:size] for size in sizes]",
            ),
        ],
        caught_by="test_sizes_and_cover",
    ),
    mistake(
        "not_shuffled",
        "If the file is sorted by class, your test set has only the last one. Whose order do you cut?",
        swaps=[
            ("order = torch.randperm(n, generator=generator)", "order = torch.arange(n)"),
            (
                "parts = torch.randperm(n, generator=generator).tensor_split(k)",
                "parts = torch.arange(n).tensor_split(k)",
            ),
        ],
        caught_by="test_equals_random_split",
    ),
    mistake(
        "remainder_lost",
        "Add up your split sizes: some rows are in none of them.",
        swaps=[
            ("        sizes[i % len(sizes)] += 1\n", "        pass\n"),
            ("    return list(order.split(sizes))", "    return list(order[: sum(sizes)].split(sizes))"),
        ],
        caught_by="test_sizes_and_cover",
    ),
    mistake(
        "remainder_to_last",
        "The rule hands the rows that are left over out from the front, one each.",
        swap=("        sizes[i % len(sizes)] += 1\n", "        sizes[-1] += 1\n"),
        caught_by="test_sizes_and_cover",
    ),
    mistake(
        "classes_ignored",
        "Count the rare class in every split. Each class is to be divided by the fractions, not only the whole.",
        swap=(
            "    _sizes(0, fractions)  # only to look at the fractions before anything is drawn\n",
            "    return [part.sort().values for part in split_indices(len(y), fractions, generator)]\n",
        ),
        caught_by="test_stratified",
    ),
    mistake(
        "statistics_from_all_rows",
        "Your training data already knows something about the test rows. Whose mean is it?",
        swap=("seen = self.X[self.train_idx]", "seen = self.X"),
        caught_by="test_training_statistics_only",
    ),
    mistake(
        "each_split_own_statistics",
        "The model must meet new data in the units it was trained in. Whose mean do you take off the validation rows?",
        swaps=[
            (
                "        for start in range(0, len(idx), self.batch_size):\n",
                "        own = self.X[idx]\n"
                "        mean, std = own.mean(0), own.std(0, correction=0).masked_fill(own.amax(0) == own.amin(0), 1.0)\n"
                "        for start in range(0, len(idx), self.batch_size):\n",
            ),
            ("(self.X[rows] - self.mean_) / self.std_", "(self.X[rows] - mean) / std"),
        ],
        caught_by="test_training_statistics_only",
    ),
    mistake(
        "training_not_reshuffled",
        "Compare two epochs: the training rows come in the same order.",
        swaps=[
            (
                "        order = torch.randperm(len(self.train_idx), generator=self.generator)\n"
                "        return self._batches(self.train_idx[order])",
                "        return self._batches(self.train_idx)",
            ),
        ],
        caught_by="test_batches",
    ),
    mistake(
        "validation_shuffled",
        "Nothing is gained by shuffling what is only measured, and it uses up random numbers.",
        swaps=[
            (
                "self._batches(self.val_idx)",
                "self._batches(self.val_idx[torch.randperm(len(self.val_idx), generator=self.generator)])",
            ),
            (
                "self._batches(self.test_idx)",
                "self._batches(self.test_idx[torch.randperm(len(self.test_idx), generator=self.generator)])",
            ),
        ],
        caught_by="test_batches",
    ),
    mistake(
        "folds_swapped",
        "In each pair the big part comes first: train, then val.",
        swap=("(torch.cat(parts[:i] + parts[i + 1 :]), parts[i])", "(parts[i], torch.cat(parts[:i] + parts[i + 1 :]))"),
        caught_by="test_folds",
    ),
    mistake(
        "divides_by_zero",
        "A column that never changes has a deviation of zero. What do you divide by?",
        swap=(".masked_fill(constant, 1.0)", ""),
        caught_by="test_training_statistics_only",
    ),
    mistake(
        "short_batch_dropped",
        "Count the rows that you serve in one epoch: the last few never come.",
        swap=(
            "range(0, len(idx), self.batch_size)",
            "range(0, len(idx) - self.batch_size + 1, self.batch_size)",
        ),
        caught_by="test_batches",
    ),
    mistake(
        "sample_deviation",
        "The deviation is that of exactly these rows: divide by their number, not by one less.",
        swap=("correction=0", "correction=1"),
        caught_by="test_training_statistics_only",
    ),
    mistake(
        "fractions_unchecked",
        "Fractions that don't add up to one leave rows over or count them twice, and a negative one is none. Look first.",
        swap=("if min(fractions, default=0) <= 0 or abs(sum(fractions) - 1) > 1e-6:", "if False:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "lists_and_counting",
        source="""
import torch


def _cut(rows, fractions):
    n = len(rows)
    sizes = [int(n * f) for f in fractions]
    missing = n - sum(sizes)
    sizes = [size + 1 if i < missing else size for i, size in enumerate(sizes)]
    ends = torch.tensor(sizes).cumsum(0).tolist()
    return [rows[end - size : end] for size, end in zip(sizes, ends)]


def _look(fractions):
    if any(f <= 0 for f in fractions) or not 1 - 1e-6 <= sum(fractions) <= 1 + 1e-6:
        raise ValueError("fractions")


def split_indices(n, fractions, generator):
    _look(fractions)
    rows = torch.randperm(n, generator=generator).tolist()
    return [torch.tensor(part, dtype=torch.int64) for part in _cut(rows, fractions)]


def stratified_split(y, fractions, generator):
    _look(fractions)
    labels = y.tolist()
    chosen = [set() for _ in fractions]
    for c in sorted(set(labels)):
        rows = [i for i, label in enumerate(labels) if label == c]
        rows = [rows[j] for j in torch.randperm(len(rows), generator=generator).tolist()]
        for part, some in zip(chosen, _cut(rows, fractions)):
            part.update(some)
    return [torch.tensor(sorted(part), dtype=torch.int64) for part in chosen]


def k_fold(n, k, generator):
    if k < 2 or n < k:
        raise ValueError("k")
    order = torch.randperm(n, generator=generator)
    out, start = [], 0
    for i in range(k):
        stop = start + n // k + (1 if i < n % k else 0)
        keep = torch.ones(n, dtype=torch.bool)
        keep[start:stop] = False
        out.append((order[keep], order[~keep]))
        start = stop
    return out


class DataModule:
    def __init__(self, X, y, fractions=(0.7, 0.15, 0.15), batch_size=32, generator=None):
        _look(fractions)
        self.data = X, y
        self.fractions, self.size, self.generator = fractions, batch_size, generator

    def setup(self):
        X, y = self.data
        self.parts = split_indices(X.shape[0], self.fractions, self.generator)
        train = X.index_select(0, self.parts[0])
        self.mean_ = train.sum(0) / len(train)
        variance = ((train - self.mean_) ** 2).sum(0) / len(train)
        self.std_ = torch.where((train == train[:1]).all(0), torch.ones_like(variance), variance.sqrt())
        self.scaled = (X - self.mean_).div_(self.std_)

    train_idx = property(lambda self: self.parts[0])
    val_idx = property(lambda self: self.parts[1])
    test_idx = property(lambda self: self.parts[2])

    def serve(self, rows):
        y = self.data[1]
        return iter([(self.scaled[some], y[some]) for some in rows.split(self.size) if len(some)])

    def train_batches(self):
        rows = self.train_idx
        return self.serve(rows[torch.randperm(rows.numel(), generator=self.generator)])

    def val_batches(self):
        return self.serve(self.val_idx)

    def test_batches(self):
        return self.serve(self.test_idx)
""",
    ),
    correct(
        "late_draws",
        source="""
from itertools import accumulate, islice

import torch


def _check(fractions):
    total = 0.0
    for fraction in fractions:
        if not fraction > 0:
            raise ValueError(fraction)
        total += fraction
    if abs(total - 1) > 1e-6:
        raise ValueError(total)


def _bounds(n, fractions):
    sizes = [n * f // 1 for f in fractions]
    k = 0
    while sum(sizes) < n:
        sizes[k] += 1
        k = (k + 1) % len(sizes)
    return [0, *accumulate(int(size) for size in sizes)]


def _split(rows, fractions):
    bounds = _bounds(len(rows), fractions)
    return [rows[a:b].clone() for a, b in zip(bounds, bounds[1:])]


def split_indices(n, fractions, generator):
    _check(fractions)
    return _split(torch.randperm(n, generator=generator), fractions)


def stratified_split(y, fractions, generator):
    _check(fractions)
    owner = torch.full_like(y, -1)
    for c in torch.unique(y).tolist():
        (rows,) = torch.where(y == c)
        rows = rows[torch.randperm(len(rows), generator=generator)]
        for k, part in enumerate(_split(rows, fractions)):
            owner[part] = k
    return [torch.where(owner == k)[0] for k in range(len(fractions))]


def k_fold(n, k, generator):
    if k not in range(2, n + 1):
        raise ValueError(k)
    folds = list(torch.tensor_split(torch.randperm(n, generator=generator), k))
    pairs = []
    for i, val in enumerate(folds):
        train = torch.cat([fold for j, fold in enumerate(folds) if j != i])
        pairs.append((train, val))
    return pairs


class DataModule:
    def __init__(self, X, y, fractions=(0.7, 0.15, 0.15), batch_size=32, generator=None):
        self.X, self.y, self.fractions = X, y, fractions
        self.batch_size, self.generator = batch_size, generator

    def setup(self):
        self.train_idx, self.val_idx, self.test_idx = split_indices(len(self.y), self.fractions, self.generator)
        train = self.X[self.train_idx]
        self.std_, self.mean_ = torch.std_mean(train, dim=0, unbiased=False)
        self.std_[train.max(0).values == train.min(0).values] = 1.0

    def train_batches(self):
        order = torch.randperm(len(self.train_idx), generator=self.generator)  # drawn at the first next
        yield from self.walk(self.train_idx[order])

    def val_batches(self):
        yield from self.walk(self.val_idx)

    def test_batches(self):
        yield from self.walk(self.test_idx)

    def walk(self, rows):
        rows = iter(rows.tolist())
        while some := list(islice(rows, self.batch_size)):
            yield torch.stack([(self.X[i] - self.mean_) / self.std_ for i in some]), self.y[some]
""",
    ),
]


def probe(m):
    """Splits of 17 rows, labels 9/4/4, three folds of seven rows, and a module of 17 rows in batches of 4.

    What is drawn is told as properties: the same wrong idea may draw in many ways.
    """
    fractions = (0.5, 0.3, 0.2)
    y = torch.tensor([0] * 9 + [1] * 4 + [2] * 4)
    X = torch.sin(torch.arange(51, dtype=torch.float64)).reshape(17, 3)
    X[:, 2] = 0.5

    def seeded():
        return torch.Generator().manual_seed(7)

    def in_order(rows):
        return torch.equal(rows, rows.sort().values)

    def split(n=17, fractions=fractions):
        return m.split_indices(n, fractions, seeded())

    def once_each():
        rows = torch.cat(split())
        return len(rows.unique()) == len(rows)

    def stratified():
        return m.stratified_split(y, fractions, seeded())

    def class_counts_right():
        due = {0: [5, 3, 1], 1: [3, 1, 0], 2: [3, 1, 0]}
        parts = stratified()
        return all([int((y[part] == label).sum()) for part in parts] == counts for label, counts in due.items())

    def module():
        dm = m.DataModule(X, torch.arange(17), fractions=fractions, batch_size=4, generator=seeded())
        dm.setup()
        return dm

    def rows(batches):
        return torch.cat([served for _, served in batches])

    def features(batches):
        return torch.cat([served for served, _ in batches])

    def statistics():
        dm = module()
        seen = X[dm.train_idx]
        mean, deviation = seen.mean(0), seen.std(0, correction=0)
        return {
            "mean of the training rows": torch.allclose(dm.mean_, mean),
            "deviation of the training rows": torch.allclose(dm.std_[:2], deviation[:2]),
            "constant column": dm.std_[2].item(),
        }

    def scaled_alike():
        dm = module()
        scaled = (X - dm.mean_) / dm.std_
        parts = ((dm.train_batches(), dm.train_idx), (dm.val_batches(), dm.val_idx))
        return [torch.allclose(features(b).sort(0).values, scaled[i][: len(i)].sort(0).values) for b, i in parts]

    def rows_served():
        dm = module()
        return [len(rows(batches)) for batches in (dm.train_batches(), dm.val_batches(), dm.test_batches())]

    def training_reshuffled():
        dm = module()
        first, second = rows(dm.train_batches()), rows(dm.train_batches())
        return not torch.equal(first, second)

    def validation_in_order():
        dm = module()
        served = rows(dm.val_batches())
        return torch.equal(served, dm.val_idx[: len(served)])

    return {
        "sizes": lambda: [len(part) for part in split()],
        "each row once": once_each,
        "splits in row order": lambda: in_order(torch.cat(split())),
        "sizes by class": lambda: [len(part) for part in stratified()],
        "class counts right": class_counts_right,
        "fold sizes": lambda: [[len(part) for part in pair] for pair in m.k_fold(7, 3, seeded())],
        "folds in row order": lambda: in_order(torch.cat([val for _, val in m.k_fold(7, 3, seeded())])),
        "statistics": statistics,
        "scaled alike": scaled_alike,
        "rows served": rows_served,
        "training reshuffled": training_reshuffled,
        "validation in order": validation_in_order,
        "fractions of 0.5 and 0.3": lambda: len(split(fractions=(0.5, 0.3))),
        "a negative fraction": lambda: len(split(fractions=(0.7, 0.5, -0.2))),
    }
