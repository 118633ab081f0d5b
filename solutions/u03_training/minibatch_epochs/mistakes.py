"""The bank of wrong answers of minibatch_epochs.

The probe records properties (does a row repeat, do two epochs agree, ...), because the same wrong idea about sampling can
be written in several ways that give different numbers.
"""

from itertools import islice

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "samples_with_replacement",
        "Count how often each row number turns up in one epoch: some come twice, some never.",
        # torch.randint is not available to students here, so the same idea is written with uniform numbers.
        swap=(
            "torch.randperm(self.n, generator=self.generator)",
            "(torch.rand(self.n, generator=self.generator) * self.n).long()",
        ),
        caught_by="test_covers_once",
    ),
    mistake(
        "one_permutation_forever",
        "Compare the first batch of epoch one with that of epoch two: nothing new was drawn in between.",
        swaps=[
            (
                "        self.epoch = 0\n",
                "        self.epoch = 0\n"
                "        self.order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)\n",
            ),
            ("torch.randperm(self.n, generator=self.generator)", "self.order"),
        ],
        caught_by="test_reshuffles",
    ),
    mistake(
        "independent_batches",
        "Within one epoch two batches may not share an example; yours are drawn independently of each other.",
        swap=(
            "        for k in range(len(self)):\n",
            "        for k in range(len(self)):\n"
            "            if self.shuffle and k > 0:\n"
            "                order = torch.randperm(self.n, generator=self.generator)\n",
        ),
        caught_by="test_covers_once",
    ),
    mistake(
        "shuffles_batches_not_rows",
        "The same examples always travel together in your batches: only the order of fixed blocks is random.",
        swaps=[
            (
                "            order = torch.randperm(self.n, generator=self.generator)\n",
                "            order = torch.arange(self.n)\n",
            ),
            (
                "        for k in range(len(self)):\n",
                "        blocks = torch.arange(len(self))\n"
                "        if self.shuffle:\n"
                "            blocks = torch.randperm(len(self), generator=self.generator)\n"
                "        for k in blocks.tolist():\n",
            ),
        ],
        caught_by="test_exact_order",
    ),
    mistake(
        "ignores_generator",
        "Two runs with equally seeded generators should give equal batches; yours draw from somewhere else.",
        swap=("torch.randperm(self.n, generator=self.generator)", "torch.randperm(self.n)"),
        caught_by="test_exact_order",
    ),
    mistake(
        "drops_last_always",
        "With 10 examples and batches of 4, where do the last two go?",
        swap=("return (self.n + self.batch_size - 1) // self.batch_size", "return self.n // self.batch_size"),
        caught_by="test_covers_once",
    ),
    mistake(
        "tops_up_last_batch",
        "The last batch may be short; filled up from the start, it makes some of your examples appear twice.",
        swap=(
            "            yield order[k * self.batch_size : (k + 1) * self.batch_size]\n",
            "            batch = order[k * self.batch_size : (k + 1) * self.batch_size]\n"
            "            yield torch.cat([batch, order[: self.batch_size - len(batch)]])\n",
        ),
        caught_by="test_covers_once",
    ),
    mistake(
        "length_rounds_down",
        "The announced number of batches and the number produced differ.",
        swaps=[
            ("return (self.n + self.batch_size - 1) // self.batch_size", "return self.n // self.batch_size"),
            (
                "        for k in range(len(self)):\n",
                "        short = self.n % self.batch_size > 0 and not self.drop_last\n"
                "        for k in range(len(self) + short):\n",
            ),
        ],
        caught_by="test_length",
    ),
    mistake(
        "counts_finished_epochs",
        "An iteration counts from its start: one that is left early has been started too.",
        swaps=[
            ("        self.epoch += 1\n", ""),
            (
                "            yield order[k * self.batch_size : (k + 1) * self.batch_size]\n",
                "            yield order[k * self.batch_size : (k + 1) * self.batch_size]\n        self.epoch += 1\n",
            ),
        ],
        caught_by="test_epoch_count",
    ),
    mistake(
        "shuffles_without_generator",
        "Without a generator there is nothing to draw the order from: whose random numbers are you using then?",
        swap=(
            "        if shuffle and generator is None:\n"
            '            raise ValueError("shuffle needs a generator to draw the order from")\n',
            "",
        ),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "eager_split",
        source='''
import torch
from torch import Tensor


class EpochIterator:
    """The order is drawn at iter(), cut by Tensor.split, and handed out as an ordinary list iterator."""

    def __init__(self, n, batch_size, generator=None, shuffle=True, drop_last=False):
        if min(n, batch_size) < 1 or (shuffle and not generator):
            raise ValueError("n and batch_size count something, and a shuffle needs a generator")
        self._n, self._size, self._drop = n, batch_size, drop_last
        self._generator = generator if shuffle else None
        self._started = []

    @property
    def epoch(self):
        return len(self._started)

    def __len__(self):
        return len(self._cut(torch.arange(self._n)))

    def __iter__(self):
        self._started.append(True)
        if self._generator is None:
            return iter(self._cut(torch.arange(self._n)))
        return iter(self._cut(torch.randperm(self._n, generator=self._generator)))

    def _cut(self, order):
        return [batch for batch in order.split(self._size) if len(batch) == self._size or not self._drop]
''',
    ),
    correct(
        "its_own_iterator",
        source='''
import math

import torch


class EpochIterator:
    """The object is its own iterator: iter() rewinds, next() gives a fresh tensor, and bad input raises at first use."""

    def __init__(self, n, batch_size, generator=None, shuffle=True, drop_last=False):
        self.settings = (n, batch_size, generator, shuffle, drop_last)
        self.epoch = 0

    def __len__(self):
        n, batch_size, _, _, drop_last = self.settings
        return math.floor(n / batch_size) if drop_last else math.ceil(n / batch_size)

    def __iter__(self):
        n, batch_size, generator, shuffle, drop_last = self.settings
        if n <= 0 or batch_size <= 0 or (shuffle and generator is None):
            raise ValueError("this can not be iterated")
        self.epoch += 1
        self.waiting = torch.randperm(n, generator=generator).tolist() if shuffle else list(range(n))
        self.left = len(self)
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        self.left -= 1
        size = self.settings[1]
        batch, self.waiting = self.waiting[:size], self.waiting[size:]
        return torch.tensor(batch)
''',
    ),
    correct(
        "takes_until_empty",
        source='''
import torch


class EpochIterator:
    """A generator function with a while loop over what is left of the order."""

    def __init__(self, n, batch_size, generator=None, shuffle=True, drop_last=False):
        if n < 1 or batch_size < 1:
            raise ValueError("counts start at 1")
        if shuffle:
            if generator is None:
                raise ValueError("no generator to shuffle with")
            self.draw = lambda: torch.randperm(n, generator=generator)
        else:
            self.draw = lambda: torch.arange(n)
        self.batch_size = batch_size
        self.shortest = batch_size if drop_last else 1
        whole, rest = divmod(n, batch_size)
        self.count = whole + int(rest >= self.shortest)
        self.epoch = 0

    def __len__(self):
        return self.count

    def __iter__(self):
        self.epoch = self.epoch + 1
        left = self.draw()
        while left.numel() >= self.shortest:
            yield left[: self.batch_size].clone()
            left = left[self.batch_size :]
''',
    ),
]

