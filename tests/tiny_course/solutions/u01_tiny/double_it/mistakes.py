"""Known wrong answers to double_it."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "triples",
        "Three times is too much of a good thing.",
        swap=("return 2 * x", "return 3 * x"),
        caught_by="test_values",
    ),
    mistake(
        "doubles_in_place",
        "The caller's tensor has moved along with yours.",
        swap=("return 2 * x", "return x.mul_(2)"),
        caught_by="test_input_kept",
    ),
    mistake(
        "takes_anything",
        "Whole numbers should not get through.",
        swap=("if not x.is_floating_point():", "if False:"),
        caught_by="test_bad_input",
    ),
    mistake(
        "remembers",
        "The second call gives what the first one gave.",
        swaps=[
            ("return 2 * x", "return SEEN.setdefault(x.shape, 2 * x)"),
            ("def double_it", "SEEN: dict = {}\n\n\ndef double_it"),
        ],
        caught_by="test_twice_in_a_row",
    ),
]

ALSO_CORRECT = [
    correct("adds_itself", swap=("return 2 * x", "return x + x")),
    correct(
        "stacks_and_sums",
        source="""\
import torch


def double_it(x):
    if x.dtype not in (torch.float16, torch.bfloat16, torch.float32, torch.float64):
        raise ValueError("no floating type")
    return torch.stack([x, x]).sum(0)
""",
    ),
]


def probe(m):
    up = torch.tensor([1.0, 2.5], dtype=torch.float64)
    down = torch.tensor([[-1.0], [-0.5]], dtype=torch.float64)

    def kept():
        x = torch.tensor([3.0], dtype=torch.float64)
        m.double_it(x)
        return x

    return {
        "upwards": lambda: m.double_it(up),
        "downwards": lambda: m.double_it(down),
        "the argument": kept,
        "once more": lambda: m.double_it(m.double_it(up)),
        "whole numbers": lambda: m.double_it(torch.tensor([1, 2])),
    }
