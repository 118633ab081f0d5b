"""Known wrong ways to seed with their hints, right ones that look different, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "seeds_the_global_stream",
        "After your call everybody else's random numbers have changed. Make a generator of your own instead.",
        swap=("return torch.Generator().manual_seed(seed)", "return torch.manual_seed(seed)"),
        caught_by="test_generator_is_private",
    ),
    mistake(
        "draws_in_target_dtype",
        "Draws in single and double precision give different numbers, not rounded ones. In which precision should be drawn?",
        swap=("generator=make_generator(seed), dtype=torch.float64)", "generator=make_generator(seed), dtype=dtype)"),
        caught_by="test_normal_values",
    ),
    mistake(
        "epoch_ignored",
        "Reproducible does not mean that every epoch looks the same.",
        swap=("make_generator(seed + epoch)", "make_generator(seed)"),
        caught_by="test_permutations",
    ),
    mistake(
        "epoch_multiplies_seed",
        "What does your formula give for epoch 0, or for seed 0?",
        swap=("make_generator(seed + epoch)", "make_generator(seed * epoch)"),
        caught_by="test_permutations",
    ),
    mistake(
        "state_not_restored",
        "Draw a number before, inside and after the block, and compare with a run without the block.",
        swaps=[
            ("        torch.set_rng_state(self.torch_state)\n", ""),
            ("        random.setstate(self.python_state)\n", ""),
        ],
        caught_by="test_isolates",
    ),
    mistake(
        "not_restored_after_error",
        "An error inside the block still leaves through the exit. What happens there in that case?",
        swap=(
            "        torch.set_rng_state(self.torch_state)\n",
            "        if exc_type is not None:\n            return None\n        torch.set_rng_state(self.torch_state)\n",
        ),
        caught_by="test_restores_after_error",
    ),
    mistake(
        "reseeds_instead_of_restoring",
        "After the block the stream should go on where it stopped, not start over.",
        swaps=[
            ("torch.set_rng_state(self.torch_state)", "torch.default_generator.manual_seed(self.seed)"),
            ("random.setstate(self.python_state)", "random.seed(self.seed)"),
        ],
        caught_by="test_isolates",
    ),
    mistake(
        "python_random_forgotten",
        "There are two random streams in play here; one of them hears nothing of your block.",
        swaps=[("        random.seed(self.seed)\n", ""), ("        random.setstate(self.python_state)\n", "")],
        caught_by="test_isolates",
    ),
    mistake(
        "swallows_errors",
        "The caller wants to know what went wrong inside. What does the value that leaves the exit mean to Python?",
        swap=("        return None\n", "        return True\n"),
        caught_by="test_restores_after_error",
    ),
    mistake(
        "saves_at_construction",
        "Between making the object and entering the block, others may draw. Which moment should the streams go back to?",
        swaps=[
            ("        self.torch_state = torch.get_rng_state()\n        self.python_state = random.getstate()\n", ""),
            (
                "        self.seed = seed\n",
                "        self.seed = seed\n        self.torch_state = torch.get_rng_state()\n        self.python_state = random.getstate()\n",
            ),
        ],
        caught_by="test_isolates",
    ),
    mistake(
        "negative_seed_accepted",
        "A negative seed is refused everywhere. Look at the seed itself, before anything is added to it.",
        swap=("    if seed < 0:", "    if False:"),
        caught_by="test_bad_input",
    ),
    mistake(
        "only_the_sum_checked",
        "Seed -1 is refused in every epoch. Look at the seed itself, before the epoch is added to it.",
        swap=("    _check(seed)  # seed + epoch could be legal although seed isn't\n", ""),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "fork_rng",
        source="""
import random
from contextlib import ExitStack, contextmanager

import torch


def make_generator(seed):
    if seed < 0:
        raise ValueError("seed")
    generator = torch.Generator(device="cpu")
    generator.manual_seed(seed)
    return generator


