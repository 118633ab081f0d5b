"""Hidden checks of device_transfer. Trees and the machine are in kit.py, beside the student's code."""

import torch

from grader.checks import check, close, ensure, on_cpu

FLOATING = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
OTHERS = (torch.int64, torch.int32, torch.int16, torch.uint8, torch.bool)


def draw_parts(tensors, generator):
    """A floating tensor, class numbers and a mask, all on the CPU, wherever the grading runs."""
    x, labels = tensors((2, 3)), torch.randint(5, (4,), generator=generator)
    return on_cpu(x), on_cpu(labels), on_cpu(labels > 2)


@check(points=1.5, hint="Go through the four machines: with both accelerators, with one, with the other, with none.")
def test_choice(agree):
    """auto and every name, on machines with and without accelerators"""
    machines = [(True, True), (True, False), (False, True), (False, False)]

    def choices(m):
        found = {f"auto, cuda={c}, mps={p}": m.pick_device("auto", cuda=c, mps=p) for c, p in machines}
        found |= {f"cpu, cuda={c}, mps={p}": m.pick_device("cpu", cuda=c, mps=p) for c, p in machines}
        found |= {f"cuda, mps={p}": m.pick_device("cuda", cuda=True, mps=p) for p in (True, False)}
        found |= {f"mps, cuda={c}": m.pick_device("mps", cuda=c, mps=True) for c in (True, False)}
        return {**found, "without arguments": m.pick_device(), "only mps": m.pick_device(mps=True)}

    agree(choices)


@check(points=2.5, hint="What kind of container comes back for each kind that goes in, at every depth?")
def test_nested(agree, tensors, generator, device):
    """containers of all kinds, three levels deep, with their types, keys, fields and values"""
    parts = draw_parts(tensors, generator)

    def moved(m):
        return {
            "a batch": m.kit.carry_batch(m.to_device, *parts, device),
            "small objects": m.kit.carry_small(m.to_device, *parts[:2], device),
            "a batch, cast": m.kit.carry_batch(m.to_device, *parts, device, torch.float32),
            "a batch, on another device": m.kit.devices_after(m.to_device, *parts, True),
            "the batch passed in, afterwards": as_numbers(m.kit.batch_afterwards(m.to_device, *parts)),
        }

    agree(moved)


def as_numbers(found):
    """Tensors as lists: on a GPU, a tensor is expected there, and these were to stay on the CPU."""
    return {path: part.tolist() if isinstance(part, torch.Tensor) else part for path, part in found.items()}


@check(points=2, hint="Which tensors hold numbers with digits behind the point?")
def test_dtypes(agree, tensors, device):
    """floating tensors of every precision are cast, integers and masks are not"""
    values = tensors((5,)).abs() * 3
    batch = {str(dtype): on_cpu(values.to(dtype)) for dtype in (*FLOATING, *OTHERS)}
    batch["a single class number"] = on_cpu(torch.tensor(3))
    batch["a single float"] = on_cpu(torch.tensor(0.5))
    batch["nested"] = [(on_cpu(torch.tensor([1, 2])), on_cpu(torch.tensor([0.25, 4.0])))]

    def cast(m):
        return {f"cast to {dtype}": m.kit.carry(m.to_device, batch, device, dtype) for dtype in (*FLOATING[1:], None)}

    agree(cast)


@check(points=1, hint="When has `to` something to do, and where is each tensor afterwards?")
def test_moves_to_gpu(agree, tensors, generator, device):
    """every tensor arrives on the new device, and what is there already is not copied"""
    parts = draw_parts(tensors, generator)

    def moves(m):
        return {
            "devices, asked for by name": m.kit.devices_after(m.to_device, *parts, True),
            "devices, asked for as torch.device": m.kit.devices_after(m.to_device, *parts, False),
            "small objects on the device of the grading": m.kit.carry_small(m.to_device, *parts[:2], device),
            "nothing to do": m.kit.kept(m.to_device, *parts[:2], device),
        }

    agree(moves)


@check(points=1, hint="Between which two moments is the work of one call done, and over what do you take the mean?")
def test_timing_value(agree, student):
    """the mean time of a call on a machine whose work is done only at sync"""
    settings = [{}, {"warmup": 1, "repeats": 1}, {"warmup": 0, "repeats": 4}, {"warmup": 3, "repeats": 5}]

    def times(m):
        machine = m.kit.Machine(launch=0.25, cost=8.0, first=100.0)
        found = {str(s): m.kit.time_on(m.time_call, m.kit.Machine(), **s)["time"] for s in settings}
        return {**found, "a machine used before": [m.kit.time_on(m.time_call, machine)["time"] for _ in range(2)]}

    agree(times)
    close(student.kit.time_on(student.time_call, student.kit.Machine())["time"], 21.0, what="the time of a call")


@check(points=1.5, hint="Write the calls down as a row of letters: f for fn, s for sync, c for clock.")
def test_timing_order(agree):
    """the order of all calls, for several numbers of warm-ups and repeats"""

    def logs(m):
        found = {}
        for warmup in (0, 1, 3):
            for repeats in (1, 2, 4):
                ran = m.kit.time_on(m.time_call, m.kit.Machine(), warmup=warmup, repeats=repeats)
                found[f"warmup={warmup}, repeats={repeats}"] = ran["log"]
        return {**found, "without settings": m.kit.time_on(m.time_call, m.kit.Machine())["log"]}

    agree(logs)


@check(points=0.5, hint="Which names exist, which devices are there, and how often can one measure?")
def test_bad_input(rejects, student):
    """unknown and missing devices, no repeats, a negative warm-up raise ValueError"""
    for name in ("tpu", "gpu", ""):
        rejects(lambda m, name=name: m.pick_device(name, cuda=True, mps=True), what=f"the device {name!r}")
    rejects(lambda m: m.pick_device("cuda", cuda=False, mps=True), what="cuda where there is none")
    rejects(lambda m: m.pick_device("mps", cuda=True, mps=False), what="mps where there is none")
    for settings in ({"repeats": 0}, {"repeats": -1}, {"warmup": -1}):
        machine = student.kit.Machine()
        rejects(lambda m, s=settings, machine=machine: m.kit.time_on(m.time_call, machine, **s), what=str(settings))
        ensure(machine.log == "", f"With {settings} something was called before the error. Look at the numbers first.")
