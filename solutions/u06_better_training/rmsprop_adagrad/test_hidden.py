"""Hidden checks of rmsprop_adagrad."""

from grader.checks import check

BOTH = ("float64", "float32")


class Draw:
    """Starting weights and a gradient for each of them in each step: a matrix, a transposed matrix, and a vector.

    The vector's last coordinate has the gradient zero throughout.
    """

    def __init__(self, tensors, steps, scale=1.0):
        self.start = [tensors((3, 2)), tensors((4, 3)).T, tensors((5,))]
        self.grads = [[tensors(p.shape, scale=scale) for p in self.start] for _ in range(steps)]
        for step in self.grads:
            step[2][-1] = 0.0

    def params(self):
        return [p.clone() for p in self.start]


def run(opt, params, grads, new_lr=None):
    """Take all steps (`new_lr` from the middle on); the weights after the first, second, middle and last of them."""
    middle = len(grads) // 2
    seen = {}
    for k, step in enumerate(grads, start=1):
        if new_lr is not None and k == middle + 1:
            opt.lr = new_lr
        opt.step(list(step))
        if k in (1, 2, middle, len(grads)):
            seen[f"weights after step {k}"] = [p.clone() for p in params]
    return seen


@check(
    points=3,
    hint="Add the squared gradient to the sum first, then divide the gradient by the root of the sum.",
    dtypes=BOTH,
)
def test_adagrad_steps(agree, tensors):
    """forty Adagrad steps on three tensors"""
    draw = Draw(tensors, 40)

    def forty_steps(m):
        params = draw.params()
        return run(m.Adagrad(params, lr=0.1), params, draw.grads)

    def default_settings(m):
        params = draw.params()
        return run(m.Adagrad(params), params, draw.grads[:4])

    def tiny_gradients(m):
        params = draw.params()
        tiny = [[1e-10 * g for g in step] for step in draw.grads[:4]]  # as small as the default eps
        return {"with tiny gradients": run(m.Adagrad(params), params, tiny)}

    agree(forty_steps, steps=True)
    agree(default_settings, steps=True)
    agree(tiny_gradients, steps=True)


@check(points=2.25, hint="Try one option at a time: which of them changes the first step, and how?")
def test_adagrad_options(agree, tensors):
    """Adagrad with lr_decay, weight decay, a start value, a new rate in mid-run"""
    draw = Draw(tensors, 12)
    settings = {
        "lr_decay 0.3": dict(lr_decay=0.3),
        "weight_decay 0.2": dict(weight_decay=0.2),
        "initial_accumulator_value 0.5": dict(initial_accumulator_value=0.5),
        "all three": dict(lr_decay=0.05, weight_decay=0.1, initial_accumulator_value=0.2),
    }

    for name, options in settings.items():

        def twelve_steps(m, options=options):
            params = draw.params()
            opt = m.Adagrad(params, lr=0.1, **options)
            return run(opt, params, draw.grads)

        agree(lambda m, name=name, twelve_steps=twelve_steps: {name: twelve_steps(m)}, steps=True)

    def new_rate(m):
        params = draw.params()
        opt = m.Adagrad(params, lr=0.1, lr_decay=0.1)
        return {"lr 0.5 from the middle on": run(opt, params, draw.grads, new_lr=0.5)}

    agree(new_rate, steps=True)


@check(
    points=3,
    hint="With alpha near one the average moves slowly; it keeps alpha of its old value in each step.",
    dtypes=BOTH,
)
def test_rmsprop_steps(agree, tensors):
    """forty RMSprop steps on three tensors, with and without weight decay"""
    draw = Draw(tensors, 40)

    def forty_steps(m):
        params = draw.params()
        return run(m.RMSprop(params, lr=0.02, alpha=0.9), params, draw.grads)

    def with_decay(m):
        params = draw.params()
        return {"weight_decay 0.2": run(m.RMSprop(params, weight_decay=0.2), params, draw.grads[:20])}

    agree(forty_steps, steps=True)
    agree(with_decay, steps=True)


@check(
    points=1.5, hint="Centring turns the mean square into a variance: what has to be subtracted from it?", dtypes=BOTH
)
def test_rmsprop_centered(agree, tensors):
    """twenty centred RMSprop steps"""
    draw = Draw(tensors, 20)

    def twenty_steps(m):
        params = draw.params()
        return run(m.RMSprop(params, lr=0.02, alpha=0.9, centered=True), params, draw.grads)

    agree(twenty_steps, steps=True)


