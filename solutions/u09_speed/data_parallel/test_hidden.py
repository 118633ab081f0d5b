"""Hidden checks of data_parallel."""

import torch
from torch.utils.data.distributed import DistributedSampler

from grader.checks import check, close, ensure, on_cpu, shares_memory


def shards(m, n, world_size, **settings):
    """The shards of all ranks."""
    return [m.shard_indices(n, world_size, rank, **settings) for rank in range(world_size)]


@check(
    points=3,
    hint="Write the order down, make it a multiple of world_size long, and deal it out one by one.",
)
def test_shards(agree, student):
    """shards that come out even or not, more ranks than examples, the end cut off: as DistributedSampler has them"""
    cases = [(7, 3, False), (7, 3, True), (12, 4, False), (12, 4, True), (5, 1, False), (3, 4, False), (2, 5, False)]
    cases += [(1, 3, False), (9, 2, True), (4, 4, True)]

    def all_shards(m):
        return {
            f"n={n}, world_size={size}, drop_last={drop}": shards(m, n, size, drop_last=drop) for n, size, drop in cases
        }

    agree(all_shards)
    for n, world_size, drop in cases:
        for rank, found in enumerate(shards(student, n, world_size, drop_last=drop)):
            sampler = DistributedSampler(range(n), world_size, rank, shuffle=False, drop_last=drop)
            close(found, torch.tensor(list(sampler)), what=f"rank {rank} of {world_size} for {n} examples")


@check(points=1.5, hint="Which order is dealt out, and where does the filler come from?")
def test_shard_permutation(agree, generator):
    """shards of a given order, filled up or cut off"""

    def one_behind(n):
        """An order that never has an index at its own place: positions and indices can't be confused."""
        return torch.roll(torch.arange(n), 1 + int(torch.randint(n - 2, (), generator=generator)))

    orders = [one_behind(n) for n in (8, 7, 3)]

    def dealt(m):
        seen = {}
        for order in orders:
            n = len(order)
            for world_size in (3, 4, 8):
                seen[f"{n} examples, {world_size} ranks"] = shards(m, n, world_size, perm=on_cpu(order))
            seen[f"{n} examples, 3 ranks, drop_last"] = shards(m, n, 3, perm=on_cpu(order), drop_last=True)
        return seen

    agree(dealt)


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="Four rows say 1, two say 4, one says 10: what is the mean over the rows?",
)
def test_weighted_mean(agree, student, tensors):
    """means of tensors of several shapes over three ranks and over one, with weights and without"""
    ranks = [[tensors((3, 2)), tensors((4, 3)).t(), tensors(())] for _ in range(3)]

    def means(m):
        return {
            "without weights": m.all_reduce_mean(ranks),
            "weights 4, 2, 1": m.all_reduce_mean(ranks, weights=[4, 2, 1]),
            "weights 5, 5, 50": m.all_reduce_mean(ranks, weights=[5, 5, 50]),
            "two ranks": m.all_reduce_mean(ranks[1:], weights=[1, 3]),
            "one rank": m.all_reduce_mean(ranks[:1], weights=[3]),
        }

    agree(means)
    alone = student.all_reduce_mean(ranks[:1])
    ensure(
        not any(shares_memory(mean, own) for mean, own in zip(alone, ranks[0])),
        "The mean over one rank is that rank's own tensor. Return new tensors.",
    )


@check(
    points=3.75,
    dtypes=("float64", "float32"),
    hint="Where do all ranks stand when they work out their gradients, and how many rows stand behind each?",
)
def test_step_equals_single_device(student, reference, tensors):
    """shards of 4, 2 and 1 rows, of 3 and 3, and a single one: the step that all rows together give"""
    params = [tensors((3,)), tensors(())]
    for sizes in ((4, 2, 1), (1, 5), (3, 3), (4,)):
        shards = [(tensors((rows, 3)), tensors((rows,))) for rows in sizes]
        before = [p.clone() for p in params]
        found = student.parallel_sgd_step(params, shards, student.kit.line_gradients, 0.5)
        together = [torch.cat(column) for column in zip(*shards)]
        gradients = reference.kit.line_gradients(params, *together)
        expected = [p - 0.5 * g for p, g in zip(before, gradients)]
        close(found, expected, what=f"the new parameters for shards of {sizes} rows")
        close(params, before, what="the parameters handed in")


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="Follow one chunk around the ring: who has added to it, who has the finished one, who still needs it?",
)
def test_ring_result(agree, student, tensors):
    """the sum for every rank: chunks of equal and of different length, empty chunks, and one rank alone"""
    cases = {
        f"{ranks} ranks, vectors of {length}": tensors((length,), n=ranks)
        for ranks, length in ((3, 7), (4, 8), (2, 5), (5, 3), (1, 4), (3, 1))
    }
    agree(lambda m: {label: m.ring_all_reduce(vectors)[0] for label, vectors in cases.items()})
    for label, vectors in cases.items():
        sums, _ = student.ring_all_reduce(vectors)
        close(sums, [torch.stack(vectors).sum(0)] * len(vectors), what=f"the sums for {label}")
        ensure(
            not any(shares_memory(own, vector) for own, vector in zip(sums, vectors)),
            "A result shares memory with a vector that was handed in. Return new tensors.",
        )


@check(points=1.5, hint="In each step of each phase every rank sends one chunk.")
def test_ring_messages(agree, tensors):
    """the number of messages for rings of one to six ranks"""

    def messages(m):
        return {f"{ranks} ranks": m.ring_all_reduce(tensors((4,), n=ranks))[1] for ranks in (1, 2, 3, 4, 6)}

    agree(messages)


@check(points=0.75, hint="Which ranks exist, what has to fit together, and is the limit itself allowed?")
def test_bad_input(agree, rejects, tensors):
    """impossible ranks, ranks that do not fit together and a negative rate raise ValueError, and the limits work"""
    for n, world_size, rank in ((0, 2, 0), (-3, 2, 0), (5, 0, 0), (5, -1, 0), (5, 3, 3), (5, 3, -1), (5, 1, 1)):
        rejects(
            lambda m, n=n, world_size=world_size, rank=rank: m.shard_indices(n, world_size, rank),
            what=f"n={n}, world_size={world_size}, rank={rank}",
        )
    g, h, p = tensors((3,), n=3)
    X, y = tensors((2, 3)), tensors((2,))
    rejects(lambda m: m.all_reduce_mean([[g, h], [p]]), what="ranks with different numbers of tensors")
    for weights in ([1], [1, 2, 3]):
        rejects(lambda m, w=weights: m.all_reduce_mean([[g], [h]], weights=w), what=f"weights {weights} for two ranks")
    bias = tensors(())
    rejects(
        lambda m: m.parallel_sgd_step([p, bias], [(X, y)], m.kit.line_gradients, -0.1),
        unchanged=[p, bias],
        what="a negative lr",
    )
    rejects(lambda m: m.ring_all_reduce([]), what="a ring without vectors")
    rejects(lambda m: m.ring_all_reduce([g, h[:2]]), unchanged=[g, h], what="vectors of different shapes")

    def limits(m):
        return {
            "one example, last of three ranks": m.shard_indices(1, 3, 2),
            "one rank": m.shard_indices(3, 1, 0),
            "a rank that counts nothing": m.all_reduce_mean([[g], [h], [p]], weights=[2, 0, 1]),
            "lr=0": m.parallel_sgd_step([p, bias], [(X, y)], m.kit.line_gradients, 0.0),
        }

    agree(limits)
