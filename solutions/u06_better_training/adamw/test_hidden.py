"""Hidden checks of adamw."""

import torch

from grader.checks import check, close

NO_EPS = 1e-16  # where eps is not the subject: too small to be seen, so that a misplaced eps costs two checks, not all


def clear_of_zero(noise):
    """The same signs with magnitudes of at least a half: where eps must not matter, no gradient may be tiny."""
    return torch.where(noise < 0, noise - 0.5, noise + 0.5)


def run(m, start, steps, **settings):
    """Copies of `start` after one `step` for each list of gradients in `steps`, and the optimizer."""
    weights = [p.clone() for p in start]
    opt = m.AdamW(weights, **settings)
    for grads in steps:
        opt.step(grads)
    return weights, opt


def run_torch(optimizer, start, steps, **settings):
    """The same with an optimizer of torch: the weights alone."""
    twins = [p.clone().requires_grad_() for p in start]
    opt = optimizer(twins, **settings)
    for grads in steps:
        for p, g in zip(twins, grads):
            p.grad = g.clone()
        opt.step()
    return [p.detach() for p in twins]


@check(
    points=3.75,
    dtypes=("float64", "float32"),
    hint="Which comes first, the decay or the step of Adam, and what does the decay multiply?",
)
def test_forty_steps(agree, tensors, student):
    """forty steps with the default settings, and with decay 0.3 and a large eps, as torch.optim.AdamW takes them"""
    start = [tensors((3, 4)), tensors((5, 2)).t(), tensors((3,)), tensors(())]  # the second is not contiguous
    steps = [[tensors(p.shape) for p in start] for _ in range(40)]
    tiny = [[1e-8 * clear_of_zero(g) for g in grads] for grads in steps[:5]]  # so small that eps matters

    def forty(m):
        by_default, opt = run(m, start, steps, lr=0.05)
        strong, _ = run(m, start, steps, lr=0.05, eps=0.05, weight_decay=0.3)
        return {
            "weights with the default decay": by_default,
            "weights with decay 0.3": strong,
            "weights with the default eps": run(m, start, tiny, lr=0.05)[0],
            "lr by default": m.AdamW(by_default).lr,
            "exp_avg": opt.exp_avg,
            "exp_avg_sq": opt.exp_avg_sq,
            "t": opt.t,
        }

    agree(forty, steps=True)

    result = forty(student)
    by_default = run_torch(torch.optim.AdamW, start, steps, lr=0.05)
    strong = run_torch(torch.optim.AdamW, start, steps, lr=0.05, eps=0.05, weight_decay=0.3)
    for label, expected in (("weights with the default decay", by_default), ("weights with decay 0.3", strong)):
        close(result[label], expected, steps=True, what=f"the {label}")


@check(
    points=2.25,
    hint="Without a gradient every step multiplies the weight by the same factor: which two settings are in it?",
)
def test_pure_decay(agree, tensors, student):
    """with zero gradients the weights shrink by the same factor at every step"""
    start = tensors((3, 2))
    zeros = [[torch.zeros_like(start)]] * 5
    rates = (0.1, 0.05)

    def shrink(m):
        return {f"weights with lr={lr}": run(m, [start], zeros, lr=lr, weight_decay=0.5)[0] for lr in rates}

    agree(shrink, steps=True)
    result = shrink(student)
    for lr in rates:
        what = f"the weights after five zero gradients with lr={lr}"
        close(result[f"weights with lr={lr}"], [start * (1 - lr * 0.5) ** 5], steps=True, what=what)


@check(
    points=1.5,
    hint="Adam's step does not depend on the unit of the gradients; what does your decay depend on?",
)
def test_differs_from_adam_l2(agree, tensors, student):
    """gradients a hundred times larger end at the same weights: the decay does not depend on them"""
    start = tensors((4, 3))
    plain = [[clear_of_zero(tensors((4, 3)))] for _ in range(10)]
    large = [[100.0 * g] for (g,) in plain]

    def both_sizes(m):
        return {
            "gradients x 1": run(m, [start], plain, lr=0.05, eps=NO_EPS, weight_decay=0.3)[0],
            "gradients x 100": run(m, [start], large, lr=0.05, eps=NO_EPS, weight_decay=0.3)[0],
        }

    agree(both_sizes, steps=True)
    result = both_sizes(student)
    close(
        result["gradients x 100"],
        result["gradients x 1"],
        rtol=0,
        atol=1e-6,
        what="the weights with gradients a hundred times larger",
    )


