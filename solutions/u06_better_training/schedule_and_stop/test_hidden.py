"""Hidden checks of the schedules and of early stopping. All series are exact in binary, so that no boundary is reached by rounding."""

import math

import torch

from grader.checks import check, close

NAN = math.nan


def draw(generator, low, high):
    """A random float between low and high."""
    return low + (high - low) * float(torch.rand((), generator=generator, dtype=torch.float64))


def power_of_two(generator):
    """A random scale that keeps sums and differences of short binary fractions exact."""
    return 2.0 ** int(torch.randint(-2, 4, (), generator=generator))


def torch_rates(make, base, steps):
    """The learning rates that a scheduler of PyTorch goes through."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def trace(m, values, patience, **options):
    """What an EarlyStopping says at the start and after each value."""
    stopper = m.EarlyStopping(patience, **options)
    said = {
        "answers": [],
        "stopped": [stopper.stopped],
        "best": [stopper.best],
        "best_epoch": [stopper.best_epoch],
        "num_bad": [stopper.num_bad],
    }
    for value in values:
        said["answers"].append(stopper.step(value))
        for name in ("stopped", "best", "best_epoch", "num_bad"):
            said[name].append(getattr(stopper, name))
    return said


@check(points=1.5, hint="A staircase: for how many epochs does the rate stay the same, and when is the first drop?")
def test_step_values(student, generator):
    """ten epochs of three staircases equal StepLR"""
    base = draw(generator, 0.2, 0.9)
    for step_size, gamma in ((3, draw(generator, 0.3, 0.8)), (4, 0.5), (1, 0.9)):
        expected = torch_rates(lambda opt: torch.optim.lr_scheduler.StepLR(opt, step_size, gamma), base, 10)  # noqa: B023
        rates = [student.step_lr(base, epoch, step_size, gamma=gamma) for epoch in range(10)]
        close(rates, expected, what=f"step_lr for epochs 0 to 9 with step_size {step_size}")
    close([student.step_lr(base, epoch, 2) for epoch in range(5)], [base, base, base / 10, base / 10, base / 100],
          what="step_lr for epochs 0 to 4 with step_size 2 and the default gamma")  # fmt: skip


@check(points=2.25, hint="Compare your rate at the start, in the middle, at the end, and beyond it.")
def test_cosine_values(student, generator):
    """three half waves equal CosineAnnealingLR and stay flat afterwards"""
    base = draw(generator, 0.2, 0.9)
    floor = base * draw(generator, 0.1, 0.4)
    for t_max, eta_min in ((7, floor), (10, floor / 2), (1, floor)):
        wave = torch_rates(
            lambda opt: torch.optim.lr_scheduler.CosineAnnealingLR(opt, t_max, eta_min),  # noqa: B023
            base,
            t_max + 1,
        )
        rates = [student.cosine_lr(base, t, t_max, eta_min=eta_min) for t in range(t_max + 1)]
        close(rates, wave, what=f"cosine_lr for t = 0 to {t_max} with t_max {t_max}")
        beyond = [
            student.cosine_lr(base, t, t_max, eta_min=eta_min)
            for t in (t_max + 1, t_max + 2, 2 * t_max + 1, 50 * t_max)
        ]
        close(beyond, [eta_min] * 4, what="cosine_lr after its end")
    quarter = [student.cosine_lr(base, t, 4) for t in (0, 1, 2, 4, 5)]
    expected = [base, base * (2 + math.sqrt(2)) / 4, base / 2, 0.0, 0.0]
    close(quarter, expected, what="cosine_lr at t = 0, 1, 2, 4, 5 with t_max 4 and the default eta_min")


@check(points=3, hint="Write down the rates of the last step of the climb and of the first two steps after it.")
def test_warmup_values(student, agree, generator):
    """twelve steps of climb and cosine, short and missing climbs, and far beyond the end"""
    base = draw(generator, 0.2, 0.9)
    floor = base * draw(generator, 0.1, 0.4)
    climb = [student.warmup_cosine_lr(base, t, 4, 10, eta_min=floor) for t in range(5)]
    close(climb, [base / 4, base / 2, base * 3 / 4, base, base], what="warmup_cosine_lr for t = 0 to 4 with warmup 4")

    def rates(m):
        return {
            "warmup_3_of_9": [m.warmup_cosine_lr(base, t, 3, 9, eta_min=floor) for t in range(12)],
            "warmup_1_of_5": [m.warmup_cosine_lr(base, t, 1, 5) for t in range(7)],
            "no_warmup": [m.warmup_cosine_lr(base, t, 0, 6, eta_min=floor) for t in range(8)],
            "one_step_after_warmup": [m.warmup_cosine_lr(base, t, 4, 5, eta_min=floor) for t in range(7)],
            "far_beyond": m.warmup_cosine_lr(base, 1000, 3, 9, eta_min=floor),
        }

    agree(rates)


@check(points=3, hint="Make a table: value, best so far, bad epochs in a row, and compare it line by line.")
def test_patience(agree, generator):
    """answers, best, best_epoch and num_bad over five curves"""
    scale = power_of_two(generator)

    def curves(m):
        def told(values, patience):
            return trace(m, [scale * value for value in values], patience)

        return {
            "patience_2": told([1.0, 0.75, 0.875, 0.625, 0.75, 0.6875, 0.65625], 2),
            "patience_3": told([2.0, 1.0, 1.5, 1.25, 0.5, 0.75, 0.625, 0.375, 1.0, 1.0, 1.0, 1.0], 3),
            "slow_climb_back": told([1.0, 4.0, 3.0, 2.0, 1.5], 3),
            "patience_1": told([1.0, 0.5, 0.25, 0.375], 1),
            "negative_values": told([-1.0, -2.0, -1.5, -3.0, -2.5, -2.0], 2),
        }

    agree(curves)


@check(points=1.5, hint="A small step down: is it more than the smallest change that counts, and measured from where?")
def test_min_delta(agree, generator):
    """only improvements larger than min_delta count, measured from the best"""
    scale = power_of_two(generator)

    def curves(m):
        def told(values, patience, min_delta):
            return trace(m, [scale * value for value in values], patience, min_delta=scale * min_delta)

        return {
            "small_steps_down": told([1.0, 0.875, 0.75, 0.6875, 0.5625, 0.5, 0.375, 0.5], 4, 0.25),
            "slightly_worse": told([1.0, 1.0625, 1.125, 0.5, 0.5625, 0.4375, 0.4375], 3, 0.125),
            "too_slow": told([4.0, 3.75, 3.5], 2, 0.5),
        }

    agree(curves)


@check(points=1.5, hint="For accuracy, up is good. Look at the start value, the comparison and the threshold.")
def test_max_mode(agree, generator):
    """larger is better in mode max, with and without min_delta"""
    scale = power_of_two(generator)

    def curves(m):
        def told(values, patience, min_delta):
            return trace(m, [scale * v for v in values], patience, min_delta=scale * min_delta, mode="max")

        return {
            "rising": told([0.25, 0.375, 0.5, 0.625, 0.75], 2, 0.0),
            "up_and_down": told([0.5, 0.25, 0.625, 0.5, 0.75, 0.6875, 0.71875], 2, 0.0),
            "with_min_delta": told([0.25, 0.5, 0.5625, 0.625, 0.6875, 0.8125, 0.875], 4, 0.125),
            "negative_values": told([-8.0, -4.0, -6.0, -5.0], 2, 0.0),
        }

    agree(curves)


@check(points=1.5, hint="Is standing still progress? And what does a comparison with nan say?")
def test_nan_and_ties(agree, generator):
    """equal values and nan are no improvements"""
    scale = power_of_two(generator)

    def curves(m):
        def told(values, patience, **options):
            return trace(m, [scale * value for value in values], patience, **options)

        return {
            "ties": told([1.0, 1.0, 0.5, 0.5, 0.5], 2),
            "ties_in_mode_max": told([1.0, 1.0, 2.0, 2.0, 2.0], 2, mode="max"),
            "nan_first": told([NAN, 1.0, NAN, 0.5, NAN, NAN], 2),
            "nan_first_in_mode_max": told([NAN, 1.0, NAN, 2.0, NAN, NAN], 2, mode="max"),
            "nan_first_with_patience_1": told([NAN], 1),
            "only_nan": told([NAN, NAN, NAN], 3, min_delta=0.5),
        }

    agree(curves)


@check(points=0.75, hint="Which counts can't be negative or zero, and which words are modes?")
def test_bad_input(rejects):
    """counts below their limit, a negative min_delta and unknown modes are refused"""
    rejects(lambda m: m.step_lr(0.1, 3, 0))
    rejects(lambda m: m.step_lr(0.1, 3, -2))
    rejects(lambda m: m.step_lr(0.1, -1, 3))
    rejects(lambda m: m.cosine_lr(0.1, 2, 0))
    rejects(lambda m: m.cosine_lr(0.1, -1, 5))
    rejects(lambda m: m.warmup_cosine_lr(0.1, 1, -1, 5))
    rejects(lambda m: m.warmup_cosine_lr(0.1, 1, 5, 5))
    rejects(lambda m: m.warmup_cosine_lr(0.1, 1, 6, 5))
    rejects(lambda m: m.warmup_cosine_lr(0.1, -1, 2, 5))
    rejects(lambda m: m.warmup_cosine_lr(0.1, -1, 0, 5))
    rejects(lambda m: m.EarlyStopping(0).step(1.0))
    rejects(lambda m: m.EarlyStopping(-1).step(1.0))
    rejects(lambda m: m.EarlyStopping(2, min_delta=-0.5).step(1.0))
    rejects(lambda m: m.EarlyStopping(2, mode="best").step(1.0))