SETTINGS = {
    "10 by 4": (10, 4, {}),
    "10 by 4, dropping": (10, 4, {"drop_last": True}),
    "7 by 10": (7, 10, {}),
    "100 by 30": (100, 30, {}),
}


def probe(m):
    """Properties of two epochs, by setting; plain lists where nothing is random."""

    def over(question):
        return {name: question(Epochs(m, name)) for name in SETTINGS}

    return {
        "every row comes": lambda: over(lambda seen: not seen.missing),
        "no row comes twice": lambda: over(lambda seen: not seen.doubled),
        "batches repeat a row inside": lambda: sum(len(set(b)) < len(b) for b in Epochs(m, "100 by 30").batches) > 2,
        "sizes": lambda: over(sizes),
        "fixed blocks": lambda: over(lambda seen: len(seen.batches) > 2 and all(map(is_run, seen.batches))),
        "epochs repeat": lambda: over(lambda seen: bool(seen.orders[0]) and seen.orders[0] == seen.orders[1]),
        "equal seeds agree": lambda: over(lambda seen: seen.orders == Epochs(m, seen.name).orders),
        "generator is used": lambda: over(lambda seen: seen.used),
        "first order is randperm": lambda: over(lambda seen: seen.is_randperm),
        "announces too few": lambda: over(lambda seen: any(seen.announced < count for count in seen.counts)),
        "epoch after two": lambda: over(lambda seen: seen.epoch),
        "epoch after one left early": lambda: left_early(m),
        "in order": lambda: [batch.tolist() for batch in islice(m.EpochIterator(10, 4, shuffle=False), 12)],
        "shuffle without a generator": lambda: len(list(islice(m.EpochIterator(10, 4), 12))),
    }


class Epochs:
    """Two epochs of one setting, from a generator with seed 7."""

    def __init__(self, m, name):
        self.name = name
        self.n, batch_size, options = SETTINGS[name]
        own, twin = torch.Generator().manual_seed(7), torch.Generator().manual_seed(7)
        iterator = m.EpochIterator(self.n, batch_size, generator=own, **options)
        self.announced = len(iterator)
        epochs = [[batch.tolist() for batch in islice(iterator, self.n + 2)] for _ in range(2)]
        self.batches = [batch for batches in epochs for batch in batches]
        self.orders = [[row for batch in batches for row in batch] for batches in epochs]
        self.missing = any(not set(range(self.n)) <= set(rows) for rows in self.orders)
        self.doubled = any(len(rows) > len(set(rows)) for rows in self.orders)
        self.counts = [len(batches) for batches in epochs]
        self.epoch = iterator.epoch
        self.used = not torch.equal(own.get_state(), twin.get_state())
        expected = torch.randperm(self.n, generator=twin).tolist()
        first = self.orders[0]
        # Enough for "is this the generator's order": a lost or doubled tail is another item's business.
        # With a single batch every way of drawing looks alike, so only several batches are judged.
        several = self.counts[0] > 1
        self.is_randperm = not several or all(row == other for row, other in zip(first, expected, strict=False))


def sizes(seen):
    """The batch lengths, longest first; not judged where rows are both missing and doubled: any length goes with that."""
    return "sampled" if seen.missing and seen.doubled else sorted(map(len, seen.batches), reverse=True)


def is_run(batch):
    return batch == list(range(batch[0], batch[0] + len(batch))) if batch else True


def left_early(m):
    iterator = m.EpochIterator(10, 4, generator=torch.Generator().manual_seed(7))
    list(islice(iterator, 1))
    return iterator.epoch
