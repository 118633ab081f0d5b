"""Draws from the global random streams before, inside and after what you write.

Every function seeds both global streams first, so that its numbers are always the same.
"""

import random

import torch


class BlockBroke(Exception):
    """Raised on purpose inside a block."""


def seed_all() -> None:
    """Seed torch's global CPU stream and Python's."""
    torch.default_generator.manual_seed(11)
    random.seed(11)


def draw() -> list[float]:
    """Two numbers from torch's global stream, two from Python's."""
    numbers = [torch.rand((), dtype=torch.float64), torch.randn((), dtype=torch.float64)]
    return [*(number.item() for number in numbers), random.random(), random.gauss(0.0, 1.0)]


def around(function, *calls):
    """Global draws before, between and after calls of a function (or of None: nothing is called then).

    Each call is a list of arguments.
    """
    seed_all()
    draws = [draw()]
    for arguments in calls:
        if function is not None:
            function(*arguments)
        draws.append(draw())
    return draws


def two_generators(make_generator, seed):
    """Draws from two generators of one seed in turn, and global draws around them."""
    seed_all()
    before = draw()
    first = make_generator(seed)
    numbers = torch.rand(3, generator=first, dtype=torch.float64).tolist()
    second = make_generator(seed)
    again = torch.rand(3, generator=second, dtype=torch.float64).tolist()
    more = torch.rand(3, generator=first, dtype=torch.float64).tolist()
    return {
        "numbers of the first generator": numbers,
        "numbers of a second one with the same seed": again,
        "more of the first": more,
        "device of the generator": first.device.type,
        "global draws around": [before, draw()],
    }


def look(function, *arguments, device=None, as_object=False, **settings):
    """Call a function and describe the tensor that it returns."""
    if device is not None:
        settings["device"] = torch.device(device) if as_object else device
    tensor = function(*arguments, **settings)
    return {
        "numbers": tensor.tolist(),
        "dtype": str(tensor.dtype),
        "shape": list(tensor.shape),
        "device": tensor.device.type,
    }


def run_block(isolated_rng, seed):
    """Draws before, inside and after one block."""
    seed_all()
    before = draw()
    block = isolated_rng(seed)
    with block as entered:
        inside = [draw(), draw()]
    return {"before": before, "inside": inside, "after": [draw(), draw()], "gives itself": entered is block}


def run_nested(isolated_rng, outer, inner):
    """Draws in and around a block within a block."""
    seed_all()
    draws = {"before": draw()}
    with isolated_rng(outer):
        draws["in the outer block"] = draw()
        with isolated_rng(inner):
            draws["in the inner block"] = draw()
        draws["in the outer block again"] = draw()
    draws["after"] = draw()
    return draws


def run_twice(isolated_rng, seed):
    """One object, made early and used for two blocks, with draws before, between and after."""
    seed_all()
    block = isolated_rng(seed)
    draws = [draw()]
    for _ in range(2):
        with block:
            draws.append(draw())
        draws.append(draw())
    return draws


def run_broken(isolated_rng, seed):
    """A block that ends with an error."""
    seed_all()
    before, arrived = draw(), False
    try:
        with isolated_rng(seed):
            inside = draw()
            raise BlockBroke("this block breaks on purpose")
    except BlockBroke:
        arrived = True
    return {"before": before, "inside": inside, "after": [draw(), draw()], "the error arrived outside": arrived}
