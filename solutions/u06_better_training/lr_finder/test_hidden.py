"""Hidden checks of lr_finder. The models are in kit.py, beside the student's code."""

import math
from itertools import pairwise

import torch

from grader.checks import check, close, ensure

NAN, INF = float("nan"), float("inf")


def play(m, script, beta, diverge=4.0, num=None):
    """The range test over scripted losses (the last one is repeated), and the rates that were tried."""
    tried = []

    def train_step(lr):
        tried.append(lr)
        return script[min(len(tried), len(script)) - 1]

    lrs = [0.01 * 2**i for i in range(num or len(script))]
    rates, losses = m.lr_range_test(train_step, lrs, beta=beta, diverge=diverge)
    return {"rates": rates, "losses": losses, "rates tried": tried}


def linear(tensors):
    """Weights (2, 3), biases, 8 rows and their targets, for a linear model."""
    return tensors((2, 3)), tensors((2,)), tensors((8, 3)), tensors((8, 2))


def single(dtype):
    """Looser where the losses of a float32 model come as Python floats."""
    return {"steps": True} if dtype == torch.float32 else {}


@check(points=1.5, hint="Look at the quotients of neighbours, and count the gaps.")
def test_spacing(agree, student):
    """rates from end to end, each the same multiple of the one before"""
    cases = {"1e-4 to 10": (1e-4, 10.0, 9), "two": (0.3, 0.7, 2), "1e-7 to 1": (1e-7, 1.0, 50), "narrow": (2.0, 3.0, 4)}
    agree(lambda m: {name: m.exponential_lrs(*case) for name, case in cases.items()})
    rates = student.exponential_lrs(1e-4, 10.0, 9)
    quotients = [b / a for a, b in pairwise(rates)]
    close(quotients, [math.sqrt(math.sqrt(10.0**2.5))] * 8, what="the quotients of neighbours, 9 rates from 1e-4 to 10")


@check(points=3, hint="What is the smoothed loss when all losses are 3?")
def test_smoothing(agree, generator):
    """smoothed losses of noisy steps that don't diverge"""
    noisy = (1 + torch.rand(12, generator=generator, dtype=torch.float64)).tolist()  # all between 1 and 2
    falling = [8.0 * 0.7**i for i in range(12)]

    def curves(m):
        return {
            f"{name}, beta={beta}": play(m, script, beta)
            for name, script in (("noisy losses", noisy), ("falling losses", falling), ("all 3", [3.0] * 5))
            for beta in (0.0, 0.5, 0.9, 0.98)
        } | {"with the default settings": list(m.lr_range_test(lambda lr: 2.0 + lr, [0.1, 0.2, 0.4]))}

    agree(curves)


@check(
    points=2.25,
    hint="Which number is compared with which, what happens to the point that ends it, and what comes after?",
)
def test_stops_when_diverging(agree):
    """the sweep ends at the right point, which is not recorded, and no further step is taken"""
    cases = {
        "far below the first loss": ([4.0, 2.0, 1.0, 16.0, 1.0, 1.0], 0.5),
        "at the second point": ([1.0, 9.0, 1.0, 1.0], 0.0),
        "nine after one": ([10.0, 1.0, 9.0, 1.0], 0.0),
        "slowly, seen in the smoothed loss": ([4.0, 0.5, 4.0, 4.0, 30.0, 900.0, 1.0], 0.9),
        "a loss that is nan": ([2.0, 1.0, NAN, 1.0, 1.0], 0.5),
        "an infinite loss": ([2.0, 1.0, INF, 1.0, 1.0], 0.9),
        "nan at once": ([NAN, 1.0, 1.0, 1.0], 0.5),
        "infinite at once": ([INF, 1.0, 1.0], 0.0),
        "not at all": ([4.0, 3.0, 5.0, 4.0], 0.0),
        "the only point": ([5.0], 0.98),
        "four times the best, and no more": ([1.0, 4.0, 4.0, 2.0], 0.0),
    }

    def sweeps(m):
        found = {name: play(m, script, beta) for name, (script, beta) in cases.items()}
        six_at_the_second = iter([1.0, 11.0, 1.0])  # smoothed by the default beta: 6.05
        found["default settings"] = list(m.lr_range_test(lambda lr: next(six_at_the_second), [0.1, 0.2, 0.4]))
        found["diverge=2"] = play(m, [4.0, 3.0, 2.0, 5.0, 1.0], 0.0, diverge=2.0)
        found["diverge=10"] = play(m, [4.0, 1.0, 8.0, 1.0, 11.0, 1.0], 0.0, diverge=10.0)
        return found

    agree(sweeps)


@check(points=3, hint="Plot loss against the logarithm of the rate: where does it go down most steeply?")
def test_suggestion(agree, generator):
    """the rate at the steepest fall of several curves"""
    decades = [10.0**i for i in range(-5, 1)]
    curves = {
        "the statement's": (decades, [2.3, 2.25, 1.9, 1.2, 1.1, 3.0]),
        "late fall": (decades, [5.0, 5.0, 4.0, 1.0, 0.9, 6.0]),
        "early fall": (decades[:5], [9.0, 5.0, 4.5, 2.0, 1.9]),
        "fall in the middle": (decades[:5], [5.0, 4.5, 2.0, 1.2, 1.1]),
        "only rising": (decades[:4], [1.0, 2.0, 2.5, 5.0]),
        "uneven rates": ([0.1, 0.2, 0.8, 0.9, 8.0], [5.0, 4.0, 2.0, 1.9, 1.0]),
        "a small fall between close rates": ([0.1, 0.11, 0.12, 1.2, 12.0], [5.0, 4.5, 4.0, 2.5, 1.5]),
        "three points": ([0.1, 0.5, 3.0], [1.0, 2.0, 0.5]),
    }
    # A smooth fall around one of twelve unevenly spaced rates, so steep there that no other comes near.
    log_rates = torch.arange(12.0) + 0.4 * torch.rand(12, generator=generator)
    fall_at = int(torch.randint(3, 8, (), generator=generator))
    smooth = 3 - torch.tanh(log_rates - log_rates[fall_at]) + 0.02 * log_rates
    curves["a smooth fall"] = ([math.exp(x - 9) for x in log_rates.tolist()], smooth.tolist())
    agree(lambda m: {name: m.suggest_lr(*curve) for name, curve in curves.items()})


