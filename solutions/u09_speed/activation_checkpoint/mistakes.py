"""Known wrong checkpoints with their hints, right ones that look different, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "nothing_recomputed",
        "The memory for the inner values is still taken: who tells autograd to keep nothing of the first call?",
        swap=("return _Recomputed.apply(anchor, fn, *args)", "return fn(*args)"),
        caught_by="test_call_count",
    ),
    mistake(
        "output_detached",
        "Your result has forgotten where it came from: nothing will ever be recomputed.",
        swap=(
            "return _Recomputed.apply(anchor, fn, *args)",
            "with torch.no_grad():\n        return fn(*args)",
        ),
        caught_by="test_same_output",
    ),
    mistake(
        "random_state_not_replayed",
        "The second run must draw the same random numbers as the first.",
        swaps=[
            ("        torch.set_rng_state(ctx.random_state)\n", ""),
            ("        torch.set_rng_state(random_state_now)\n", ""),
        ],
        caught_by="test_random_replayed",
    ),
    mistake(
        "outer_random_stream_disturbed",
        "After the backward pass the outer stream repeats numbers it had already given.",
        swap=("        torch.set_rng_state(random_state_now)\n", ""),
        caught_by="test_stream_undisturbed",
    ),
    mistake(
        "parameters_get_no_gradient",
        "The function has weights of its own: who sends them their gradients?",
        swaps=[
            ("            output.backward(grad_output)  # the parameters of fn get their gradients on the way\n", ""),
            (
                "        if output.requires_grad:\n",
                "        wanted = [a for a in args if a.requires_grad]\n"
                "        found = iter(torch.autograd.grad(output, wanted, grad_output) if wanted else ())\n",
            ),
            ("*(a.grad for a in args)", "*(next(found) if a.requires_grad else None for a in args)"),
        ],
        caught_by="test_parameter_gradients",
    ),
    mistake(
        "inputs_get_no_gradient",
        "Layers before this segment learn nothing: what does the backward pass hand on to the args?",
        swap=("*(a.grad for a in args)", "*(None for a in args)"),
        caught_by="test_input_gradients",
    ),
    mistake(
        "incoming_gradient_ignored",
        "What comes from above must be passed through: yours starts again from ones.",
        swap=("output.backward(grad_output)", "output.backward(torch.ones_like(output))"),
        caught_by="test_input_gradients",
    ),
    mistake(
        "recomputes_twice",
        "Once more is enough: why does the function run a third time?",
        swap=(
            "            output = ctx.fn(*args)\n",
            "            ctx.fn(*args)\n            output = ctx.fn(*args)\n",
        ),
        caught_by="test_call_count",
    ),
    mistake(
        "plain_data_gives_a_constant",
        "When no argument requires a gradient your result doesn't either, and the weights inside learn nothing.",
        swap=("anchor = torch.zeros((), requires_grad=True)", "anchor = torch.zeros(())"),
        caught_by="test_same_output",
    ),
    mistake(
        "segments_bound_late",
        "When the backward pass comes, your loop has moved on: every segment recomputes the last one.",
        swaps=[
            (
                "        x = checkpoint(_chain(functions[k * size : end]), x)\n",
                "        start = k * size\n        x = checkpoint(lambda v: _chain(functions[start:end])(v), x)\n",
            )
        ],
        caught_by="test_sequential",
    ),
    mistake(
        "last_segment_not_checkpointed",
        "The last segment keeps all its inner values; here every segment is recomputed.",
        swap=(
            "        x = checkpoint(_chain(functions[k * size : end]), x)\n",
            "        part = _chain(functions[k * size : end])\n"
            "        x = checkpoint(part, x) if k < segments - 1 else part(x)\n",
        ),
        caught_by="test_sequential",
    ),
    mistake(
        "parts_rounded_up",
        "Five functions in two segments are two and three, not three and two: which segment takes the remainder?",
        swap=(
            "size = len(functions) // segments",
            "size = -(-len(functions) // segments)",
        ),
        caught_by="test_sequential",
    ),
    mistake(
        "remainder_dropped",
        "Some functions at the end are never called: which segment takes the remainder?",
        swap=("end = (k + 1) * size if k < segments - 1 else len(functions)", "end = (k + 1) * size"),
        caught_by="test_sequential",
    ),
]

ALSO_CORRECT = [
    correct(
        "forward_outside",
        source='''
from functools import reduce

import torch


class Splice(torch.autograd.Function):
    """Puts a finished value into the graph; `again` is called with the gradient when the backward pass arrives."""

    @staticmethod
    def forward(ctx, value, again, hook, *args):
        ctx.again = again
        return value.clone()

    @staticmethod
    def backward(ctx, grad):
        return (None, None, None) + ctx.again(grad)


def checkpoint(fn, *args):
    state = torch.random.get_rng_state().clone()
    with torch.no_grad():
        value = fn(*args)

    def again(grad):
        copies = tuple(a.detach().clone().requires_grad_(a.requires_grad) for a in args)
        with torch.random.fork_rng(devices=[]):
            torch.random.set_rng_state(state)
            with torch.set_grad_enabled(True):
                torch.autograd.backward(fn(*copies), grad)
        return tuple(c.grad for c in copies)

    return Splice.apply(value.detach(), again, torch.ones(1, requires_grad=True), *args)


def checkpoint_sequential(functions, segments, x):
    n = len(functions)
    if segments < 1 or segments > n:
        raise ValueError("segments")
    cuts = [k * (n // segments) for k in range(segments)] + [n]
    for part in map(slice, cuts, cuts[1:]):
        x = checkpoint(lambda start, part=part: reduce(lambda value, f: f(value), functions[part], start), x)
    return x
''',
    ),
    correct(
        "inner_graph_in_a_list",
        source="""
