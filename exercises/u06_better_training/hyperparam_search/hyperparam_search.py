"""Searching hyperparameters: all combinations, random ones, and a knockout with growing budgets."""

import itertools
import math
from typing import Any, Callable

import torch
from torch import Tensor


def grid(space: dict[str, list]) -> list[dict[str, Any]]:
    """Return every combination of the values, as a list of dicts.

    space: the values of each hyperparameter. The first combination has the first value of each; from one combination to
    the next, the last key of `space` changes fastest.

    Raises ValueError when `space` is empty or a list of values is.
    """
    raise NotImplementedError


def random_configs(space: dict[str, tuple], u: Tensor) -> list[dict[str, Any]]:
    """Return one dict of hyperparameters for each row of `u`, a tensor (n, len(space)) of numbers in [0, 1).

    Column j of `u` decides about the j-th key of `space`, whose value says how:

    * ("uniform", lo, hi): a float, spread evenly from lo to hi
    * ("log", lo, hi): a float whose logarithm is spread evenly from ln lo to ln hi
    * ("int", lo, hi): an int from lo to hi, both included, all equally likely
    * ("choice", values): an entry of the list, all equally likely

    A larger number never gives a smaller value (or an earlier entry of the list). The numbers in the dicts are
    Python floats and ints.

    Raises ValueError when `u` has another number of columns, when a log range has lo <= 0 or lo >= hi, when a list of
    values is empty, and for any other kind.
    """
    raise NotImplementedError


def successive_halving(
    configs: list[dict], evaluate: Callable[[dict, int], float], min_budget: int, eta: int = 3
) -> tuple[dict, list[tuple[int, int]]]:
    """Return the winner of a knockout between `configs`, and the log of its rounds.

    evaluate: called with a config and a budget; returns its score, smaller is better.
    A round evaluates every config that is alive, in the order of `configs`, with the same budget (`min_budget` in the
    first round), and puts (number alive, budget) into the log. When only one was alive, it is the winner. Otherwise
    the best `number alive // eta` stay alive (at least one; of equal scores the earlier config is better), and the
    budget is multiplied by `eta`.

    Raises ValueError when there are no configs, eta < 2 or min_budget < 1.
    """
    raise NotImplementedError
