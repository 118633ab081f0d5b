"""Known wrong answers to with_kit."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake("once", "Once is not twice.", swap=("return f(f(x))", "return f(x)"), caught_by="test_model"),
    mistake(
        "calls_too_often",
        "The numbers are right, and the function was called more often than needed.",
        swap=("return f(f(x))", "return f(f(x)) + 0 * f(x)"),
        caught_by="test_model",
    ),
    mistake(
        "linear_only",
        "Not every function is a number times its argument.",
        swap=("return f(f(x))", "return f(x) - (x - f(x)) * 0.5"),
        caught_by="test_public_function",
    ),
]

ALSO_CORRECT = [
    correct("in_a_loop", swap=("return f(f(x))", "for _ in range(2):\n        x = f(x)\n    return x")),
    correct("with_a_name", swap=("return f(f(x))", "once = f(x)\n    return f(once)")),
]


def probe(m):
    x = torch.tensor([1.0, -2.0], dtype=torch.float64)
    return {
        "model": lambda: m.kit.run(m.apply_twice, x),
        "squares": lambda: m.apply_twice(lambda t: t * t, x),
    }
