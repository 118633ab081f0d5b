"""Public checks of minibatch_epochs: the numbers of the statement's example."""

from itertools import islice

import torch

from grader.checks import check, close, ensure


def one_epoch(batches, limit=20):
    """The batches of one iteration; `limit` ends an iterator that never stops."""
    found = list(islice(batches, limit))
    ensure(
        all(isinstance(batch, torch.Tensor) for batch in found),
        "Each batch must be a tensor of row numbers; look at what your iteration yields.",
    )
    return found


@check(hint="The row numbers of one epoch, put together and sorted, are 0 to n-1.")
def test_every_row_once(student):
    """one epoch over 10 rows in batches of 4 visits every row once"""
    batches = one_epoch(student.EpochIterator(10, 4, generator=torch.Generator().manual_seed(7)))
    ensure(
        [len(batch) for batch in batches] == [4, 4, 2],
        "10 rows in batches of 4 make batches of 4, 4 and 2 rows; look at where your slices end.",
    )
    seen = sorted(row for batch in batches for row in batch.tolist())
    close(seen, list(range(10)), what="the sorted row numbers of one epoch")


@check(hint="One draw of the whole order when an epoch starts, from the generator that was passed.")
def test_two_epochs(student):
    """two epochs from a generator with seed 7 are those of the example"""
    batches = student.EpochIterator(10, 4, generator=torch.Generator().manual_seed(7))
    first = [torch.tensor(rows) for rows in ([5, 0, 3, 4], [1, 7, 9, 6], [8, 2])]
    second = [torch.tensor(rows) for rows in ([1, 8, 9, 5], [7, 4, 0, 3], [6, 2])]
    close(one_epoch(batches), first, what="the first epoch")
    close(one_epoch(batches), second, what="the second epoch")
    close(batches.epoch, 2, what="epoch after two epochs")


@check(hint="Ten rows, batches of four: how many batches, with and without the short one?")
def test_number_of_batches(student):
    """len counts the short last batch unless it is dropped"""
    close(len(student.EpochIterator(10, 4, shuffle=False)), 3, what="len")
    close(len(student.EpochIterator(10, 4, shuffle=False, drop_last=True)), 2, what="len with drop_last")


@check(hint="A batch size below 1 makes no sense; say so with a ValueError.")
def test_bad_batch_size(rejects):
    """a batch size of 0 raises ValueError"""
    rejects(lambda m: one_epoch(m.EpochIterator(10, 0, shuffle=False)))
