"""Public checks of mini_dataloader: the examples of the statement."""

from itertools import islice

import torch

from grader.checks import check, close, ensure

TENS = torch.tensor([[10.0], [20.0], [30.0], [40.0], [50.0]], dtype=torch.float64)
LABELS = [0, 1, 0, 1, 0]


def epoch(loader):
    """The batches of one epoch, at most twenty."""
    return list(islice(loader, 20))


def batch(xs, ys):
    """What the loader should give for these rows and labels."""
    return torch.tensor(xs, dtype=torch.float64)[:, None], torch.tensor(ys)


@check(hint="Which index is the last one, counted from the front and from the back?")
def test_samples(student, rejects):
    """a sample from the front, one from the back, and none beyond"""
    data = student.ArrayDataset(TENS, LABELS, transform=lambda x: x + 1)
    ensure(len(data) == 5, f"The data set has 5 samples, its length is {len(data)}. How many rows has X?")
    close(data[1], (torch.tensor([21.0], dtype=torch.float64), 1), what="sample 1")
    close(data[-1], (torch.tensor([51.0], dtype=torch.float64), 0), what="sample -1")
    rejects(lambda m: m.ArrayDataset(TENS, LABELS)[5], error=IndexError, what="index 5 of five samples")


@check(hint="Go through the five samples two by two; what becomes of the one that is left over?")
def test_plain_epoch(student):
    """the plain epoch of the statement, with and without the short batch"""
    data = student.ArrayDataset(TENS, LABELS)
    due = [batch([10.0, 20.0], [0, 1]), batch([30.0, 40.0], [0, 1]), batch([50.0], [0])]
    for drop_last, count in ((False, 3), (True, 2)):
        loader = student.MiniLoader(data, batch_size=2, drop_last=drop_last)
        close(epoch(loader), due[:count], what=f"the batches with drop_last={drop_last}")
        ensure(len(loader) == count, f"The loader gives {count} batches, its length is {len(loader)}. Count batches.")


@check(hint="Each epoch draws its own order, by one call of randperm.")
def test_shuffled_epochs(student):
    """two shuffled epochs of the statement"""
    generator = torch.Generator().manual_seed(0)
    loader = student.MiniLoader(student.ArrayDataset(TENS, LABELS), batch_size=2, shuffle=True, generator=generator)
    first = [batch([50.0, 10.0], [0, 0]), batch([20.0, 40.0], [1, 1]), batch([30.0], [0])]
    second = [batch([40.0, 50.0], [1, 0]), batch([10.0, 20.0], [0, 1]), batch([30.0], [0])]
    close(epoch(loader), first, what="the first epoch")
    close(epoch(loader), second, what="the second epoch")


@check(hint="The shorter sequences get filler behind their last entry.")
def test_padded_batch(student):
    """the padded batch of the statement"""
    found = student.pad_collate([(torch.tensor([5, 6, 7]), 1), (torch.tensor([8]), 0)], pad_value=-1)
    due = torch.tensor([[5, 6, 7], [8, -1, -1]]), torch.tensor([3, 1]), torch.tensor([1, 0])
    close(found, due, what="the padded batch")


@check(hint="Compare the two lengths before you keep anything.")
def test_lengths_differ(rejects):
    """four labels for five rows raise ValueError"""
    rejects(lambda m: m.ArrayDataset(TENS, LABELS[:4]))
