"""Hidden checks of minibatch_epochs. Sampling is judged by properties and by torch.randperm itself, under any seed."""

from itertools import islice

import torch

from grader.checks import check, close, ensure


def one_epoch(batches, n):
    """The batches of one iteration over n rows. Bounded: no right answer has more than n batches."""
    found = list(islice(batches, n + 2))
    for batch in found:
        ensure(
            isinstance(batch, torch.Tensor) and batch.dtype == torch.int64 and batch.dim() == 1,
            "Each batch must be a 1-dimensional int64 tensor of row numbers; look at what your iteration yields.",
        )
    return found


def joined(batches):
    """All row numbers of an epoch in the order of their visit."""
    return torch.cat(batches) if batches else torch.empty(0, dtype=torch.int64)


def seeded(seed):
    return torch.Generator().manual_seed(seed)


def any_seed(generator):
    return int(torch.randint(0, 2**31, (), generator=generator))


@check(points=2.5, hint="Put the batches of one epoch together: how often does each row number turn up?")
def test_covers_once(student, generator):
    """one epoch visits every row exactly once, for six pairs of n and batch size"""
    for n, batch_size in [(10, 4), (12, 3), (7, 10), (5, 5), (64, 10), (1, 3)]:
        found = one_epoch(student.EpochIterator(n, batch_size, generator=seeded(any_seed(generator))), n)
        rows = joined(found)
        ensure(
            bool(((rows >= 0) & (rows < n)).all()),
            f"The row numbers must lie between 0 and {n - 1} for n={n}; look at where your order comes from.",
        )
        visits = torch.bincount(rows, minlength=n)
        close(
            visits,
            torch.ones(n, dtype=torch.int64),
            what=f"how often each row is visited (n={n}, batch_size={batch_size})",
        )


@check(
    points=2,
    hint="The order of an epoch is one draw of all n row numbers; the batches are its slices from left to right.",
)
def test_exact_order(agree, generator):
    """the batches of two epochs are the slices of torch.randperm from the same seed"""
    for n, batch_size in [(11, 4), (40, 8), (6, 9)]:
        seed = any_seed(generator)

        def two_epochs(m, n=n, batch_size=batch_size, seed=seed):
            batches = m.EpochIterator(n, batch_size, generator=seeded(seed))
            return {"first epoch": one_epoch(batches, n), "second epoch": one_epoch(batches, n)}

        agree(two_epochs)


@check(points=1.5, hint="When is the order drawn: once for the object, once for each batch, or once for each epoch?")
def test_reshuffles(student, generator):
    """each epoch has a new order and draws from the generator once"""
    n, seed = 50, any_seed(generator)
    own, twin = seeded(seed), seeded(seed)
    batches = student.EpochIterator(n, 8, generator=own)
    orders = []
    for epoch in (1, 2, 3):
        orders.append(joined(one_epoch(batches, n)))
        torch.randperm(n, generator=twin)
        ensure(
            torch.equal(own.get_state(), twin.get_state()),
            f"After epoch {epoch} the generator is not where {epoch} calls of torch.randperm(n, ...) leave it; "
            "draw the order once per epoch and draw nothing else.",
        )
    ensure(
        not torch.equal(orders[0], orders[1]) and not torch.equal(orders[1], orders[2]),
        "Two epochs in a row have the same order; draw a new one whenever an iteration starts.",
    )


@check(points=1, hint="Without shuffling nothing is left to chance, so there is nothing to draw.")
def test_no_shuffle(student, generator):
    """without shuffle the rows come in order and the generator stays as it was"""
    own = seeded(any_seed(generator))
    before = own.get_state()
    batches = student.EpochIterator(10, 4, generator=own, shuffle=False)
    expected = [torch.tensor(rows) for rows in ([0, 1, 2, 3], [4, 5, 6, 7], [8, 9])]
    close(one_epoch(batches, 10), expected, what="the first epoch without shuffle")
    close(one_epoch(batches, 10), expected, what="the second epoch without shuffle")
    ensure(
        torch.equal(own.get_state(), before),
        "Without shuffle the generator must not be used; draw only where the order is random.",
    )
    without = student.EpochIterator(6, 3, shuffle=False, drop_last=True)
    expected = [torch.tensor(rows) for rows in ([0, 1, 2], [3, 4, 5])]
    close(one_epoch(without, 6), expected, what="an epoch without shuffle and without a generator")