def seeded_normal(shape, seed, dtype=torch.float32, device="cpu"):
    return torch.empty(shape, dtype=torch.float64).normal_(generator=make_generator(seed)).to(device=device, dtype=dtype)


def epoch_permutation(n, seed, epoch):
    if seed < 0:
        raise ValueError("seed")
    out = torch.empty(n, dtype=torch.int64)
    torch.randperm(n, generator=make_generator(seed + epoch), out=out)
    return out


@contextmanager
def python_fork():
    state = random.getstate()
    try:
        yield
    finally:
        random.setstate(state)


class isolated_rng:
    def __init__(self, seed):
        make_generator(seed)
        self.seed = seed

    def __enter__(self):
        self.stack = ExitStack()
        self.stack.enter_context(torch.random.fork_rng(devices=[]))
        self.stack.enter_context(python_fork())
        torch.random.manual_seed(self.seed)
        random.seed(self.seed)
        return self

    def __exit__(self, *error):
        return self.stack.__exit__(*error)
""",
    ),
    correct(
        "list_of_streams",
        source="""
import random

import torch
from torch import Tensor


class Torch:
    save = staticmethod(lambda: torch.default_generator.get_state().clone())
    load = staticmethod(lambda state: torch.default_generator.set_state(state))
    seed = staticmethod(lambda seed: torch.default_generator.set_state(make_generator(seed).get_state()))


class Python:
    save, load, seed = random.getstate, random.setstate, random.seed


def make_generator(seed: int) -> torch.Generator:
    if not seed >= 0:
        raise ValueError(seed)
    g = torch.Generator()
    g.manual_seed(int(seed))
    return g


def seeded_normal(shape, seed, dtype=torch.float32, device="cpu") -> Tensor:
    drawn = torch.normal(0.0, 1.0, tuple(shape), generator=make_generator(seed), dtype=torch.float64)
    return drawn.to(device).to(dtype)


def epoch_permutation(n, seed, epoch):
    base = make_generator(seed).initial_seed()
    return torch.randperm(n, generator=make_generator(base + epoch), dtype=torch.long, device="cpu")


class isolated_rng:
    streams = (Torch, Python)

    def __init__(self, seed: int):
        if seed < 0:
            raise ValueError("seed must not be negative")
        self.seed, self.saved = seed, []

    def __enter__(self):
        self.saved.append([stream.save() for stream in self.streams])
        for stream in self.streams:
            stream.seed(self.seed)
        return self

    def __exit__(self, exc_type, exc, tb):
        for stream, state in zip(self.streams, self.saved.pop()):
            stream.load(state)
        return False
""",
    ),
]


def probe(m):
    """Generators, 20 normal numbers in two precisions, orders of two epochs, draws around blocks with and without an error."""

    def undisturbed():
        # Yes or no: how the global stream is disturbed comes in several versions.
        draws = m.kit.two_generators(m.make_generator, 5)["global draws around"]
        return draws == m.kit.around(None, [])

    def own_numbers():
        return m.kit.two_generators(m.make_generator, 5)["numbers of the first generator"]

    return {
        "global stream undisturbed": undisturbed,
        "numbers of a generator": own_numbers,
        "normal, double": lambda: m.seeded_normal((20,), 3, dtype=torch.float64),
        "normal, single": lambda: m.seeded_normal((20,), 3, dtype=torch.float32),
        "epoch 0": lambda: m.epoch_permutation(6, 3, 0),
        "epoch 2": lambda: m.epoch_permutation(6, 3, 2),
        "block": lambda: m.kit.run_block(m.isolated_rng, 3),
        "block made early": lambda: m.kit.run_twice(m.isolated_rng, 6),
        "block with an error": lambda: m.kit.run_broken(m.isolated_rng, 3)["after"],
        "error arrived": lambda: m.kit.run_broken(m.isolated_rng, 3)["the error arrived outside"],
        "seed -1": lambda: torch.rand(3, generator=m.make_generator(-1)),
        "seed -1 in epoch 3": lambda: m.epoch_permutation(6, -1, 3),
    }
