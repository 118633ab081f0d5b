"""Wrong and also-right programs of device_transfer, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

TREE = "moved = [to_device(item, device, dtype) for item in obj]"

MISTAKES = [
    mistake(
        "auto_prefers_mps",
        "If both kinds are there, which one did the task ask for first?",
        swap=('{"cuda": cuda, "mps": mps, "cpu": True}', '{"mps": mps, "cuda": cuda, "cpu": True}'),
        caught_by="test_choice",
    ),
    mistake(
        "auto_ignores_mps",
        "Between CUDA and the CPU there is a third kind of device.",
        swap=("return next(name for name, there in available.items() if there)", 'return "cuda" if cuda else "cpu"'),
        caught_by="test_choice",
    ),
    mistake(
        "falls_back_silently",
        "Someone who asks for a GPU by name should hear that there is none.",
        swap=('raise ValueError(f"{prefer} is not available on this machine")', 'return "cpu"'),
        caught_by="test_bad_input",
    ),
    mistake(
        "unknown_name_accepted",
        "A misspelt device should be noticed here and not when the first tensor moves.",
        swap=(
            """raise ValueError(f"{prefer!r} is no device; there are {', '.join(available)}")""",
            "return prefer",
        ),
        caught_by="test_bad_input",
    ),
    mistake(
        "casts_integers",
        "Labels and masks are not numbers to be rounded; leave their type alone.",
        swap=("dtype if obj.is_floating_point() else None", "dtype"),
        caught_by="test_dtypes",
    ),
    mistake(
        "dtype_ignored",
        "The caller asked for another precision, and the floats still have the old one.",
        swap=("obj.to(device, dtype if obj.is_floating_point() else None)", "obj.to(device)"),
        caught_by="test_dtypes",
    ),
    mistake(
        "float32_only",
        "Half and double precision are floating numbers too. How do you ask a tensor whether it is one?",
        swap=("if obj.is_floating_point() else", "if obj.dtype == torch.float32 else"),
        caught_by="test_dtypes",
    ),
    mistake(
        "only_top_level",
        "A batch may hold lists inside dictionaries: what happens to a tensor two levels down?",
        swaps=[
            (
                "{key: to_device(item, device, dtype) for key, item in obj.items()}",
                "{key: to_device(item, device, dtype) if isinstance(item, Tensor) else item for key, item in obj.items()}",
            ),
            (TREE, "moved = [to_device(item, device, dtype) if isinstance(item, Tensor) else item for item in obj]"),
        ],
        caught_by="test_nested",
    ),
    mistake(
        "dtype_lost_inside",
        "Tensors in containers arrive with their old precision: what do you hand on when you go one level down?",
        swaps=[
            ("{key: to_device(item, device, dtype) for", "{key: to_device(item, device) for"),
            (TREE, "moved = [to_device(item, device) for item in obj]"),
        ],
        caught_by="test_dtypes",
    ),
    mistake(
        "namedtuple_lost",
        "Code that reads batch fields by name breaks after your transfer: a named tuple came back without its names.",
        swap=(
            'type(obj)(*moved) if hasattr(obj, "_fields") else type(obj)(moved)',
            "tuple(moved) if isinstance(obj, tuple) else moved",
        ),
        caught_by="test_nested",
    ),
    mistake(
        "namedtuple_crashes",
        "A named tuple wants its fields one by one, not as a single list.",
        swap=('type(obj)(*moved) if hasattr(obj, "_fields") else type(obj)(moved)', "type(obj)(moved)"),
        caught_by="test_nested",
    ),
    mistake(
        "tuples_become_lists",
        "Give back the same kind of container that came in.",
        swap=('hasattr(obj, "_fields") else type(obj)(moved)', 'hasattr(obj, "_fields") else moved'),
        caught_by="test_nested",
    ),
    mistake(
        "containers_changed",
        "The caller still needs the batch as it was: your transfer replaces the tensors in the caller's own dict.",
        swap=(
            "return {key: to_device(item, device, dtype) for key, item in obj.items()}",
            "for key in obj:\n            obj[key] = to_device(obj[key], device, dtype)\n        return obj",
        ),
        caught_by="test_nested",
    ),
    mistake(
        "always_copies",
        "A tensor that is already there with the right type need not be copied.",
        swap=(
            "obj.to(device, dtype if obj.is_floating_point() else None)",
            "obj.to(device, dtype if obj.is_floating_point() else None, copy=True)",
        ),
        caught_by="test_moves_to_gpu",
    ),
    mistake(
        "never_moves",
        "The types change, but every tensor is still where it was.",
        swap=(
            "obj.to(device, dtype if obj.is_floating_point() else None)",
            "obj.to(dtype) if dtype and obj.is_floating_point() else obj",
        ),
        caught_by="test_moves_to_gpu",
    ),
    mistake(
        "never_synchronises",
        "The GPU is still working when your clock stops.",
        swap=("        sync()  # fn has only been started; wait for the result\n", ""),
        caught_by="test_timing_value",
    ),
    mistake(
        "no_warmup",
        "The first call pays for things that later calls do not. Where are the calls before the first measurement?",
        swap=("    for _ in range(warmup):\n        fn()\n", ""),
        caught_by="test_timing_value",
    ),
    mistake(
        "first_timing_unsynchronised",
        "Work left over from the warm-up lands in your first measurement.",
        swap=("    sync()  # nothing of the warm-up may be left for the first measurement\n", ""),
        caught_by="test_timing_order",
    ),
    mistake(
        "synchronises_late",
        "Your clock stops before the work is done: the waiting comes after the second reading.",
        swap=(
            "        sync()  # fn has only been started; wait for the result\n        total += clock() - start\n",
            "        total += clock() - start\n        sync()\n",
        ),
        caught_by="test_timing_order",
    ),
    mistake(
        "total_not_mean",
        "Time per call, please: yours grows with the number of repeats.",
        swap=("return total / repeats", "return total"),
        caught_by="test_timing_value",
    ),
    mistake(
        "no_repeats_accepted",
        "A mean over no measurements is no number; say so before you begin.",
        swaps=[
            ("if repeats < 1 or warmup < 0:", "if warmup < 0:"),
            ("return total / repeats", "return total / max(repeats, 1)"),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "match_and_lists",
        source="""
