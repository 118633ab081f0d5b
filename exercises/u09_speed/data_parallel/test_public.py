"""Public checks of data_parallel: the worked examples of the statement."""

import torch

from grader.checks import check, close


def vector(*numbers):
    """The numbers as a float64 vector."""
    return torch.tensor(numbers, dtype=torch.float64)


@check(hint="The order 0 ... 6 is filled up to nine entries; then the ranks take turns.")
def test_seven_examples(student):
    """seven examples for three ranks"""
    found = [student.shard_indices(7, 3, rank) for rank in range(3)]
    close(found, [torch.tensor(own) for own in ([0, 3, 6], [1, 4, 0], [2, 5, 1])], what="the shards")


@check(hint="Seven rows in all: four say 1, two say 4, one says 10.")
def test_mean(student):
    """the mean of three gradients with weights 4, 2 and 1"""
    grads = [[vector(1.0)], [vector(4.0)], [vector(10.0)]]
    close(student.all_reduce_mean(grads, weights=[4, 2, 1]), [vector(22 / 7)], what="the weighted mean")
    close(student.all_reduce_mean(grads), [vector(5.0)], what="the mean without weights")


@check(hint="With all weights zero, the gradient of each rank can be worked out on paper.")
def test_one_step(student):
    """one step from zero on shards of two rows and one row"""
    shards = [
        (torch.tensor([[1.0], [2.0]], dtype=torch.float64), vector(1.0, 2.0)),
        (torch.tensor([[3.0]], dtype=torch.float64), vector(3.0)),
    ]
    start = [vector(0.0), torch.tensor(0.0, dtype=torch.float64)]
    found = student.parallel_sgd_step(start, shards, student.kit.line_gradients, 0.03)
    close(found, [vector(0.28), torch.tensor(0.12, dtype=torch.float64)], what="the new weight and bias")


@check(hint="Follow the table of the statement: first the chunks add up, then the finished ones go round.")
def test_ring(student):
    """the ring of the statement"""
    vectors = [vector(1.0, 2.0, 3.0), vector(10.0, 20.0, 30.0), vector(100.0, 200.0, 300.0)]
    sums, messages = student.ring_all_reduce(vectors)
    close(sums, [vector(111.0, 222.0, 333.0)] * 3, what="the sums")
    close(messages, 12, what="the number of messages")


@check(hint="Ranks are counted from zero.")
def test_no_such_rank(rejects):
    """rank 3 of 3 raises ValueError"""
    rejects(lambda m: m.shard_indices(7, 3, 3))
