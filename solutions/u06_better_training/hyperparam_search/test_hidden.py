"""Hidden checks of hyperparam_search."""

import torch

from grader.checks import check, ensure


def spread(n, generator):
    """n numbers in [0, 1) in random order, one at a random place in each of n equal intervals: as even as can be."""
    u = (torch.arange(n) + torch.rand(n, generator=generator, dtype=torch.float64)) / n
    return u[torch.randperm(n, generator=generator)]


def inner(shape, generator):
    """Random numbers 1/40, 3/40 ... 39/40: no border between 3, 5, 6 or 7 values of equal chance is near."""
    return (torch.randint(0, 20, shape, generator=generator).double() + 0.5) / 20


def knockout(m, n, score, min_budget, **eta):
    """Winner, log and calls of a knockout between n candidates."""
    calls = []

    def evaluate(config, budget):
        calls.append((config["number"], budget))
        return score(config["number"], budget)

    winner, log = m.successive_halving([{"number": i, "lr": 0.5**i} for i in range(n)], evaluate, min_budget, **eta)
    return {"winner": winner, "log": log, "calls": calls}


def scores_with_late_bloomers(n, generator):
    """A score for each candidate and budget: some are bad at first and good in the end."""
    final = torch.randperm(n, generator=generator).tolist()
    slow = torch.randperm(n, generator=generator).tolist()
    return lambda i, budget: final[i] + 1.37 * slow[i] / budget


@check(points=2.25, hint="Which key changes from one combination to the next, and how many combinations are there?")
def test_grid_order(agree):
    """all combinations, the last key changing fastest"""
    spaces = {
        "2 x 2": {"lr": [0.1, 0.01], "layers": [1, 2]},
        "2 x 3 x 2": {"b": ["relu", "tanh"], "a": [3, 1, 2], "c": [True, None]},
        "one key": {"lr": [0.3, 0.1, 0.2]},
        "one combination": {"lr": [0.3], "layers": [2]},
        "1 x 4 x 1": {"x": [0], "y": [4, 3, 2, 1], "z": ["only"]},
    }
    agree(lambda m: {name: m.grid(space) for name, space in spaces.items()})


@check(points=3, hint="Take u = 0, 0.5 and 0.975 for each kind of range and work the values out by hand.")
def test_random_kinds(agree, generator):
    """the four kinds of ranges, alone and together"""
    kinds = {
        "log": ("log", 1e-5, 0.1),
        "uniform": ("uniform", -2.0, 3.0),
        "int": ("int", -2, 3),
        "choice": ("choice", ["relu", "tanh", "gelu"]),
    }
    u = inner((12, 4), generator)
    u[0] = 0.0

    def configs(m):
        alone = {f"only {kind}": m.random_configs({"x": spec}, u[:, :1]) for kind, spec in kinds.items()}
        mixed = {"z": ("choice", [None, 0.5, [64, 32], 7, "all"]), "lr": ("log", 0.25, 64.0), "k": ("int", 3, 3)}
        return {
            **alone,
            "all four": m.random_configs(kinds, u),
            "all four, in another order": m.random_configs(dict(reversed(kinds.items())), u),
            "other choices": m.random_configs(mixed, u[:, :3]),
            "one row": m.random_configs(kinds, u[:1]),
        }

    agree(configs)


@check(points=1.5, hint="Of the learning rates between 0.0001 and 1, how many should be smaller than 0.01?")
def test_log_uniform_spread(agree, student, generator):
    """about half of 1000 learning rates between 1e-4 and 1 are below 1e-2"""
    u = spread(1000, generator)[:, None]

    def draws(m):
        return [config["lr"] for config in m.random_configs({"lr": ("log", 1e-4, 1.0)}, u)]

    agree(draws)
    small = sum(lr < 0.01 for lr in draws(student))
    ensure(
        450 <= small <= 550,
        f"{small} of 1000 learning rates are below 0.01, about 500 should be. Spread their logarithms evenly.",
    )


@check(points=1.5, hint="Throw your die of four sides a thousand times: how often does each side come up?")
def test_integer_ends(agree, student, generator):
    """both ends of an int range come up as often as the others"""
    u = spread(1000, generator)[:, None]
    ends = torch.tensor([[0.0], [0.05], [0.2], [0.45], [0.9], [0.999]], dtype=torch.float64)

    def sides(m):
        draws = [config["side"] for config in m.random_configs({"side": ("int", 1, 4)}, u)]
        return {side: draws.count(side) for side in (0, 1, 2, 3, 4, 5)}

    counts = sides(student)
    ensure(
        all(240 <= counts[side] <= 260 for side in (1, 2, 3, 4)),
        f"Of 1000 even draws from 1 to 4, the sides came up {[counts[side] for side in (1, 2, 3, 4)]} times; each "
        "should come up 250 times. Look at both ends of the range.",
    )
    agree(lambda m: [m.random_configs({"k": spec}, ends) for spec in (("int", 0, 6), ("int", -3, -1), ("int", 5, 6))])