@check(points=1, hint="Dropping takes away at most one batch: the last, and only if it is short.")
def test_drop_last(student, generator):
    """drop_last leaves out a short last batch and nothing else"""
    for n, batch_size, full in [(40, 12, 3), (12, 4, 3), (5, 5, 1), (7, 10, 0)]:
        size = f"n={n}, batch_size={batch_size}"
        batches = student.EpochIterator(n, batch_size, generator=seeded(any_seed(generator)), drop_last=True)
        for epoch in ("first", "second"):
            found = one_epoch(batches, n)
            close(
                [len(batch) for batch in found],
                [batch_size] * full,
                what=f"the batch lengths of the {epoch} epoch ({size})",
            )
            rows = joined(found).tolist()
            ensure(
                len(rows) == len(set(rows)),
                f"With {size} and drop_last a row comes twice in the {epoch} epoch; look at where the batches come from.",
            )
    in_order = one_epoch(student.EpochIterator(10, 4, shuffle=False, drop_last=True), 10)
    expected = [torch.tensor(rows) for rows in ([0, 1, 2, 3], [4, 5, 6, 7])]
    close(in_order, expected, what="10 rows in batches of 4, in order, with drop_last")


@check(points=1, hint="Count the batches that your loop produces and compare with what you announce.")
def test_length(student):
    """len is the number of batches, with and without the short one"""
    cases = [(10, 4, 3, 2), (12, 4, 3, 3), (7, 10, 1, 0), (5, 5, 1, 1), (9, 1, 9, 9), (13, 6, 3, 2)]
    for n, batch_size, every, full in cases:
        size = f"n={n}, batch_size={batch_size}"
        batches = student.EpochIterator(n, batch_size, generator=seeded(0))
        close(len(batches), every, what=f"len for {size}")
        one_epoch(batches, n)
        close(len(batches), every, what=f"len for {size} after an epoch")
        dropping = student.EpochIterator(n, batch_size, shuffle=False, drop_last=True)
        close(len(dropping), full, what=f"len for {size} with drop_last")


@check(points=0.5, hint="Which moment of an epoch should be counted?")
def test_epoch_count(student):
    """epoch counts the iterations started, also one that is left early"""
    batches = student.EpochIterator(10, 4, generator=seeded(0))
    close(batches.epoch, 0, what="epoch before any iteration")
    len(batches)
    one_epoch(batches, 10)
    close(batches.epoch, 1, what="epoch after one iteration")
    one_epoch(batches, 10)
    close(batches.epoch, 2, what="epoch after two iterations")
    list(islice(batches, 1))
    close(batches.epoch, 3, what="epoch after a third iteration that was left after its first batch")
    one_epoch(batches, 10)
    close(batches.epoch, 4, what="epoch after four iterations")


@check(points=0.5, hint="Which numbers of rows make sense, and what does a shuffle need?")
def test_bad_input(rejects):
    """impossible sizes and a shuffle without a generator raise ValueError"""

    def tried(n, batch_size, **options):
        # The whole of it, because the error may come at construction or at first use.
        return lambda m: list(islice(m.EpochIterator(n, batch_size, **options), 3))

    rejects(tried(0, 4, generator=seeded(0)))
    rejects(tried(-3, 4, shuffle=False))
    rejects(tried(10, 0, generator=seeded(0)))
    rejects(tried(10, -2, generator=seeded(0)))
    rejects(tried(10, -2, shuffle=False))
    rejects(tried(10, 4))
