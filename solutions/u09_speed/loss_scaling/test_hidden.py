"""Hidden checks of loss_scaling."""

import torch

from grader.checks import check, close

INF, NAN = float("inf"), float("nan")


def with_entry(gradient, value):
    """A copy whose last entry is this value."""
    copy = gradient.clone()
    copy.view(-1)[-1] = value
    return copy


@check(
    points=1.5,
    dtypes=("float64", "float32"),
    hint="Who needs the graph behind the loss, and which scale is the present one?",
)
def test_scales_loss(agree, tensors):
    """a scaled loss whose gradient is scaled as well, before and after the scale has changed"""
    w, x = tensors((3,)), tensors((5, 3))

    def losses(m):
        scaler = m.DynamicLossScaler(1024.0)
        first = m.kit.gradient_through(scaler, w, x)
        scaler.update(True)
        return {"at first": first, "after a bad step": m.kit.gradient_through(scaler, w, x)}

    agree(losses)


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="Print a gradient before and after the call: whose tensor is it, and by which factor has it changed?",
)
def test_unscales(agree, tensors):
    """gradients of several shapes divided in place, with a None in the middle"""
    start = [tensors((4, 3)), None, tensors((3, 5)).t(), tensors(())]  # the third is not contiguous

    def unscaled(m):
        seen = {}
        for scale in (3.0, 65536.0, 0.25):
            scaler = m.DynamicLossScaler(scale)
            grads = [None if g is None else g.clone() for g in start]
            found = scaler.unscale_(grads)
            real = [g for g in grads if g is not None]
            seen[f"scale {scale}"] = {"found bad": found, "gradients": real, "scale afterwards": scaler.scale}
        scaler = m.DynamicLossScaler(6.0)
        scaler.update(True)
        again = [start[0].clone()]
        seen["scale 6 after a bad step"] = {"found bad": scaler.unscale_(again), "gradients": again}
        seen["only None"] = scaler.unscale_([None, None])
        return seen

    agree(unscaled)


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="Which values are no finite numbers? And do all gradients get divided, whatever was found before?",
)
def test_detects_bad(agree, tensors, dtype):
    """inf, -inf and nan, each alone in the first, second or last gradient, and numbers that are only large"""
    start = tensors((2, 3), n=3)
    big = 0.75 * torch.finfo(dtype).max

    def found(m):
        seen = {}
        for name, value in (("inf", INF), ("-inf", -INF), ("nan", NAN)):
            for place in range(3):
                grads = [with_entry(g, value) if i == place else g.clone() for i, g in enumerate(start)]
                grads.insert(1, None)
                bad = m.DynamicLossScaler(8.0).unscale_(grads)
                label = f"{name} in gradient {place}"
                seen[label] = {"found bad": bad, "gradients": [g for g in grads if g is not None]}
        large = [start[0].new_tensor([big, big, -big]), start[0].new_tensor([big])]
        seen["large but finite"] = {"found bad": m.DynamicLossScaler(1.0).unscale_(large), "gradients": large}
        return seen

    agree(found)


@check(points=2.25, hint="What does one infinite entry do to the weights, and to all that come after?")
def test_skips_bad_steps(agree, tensors):
    """good and bad steps in turn: weights, answers, scale, and how often apply was called"""
    start = tensors((3,), n=3)
    rows = [tensors((3,), n=3) for _ in range(5)]
    rows[1][0] = with_entry(rows[1][0], INF)
    rows[2][2] = with_entry(rows[2][2], NAN)
    rows[4][2] = with_entry(rows[4][2], -INF)

    def five_steps(m):
        weights = [p.clone() for p in start]
        scaler, apply = m.DynamicLossScaler(8.0, growth_interval=2), m.kit.PlainStep(0.3)
        seen = {}
        for k, row in enumerate(rows):
            grads = [row[0].clone(), None, row[2].clone()]
            applied = scaler.step(weights, grads, apply)
            seen[f"step {k}"] = {
                "applied": applied,
                "weights": [p.clone() for p in weights],
                "calls of apply": apply.calls,
                "gradients": [grads[0], grads[2]],
                "scale": scaler.scale,
                "tracker": scaler.tracker,
            }
        return seen

    agree(five_steps)