@check(points=2.25, hint="What belongs to a model besides its weights, and on which object does your sweep train?")
def test_model_untouched(agree, student, tensors, generator):
    """weights, buffers, mode and gradients of the model are as before"""
    weight, bias, X, y = linear(tensors)
    labels = torch.randint(2, (8,), generator=generator)
    lrs = [0.01, 0.02, 0.04]

    def afterwards(m):
        plain = m.kit.sweep(m.find_lr, weight, bias, X, y, lrs)
        modes = {
            f"batch norm, training={training}": m.kit.sweep(
                m.find_lr, weight, bias, X, labels, lrs, norm=True, loss="cross_entropy", training=training
            )["model afterwards"]
            for training in (True, False)
        }
        return {"linear model": plain["model afterwards"], **modes}

    agree(afterwards)
    state = afterwards(student)["linear model"]["state"]
    close(state, {"0.bias": bias, "0.weight": weight}, what="the weights of the model after the sweep")


@check(
    points=2.25,
    hint="One training step: set the rate, clear, loss, backward, step. Which loss belongs to which weights?",
    dtypes=("float64", "float32"),
)
def test_sweep_values(agree, tensors, generator, dtype):
    """the curve of a linear model, of one that diverges, and of one with batch norm"""
    weight, bias, X, y = linear(tensors)
    labels = torch.randint(2, (8,), generator=generator)
    gentle = [0.002 * 1.2**i for i in range(12)]
    rows = torch.tensor([[1.0, 0.5], [-1.0, 1.0], [0.5, -2.0], [2.0, 1.0]], dtype=dtype)
    targets = torch.tensor([[1.0], [2.0], [-1.0], [0.0]], dtype=dtype)
    start = torch.tensor([[0.5, -0.5]], dtype=dtype), torch.tensor([0.25], dtype=dtype)
    steep = [0.01 * 2.0**i for i in range(12)]
    one = torch.ones(1, 1, dtype=dtype)  # at these rates every loss is about six times the one before

    def curves(m):
        normed = m.kit.sweep(
            m.find_lr, weight, bias, X, labels, gentle, norm=True, loss="cross_entropy", training=False, beta=0.5
        )
        return {
            "gentle rates": m.kit.sweep(m.find_lr, weight, bias, X, y, gentle)["curve"],
            "steep rates": m.kit.sweep(m.find_lr, *start, rows, targets, steep, beta=0.5, diverge=3.0)["curve"],
            "batch norm": normed["curve"],
            "six times the loss": m.kit.sweep(m.find_lr, one, 0 * one[0], one, 0 * one, [0.86, 0.87, 0.88], beta=0.0)[
                "curve"
            ],
        }

    agree(curves, **single(dtype))


@check(points=0.75, hint="Which ranges, numbers and lists make no sense? Look at them before the first step.")
def test_bad_input(agree, rejects, tensors):
    """rates, beta and lists that make no sense raise ValueError, and the smallest sensible ones work"""
    for lr_min, lr_max, num in (
        (0.0, 1.0, 5),
        (-1.0, 1.0, 5),
        (1.0, 0.1, 5),
        (0.5, 0.5, 5),
        (0.1, 1.0, 1),
        (0.1, 1.0, 0),
    ):
        rejects(
            lambda m, case=(lr_min, lr_max, num): m.exponential_lrs(*case),
            what=f"rates {lr_min} to {lr_max}, num={num}",
        )
    calls = []

    def train_step(lr):
        calls.append(lr)
        return 1.0

    rejects(lambda m: m.lr_range_test(train_step, []), what="an empty list of rates")
    for beta in (1.0, -0.1, 1.5):
        rejects(lambda m, beta=beta: m.lr_range_test(train_step, [0.1, 0.2], beta=beta), what=f"beta={beta}")
    ensure(not calls, "A training step was taken before the settings were found wrong. Look at them first.")
    rejects(lambda m: m.suggest_lr([0.1, 0.2], [1.0, 0.5]), what="two points")
    rejects(lambda m: m.suggest_lr([0.1, 0.2, 0.4], [1.0, 0.5]), what="three rates and two losses")
    rejects(lambda m: m.suggest_lr([0.1, 0.2, 0.4], [1.0, 0.5, 0.2, 0.1]), what="three rates and four losses")
    weight, bias, X, y = linear(tensors)
    rejects(lambda m: m.kit.sweep(m.find_lr, weight, bias, X, y, []), what="find_lr without rates")
    rejects(lambda m: m.kit.sweep(m.find_lr, weight, bias, X, y, [0.1], beta=1.0), what="find_lr with beta=1")
    agree(lambda m: m.kit.sweep(m.find_lr, weight, bias, X, y, [0.1])["curve"])
