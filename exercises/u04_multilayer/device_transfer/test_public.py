"""Public checks of device_transfer: the examples of the statement."""

import torch

from grader.checks import check, close, ensure, on_cpu


@check(hint="Which of the two is asked for first, if both are there?")
def test_automatic_choice(student):
    """the best device that is there"""
    ensure(student.pick_device("auto", cuda=True, mps=False) == "cuda", "With a CUDA device, auto should choose it.")
    ensure(student.pick_device("auto") == "cpu", "Without any accelerator, auto should choose the CPU.")


@check(hint="Which of the four tensors hold numbers that may be rounded?")
def test_only_floating_is_cast(student, device):
    """floats are cast, labels and masks are not"""
    x = torch.tensor([1.5, 2.5], dtype=torch.float64)
    labels, mask = torch.tensor([3, 1]), torch.tensor([True, False])
    batch = {"x": on_cpu(x), "y": (on_cpu(labels), on_cpu(mask))}
    moved = student.kit.carry(student.to_device, batch, device, torch.float32)
    due = {
        "type of batch": "dict",
        "keys of batch": ["'x'", "'y'"],
        "batch['x']": x.float(),
        "type of batch['y']": "tuple",
        "batch['y'][0]": labels,
        "batch['y'][1]": mask,
    }
    close(moved, due)


@check(hint="Compare the calls in the log, letter by letter, with the order that the statement asks for.")
def test_two_timings(student):
    """the machine of the statement, timed twice after one call to warm up"""
    ran = student.kit.time_on(student.time_call, student.kit.Machine(), warmup=1, repeats=2)
    ensure(ran["log"] == "fs" + "cfsc" * 2, f"The calls came as {ran['log']}, due is fscfsccfsc. Follow the statement.")
    close(ran["time"], 21.0, what="the time of a call")


@check(hint="What should someone hear who asks for a device that is not there?")
def test_missing_device(rejects):
    """asking for a GPU where there is none raises ValueError"""
    rejects(lambda m: m.pick_device("cuda", cuda=False, mps=True))