@check(
    points=1.5, hint="The buffer collects directions without the learning rate; the present rate multiplies the buffer."
)
def test_rmsprop_momentum(agree, tensors):
    """RMSprop with momentum, also with decay, centred, and a new rate in mid-run"""
    draw = Draw(tensors, 20)

    def plain(m):
        params = draw.params()
        return {"momentum 0.8": run(m.RMSprop(params, lr=0.02, momentum=0.8), params, draw.grads)}

    def everything(m):
        params = draw.params()
        opt = m.RMSprop(params, lr=0.02, alpha=0.9, momentum=0.5, weight_decay=0.2, centered=True)
        return {"momentum 0.5, centred, weight_decay 0.2": run(opt, params, draw.grads)}

    def new_rate(m):
        params = draw.params()
        opt = m.RMSprop(params, lr=0.02, momentum=0.8)
        return {"lr 0.005 from the middle on": run(opt, params, draw.grads, new_lr=0.005)}

    agree(plain, steps=True)
    agree(everything, steps=True)
    agree(new_rate, steps=True)


@check(points=1.5, hint="The small number joins the root, not what stands under it.")
def test_eps_placement(agree, tensors):
    """small gradients and eps 0.05 in both optimizers"""
    draw = Draw(tensors, 6, scale=0.1)

    def adagrad(m):
        params = draw.params()
        return {"Adagrad": run(m.Adagrad(params, lr=0.1, eps=0.05), params, draw.grads)}

    def rmsprop(m):
        params = draw.params()
        return {"RMSprop": run(m.RMSprop(params, lr=0.1, alpha=0.8, eps=0.05), params, draw.grads)}

    def centered(m):
        params = draw.params()
        opt = m.RMSprop(params, lr=0.1, alpha=0.8, eps=0.05, centered=True)
        return {"RMSprop, centred": run(opt, params, draw.grads)}

    agree(adagrad, steps=True)
    agree(rmsprop, steps=True)
    agree(centered, steps=True)


@check(
    points=1.5,
    hint="A parameter without gradient takes no part in the step: its weight, its state and its count stay.",
)
def test_state_and_none(agree, tensors):
    """the attributes, skipped gradients, gradients left as they were"""
    draw = Draw(tensors, 6)
    for step, skipped in zip(draw.grads, (None, 0, 1, 1, 2, None)):
        if skipped is not None:
            step[skipped] = None

    def adagrad(m):
        params = draw.params()
        opt = m.Adagrad(params, lr=0.1, weight_decay=0.3, initial_accumulator_value=0.2)
        fresh = {"lr": opt.lr, "sum at first": opt.sum, "t at first": opt.t}
        seen = run(opt, params, draw.grads)
        return {**fresh, **seen, "sum": opt.sum, "t": opt.t, "gradients": given(draw)}

    def rmsprop(m):
        params = draw.params()
        opt = m.RMSprop(params, lr=0.1, alpha=0.7, weight_decay=0.3, momentum=0.6, centered=True)
        fresh = {
            "lr": opt.lr,
            "square_avg at first": opt.square_avg,
            "grad_avg at first": opt.grad_avg,
            "buf at first": opt.buf,
        }
        seen = run(opt, params, draw.grads)
        state = {"square_avg": opt.square_avg, "grad_avg": opt.grad_avg, "buf": opt.buf}
        return {**fresh, **seen, **state, "gradients": given(draw)}

    agree(adagrad, steps=True)
    agree(rmsprop, steps=True)


def given(draw):
    """The gradients as they are after the run."""
    return [g.clone() for step in draw.grads for g in step if g is not None]


@check(
    points=0.75, hint="Every hyperparameter is zero or more, and each parameter has its entry in the list of gradients."
)
def test_bad_input(rejects, tensors):
    """negative hyperparameters and lists of the wrong length"""
    weights, extra, gradient = tensors((3, 2)), tensors((4,)), tensors((3, 2))

    for name in ("lr", "lr_decay", "weight_decay", "initial_accumulator_value", "eps"):
        rejects(lambda m, name=name: m.Adagrad([weights], **{name: -0.1}).step([gradient]), unchanged=[weights])
    for name in ("lr", "alpha", "eps", "weight_decay", "momentum"):
        rejects(lambda m, name=name: m.RMSprop([weights], **{name: -0.1}).step([gradient]), unchanged=[weights])

    rejects(lambda m: m.Adagrad([weights, extra]).step([gradient]), unchanged=[weights, extra])
    rejects(lambda m: m.Adagrad([weights]).step([gradient, None]), unchanged=[weights])
    rejects(lambda m: m.RMSprop([weights, extra]).step([gradient]), unchanged=[weights, extra])
    rejects(lambda m: m.RMSprop([weights]).step([gradient, None]), unchanged=[weights])