@check(points=3, hint="Write down number alive and budget for each round until one is left, and one round more.")
def test_halving_log(agree, generator):
    """winner and log for several numbers of candidates, budgets and eta"""
    cases = {
        "10 candidates": (10, 2, {}),
        "27 candidates": (27, 1, {"eta": 3}),
        "7 candidates, eta=2": (7, 3, {"eta": 2}),
        "2 candidates": (2, 1, {}),
        "20 candidates, eta=4": (20, 5, {"eta": 4}),
        "5 candidates, eta=7": (5, 1, {"eta": 7}),
    }
    scores = {name: scores_with_late_bloomers(n, generator) for name, (n, _, _) in cases.items()}

    def results(m):
        found = {name: knockout(m, n, scores[name], b, **eta) for name, (n, b, eta) in cases.items()}
        found["close to 6.2"] = knockout(m, 10, lambda i, b: abs(i - 6.2) + 1 / b, 2)
        return {name: {"winner": result["winner"], "log": result["log"]} for name, result in found.items()}

    agree(results)


@check(points=2.25, hint="Who is evaluated in the second round, in which order, and who survives a tie?")
def test_halving_evaluations(agree, generator):
    """every call of evaluate, with late bloomers and with ties"""
    scores = scores_with_late_bloomers(11, generator)

    def calls(m):
        return {
            "late bloomers": knockout(m, 11, scores, 1)["calls"],
            "late bloomers, eta=2": knockout(m, 11, scores, 3, eta=2)["calls"],
            "best ones last": knockout(m, 9, lambda i, b: -float(i), 1)["calls"],
            "all equal": knockout(m, 8, lambda i, b: 0.5, 1, eta=2)["calls"],
            "ties at the border": knockout(m, 9, lambda i, b: float(i % 3), 1, eta=2)["calls"],
        }

    agree(calls)


@check(points=0.75, hint="Follow your loop with one candidate: is it ever looked at?")
def test_single_config(agree):
    """a single candidate is evaluated once and wins"""
    agree(lambda m: [knockout(m, 1, lambda i, b: 3.0, 4), knockout(m, 1, lambda i, b: 3.0, 1, eta=2)])


@check(points=0.75, hint="Look at the space, at the ranges and at the settings before you use them.")
def test_bad_input(rejects, generator):
    """empty spaces, bad ranges and bad settings raise ValueError"""
    rejects(lambda m: m.grid({}), what="an empty space")
    rejects(lambda m: m.grid({"lr": [0.1], "layers": []}), what="an empty list of values")
    u = inner((3, 2), generator)
    rejects(lambda m: m.random_configs({"lr": ("uniform", 0.0, 1.0)}, u), what="one key for two columns")
    three = dict.fromkeys("abc", ("uniform", 0.0, 1.0))
    rejects(lambda m: m.random_configs(three, u), what="three keys for two columns")
    for lo, hi in ((0.0, 1.0), (-1.0, 1.0), (1.0, 1.0), (1.0, 0.1)):
        rejects(
            lambda m, lo=lo, hi=hi: m.random_configs({"a": ("int", 1, 2), "lr": ("log", lo, hi)}, u),
            what=f"a log range from {lo} to {hi}",
        )
    rejects(lambda m: m.random_configs({"a": ("int", 1, 2), "b": ("normal", 0.0, 1.0)}, u), what="an unknown kind")
    rejects(lambda m: m.random_configs({"a": ("choice", []), "b": ("int", 1, 2)}, u), what="an empty list of choices")

    def evaluate(config, budget):
        return 1.0

    configs = [{"number": i} for i in range(4)]
    rejects(lambda m: m.successive_halving([], evaluate, 1), what="no configs")
    for eta in (1, 0):
        rejects(lambda m, eta=eta: m.successive_halving(configs, evaluate, 1, eta=eta), what=f"eta={eta}")
    for budget in (0, -3):
        rejects(lambda m, budget=budget: m.successive_halving(configs, evaluate, budget), what=f"min_budget={budget}")
