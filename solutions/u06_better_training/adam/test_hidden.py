"""Hidden checks of adam."""

import torch

from grader.checks import check, close

NO_EPS = 1e-16  # where eps is not the subject: too small to be seen, so that a misplaced eps costs the check about it


def clear_of_zero(noise):
    """The same signs with magnitudes of at least a half: where eps must not matter, no gradient may be tiny."""
    return torch.where(noise < 0, noise - 0.5, noise + 0.5)


def run(m, start, steps, **settings):
    """Copies of `start` after one `step` for each list of gradients in `steps`, and the optimizer."""
    weights = [p.clone() for p in start]
    opt = m.Adam(weights, **settings)
    for grads in steps:
        opt.step(grads)
    return weights, opt


@check(
    points=1.5,
    dtypes=("float64", "float32"),
    hint="At the very first step the corrected averages are the gradient and its square: how long is the step then?",
)
def test_first_step_size(agree, tensors, student):
    """the first step is about the learning rate in every entry, and nothing moves where the gradient is zero"""
    start, gradient = tensors((4, 3)), clear_of_zero(tensors((4, 3)))
    gradient[1] = 0.0

    def first_steps(m):
        scales = (1e-3, 1.0, 1e3)
        return {f"gradients x {scale}": run(m, [start], [[scale * gradient]], lr=0.05)[0] for scale in scales}

    agree(first_steps)
    for label, weights in first_steps(student).items():
        close(weights, [start - 0.05 * gradient.sign()], rtol=0, atol=2e-5, what=f"the weights after one step, {label}")


@check(
    points=3.0,
    dtypes=("float64", "float32"),
    hint="Take three steps by hand: how do your averages look before and after the correction?",
)
def test_forty_steps(agree, tensors, student):
    """forty steps on parameters of several shapes, as torch.optim.Adam takes them"""
    start = [tensors((3, 4)), tensors((5, 2)).t(), tensors((3,)), tensors(())]  # the second is not contiguous
    steps = [[tensors(p.shape) for p in start] for _ in range(40)]

    def forty(m):
        return {"weights": run(m, start, steps, lr=0.05, eps=NO_EPS)[0]}

    agree(forty, steps=True)

    twins = [p.clone().requires_grad_() for p in start]
    truth = torch.optim.Adam(twins, lr=0.05, eps=NO_EPS)
    for grads in steps:
        for p, g in zip(twins, grads):
            p.grad = g.clone()
        truth.step()
    expected = [p.detach() for p in twins]
    close(forty(student)["weights"], expected, steps=True, what="the weights after forty steps of torch.optim.Adam")


@check(
    points=1.5,
    hint="Multiply every gradient by a thousand: which factor do the two averages get, and what is left in the step?",
)
def test_bias_correction_shows(agree, tensors, student):
    """gradients of size 0.001, 1 and 1000 give the same first three steps"""
    start = tensors((3, 3))
    steps = [[clear_of_zero(tensors((3, 3)))] for _ in range(3)]

    def three_scales(m):
        paths = {}
        for scale in (1e-3, 1.0, 1e3):
            weights = [start.clone()]
            opt = m.Adam(weights, lr=0.1, eps=NO_EPS)
            path = []
            for (g,) in steps:
                opt.step([scale * g])
                path.append(weights[0].clone())
            paths[f"gradients x {scale}"] = path
        return paths

    agree(three_scales, steps=True)
    small, plain, large = three_scales(student).values()
    close(small, plain, steps=True, what="the path with gradients a thousand times smaller")
    close(large, plain, steps=True, what="the path with gradients a thousand times larger")


@check(points=1.5, hint="Correct first, then the root, then the small number: in which order do yours come?")
def test_eps_placement(agree, tensors):
    """a large eps of 0.05 shows where it is added"""
    start = tensors((4,), n=2)
    steps = [tensors((4,), n=2, scale=0.3) for _ in range(8)]
    agree(lambda m: {"weights": run(m, start, steps, lr=0.1, eps=0.05)[0]}, steps=True)


@check(points=1.5, hint="Decay is part of the gradient here: who must see it, and does maximize turn it around?")
def test_l2_decay(agree, tensors):
    """weight decay joins the gradient before the averages, also when maximizing"""
    start = tensors((3, 2), n=2)
    steps = [tensors((3, 2), n=2) for _ in range(10)]

    def both_directions(m):
        down, opt_down = run(m, start, steps, lr=0.05, eps=NO_EPS, weight_decay=0.3)
        up, opt_up = run(m, start, steps, lr=0.05, eps=NO_EPS, weight_decay=0.3, maximize=True)
        return {
            "weights": down,
            "exp_avg": opt_down.exp_avg,
            "weights with maximize": up,
            "exp_avg with maximize": opt_up.exp_avg,
        }

    agree(both_directions, steps=True)


