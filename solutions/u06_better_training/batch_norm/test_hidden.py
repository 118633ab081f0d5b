"""Hidden checks of batch_norm. The truth is torch's own layer, and autograd through it."""

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

C = 3


def draw(tensors):
    """gamma, beta, a running mean and a running variance for three channels; no gamma is near zero."""
    gamma, beta, mean, spread = tensors((C,), n=4)
    return gamma + 2 * gamma.sign(), beta, mean, 0.5 + spread.square()


def layer(m, state, dtype, device, **settings):
    """A layer of the student's with this gamma and beta."""
    bn = m.BatchNorm(C, dtype=dtype, device=device, **settings)
    bn.gamma, bn.beta = state[0], state[1]
    return bn


def statistics(bn):
    return {
        "running_mean": bn.running_mean,
        "running_var": bn.running_var,
        "num_batches_tracked": bn.num_batches_tracked,
        "training": bn.training,
    }


def gradients(bn, dout):
    return dict(zip(("dx", "dgamma", "dbeta"), bn.backward(dout)))


def true_gradients(x, state, dout, *, training, eps=1e-5):
    """What autograd finds through torch's function."""
    x, gamma, beta = (t.clone().requires_grad_() for t in (x, state[0], state[1]))
    y = F.batch_norm(x, state[2].clone(), state[3].clone(), gamma, beta, training=training, eps=eps)
    return dict(zip(("dx", "dgamma", "dbeta"), torch.autograd.grad((y * dout).sum(), (x, gamma, beta))))


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="Which numbers does a mean go over, which variance is under the root, and where is eps?",
)
def test_forward_train(agree, student, tensors, dtype, device):
    """outputs in training mode, for eps small and large"""
    state = draw(tensors)
    x = 2 * tensors((C, 8)).T + 1  # not contiguous

    def outputs(m):
        return {
            "output with the default settings": m.BatchNorm(C, dtype=dtype, device=device).forward(x),
            "output with gamma and beta": layer(m, state, dtype, device).forward(x),
            "output with eps=0.1": layer(m, state, dtype, device, eps=0.1).forward(x),
            "output for two rows": layer(m, state, dtype, device, eps=0.1).forward(x[:2]),
            "output for one channel": m.BatchNorm(1, dtype=dtype, device=device).forward(x[:, :1]),
        }

    agree(outputs)
    expected = F.batch_norm(x, None, None, state[0], state[1], training=True, eps=0.1)
    close(outputs(student)["output with eps=0.1"], expected, what="the output with eps=0.1")


@check(
    points=3,
    dtypes=("float64", "float32"),
    hint="How much of the old value stays, and is the remembered variance the one that you divided by?",
)
def test_running_statistics(agree, student, tensors, dtype, device):
    """running mean, running variance and count over batches of 6, 4 and 2 rows, and over images"""
    batches = [2 * tensors((n, C)) + 1 for n in (6, 4, 2)]
    images = [tensors((2, C, 4, 5)), tensors((1, C, 1, 2))]

    def memory(m, batches, **settings):
        bn = m.BatchNorm(C, dtype=dtype, device=device, **settings)
        seen = {"at first": statistics(bn) | {"gamma": bn.gamma, "beta": bn.beta}}
        for k, x in enumerate(batches, 1):
            bn.forward(x)
            seen[f"after batch {k}"] = statistics(bn)
        bn.backward(x)
        return seen | {"after going backward": statistics(bn)}

    def memories(m):
        found = {f"momentum={value}": memory(m, batches, momentum=value) for value in (0.4, 1.0, 0.0)}
        return {"default momentum": memory(m, batches), **found, "images": memory(m, images)}

    agree(memories)
    truth = torch.nn.BatchNorm1d(C, dtype=dtype)
    for x in batches:
        truth(x)
    after = memory(student, batches)["after batch 3"]
    close(after["running_mean"], truth.running_mean, what="running_mean after three batches")
    close(after["running_var"], truth.running_var, what="running_var after three batches")


@check(points=2, dtypes=("float64", "float32"), hint="Measuring looks at the memory and leaves no trace in it.")
def test_forward_eval(agree, tensors, dtype, device):
    """outputs in evaluation mode, with the memory unchanged, and the switches of the mode"""
    state = draw(tensors)
    x, y = tensors((5, C), n=2)

    def evaluate(m):
        bn = layer(m, state, dtype, device, eps=0.1)
        seen = {"before any training": bn.eval().forward(x), "memory of a new layer": statistics(bn)}
        bn.running_mean, bn.running_var = state[2], state[3]
        seen["output"] = bn.forward(x)
        seen["output for a single row"] = bn.forward(x[:1])
        seen["output for images"] = bn.forward(x[:4, :, None, None].expand(4, C, 2, 3))
        seen["memory after evaluating"] = statistics(bn)
        modes = [bn.training, bn.train().training, bn.train(False).training, bn.train(True).training]
        bn.training = False
        seen["output in assigned evaluation mode"] = bn.forward(y)
        return seen | {"modes after eval, train, train(False), train(True)": modes}

    agree(evaluate)