from typing import Any

import torch


def pick_device(prefer="auto", cuda=False, mps=False):
    there = [name for name, flag in (("cuda", cuda), ("mps", mps), ("cpu", True)) if flag]
    if prefer == "auto":
        return there[0]
    if prefer in there:
        return prefer
    raise ValueError(prefer)


def to_device(obj: Any, device, dtype=None):
    def walk(value):
        if torch.is_tensor(value):
            if value.dtype.is_floating_point and dtype is not None:
                value = value.to(dtype=dtype)
            return value.to(device=device)
        if type(value) is dict:
            return dict(zip(value.keys(), map(walk, value.values())))
        if type(value) is list:
            return list(map(walk, value))
        if isinstance(value, tuple):
            items = tuple(map(walk, value))
            return type(value)._make(items) if hasattr(type(value), "_make") else items
        return value

    return walk(obj)


def time_call(fn, clock, sync, warmup=1, repeats=3):
    if repeats <= 0:
        raise ValueError("repeats")
    if warmup <= -1:
        raise ValueError("warmup")
    while warmup:
        fn()
        warmup -= 1
    sync()
    differences = []
    while len(differences) < repeats:
        a = clock()
        fn()
        sync()
        b = clock()
        differences.append(b - a)
    return sum(differences) / len(differences)
""",
    ),
    correct(
        "one_function_a_kind",
        source="""
from contextlib import contextmanager
from functools import singledispatch

import torch


def pick_device(prefer: str = "auto", cuda: bool = False, mps: bool = False) -> str:
    if prefer == "auto":
        if cuda:
            return "cuda"
        return "mps" if mps else "cpu"
    if prefer == "cpu" or (prefer == "cuda" and cuda) or (prefer == "mps" and mps):
        return prefer
    raise ValueError(f"can't use {prefer}")


@singledispatch
def move(obj, device, dtype):
    return obj


@move.register
def _(obj: torch.Tensor, device, dtype):
    kind = obj.dtype
    if dtype is not None and kind in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        kind = dtype
    return obj.to(device=device, dtype=kind)


