"""Known wrong answers to lr_finder with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "linear_spacing",
        "Almost all of your rates lie in the top decade: the steps should be even on a logarithmic axis.",
        swap=("lr_min * (lr_max / lr_min) ** (i / (num - 1))", "lr_min + (lr_max - lr_min) * i / (num - 1)"),
        caught_by="test_spacing",
    ),
    mistake(
        "no_bias_correction",
        "The first smoothed value should be the first loss; yours is far below it.",
        swap=("smooth = average / (1 - beta ** (i + 1))", "smooth = average"),
        caught_by="test_smoothing",
    ),
    mistake(
        "diverges_versus_first",
        "If the loss has fallen far, four times the best is reached long before four times the start.",
        swap=("best = min(best, smooth)", "best = losses[0]"),
        caught_by="test_stops_when_diverging",
    ),
    mistake(
        "records_divergent_point",
        "The point that tells you to stop is not part of the curve.",
        swaps=[
            (
                "            break\n        rates.append(lr)",
                "            rates.append(lr)\n            losses.append(smooth)\n            break\n"
                "        rates.append(lr)",
            ),
        ],
        caught_by="test_stops_when_diverging",
    ),
    mistake(
        "never_stops",
        "Once the loss has exploded, nothing sensible follows: which condition ends your sweep?",
        swaps=[
            ("if i > 0 and (not finite or smooth > diverge * best):", "if False:"),
            ("if not finite:", "if False:"),
        ],
        caught_by="test_stops_when_diverging",
    ),
    mistake(
        "picks_lowest_loss",
        "At its lowest the curve is already flat: the best rate lies where it falls fastest.",
        swap=("lrs[min(range(1, len(lrs) - 1), key=slope)]", "lrs[losses.index(min(losses))]"),
        caught_by="test_suggestion",
    ),
    mistake(
        "slope_in_plain_lr",
        "Read the slope on the logarithmic axis on which the curve is plotted.",
        swap=("(math.log(lrs[i + 1]) - math.log(lrs[i - 1]))", "(lrs[i + 1] - lrs[i - 1])"),
        caught_by="test_suggestion",
    ),
    mistake(
        "trains_the_real_model",
        "After the search the model should be exactly as before; yours has been trained.",
        swap=("net = copy.deepcopy(model)", "net = model"),
        caught_by="test_model_untouched",
    ),
    mistake(
        "picks_steepest_rise",
        "You are looking for the fall of the loss, not for the climb.",
        swap=("lrs[min(range", "lrs[max(range"),
        caught_by="test_suggestion",
    ),
    mistake(
        "best_of_raw_losses",
        "Smoothed losses are compared with the best smoothed loss, not with the best single one.",
        swap=("best = min(best, smooth)", "best = min(best, loss)"),
        caught_by="test_stops_when_diverging",
    ),
    mistake(
        "sweeps_in_given_mode",
        "A model that comes in evaluation mode still has to be trained in training mode.",
        swap=("    net.train()\n", ""),
        caught_by="test_sweep_values",
    ),
    mistake(
        "gradients_pile_up",
        "Each step should follow its own gradient only: what is left over from the step before?",
        swap=("        optimizer.zero_grad()\n", ""),
        caught_by="test_sweep_values",
    ),
    mistake(
        "loss_after_the_step",
        "The loss of a step is the one from before the weights move; yours is already one step further.",
        swap=("return loss.item()", "return loss_fn(net(X), y).item()"),
        caught_by="test_sweep_values",
    ),
    mistake(
        "empty_range_accepted",
        "A sweep from one rate to the same rate is no sweep.",
        swap=("lr_max <= lr_min:", "lr_max < lr_min:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "logspace_and_functional_steps",
        source='''
from copy import deepcopy

import torch
from torch import Tensor, nn


def exponential_lrs(lr_min, lr_max, num):
    if num <= 1 or not 0 < lr_min < lr_max:
        raise ValueError("range")
    ends = torch.tensor([lr_min, lr_max], dtype=torch.float64).log()
    return torch.linspace(ends[0].item(), ends[1].item(), num, dtype=torch.float64).exp().tolist()


def lr_range_test(train_step, lrs, beta=0.98, diverge=4.0):
    """Weighted sums instead of a corrected average."""
    if len(lrs) == 0 or beta < 0 or beta >= 1:
        raise ValueError("setting")
    curve = []
    total = weight = 0.0
    while len(curve) < len(lrs):
        lr = lrs[len(curve)]
        total, weight = beta * total + train_step(lr), beta * weight + 1
        s = total / weight
        bad = s != s or abs(s) == float("inf")
        if curve and (bad or s > diverge * min(point[1] for point in curve)):
            break
        curve.append((lr, s))
        if bad:
            break
    return [lr for lr, _ in curve], [s for _, s in curve]


def suggest_lr(lrs, losses):
    if len(lrs) != len(losses) or len(lrs) <= 2:
        raise ValueError("points")
    x = torch.tensor(lrs, dtype=torch.float64).log()
    s = torch.tensor(losses, dtype=torch.float64)
    slopes = (s[2:] - s[:-2]) / (x[2:] - x[:-2])
    return lrs[1 + int(slopes.argmin())]


def find_lr(model, loss_fn, X, y, lrs, beta=0.98, diverge=4.0):
    twin = deepcopy(model).train()
    params = [p for p in twin.parameters() if p.requires_grad]

    def train_step(lr):
        loss = loss_fn(twin(X), y)
        grads = torch.autograd.grad(loss, params)
        with torch.no_grad():
            for p, g in zip(params, grads):
                p -= lr * g
        return float(loss.detach())

    return lr_range_test(train_step, lrs, beta=beta, diverge=diverge)
''',
    ),
    correct(
        "running_product_and_new_optimizers",
        source="""
