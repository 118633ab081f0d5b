"""Searching hyperparameters.

Random search: "Random Search for Hyper-Parameter Optimization" (Bergstra and Bengio, 2012). Successive halving:
"Non-stochastic Best Arm Identification and Hyperparameter Optimization" (Jamieson and Talwalkar, 2016).
"""

import itertools
import math
from typing import Any, Callable

import torch
from torch import Tensor


def grid(space: dict[str, list]) -> list[dict[str, Any]]:
    """Every combination of the values; the last key changes fastest."""
    if not space or any(len(values) == 0 for values in space.values()):
        raise ValueError("every hyperparameter needs a value, and there must be one")
    return [dict(zip(space, combination)) for combination in itertools.product(*space.values())]


def random_configs(space: dict[str, tuple], u: Tensor) -> list[dict[str, Any]]:
    """One configuration for each row of `u`, whose numbers are uniform in [0, 1)."""
    if u.shape[1] != len(space):
        raise ValueError(f"{len(space)} hyperparameters need as many columns, got {u.shape[1]}")
    return [{key: _value(spec, x) for (key, spec), x in zip(space.items(), row)} for row in u.tolist()]


def _value(spec: tuple, x: float) -> Any:
    """The value that the number x, uniform in [0, 1), stands for in this range."""
    kind, *ends = spec
    if kind == "uniform":
        lo, hi = ends
        return lo + x * (hi - lo)
    if kind == "log":
        lo, hi = ends
        if lo <= 0 or lo >= hi:
            raise ValueError(f"a log range needs 0 < lo < hi, got {lo} and {hi}")
        return math.exp(math.log(lo) + x * (math.log(hi) - math.log(lo)))
    if kind == "int":
        lo, hi = ends
        return lo + int(x * (hi - lo + 1))  # hi - lo + 1 bins of equal width; x < 1 never reaches the next one
    if kind == "choice":
        (values,) = ends
        if not values:
            raise ValueError("there is nothing to choose from")
        return values[int(x * len(values))]
    raise ValueError(f"no range is called {kind!r}")


def successive_halving(
    configs: list[dict], evaluate: Callable[[dict, int], float], min_budget: int, eta: int = 3
) -> tuple[dict, list[tuple[int, int]]]:
    """Knock out all but the best `1 / eta` per round, with `eta` times the budget in the next; (winner, log)."""
    if not configs or eta < 2 or min_budget < 1:
        raise ValueError("halving needs a candidate, eta of at least 2 and a budget of at least 1")
    alive = list(range(len(configs)))
    budget = min_budget
    log = []
    while True:
        scores = {i: evaluate(configs[i], budget) for i in alive}
        log.append((len(alive), budget))
        if len(alive) == 1:
            return configs[alive[0]], log
        ranked = sorted(alive, key=scores.__getitem__)  # stable: among equals the earlier one comes first
        alive = sorted(ranked[: max(1, len(alive) // eta)])  # back into their old order
        budget *= eta