@check(points=3, hint="Make a table: good or bad, scale, tracker. What happens in the step right after a growth?")
def test_scale_history(agree, student):
    """scale and tracker over eleven updates, as GradScaler's rule has them"""
    flags = (False, False, False, True, False, False, True, False, False, False, False)

    def history(m, scale, up, down, interval):
        scaler = m.DynamicLossScaler(scale, up, down, interval)
        seen = [[scaler.scale, scaler.tracker]]
        for bad in flags:
            scaler.update(bad)
            seen.append([scaler.scale, scaler.tracker])
        return seen

    settings = {"interval 3": (8.0, 2.0, 0.5, 3), "interval 1": (8.0, 2.0, 0.5, 1), "others": (10.0, 1.5, 0.25, 2)}
    agree(lambda m: {label: history(m, *values) for label, values in settings.items()})

    scale, tracker = torch.tensor(8.0), torch.tensor(0, dtype=torch.int32)
    truth = [[scale.item(), tracker.item()]]
    for bad in flags:
        torch._amp_update_scale_(scale, tracker, torch.tensor(float(bad)), 2.0, 0.5, 3)
        truth.append([scale.item(), tracker.item()])
    close(history(student, 8.0, 2.0, 0.5, 3), truth, what="scale and tracker of GradScaler")

    defaults = student.DynamicLossScaler()
    for bad in (False, True, False):
        defaults.update(bad)
    close([defaults.scale, defaults.tracker], [32768.0, 1], what="scale and tracker with the default settings")
    patient = student.DynamicLossScaler()
    found = [student.kit.good_updates(patient, count) for count in (1999, 1)]
    close(found, [[65536.0, 1999], [131072.0, 0]], what="scale and tracker after 1999 and after 2000 good updates")


@check(
    points=2.25,
    dtypes=("float64", "float32"),
    hint="Which entries can be lost at all, and at what moment are they?",
)
def test_underflow(agree, tensors, generator, dtype):
    """the share of small, large and zero entries that float16 loses, with several scales"""
    exponents = torch.randint(-34, 9, (6, 5), generator=generator)
    exponents.view(-1)[:4] = torch.tensor([-34, -26, -25, 8])  # lost, just lost, just alive, infinite when scaled
    signs = torch.where(tensors((6, 5)) < 0, -1.0, 1.0).to(dtype)
    g = 1.25 * signs * 2.0 ** exponents.to(dtype)
    g[3:5] = 0.0

    def fractions(m):
        seen = {f"scale {scale}": m.underflow_fraction(g, scale=scale) for scale in (64.0, 1024.0, 0.5)}
        seen["no scale"] = m.underflow_fraction(g)
        seen["nothing but zeros"] = m.underflow_fraction(torch.zeros_like(g))
        seen["nothing lost"] = m.underflow_fraction(torch.ones_like(g))
        seen["a single number"] = m.underflow_fraction(g[0, 0])
        return seen

    agree(fractions)


@check(points=0.75, hint="Which settings make no sense, and which are only unusual?")
def test_bad_input(agree, rejects, tensors):
    """settings outside their limits and lists of different length raise ValueError, and unusual settings work"""
    p, q, g = tensors((3,), n=3)
    for scale in (0.0, -8.0):
        rejects(lambda m, s=scale: m.DynamicLossScaler(s), what=f"init_scale={scale}")
    for factor in (1.0, 0.5, -2.0):
        rejects(lambda m, f=factor: m.DynamicLossScaler(growth_factor=f), what=f"growth_factor={factor}")
    for factor in (0.0, 1.0, -0.5, 1.5):
        rejects(lambda m, f=factor: m.DynamicLossScaler(backoff_factor=f), what=f"backoff_factor={factor}")
    for interval in (0, -3):
        rejects(lambda m, n=interval: m.DynamicLossScaler(growth_interval=n), what=f"growth_interval={interval}")
    for params, grads in (([p, q], [g]), ([p], [g, None])):
        rejects(
            lambda m, params=params, grads=grads: m.DynamicLossScaler(8.0).step(params, grads, m.kit.PlainStep()),
            unchanged=[p, q, g],
            what=f"{len(grads)} gradients for {len(params)} parameters",
        )

    def unusual(m):
        seen = []
        for settings in ((0.5, 1.25, 0.75, 1), (0.125, 100.0, 0.01, 2)):
            scaler = m.DynamicLossScaler(*settings)
            for bad in (False, False, True, False):
                scaler.update(bad)
                seen.append([scaler.scale, scaler.tracker])
        return {"scale and tracker": seen}

    agree(unusual)
