"""Known wrong answers to hyperparam_search with their hints, other right ones, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "zips_instead_of_crossing",
        "Two lists of two give four combinations; yours pairs the values up.",
        swap=("itertools.product(*space.values())", "zip(*space.values())"),
        caught_by="test_grid_order",
    ),
    mistake(
        "first_key_fastest",
        "Which key changes from one line to the next?",
        swap=(
            "[dict(zip(space, combination)) for combination in itertools.product(*space.values())]",
            "[\n        dict(zip(space, reversed(combination)))\n"
            "        for combination in itertools.product(*reversed(space.values()))\n    ]",
        ),
        caught_by="test_grid_order",
    ),
    mistake(
        "log_range_sampled_linearly",
        "Nearly all of your learning rates lie in the largest decade.",
        swap=("math.exp(math.log(lo) + x * (math.log(hi) - math.log(lo)))", "lo + x * (hi - lo)  # log"),
        caught_by="test_log_uniform_spread",
    ),
    mistake(
        "integer_top_excluded",
        "The upper end belongs to the range; yours never comes up.",
        swap=("int(x * (hi - lo + 1))", "int(x * (hi - lo))"),
        caught_by="test_integer_ends",
    ),
    mistake(
        "integer_rounded",
        "Count how often the two ends come up, compared with the numbers between them.",
        swap=("int(x * (hi - lo + 1))", "round(x * (hi - lo))"),
        caught_by="test_integer_ends",
    ),
    mistake(
        "keeps_the_worst",
        "A smaller score is better; yours keeps the largest ones.",
        swap=("key=scores.__getitem__)", "key=scores.__getitem__, reverse=True)"),
        caught_by="test_halving_log",
    ),
    mistake(
        "budget_never_grows",
        "The survivors have earned a longer look than the round before.",
        swap=("        budget *= eta\n", ""),
        caught_by="test_halving_log",
    ),
    mistake(
        "budget_grows_linearly",
        "When the field shrinks by a factor, the budget grows by that factor.",
        swap=("budget *= eta", "budget += min_budget"),
        caught_by="test_halving_log",
    ),
    mistake(
        "rounds_survivors_up",
        "Ten candidates cut to a third leave three.",
        swap=("max(1, len(alive) // eta)", "math.ceil(len(alive) / eta)"),
        caught_by="test_halving_log",
    ),
    mistake(
        "skips_final_evaluation",
        "The log should end with one candidate: the winner gets its last budget, too.",
        swaps=[
            ("    while True:\n", "    while len(alive) > 1:\n"),
            ("        if len(alive) == 1:\n            return configs[alive[0]], log\n", ""),
            ("        budget *= eta\n", "        budget *= eta\n    return configs[alive[0]], log\n"),
        ],
        caught_by="test_single_config",
    ),
    mistake(
        "evaluates_in_rank_order",
        "The survivors are evaluated in the order in which they were given, not in the order of their scores.",
        swap=("sorted(ranked[: max(1, len(alive) // eta)])", "ranked[: max(1, len(alive) // eta)]"),
        caught_by="test_halving_evaluations",
    ),
    mistake(
        "later_wins_ties",
        "When two scores are equal, the candidate that was given earlier stays.",
        swap=("key=scores.__getitem__)", "key=lambda i: (scores[i], -i))"),
        caught_by="test_halving_evaluations",
    ),
    mistake(
        "int_cut_towards_zero",
        "Cutting off the digits rounds negative numbers up: cut first, then add the lower end.",
        swap=("lo + int(x * (hi - lo + 1))", "int(lo + x * (hi - lo + 1))"),
        caught_by="test_random_kinds",
    ),
    mistake(
        "empty_list_accepted",
        "A hyperparameter without any value leaves nothing to try: say so.",
        swap=("if not space or any(len(values) == 0 for values in space.values()):", "if not space:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "counting_and_recursion",
        source='''
import math
from typing import Any

import torch
from torch import Tensor


def grid(space):
    """The k-th combination from the digits of k, in a number system with one base per key."""
    sizes = [len(values) for values in space.values()]
    if math.prod(sizes) == 0 or not sizes:
        raise ValueError("empty")
    configs = []
    for k in range(math.prod(sizes)):
        config = {}
        for key in reversed(list(space)):
            k, digit = divmod(k, len(space[key]))
            config[key] = space[key][digit]
        configs.append(config)
    return configs


def random_configs(space, u):
    """Column by column, with tensors."""
    n, k = u.shape
    if k != len(space):
        raise ValueError("columns")
    configs = [{} for _ in range(n)]
    for column, (key, (kind, *rest)) in zip(u.T, space.items()):
        if kind == "choice":
            if len(rest[0]) == 0:
                raise ValueError("empty")
            values = [rest[0][i] for i in (column * len(rest[0])).long().tolist()]
        elif kind == "int":
            values = (rest[0] + torch.floor(column * (rest[1] - rest[0] + 1))).long().tolist()
        elif kind == "uniform":
            values = torch.lerp(column.new_tensor(rest[0]), column.new_tensor(rest[1]), column).tolist()
        elif kind == "log":
            if not 0 < rest[0] < rest[1]:
                raise ValueError("log range")
            values = (rest[0] * (rest[1] / rest[0]) ** column).tolist()
        else:
            raise ValueError(kind)
        for config, value in zip(configs, values):
            config[key] = value
    return configs


def successive_halving(configs, evaluate, min_budget, eta=3):
    """Each round is a call of its own."""
    if len(configs) < 1 or eta <= 1 or min_budget <= 0:
        raise ValueError("setting")
    scores = [evaluate(config, min_budget) for config in configs]
    entry = (len(configs), min_budget)
    if len(configs) == 1:
        return configs[0], [entry]
    bar = sorted((score, i) for i, score in enumerate(scores))[: max(len(configs) // eta, 1)]
    stay = {i for _, i in bar}
    winner, log = successive_halving(
        [config for i, config in enumerate(configs) if i in stay], evaluate, min_budget * eta, eta
    )
    return winner, [entry, *log]
''',
    ),
    correct(
        "growing_lists",
        source='''
import math

import torch
from torch import Tensor


def grid(space):
    if len(space) == 0:
        raise ValueError("no hyperparameters")
    configs = [{}]
    for key, values in space.items():
        configs = [{**config, key: value} for config in configs for value in values]
    if not configs:
        raise ValueError("a hyperparameter without values")
    return configs


def sampler(kind, *args):
    """A function from [0, 1) to values; bad ranges raise here."""
    match kind, args:
        case "log", (lo, hi) if 0 < lo < hi:
            return lambda x: math.pow(hi, x) * math.pow(lo, 1 - x)
        case "uniform", (lo, hi):
            return lambda x: (1 - x) * lo + x * hi
        case "int", (lo, hi):
            whole = range(lo, hi + 1)
            return lambda x: whole[math.floor(x * len(whole))]
        case "choice", (values,) if len(values) > 0:
            return lambda x: values[math.floor(x * len(values))]
    raise ValueError("range")


def random_configs(space, u):
    if u.size(1) != len(space):
        raise ValueError("columns")
    samplers = {key: sampler(*spec) for key, spec in space.items()}
    configs = []
    for row in u:
        configs.append({key: draw(float(x)) for (key, draw), x in zip(samplers.items(), row)})
    return configs


def successive_halving(configs, evaluate, min_budget, eta=3):
    """Numbers of survivors and budgets first; then one round for each."""
    if not configs or eta < 2 or min_budget < 1:
        raise ValueError("setting")
    sizes = [len(configs)]
    while sizes[-1] > 1:
        sizes.append(max(1, sizes[-1] // eta))
    log = [(size, min_budget * eta**r) for r, size in enumerate(sizes)]
    alive = dict(enumerate(configs))
    for (_, budget), survivors in zip(log, [*sizes[1:], 1]):
        scores = torch.tensor([evaluate(config, budget) for config in alive.values()], dtype=torch.float64)
        best = set(torch.sort(scores, stable=True).indices[:survivors].tolist())
        alive = {i: config for place, (i, config) in enumerate(alive.items()) if place in best}
    (winner,) = alive.values()
    return winner, log
''',
    ),
]


def probe(m):
    """A grid; configurations of four kinds; integers; knockouts with their calls; an empty list."""

    def knockout(n, score, min_budget, eta):
        calls = []

        def evaluate(config, budget):
            calls.append((config["number"], budget))
            return score(config["number"], budget)

        winner, log = m.successive_halving([{"number": i} for i in range(n)], evaluate, min_budget, eta=eta)
        return {"winner": winner, "log": log, "calls": calls}

    u = torch.tensor(
        [[0.05, 0.3, 0.7, 0.1], [0.5, 0.8, 0.2, 0.9], [0.9, 0.6, 0.45, 0.55], [0.25, 0.05, 0.95, 0.3]],
        dtype=torch.float64,
    )
    space = {
        "lr": ("log", 1e-4, 1.0),
        "momentum": ("uniform", 0.5, 0.9),
        "layers": ("int", 1, 5),
        "activation": ("choice", ["relu", "tanh", "gelu"]),
    }
    sides = torch.tensor([[0.05], [0.2], [0.9], [0.999]], dtype=torch.float64)
    return {
        "grid": lambda: m.grid({"lr": [0.1, 0.01], "layers": [1, 2]}),
        "configurations": lambda: m.random_configs(space, u),
        "integers": lambda: m.random_configs({"k": ("int", 0, 3)}, sides),
        "negative integers": lambda: m.random_configs({"k": ("int", -3, 0)}, sides),
        "knockout": lambda: knockout(10, lambda i, b: abs(i - 6.2) + 1 / b, 2, 3),
        "ties": lambda: knockout(6, lambda i, b: 1.0, 1, 2),
        "empty list": lambda: m.grid({"lr": []}),
    }
