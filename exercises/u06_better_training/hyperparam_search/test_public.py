"""Public checks of hyperparam_search: the worked examples of the statement."""

import torch

from grader.checks import check, close

SPACE = {
    "lr": ("log", 1e-4, 1.0),
    "momentum": ("uniform", 0.5, 0.9),
    "layers": ("int", 1, 3),
    "activation": ("choice", ["relu", "tanh"]),
}


@check(hint="Write the four combinations down, the last key changing fastest.")
def test_small_grid(student):
    """two values of two hyperparameters"""
    expected = [
        {"lr": 0.1, "layers": 1},
        {"lr": 0.1, "layers": 2},
        {"lr": 0.01, "layers": 1},
        {"lr": 0.01, "layers": 2},
    ]
    close(student.grid({"lr": [0.1, 0.01], "layers": [1, 2]}), expected, what="the grid")


@check(hint="Work out each entry of the statement's table by hand.")
def test_random_example(student):
    """two rows of random numbers, four kinds of ranges"""
    u = torch.tensor([[0.5, 0.25, 0.9, 0.4], [0.25, 0.75, 0.1, 0.6]], dtype=torch.float64)
    expected = [
        {"lr": 0.01, "momentum": 0.6, "layers": 3, "activation": "relu"},
        {"lr": 0.001, "momentum": 0.8, "layers": 1, "activation": "tanh"},
    ]
    close(student.random_configs(SPACE, u), expected, what="the two configurations")


@check(hint="Ten, then three, then one: who is alive, and with which budget?")
def test_halving_example(student):
    """the knockout of the statement"""
    configs = [{"number": i} for i in range(10)]
    winner, log = student.successive_halving(configs, lambda c, b: abs(c["number"] - 6.2) + 1 / b, 2)
    close(log, [(10, 2), (3, 6), (1, 18)], what="the log")
    close(winner, {"number": 6}, what="the winner")


@check(hint="Which searches can't even begin?")
def test_nothing_to_search(rejects):
    """an empty space raises ValueError"""
    rejects(lambda m: m.grid({}))
