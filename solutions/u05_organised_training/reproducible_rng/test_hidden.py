"""Hidden checks of reproducible_rng. Everything that touches global streams runs in kit.py, beside the student's code."""

import torch

from grader.checks import check, close, ensure


def normal(shape, seed):
    """The numbers as the contract draws them, float64."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@check(points=2.25, hint="Whose stream do you seed, and who else draws from it?")
def test_generator_is_private(agree):
    """new generators with the right numbers, and global streams that go on as if nothing had happened"""

    def private(m):
        return {
            **m.kit.two_generators(m.make_generator, 5),
            "numbers with a large seed": m.kit.two_generators(m.make_generator, 2**31 + 5),
            "global draws around make_generator": m.kit.around(m.make_generator, [5], [0]),
            "global draws around seeded_normal": m.kit.around(m.seeded_normal, [(4, 5), 3], [(2,), 0]),
            "global draws around epoch_permutation": m.kit.around(m.epoch_permutation, [6, 3, 1], [9, 0, 2]),
        }

    agree(private)


@check(points=3, hint="In which precision are the numbers drawn, and in which are they wanted?")
def test_normal_values(student, device):
    """normal numbers of several shapes in double, single and half precision"""
    for shape, seed in (((20,), 3), ((5, 7), 0), ((2, 3, 4), 77), ((40,), 2**20), ((), 4)):
        for dtype in (torch.float64, torch.float32, torch.float16):
            found = student.seeded_normal(shape, seed, dtype=dtype, device=device)
            close(found, normal(shape, seed).to(dtype), what=f"{dtype} numbers of shape {shape} with seed {seed}")
    by_default = student.kit.look(student.seeded_normal, (4, 6), 9)
    due = {"numbers": normal((4, 6), 9).float().tolist(), "dtype": "torch.float32", "shape": [4, 6], "device": "cpu"}
    close(by_default, due, what="numbers without dtype and device")


@check(points=1.5, hint="Draw in one place and in one precision; cast and move afterwards.")
def test_same_on_every_device(student, device):
    """the same numbers on every device and in every precision, drawn one after the other"""
    double = normal((6, 5), 21)
    for place in dict.fromkeys(("cpu", device)):
        for dtype in (torch.float32, torch.float64):
            for as_object in (False, True):
                found = student.kit.look(
                    student.seeded_normal, (6, 5), 21, dtype=dtype, device=place, as_object=as_object
                )
                due = {"numbers": double.to(dtype).tolist(), "dtype": str(dtype), "shape": [6, 5], "device": place}
                close(found, due, what=f"{dtype} numbers on {place}")


@check(points=3, hint="What does your formula give for epoch 0, for seed 0, and for two epochs in a row?")
def test_permutations(student):
    """the orders of four epochs, for several seeds and sizes"""
    for n, seed in ((20, 3), (20, 0), (33, 8), (1, 2)):
        for epoch in (0, 1, 2, 5):
            found = student.kit.look(student.epoch_permutation, n, seed, epoch)
            order = torch.randperm(n, generator=torch.Generator().manual_seed(seed + epoch))
            due = {"numbers": order.tolist(), "dtype": "torch.int64", "shape": [n], "device": "cpu"}
            close(found, due, what=f"the order of {n} examples with seed {seed} in epoch {epoch}")


@check(points=2.25, hint="Two streams, saved when the block begins and put back when it ends.")
def test_isolates(agree):
    """draws before, inside and after a block, nested blocks, and one object for two blocks"""

    def blocks(m):
        return {
            **m.kit.run_block(m.isolated_rng, 3),
            "with seed 0": m.kit.run_block(m.isolated_rng, 0),
            "nested": m.kit.run_nested(m.isolated_rng, 3, 4),
            "nested with the same seed": m.kit.run_nested(m.isolated_rng, 3, 3),
            "one object for two blocks": m.kit.run_twice(m.isolated_rng, 6),
        }

    agree(blocks)


@check(
    points=2.25,
    hint="An error leaves the block through the same door: what has to happen there, and who must hear of it?",
)
def test_restores_after_error(agree, student):
    """streams that go on after an error inside the block, and an error that arrives outside"""
    agree(lambda m: {"with an error inside": m.kit.run_broken(m.isolated_rng, 3)})
    broken = student.kit.run_broken(student.isolated_rng, 8)
    whole = student.kit.run_block(student.isolated_rng, 8)
    ensure(broken["the error arrived outside"], "An error inside the block was swallowed. Let it pass.")
    close(broken["after"], whole["after"], what="the draws after a block with an error")


@check(points=0.75, hint="Is the seed itself looked at, also where something is added to it?")
def test_bad_input(rejects):
    """negative seeds are refused everywhere"""
    rejects(lambda m: m.make_generator(-1), what="make_generator(-1)")
    rejects(lambda m: m.seeded_normal((3,), -2), what="seeded_normal with seed -2")
    rejects(lambda m: m.epoch_permutation(5, -1, 0), what="epoch_permutation with seed -1 and epoch 0")
    rejects(lambda m: m.epoch_permutation(5, -1, 3), what="epoch_permutation with seed -1 and epoch 3")
    rejects(lambda m: m.kit.run_block(m.isolated_rng, -1), what="isolated_rng(-1)")