@check(points=1.5, hint="Set the decay to zero: what is left must be Adam, with both corrections.")
def test_no_decay_equals_adam(agree, tensors, student):
    """without weight decay the steps are those of torch.optim.Adam"""
    start = tensors((3, 2), n=2)
    steps = [tensors((3, 2), n=2) for _ in range(12)]

    def undecayed(m):
        return {"weights": run(m, start, steps, lr=0.1, betas=(0.8, 0.95), eps=0.05, weight_decay=0.0)[0]}

    agree(undecayed, steps=True)
    expected = run_torch(torch.optim.Adam, start, steps, lr=0.1, betas=(0.8, 0.95), eps=0.05)
    weights = undecayed(student)["weights"]
    close(weights, expected, steps=True, what="the weights after twelve steps of torch.optim.Adam")


@check(
    points=1.5,
    dtypes=("float64", "float32"),
    hint="Only the gradient changes its sign with maximize; only the second average is touched by AMSGrad.",
)
def test_amsgrad_maximize(agree, tensors):
    """amsgrad with shrinking gradients, and maximize, which does not turn the decay around"""
    start = tensors((4, 2))
    steps = [[0.6**k * clear_of_zero(tensors((4, 2)))] for k in range(12)]

    def both_flags(m):
        largest, opt = run(m, [start], steps, lr=0.1, betas=(0.8, 0.9), eps=NO_EPS, amsgrad=True)
        upwards, _ = run(m, [start], steps, lr=0.1, betas=(0.5, 0.7), eps=NO_EPS, weight_decay=0.4, maximize=True)
        return {
            "weights with amsgrad": largest,
            "max_exp_avg_sq": opt.max_exp_avg_sq,
            "weights with maximize": upwards,
        }

    agree(both_flags, steps=True)


@check(points=1.5, hint="A parameter without a gradient is skipped before anything happens to it, the decay included.")
def test_none_gradient(agree, tensors):
    """a None gradient stops the decay, the averages and the step count of that parameter"""
    start = tensors((3,), n=3)
    grads = [tensors((3,), n=3) for _ in range(6)]
    has_gradient = [(1, 0, 0), (1, 1, 0), (0, 1, 0), (1, 0, 0), (0, 0, 0), (1, 1, 0)]
    steps = [[g if given else None for g, given in zip(row, pattern)] for row, pattern in zip(grads, has_gradient)]

    def with_gaps(m):
        weights, opt = run(m, start, steps, lr=0.1, eps=NO_EPS, weight_decay=0.4)
        return {"t": opt.t, "weights": weights, "exp_avg": opt.exp_avg, "exp_avg_sq": opt.exp_avg_sq}

    agree(with_gaps, steps=True)


@check(points=2.25, hint="Count axes, not names: which list does a vector belong to, whatever it is called?")
def test_groups(agree, tensors):
    """parameters with two or more axes decay, all others do not, in the order of the input"""
    block = [
        ("embed.bias_table", tensors((6, 4))),  # a name says nothing: this is a matrix
        ("norm.weight", tensors((4,))),
        ("conv.weight", tensors((2, 3, 3, 3))),
        ("conv.bias", tensors((2,))),
        ("temperature", tensors(())),
        ("row.weight", tensors((1, 4))),
        ("column.scale", tensors((4, 1))),
        ("one.weight", tensors((1,))),
        ("a.weight", tensors((2, 2, 2))),
    ]

    def groups(m):
        return {
            "all": m.decay_groups(block),
            "only vectors": m.decay_groups([pair for pair in block if pair[1].ndim == 1]),
            "nothing": m.decay_groups([]),
        }

    agree(groups)


@check(points=0.75, hint="Which settings have limits, is the limit itself allowed, and when is a list too short?")
def test_bad_input(agree, rejects, tensors):
    """settings outside their limits and a wrong number of gradients raise ValueError, and settings at a limit work"""
    p, q, g = tensors((3,), n=3)
    rejects(lambda m: m.AdamW([p], lr=-0.01))
    rejects(lambda m: m.AdamW([p], eps=-1e-8))
    rejects(lambda m: m.AdamW([p], weight_decay=-0.1))
    for betas in ((1.0, 0.999), (0.9, 1.0), (-0.1, 0.999), (0.9, -0.1), (1.5, 0.999), (0.9, 1.5)):
        rejects(lambda m, betas=betas: m.AdamW([p], betas=betas))
    rejects(lambda m: m.AdamW([p, q], lr=0.1).step([g]), unchanged=[p, q])
    rejects(lambda m: m.AdamW([p], lr=0.1).step([g, g]), unchanged=[p])

    def at_the_limits(m):
        return {
            "weights with lr=0": run(m, [p], [[g], [g]], lr=0.0)[0],
            "weights with betas=(0, 0)": run(m, [p], [[g], [g]], lr=0.1, betas=(0.0, 0.0), eps=NO_EPS)[0],
            "weights with eps=0": run(m, [p], [[clear_of_zero(g)]] * 2, lr=0.1, eps=0.0)[0],
        }

    agree(at_the_limits, steps=True)