import math
from copy import deepcopy

import torch
from torch import Tensor, nn


def exponential_lrs(lr_min, lr_max, num):
    if lr_min <= 0 or lr_max <= lr_min or num < 2:
        raise ValueError("range")
    factor = math.exp((math.log(lr_max) - math.log(lr_min)) / (num - 1))
    rates = [lr_min]
    while len(rates) < num:
        rates.append(rates[-1] * factor)
    return rates


def lr_range_test(train_step, lrs, beta=0.98, diverge=4.0):
    if not lrs or not (0.0 <= beta < 1.0):
        raise ValueError("setting")
    first = train_step(lrs[0])
    kept_lrs, kept = [lrs[0]], [first]
    if not math.isfinite(first):
        return kept_lrs, kept
    average, power, best = (1 - beta) * first, beta, first
    for lr in lrs[1:]:
        average += (1 - beta) * (train_step(lr) - average)
        power *= beta
        s = average / (1 - power)
        if not s <= diverge * best or math.isinf(s):
            return kept_lrs, kept
        kept_lrs.append(lr)
        kept.append(s)
        best = s if s < best else best
    return kept_lrs, kept


def suggest_lr(lrs, losses):
    if len(lrs) != len(losses) or len(lrs) < 3:
        raise ValueError("points")
    steepest, rate = None, None
    for before, here, after in zip(zip(lrs, losses), lrs[1:], zip(lrs[2:], losses[2:])):
        slope = (after[1] - before[1]) / math.log(after[0] / before[0])
        if steepest is None or slope < steepest:
            steepest, rate = slope, here
    return rate


def find_lr(model, loss_fn, X, y, lrs, beta=0.98, diverge=4.0):
    twin = deepcopy(model)
    twin.train(True)

    def train_step(lr):
        optimizer = torch.optim.SGD(twin.parameters(), lr=lr)
        optimizer.zero_grad(set_to_none=False)
        loss = loss_fn(twin(X), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return lr_range_test(train_step, lrs, beta, diverge)
""",
    ),
]


def probe(m):
    """Rates, scripted sweeps, curves, sweeps over linear models and one with batch norm, and bad ranges."""

    def play(script, beta):
        tried = []

        def train_step(lr):
            tried.append(lr)
            return script[min(len(tried), len(script)) - 1]

        rates, losses = m.lr_range_test(train_step, [0.5**i for i in range(len(script))], beta=beta)
        return {"rates": rates, "losses": losses, "tried": len(tried)}

    weight = torch.tensor([[0.4, -0.3, 0.2], [-0.2, 0.5, 0.1]], dtype=torch.float64)
    bias = torch.tensor([0.1, -0.1], dtype=torch.float64)
    X = torch.sin(torch.arange(18, dtype=torch.float64)).reshape(6, 3)
    y = torch.cos(torch.arange(12, dtype=torch.float64)).reshape(6, 2)
    rates = [0.05, 0.1, 0.2, 0.4]
    decades = [1e-4, 1e-3, 1e-2, 0.1, 1.0, 10.0]
    return {
        "rates": lambda: m.exponential_lrs(1e-4, 10.0, 9),
        "smoothed": lambda: play([4.0, 2.0, 1.0, 1.5, 2.5, 1.0], 0.5),
        "diverging": lambda: play([4.0, 2.0, 1.0, 16.0, 9.0, 1.0], 0.5),
        "without smoothing": lambda: play([10.0, 1.0, 9.0, 1.0], 0.0),
        "exploding": lambda: play([1.0, 100.0, 1.0], 0.0),
        "slowly": lambda: play([4.0, 0.5, 4.0, 4.0, 3.0], 0.9),
        "curve": lambda: m.suggest_lr(decades, [2.3, 2.25, 1.9, 1.2, 1.1, 3.0]),
        "another curve": lambda: m.suggest_lr(decades, [5.0, 5.0, 4.0, 1.0, 0.9, 6.0]),
        "rising curve": lambda: m.suggest_lr(decades[:4], [1.0, 2.0, 2.5, 5.0]),
        "model": lambda: m.kit.sweep(m.find_lr, weight, bias, X, y, rates, beta=0.5),
        "evaluation mode": lambda: m.kit.sweep(
            m.find_lr, weight, bias, X, y, rates, beta=0.5, norm=True, training=False
        ),
        "no range": lambda: m.exponential_lrs(0.5, 0.5, 3),
    }
