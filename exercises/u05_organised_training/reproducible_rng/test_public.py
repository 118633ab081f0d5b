"""Checks to work with: the numbers of the statement."""

import torch

from grader.checks import check, close, ensure


@check(hint="Make a new generator and seed that one.")
def test_generator(student):
    """a generator of its own: the same numbers for the same seed, global streams as before"""
    seen = student.kit.two_generators(student.make_generator, 5)
    first, second = seen["numbers of the first generator"], seen["numbers of a second one with the same seed"]
    close(second, first, what="the numbers of two generators with the same seed")
    untouched = student.kit.around(None, [])
    close(seen["global draws around"], untouched, what="global draws around make_generator")


@check(hint="Draw twenty numbers in double precision, then cast.")
def test_normal_numbers(student, device):
    """the first of twenty normal numbers with seed 7, in double and single precision"""
    double = student.seeded_normal((20,), 7, dtype=torch.float64, device=device)
    single = student.seeded_normal((20,), 7, device=device)
    close(double[:3], torch.tensor([0.066268, 0.046992, 1.836539], dtype=torch.float64), rtol=0, atol=1e-5)
    close(single, double.float(), what="the numbers in single precision")


@check(hint="Which seed belongs to which epoch?")
def test_orders(student):
    """the orders of six examples in epochs 0, 1 and 2 with seed 3"""
    orders = [student.kit.look(student.epoch_permutation, 6, 3, epoch)["numbers"] for epoch in range(3)]
    close(orders, [[4, 0, 3, 2, 1, 5], [4, 5, 1, 2, 3, 0], [5, 0, 1, 3, 4, 2]], what="the orders of three epochs")


@check(hint="Save, seed, and afterwards put back what was saved.")
def test_block(student):
    """a block repeats itself, and the streams go on after it as if it had not been"""
    seen, again = [student.kit.run_block(student.isolated_rng, 3) for _ in range(2)]
    close(seen["inside"], again["inside"], what="the draws inside the block, run twice")
    untouched = student.kit.around(None, [], [])
    close([seen["before"], *seen["after"]], untouched, what="the draws before and after the block")
    ensure(seen["gives itself"], "`with isolated_rng(3) as block` should give the object itself. Return it on entry.")


@check(hint="What should happen with a seed of -1?")
def test_negative_seed(rejects):
    """a negative seed is refused"""
    rejects(lambda m: m.make_generator(-1), what="make_generator(-1)")