@move.register
def _(obj: dict, device, dtype):
    moved = obj.copy()
    for key in moved:
        moved[key] = move(obj[key], device, dtype)
    return moved


@move.register
def _(obj: list, device, dtype):
    moved = obj[:]
    for i, item in enumerate(obj):
        moved[i] = move(item, device, dtype)
    return moved


@move.register
def _(obj: tuple, device, dtype):
    moved = [move(item, device, dtype) for item in obj]
    if hasattr(obj, "_asdict"):
        return obj._replace(**dict(zip(obj._fields, moved)))
    return tuple(moved)


def to_device(obj, device, dtype=None):
    return move(obj, torch.device(device), dtype)


@contextmanager
def stopwatch(clock, sync, into):
    start = clock()
    yield
    sync()
    into.append(clock() - start)


def time_call(fn, clock, sync, warmup=1, repeats=3):
    if min(repeats - 1, warmup) < 0:
        raise ValueError("numbers")
    times = []
    for _ in range(warmup):
        fn()
    sync()
    for _ in range(repeats):
        with stopwatch(clock, sync, times):
            fn()
    mean = 0.0
    for count, time in enumerate(times, 1):
        mean += (time - mean) / count
    return mean
""",
    ),
]


def probe(m):
    """Devices by name; a tree that is moved, cast and left alone; the machine's time and what its log tells.

    Of the log only properties are recorded, each for itself: a program with one of them wrong agrees with a mistake in it.
    """
    x = torch.tensor([0.5, -1.25], dtype=torch.float64)
    labels, mask = torch.tensor([2, 0, 1]), torch.tensor([True, False])
    kinds = {"double": x, "single": x.float(), "half": x.half(), "labels": labels, "mask": mask}

    def cast(*names):
        moved = m.kit.carry(m.to_device, [kinds[name] for name in names], "cpu", torch.bfloat16)
        return {path: part.dtype for path, part in moved.items() if isinstance(part, torch.Tensor)}

    def types():
        moved = m.kit.carry_batch(m.to_device, x, labels, mask, "cpu")
        return {path: part for path, part in moved.items() if not isinstance(part, torch.Tensor)}

    def afterwards():
        left = m.kit.batch_afterwards(m.to_device, x, labels, mask)
        return sorted(path for path, part in left.items() if isinstance(part, torch.Tensor))

    def log(question):
        written = m.kit.time_on(m.time_call, m.kit.Machine(), warmup=2, repeats=2)["log"]
        before, _, after = written.partition("c")
        middle = after.partition("c")[0]
        return {"warm-ups": before.count("f"), "sync before": before.endswith("s"), "sync inside": "s" in middle}[
            question
        ]

    def time(warmup, repeats):
        return m.kit.time_on(m.time_call, m.kit.Machine(launch=1.0), warmup=warmup, repeats=repeats)["time"]

    return {
        "auto, both": lambda: m.pick_device("auto", cuda=True, mps=True),
        "auto, mps": lambda: m.pick_device("auto", cuda=False, mps=True),
        "cuda, missing": lambda: m.pick_device("cuda", cuda=False, mps=True),
        "tpu": lambda: m.pick_device("tpu"),
        "a double, cast": lambda: cast("double"),
        "a single and a half, cast": lambda: cast("single", "half"),
        "labels and mask, cast": lambda: cast("labels", "mask"),
        "a tensor alone, cast": lambda: m.kit.carry(m.to_device, x, "cpu", torch.float32)["batch"].dtype,
        "types in the tree": types,
        "devices in the tree": lambda: m.kit.devices_after(m.to_device, x, labels, mask, True),
        "the batch afterwards": afterwards,
        "kept": lambda: m.kit.kept(m.to_device, x, labels, "cpu"),
        "warm-ups": lambda: log("warm-ups"),
        "sync before the first clock": lambda: log("sync before"),
        "sync between two clocks": lambda: log("sync inside"),
        "last letter": lambda: m.kit.time_on(m.time_call, m.kit.Machine())["log"][-1],
        "time": lambda: time(2, 4),
        "time, no warm-up": lambda: time(0, 1),
        "no repeats": lambda: time(1, 0),
    }
