"""Wrong and also-right programs of mini_dataloader, and the probe that tells them apart."""

from itertools import islice

import torch

from grader.checks import correct, mistake

LENGTH = """        full, rest = divmod(len(self.dataset), self.batch_size)
        return full if self.drop_last or rest == 0 else full + 1
"""
ITERATION = """        n = len(self.dataset)
        order = torch.randperm(n, generator=self.generator).tolist() if self.shuffle else range(n)
        for batch in range(len(self)):
            group = order[batch * self.batch_size : (batch + 1) * self.batch_size]
            yield self.collate_fn([self.dataset[j] for j in group])
"""
COUNTED = "range(len(self))"

MISTAKES = [
    mistake(
        "length_counts_samples",
        "A loader's length tells how many batches one epoch has, not how many samples.",
        swaps=[
            (LENGTH, "        return len(self.dataset)\n"),
            (COUNTED, "range(n // self.batch_size if self.drop_last else -(-n // self.batch_size))"),
        ],
        caught_by="test_lengths_and_drop_last",
    ),
    mistake(
        "shuffles_once",
        "Compare two epochs of a shuffled loader: they have the same order. When is it drawn?",
        swaps=[
            (
                "        self.shuffle, self.generator",
                "        self.order = range(len(dataset))\n        if shuffle:\n"
                "            self.order = torch.randperm(len(dataset), generator=generator).tolist()\n"
                "        self.shuffle, self.generator",
            ),
            ("torch.randperm(n, generator=self.generator).tolist() if self.shuffle else range(n)", "self.order"),
        ],
        caught_by="test_batches_shuffled",
    ),
    mistake(
        "shuffle_ignores_generator",
        "Two loaders with equally seeded generators should give the same batches. Who draws your order?",
        swap=("torch.randperm(n, generator=self.generator)", "torch.randperm(n)"),
        caught_by="test_batches_shuffled",
    ),
    mistake(
        "transform_skipped",
        "The data set accepts a transform and then forgets it.",
        swap=("(x if self.transform is None else self.transform(x))", "x"),
        caught_by="test_transform_lazily",
    ),
    mistake(
        "transform_on_target",
        "Labels should survive augmentation untouched: only the input goes through the transform.",
        swap=(
            "(x if self.transform is None else self.transform(x)), self.y[i]",
            "(x, self.y[i]) if self.transform is None else (self.transform(x), self.transform(self.y[i]))",
        ),
        caught_by="test_transform_lazily",
    ),
    mistake(
        "transform_at_start",
        "A random transform should give something else in every epoch; yours ran once, when the data set was made.",
        swap=(
            "        self.X, self.y, self.transform = X, y, transform\n",
            "        if transform is not None:\n            X = torch.stack([transform(x) for x in X])\n"
            "        self.X, self.y, self.transform = X, y, None\n",
        ),
        caught_by="test_transform_lazily",
    ),
    mistake(
        "no_index_error",
        "Python stops a for loop over your data set only when an index is refused; yours begins again from the front.",
        swap=(
            "        if not -len(self) <= i < len(self):\n"
            '            raise IndexError(f"index {i} of {len(self)} samples")\n',
            "        i %= len(self)\n",
        ),
        caught_by="test_items",
    ),
    mistake(
        "negative_index_refused",
        "Index -1 is the last sample, as in a list.",
        swap=("if not -len(self) <= i < len(self):", "if not 0 <= i < len(self):"),
        caught_by="test_items",
    ),
    mistake(
        "concatenates_instead_of_stacks",
        "A batch has one more axis than a sample: put samples beside each other, not end to end.",
        swap=("return torch.stack(xs), targets", "return torch.cat(xs), targets"),
        caught_by="test_collate_types",
    ),
    mistake(
        "integer_labels_become_float",
        "A classification loss wants class indices as integers; yours have become floats.",
        swap=("torch.int64 if isinstance(ys[0], int) else torch.float32", "torch.float32"),
        caught_by="test_collate_types",
    ),
    mistake(
        "float_targets_truncated",
        "Targets of a regression have digits behind the point; yours have lost them.",
        swap=("torch.int64 if isinstance(ys[0], int) else torch.float32", "torch.int64"),
        caught_by="test_collate_types",
    ),
    mistake(
        "pads_on_the_left",
        "The lengths say where the real entries end; yours say where they begin.",
        swap=("row[: len(x)] = x", "row[len(row) - len(x) :] = x"),
        caught_by="test_padding",
    ),
    mistake(
        "lengths_include_padding",
        "The length is that of the sequence, not of the padded row: all of yours are equal.",
        swap=("torch.tensor(lengths)", "torch.tensor([max(lengths)] * len(lengths))"),
        caught_by="test_padding",
    ),
    mistake(
        "pads_with_zero",
        "The caller chose what to fill with; look at what you put behind the short sequences.",
        swap=("pad_value)\n    for", "0)\n    for"),
        caught_by="test_padding",
    ),
    mistake(
        "padded_type_lost",
        "Token numbers went in as integers and come out as floats: whose type does the batch have?",
        swap=(
            "xs[0].new_full((len(xs), max(lengths)), pad_value)",
            "torch.full((len(xs), max(lengths)), float(pad_value), dtype=torch.float64)",
        ),
        caught_by="test_padding",
    ),
    mistake(
        "drop_last_ignored",
        "With `drop_last` every batch is full, and the length of the loader counts only those.",
        swap=("if self.drop_last or rest == 0", "if rest == 0"),
        caught_by="test_lengths_and_drop_last",
    ),
    mistake(
        "short_batch_lost",
        "Without `drop_last` the last samples belong to the epoch too, even if they don't fill a batch.",
        swap=("return full if self.drop_last or rest == 0 else full + 1", "return full"),
        caught_by="test_batches_in_order",
    ),
    mistake(
        "one_walk_for_all",
        "The loader remembers where it is, so that two loops over it disturb each other. Give each loop its own position.",
        swap=(
            ITERATION,
            """        n = len(self.dataset)
        self.order = torch.randperm(n, generator=self.generator).tolist() if self.shuffle else range(n)
        self.batch = 0
        return self

    def __next__(self):
        if self.batch == len(self):
            raise StopIteration
        group = self.order[self.batch * self.batch_size : (self.batch + 1) * self.batch_size]
        self.batch += 1
        return self.collate_fn([self.dataset[j] for j in group])
""",
        ),
        caught_by="test_batches_in_order",
    ),
    mistake(
        "collate_fn_ignored",
        "The caller may bring a collate function; your loader uses its own.",
        swap=("self.collate_fn([self", "collate([self"),
        caught_by="test_batches_in_order",
    ),
    mistake(
        "sizes_unchecked",
        "Rows without a target are noticed only when they are used, if at all. Compare the lengths at the start.",
        swap=("if len(X) != len(y):", "if len(X) > len(y) > 0:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "iterators_and_masks",
        source="""
from dataclasses import dataclass
from itertools import islice

import torch


@dataclass
class ArrayDataset:
    X: torch.Tensor
    y: object
    transform: object = None

    def __post_init__(self):
        if self.X.shape[0] != len(self.y):
            raise ValueError("lengths")
        self.index = range(len(self.y))

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        i = self.index[i]
        if self.transform:
            return self.transform(self.X[i]), self.y[i]
        return self.X[i], self.y[i]


def collate(samples):
    X = torch.cat([x.unsqueeze(0) for x, _ in samples])
    first = samples[0][1]
    if torch.is_tensor(first):
        return X, torch.cat([y[None] for _, y in samples])
    y = torch.tensor([y for _, y in samples])  # PyTorch's own choice: int64 and float32
    return X, y


def pad_collate(samples, pad_value=0):
    lengths = torch.tensor([x.numel() for x, _ in samples])
    mask = torch.arange(int(lengths.max()))[None, :] < lengths[:, None]
    X = torch.full(mask.shape, pad_value, dtype=samples[0][0].dtype)
    X[mask] = torch.cat([x for x, _ in samples])
    return X, lengths, torch.tensor([y for _, y in samples], dtype=torch.long)


class MiniLoader:
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None, collate_fn=collate):
        self.__dict__.update(locals())

    def __len__(self):
        n = len(self.dataset)
        if self.batch_size < 1:
            raise ValueError("batch_size")
        return n // self.batch_size if self.drop_last else (n + self.batch_size - 1) // self.batch_size

    def __iter__(self):
        count = len(self)
        n = len(self.dataset)
        order = torch.randperm(n, generator=self.generator) if self.shuffle else torch.arange(n)
        indices = iter(order)
        groups = iter(lambda: list(islice(indices, self.batch_size)), [])
        return (self.collate_fn([self.dataset[int(j)] for j in group]) for group in islice(groups, count))
""",
    ),
    correct(
        "separate_iterator",
        source="""
import math

import torch
from torch import Tensor


class ArrayDataset:
    def __init__(self, X, y, transform=lambda x: x):
        n = len(X)
        if n != len(y):
            raise ValueError(f"{n} != {len(y)}")
        self.samples = [X, y]
        self.transform = transform or (lambda x: x)

    def __len__(self):
        return self.samples[0].size(0)

    def __iter__(self):
        for i in range(len(self)):
            yield self[i]

    def __getitem__(self, i):
        n = len(self)
        if i < 0:
            i += n
        if i < 0 or i >= n:
            raise IndexError(i)
        X, y = self.samples
        return tuple([self.transform(X[i]), y[i]])


def collate(samples):
    first, target = samples[0]
    X = first.new_empty((len(samples), *first.shape))
    for row, (x, _) in enumerate(samples):
        X[row] = x
    ys = [y for _, y in samples]
    if isinstance(target, Tensor):
        return X, torch.stack(ys, dim=0)
    return X, torch.as_tensor(ys, dtype=torch.float32 if type(target) is float else torch.long)


def pad_collate(samples, pad_value=0):
    longest = max(len(x) for x, _ in samples)
    rows = []
    for x, _ in samples:
        filler = torch.full((longest - len(x),), pad_value, dtype=x.dtype)
        rows.append(torch.cat((x, filler)))
    X, y = collate(list(zip(rows, [y for _, y in samples])))
    return X, torch.tensor([len(x) for x, _ in samples]), y


class Epoch:
    def __init__(self, loader):
        self.loader, self.at = loader, 0
        n = len(loader.dataset)
        self.order = torch.randperm(n, generator=loader.generator).tolist() if loader.shuffle else list(range(n))

    def __iter__(self):
        return self

    def __next__(self):
        loader = self.loader
        group = self.order[self.at : self.at + loader.batch_size]
        if not group or (loader.drop_last and len(group) < loader.batch_size):
            raise StopIteration
        self.at += len(group)
        return loader.collate_fn([loader.dataset[j] for j in group])


class MiniLoader:
    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, generator=None, collate_fn=collate):
        if not batch_size >= 1:
            raise ValueError("batch_size")
        self.dataset, self.batch_size, self.shuffle = dataset, batch_size, shuffle
        self.drop_last, self.generator, self.collate_fn = drop_last, generator, collate_fn

    def __len__(self):
        share = len(self.dataset) / self.batch_size
        return math.floor(share) if self.drop_last else math.ceil(share)

    def __iter__(self):
        return Epoch(self)
""",
    ),
]


def probe(m):
    """Seven samples with a transform that multiplies by ten; loaders on a plain list; two padded sequences."""
    X, y = torch.arange(14, dtype=torch.float64).reshape(7, 2), [3, 1, 2, 0, 1, 2, 3]
    plain = [(torch.tensor([10.0 * i, 1.0], dtype=torch.float64), i) for i in range(7)]
    words = [(torch.tensor([4, 5, 6]), 1), (torch.tensor([1, 2, 3, 4, 5]), 0)]

    def data():
        return m.ArrayDataset(X, y, transform=lambda x: x * 10)

    def labels(collated):
        """Which samples are in which batch, told by a collate function of the probe."""
        loader = m.MiniLoader(plain, collate_fn=lambda batch: [y for _, y in batch], **collated)
        return [list(islice(loader, 20)) for _ in range(2)]

    def shuffled(seed):
        return labels({"batch_size": 3, "shuffle": True, "generator": torch.Generator().manual_seed(seed)})

    def calls():
        seen = []
        noted = m.ArrayDataset(X, y, transform=lambda x: [x, seen.append(0)][0])
        return [len(seen), noted[1], len(seen)]

    def right_order():
        generator = torch.Generator().manual_seed(3)
        due = [torch.randperm(7, generator=generator).tolist() for _ in range(2)]
        return [sum(batches, []) for batches in shuffled(3)] == due

    def nested():
        loader = m.MiniLoader(plain, batch_size=4, collate_fn=len)
        return [[a, b] for a in islice(loader, 3) for b in islice(loader, 3)]

    return {
        "sample 2": lambda: data()[2],
        "sample -1": lambda: data()[-1],
        "sample 7": lambda: data()[7],
        "calls of the transform": calls,
        "inputs of a batch": lambda: m.collate(plain)[0],
        "int targets": lambda: m.collate(plain)[1],
        "float targets": lambda: m.collate([(x, y + 0.5) for x, y in plain])[1],
        "padded": lambda: m.pad_collate(words, pad_value=-1)[0],
        "lengths": lambda: m.pad_collate(words)[1],
        "length": lambda: len(m.MiniLoader(plain, batch_size=3)),
        "length, drop_last": lambda: len(m.MiniLoader(plain, batch_size=3, drop_last=True)),
        "batches": lambda: labels({"batch_size": 3}),
        "batches, drop_last": lambda: labels({"batch_size": 3, "drop_last": True}),
        "shuffled: right order": right_order,
        "shuffled: epochs differ": lambda: shuffled(3)[0] != shuffled(3)[1],
        "shuffled: seeds repeat": lambda: shuffled(3) == shuffled(3),
        "two loops at once": nested,
        "too many targets": lambda: m.ArrayDataset(X, [*y, 1])[0],
    }
