"""Known wrong answers to blend, and other right ones."""

import torch

from grader.checks import correct, mistake, shares_memory

MISTAKES = [
    mistake(
        "goes_away",
        "The point moves away from its target: follow the sign of the way between them.",
        swap=("target - here", "here - target"),
        caught_by="test_part_of_the_way",
    ),
    mistake(
        "swaps_the_ends",
        "A step of rate 0 should stay where it is; yours arrives.",
        swap=("here + rate * way", "target - rate * way"),
        caught_by="test_both_ends",
    ),
    mistake(
        "hands_the_argument_back",
        "A step of rate 0 still owes the caller a tensor of its own.",
        swap=("    way = target - here", "    if rate == 0:\n        return here\n    way = target - here"),
        caught_by="test_memory_of_its_own",
    ),
    mistake(
        "accepts_any_rate",
        "A rate of 1.5 goes past the target: look at the rate before you take the step.",
        swap=("0 <= rate <= 1", "0 <= rate"),
        caught_by="test_bad_rate",
    ),
]

ALSO_CORRECT = [correct("weighted_mean", swap=("here + rate * way", "(1 - rate) * here + rate * target"))]


def probe(m):
    """Fixed questions that the reference and each mistake answer differently."""
    here = torch.tensor([0.0, 1.0, -2.0], dtype=torch.float64)
    target = torch.tensor([4.0, 1.5, -1.0], dtype=torch.float64)
    return {
        "a quarter": lambda: m.blend(here, target, 0.25),
        "past the target": lambda: m.blend(here, target, 1.5),
        "its own memory": lambda: shares_memory(m.blend(here, target, 0.0), here),
    }
