"""A stand-in for a GPU, put in place of "cuda" in a guest parent that a test has started. No user can reach it.

Its tensors live in the CPU's memory and say that they are on cuda:0. They may not be mixed with others, their size is
capped, and its context takes a while, works on the processor, and leaves a thread. This text is run in the guest
parent, behind the wall; `torch.fake` is what a submission of these tests may ask about it.
"""

# mypy: ignore-errors

import ctypes
import os
import threading
import time
import types

import torch
from torch.overrides import TorchFunctionMode

from grader.guest import devices

GPU = torch.device("cuda", 0)
CROSSES = {"to", "cpu", "copy_", "__get__", "__set__", "__getitem__", "__setitem__", "backward"}
fake = torch.fake = types.SimpleNamespace(id="", made_at=0.0, cap=None, seeds=[], touched=[], ask=None)


class FakeTensor(torch.Tensor):
    device = property(lambda self: GPU)
    is_cuda = property(lambda self: True)


class FakeDevice(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None):
        kwargs, name = dict(kwargs or {}), getattr(func, "__name__", "")
        if name == "cpu" and isinstance(args[0], FakeTensor):
            return args[0].as_subclass(torch.Tensor)
        moves = is_gpu(kwargs.get("device")) or (name == "to" and any(map(is_gpu, args[1:])))
        if moves:
            kwargs["device"] = "cpu"
            args = [arg for number, arg in enumerate(args) if number == 0 or not is_gpu(arg)]
        elif name not in CROSSES:
            tensors = [arg for arg in args if isinstance(arg, torch.Tensor) and arg.dim()]
            if len({isinstance(tensor, FakeTensor) for tensor in tensors}) > 1:
                raise RuntimeError("Expected all tensors to be on the same device, but found cuda:0 and cpu!")
        result = func(*args, **kwargs)
        if moves:
            result = result.as_subclass(FakeTensor)
        if isinstance(result, FakeTensor) and fake.cap is not None and result.nbytes > fake.cap:
            raise torch.OutOfMemoryError(f"CUDA out of memory. Tried to allocate {result.nbytes >> 20} MiB.")
        return result


def is_gpu(value):
    return isinstance(value, (str, torch.device)) and torch.device(value).type == "cuda"


def make_context():
    if fake.touched:
        raise RuntimeError(f"the parent has looked for a device: {fake.touched}")
    fake.id, fake.made_at = os.urandom(8).hex(), time.monotonic()
    time.sleep(0.2)
    while time.process_time() < 1.2:
        sum(range(1000))
    start_thread()
    FakeDevice().__enter__()
    fake.made_at = time.monotonic()
    with open("/proc/self/comm", "w") as name:
        name.write("has-context")


def start_thread():
    """One thread from before the wall was finished; it does what it is asked to."""
    asked, answered, box = threading.Event(), threading.Event(), []

    def answer():
        asked.wait()
        header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
        ctypes.CDLL(None).capget(header, sets)
        try:
            import socket

            socket.socket(socket.AF_UNIX)
            box.append("a socket")
        except OSError:
            box.append("refused")
        box.append(list(sets))
        answered.set()

    def ask():
        asked.set()
        answered.wait(10)
        return box

    threading.Thread(target=answer, daemon=True).start()
    fake.ask = ask


def cap(megabytes):
    fake.cap = megabytes << 20


def watched(name, function):
    def looks(*args, **kwargs):
        if not fake.id:  # in the parent, or before the context was made
            fake.touched.append(name)
        return function(*args, **kwargs)

    return looks


torch.autograd.backward = watched("backward", torch.autograd.backward)
torch.autograd.grad = watched("grad", torch.autograd.grad)
torch.accelerator.current_accelerator = watched("accelerator", torch.accelerator.current_accelerator)
torch.cuda.is_available = watched("is_available", torch.cuda.is_available)
devices.KINDS["cuda"] = devices.Kind(make_context, cap, fake.seeds.append)