from contextlib import contextmanager
from typing import Callable

import torch
from torch import Tensor


@contextmanager
def stream_at(state):
    now = torch.default_generator.get_state()
    torch.default_generator.set_state(state)
    try:
        yield
    finally:
        torch.default_generator.set_state(now)


def checkpoint(fn: Callable[..., Tensor], *args: Tensor) -> Tensor:
    class Again(torch.autograd.Function):
        @staticmethod
        def forward(ctx, *inputs):
            ctx.state = torch.default_generator.get_state()
            ctx.wanted = ctx.needs_input_grad[:-1]
            ctx.inputs = inputs[:-1]
            return fn(*inputs[:-1])

        @staticmethod
        def backward(ctx, grad_output):
            twins = [torch.empty(0).to(a).set_(a.detach()) for a in ctx.inputs]
            for twin, wanted in zip(twins, ctx.wanted):
                twin.requires_grad = wanted
            with torch.enable_grad(), stream_at(ctx.state):
                loss = (fn(*twins) * grad_output.detach()).sum()
            loss.backward()
            return *[twin.grad for twin in twins], None

    return Again.apply(*args, torch.empty(0, requires_grad=True))


def checkpoint_sequential(functions: list[Callable[[Tensor], Tensor]], segments: int, x: Tensor) -> Tensor:
    if not segments >= 1 or len(functions) < segments:
        raise ValueError(segments)

    def part(first, last):
        def run(value):
            for i in range(first, last):
                value = functions[i](value)
            return value

        return run

    size, rest = divmod(len(functions), segments)
    sizes = [size] * (segments - 1) + [size + rest]
    first = 0
    for count in sizes:
        x = checkpoint(part(first, first + count), x)
        first += count
    return x
""",
    ),
]


def probe(m):
    """A tanh segment with plain and with tracked args, dropout with draws around it, and five sines in two segments."""
    weight = torch.tensor([[0.4, -0.3], [-0.2, 0.5]], dtype=torch.float64)
    bias = torch.tensor([0.1, -0.1], dtype=torch.float64)
    x = torch.sin(torch.arange(6, dtype=torch.float64) + 1).reshape(3, 2)
    factor, top = x.flip(0) + 2, x.square() + 0.5

    def through(wanted):
        return m.kit.run(m.checkpoint, weight, bias, [x, factor], wanted, top)

    def some(wanted, *keys):
        seen = through(wanted)
        return [seen[key] for key in keys]

    def dropped():
        return m.kit.run_dropout(m.checkpoint, torch.ones(64, dtype=torch.float64), torch.ones(64).double(), 5)

    def same_mask():
        seen = dropped()
        return bool((seen["output"] == seen["gradient"]).all())

    def same_stream():
        # The stream without any checkpoint: 3 numbers, 64 draws of dropout, then 3 numbers twice.
        plain = m.kit.run_dropout(m.kit.plainly, torch.ones(64, dtype=torch.float64), torch.ones(64).double(), 5)
        return bool(all((a == b).all() for a, b in zip(dropped()["draws"], plain["draws"])))

    calls = ["gradients tracked in the calls of forward", "gradients tracked in the calls of backward"]
    sines = torch.tensor([0.9, 1.1, 0.7, 1.3, 0.8], dtype=torch.float64)
    return {
        "requires grad": lambda: m.kit.forward_only(m.checkpoint, weight, bias, [x], [False])["output requires grad"],
        "args": lambda: some([True, False], "output", "gradients of the args"),
        "parameters": lambda: some([True, True], "gradients of the parameters"),
        "calls": lambda: some([True, True], *calls),
        "same mask": same_mask,
        "same stream": same_stream,
        "sines": lambda: m.kit.run_sequential(m.checkpoint_sequential, sines, 2, x, top),
    }