@check(
    points=2,
    dtypes=("float64", "float32"),
    hint="A channel of an image batch has one mean: over which axes?",
)
def test_images(agree, student, tensors, dtype, device):
    """images, sequences and a constant channel: outputs and gradients"""
    state = draw(tensors)
    x, dout = tensors((2, C, 4, 5), n=2)
    series, d_series = tensors((4, C, 3), n=2)
    flat = tensors((2, C, 2, 2))
    flat[:, 1] = 0.5  # one channel is constant: its output is beta

    def pictures(m):
        bn = layer(m, state, dtype, device)
        seen = {"output for images": bn.forward(x)}
        seen |= {f"{name} for images": value for name, value in gradients(bn, dout).items()}
        seen |= {"output for sequences": bn.forward(series)}
        seen |= {f"{name} for sequences": value for name, value in gradients(bn, d_series).items()}
        seen |= {"output with a constant channel": bn.forward(flat)}
        seen |= {"output for a single image": bn.forward(x[:1])}
        return seen

    agree(pictures)
    seen = pictures(student)
    expected = F.batch_norm(x, None, None, state[0], state[1], training=True)
    close(seen["output for images"], expected, what="the output for images")
    constant = seen["output with a constant channel"][:, 1]
    close(constant, state[1][1].expand_as(constant), what="the output of a constant channel")


@check(
    points=5,
    dtypes=("float64", "float32"),
    hint="Move one x a little: its own output moves, and which others?",
)
def test_backward_train(agree, student, tensors, dtype, device):
    """dx in training mode, as autograd finds it"""
    state = draw(tensors)
    x, other = 2 * tensors((C, 6)).T + 1, tensors((4, C))
    dout, d_other = tensors((C, 6)).T, tensors((4, C))

    def back(m):
        bn = layer(m, state, dtype, device)
        bn.forward(other)
        bn.forward(x)
        seen = {"dx": bn.backward(dout)[0], "dx, asked again": bn.backward(dout)[0]}
        bn.forward(other)
        seen["dx of another batch"] = bn.backward(d_other)[0]
        bn.eval()
        seen["dx after switching to evaluation mode"] = bn.backward(d_other)[0]
        large = layer(m, state, dtype, device, eps=0.1)
        large.forward(x)
        seen["dx with eps=0.1"] = large.backward(dout)[0]
        return seen

    agree(back)
    seen = back(student)
    close(seen["dx"], true_gradients(x, state, dout, training=True)["dx"], what="dx")
    large = true_gradients(x, state, dout, training=True, eps=0.1)["dx"]
    close(seen["dx with eps=0.1"], large, what="dx with eps=0.1")


@check(
    points=2,
    dtypes=("float64", "float32"),
    hint="In evaluation mode the statistics are constants: what is left of the formula?",
)
def test_backward_eval(agree, student, tensors, dtype, device):
    """all gradients in evaluation mode, as autograd finds them"""
    state = draw(tensors)
    x, dout = tensors((5, C), n=2)

    def back(m):
        bn = layer(m, state, dtype, device, eps=0.1)
        bn.running_mean, bn.running_var = state[2], state[3]
        bn.eval()
        bn.forward(x)
        return gradients(bn, dout) | {"memory after going backward": statistics(bn)}

    agree(back)
    found = back(student)
    for name, expected in true_gradients(x, state, dout, training=False, eps=0.1).items():
        close(found[name], expected, what=name)


@check(
    points=2,
    dtypes=("float64", "float32"),
    hint="gamma multiplies the normalised numbers of its whole channel, beta is added to all of them.",
)
def test_gamma_beta_grads(agree, student, tensors, dtype, device):
    """dgamma and dbeta in training mode, as autograd finds them"""
    state = draw(tensors)
    x, dout = 2 * tensors((6, C)) + 1, tensors((6, C))

    def back(m):
        bn = layer(m, state, dtype, device, eps=0.1)
        bn.forward(x)
        found = gradients(bn, dout)
        return {"dgamma": found["dgamma"], "dbeta": found["dbeta"]}

    agree(back)
    found = back(student)
    expected = true_gradients(x, state, dout, training=True, eps=0.1)
    close(found["dgamma"], expected["dgamma"], what="dgamma")
    close(found["dbeta"], expected["dbeta"], what="dbeta")


@check(points=1, hint="Look at the shape before you change anything; which inputs have no variance?")
def test_bad_input(agree, rejects, student, tensors, dtype, device):
    """wrong shapes and single numbers raise ValueError and leave the memory alone"""
    for count in (0, -1):
        rejects(lambda m, count=count: m.BatchNorm(count), what=f"num_features={count}")
    wrong = {
        "too many channels": tensors((4, C + 1)),
        "too few channels": tensors((4, C - 1)),
        "channels at the end": tensors((2, 4, 4, C)),
        "a single axis": tensors((C,)),
    }
    single = {"one row": tensors((1, C)), "one pixel of one image": tensors((1, C, 1, 1))}

    def forward(m, x, training):
        return m.BatchNorm(C, dtype=dtype, device=device).train(training).forward(x)

    for what, x in wrong.items():
        rejects(lambda m, x=x: forward(m, x, True), unchanged=[x], what=what)
        rejects(lambda m, x=x: forward(m, x, False), unchanged=[x], what=f"{what}, in evaluation mode")
    bn = student.BatchNorm(C, dtype=dtype, device=device)
    for what, x in single.items():
        rejects(lambda m, x=x: bn.forward(x), unchanged=[x], what=f"{what}, in training mode")
    ensure(
        bn.num_batches_tracked == 0,
        "A batch that was refused has been counted in num_batches_tracked. Refuse it before you change anything.",
    )
    agree(lambda m: {what: forward(m, x, False) for what, x in single.items()})