@check(
    points=1.5,
    dtypes=("float64", "float32"),
    hint="With this flag the denominator may never shrink; the maximum is taken before the correction.",
)
def test_amsgrad(agree, tensors):
    """amsgrad with shrinking gradients keeps the largest uncorrected average"""
    start = tensors((4, 2))
    steps = [[0.6**k * clear_of_zero(tensors((4, 2)))] for k in range(12)]

    def with_amsgrad(m):
        weights, opt = run(m, [start], steps, lr=0.1, betas=(0.8, 0.9), eps=NO_EPS, amsgrad=True)
        return {"weights": weights, "exp_avg_sq": opt.exp_avg_sq, "max_exp_avg_sq": opt.max_exp_avg_sq}

    agree(with_amsgrad, steps=True)


@check(points=1.5, hint="Two parameters need not be at the same t: what happens to each of them on a None?")
def test_per_parameter_clock(agree, tensors):
    """a None gradient leaves the parameter, its averages and its step count alone"""
    start = tensors((3,), n=3)
    grads = [tensors((3,), n=3) for _ in range(7)]
    has_gradient = [(1, 0, 0), (1, 1, 0), (0, 1, 0), (1, 0, 0), (0, 0, 0), (1, 1, 0), (1, 1, 0)]
    steps = [[g if given else None for g, given in zip(row, pattern)] for row, pattern in zip(grads, has_gradient)]

    def with_gaps(m):
        weights, opt = run(m, start, steps, lr=0.1, eps=NO_EPS, weight_decay=0.2)
        return {"t": opt.t, "weights": weights, "exp_avg": opt.exp_avg, "exp_avg_sq": opt.exp_avg_sq}

    agree(with_gaps, steps=True)


@check(points=1.5, hint="Read the list of attributes once more: names, types, and what they hold at first.")
def test_state_attributes(agree, tensors):
    """lr, exp_avg, exp_avg_sq, max_exp_avg_sq and t before the first step and after every step"""
    start = [tensors((2, 3)), tensors((4,))]
    steps = [[tensors((2, 3)), tensors((4,))] for _ in range(3)]

    def state(m):
        weights = [p.clone() for p in start]
        opt = m.Adam(weights, lr=0.02, betas=(0.7, 0.95))
        first = {
            "lr": opt.lr,
            "exp_avg": opt.exp_avg,
            "exp_avg_sq": opt.exp_avg_sq,
            "max_exp_avg_sq": opt.max_exp_avg_sq,
            "t": opt.t,
        }
        later = {}
        for k, grads in enumerate(steps, 1):
            opt.step(grads)
            later[f"after step {k}"] = {"exp_avg": opt.exp_avg, "exp_avg_sq": opt.exp_avg_sq, "t": opt.t}
        return {"at first": first, **later, "lr by default": m.Adam(weights).lr}

    agree(state, steps=True)


@check(points=0.75, hint="Does a step use the learning rate as it is now, or as it was when the optimizer was made?")
def test_live_learning_rate(agree, tensors):
    """the learning rate changed in mid-run counts from the next step on"""
    start = tensors((3, 2))
    grads = tensors((3, 2), n=12)

    def halved(m):
        weights = [start.clone()]
        opt = m.Adam(weights, lr=0.1, eps=NO_EPS)
        for k, g in enumerate(grads):
            if k == 6:
                opt.lr = 0.05
            opt.step([g])
        return {"weights": weights, "lr": opt.lr}

    agree(halved, steps=True)


@check(points=0.75, hint="Which settings have limits, is the limit itself allowed, and when is a list too short?")
def test_bad_input(agree, rejects, tensors):
    """settings outside their limits and a wrong number of gradients raise ValueError, and settings at a limit work"""
    p, q, g = tensors((3,), n=3)
    rejects(lambda m: m.Adam([p], lr=-0.01))
    rejects(lambda m: m.Adam([p], eps=-1e-8))
    rejects(lambda m: m.Adam([p], weight_decay=-0.1))
    for betas in ((1.0, 0.999), (0.9, 1.0), (-0.1, 0.999), (0.9, -0.1), (1.5, 0.999), (0.9, 1.5)):
        rejects(lambda m, betas=betas: m.Adam([p], betas=betas))
    rejects(lambda m: m.Adam([p, q], lr=0.1).step([g]), unchanged=[p, q])
    rejects(lambda m: m.Adam([p], lr=0.1).step([g, g]), unchanged=[p])

    def at_the_limits(m):
        return {
            "weights with lr=0": run(m, [p], [[g], [g]], lr=0.0)[0],
            "weights with betas=(0, 0)": run(m, [p], [[g], [g]], lr=0.1, betas=(0.0, 0.0), eps=NO_EPS)[0],
            "weights with eps=0": run(m, [p], [[clear_of_zero(g)]] * 2, lr=0.1, eps=0.0)[0],
        }

    agree(at_the_limits, steps=True)
