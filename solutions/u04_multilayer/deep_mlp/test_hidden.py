"""Hidden checks of deep_mlp. The truth is autograd, run here in float64 on the plain formulas."""

import math

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure, shares_memory

BOTH = ("float64", "float32")
ACTIVATIONS = ("relu", "tanh")
NETWORKS = {
    "1 layer": [3, 4],
    "3 layers": [3, 5, 4, 2],
    "layers of one unit": [2, 1, 1, 3],
    "6 layers of width 8": [8] * 7,
}


def network(tensors, sizes):
    """Layers whose outputs keep about the size of their inputs."""
    return [(tensors((m, d), scale=math.sqrt(1.5 / d)), tensors((m,), scale=0.5)) for d, m in zip(sizes, sizes[1:])]


def double(layers, requires_grad=False):
    """The same layers in float64, as leaves if there is something to differentiate."""
    return [tuple(p.double().detach().clone().requires_grad_(requires_grad) for p in pair) for pair in layers]


def scores_of(X, layers, activation):
    for W, b in layers[:-1]:
        X = getattr(torch, activation)(F.linear(X, W, b))
    return F.linear(X, *layers[-1])


def backward_by_autograd(X, layers, activation, dout):
    """(dX, gradients in pairs), as torch finds them."""
    x, leaves = X.double().clone().requires_grad_(), double(layers, requires_grad=True)
    flat = [p for pair in leaves for p in pair]
    # The sum has the gradient dout towards the scores (grad_outputs would say the same, and import half of sympy).
    dX, *found = torch.autograd.grad((scores_of(x, leaves, activation) * dout.double()).sum(), [x, *flat])
    found = [g.to(X.dtype) for g in found]
    return dX.to(X.dtype), list(zip(found[::2], found[1::2]))


def train_by_autograd(X, y, layers, lr, steps, activation):
    """The weights after some steps and the losses before them."""
    layers, losses = double(layers), []
    for _ in range(steps):
        leaves = double(layers, requires_grad=True)
        loss = F.cross_entropy(scores_of(X.double(), leaves, activation), y)
        grads = iter(torch.autograd.grad(loss, [p for pair in leaves for p in pair]))
        layers = [(W.detach() - lr * next(grads), b.detach() - lr * next(grads)) for W, b in leaves]
        losses.append(loss.item())
    return {"layers": [(W.to(X.dtype), b.to(X.dtype)) for W, b in layers], "losses": losses}


@check(
    points=3,
    dtypes=BOTH,
    hint="Noise has variance 1. By which factor does its variance grow when you multiply it by s?",
)
def test_init_values(agree, tensors, student):
    """weights and biases of two networks in three schemes"""
    networks = ([3, 5, 2], [4, 1])
    noises = [[tensors((m, d)) for d, m in zip(sizes, sizes[1:])] for sizes in networks]

    def start(m):
        found = {
            f"{sizes}, {scheme}": m.init_layers(sizes, noise, scheme=scheme)
            for sizes, noise in zip(networks, noises)
            for scheme in ("he", "xavier", "lecun")
        }
        return {**found, "without a scheme": m.init_layers(networks[0], noises[0])}

    agree(start)
    found = start(student)
    for sizes, noise in zip(networks, noises):
        variances = {
            "he": lambda d, m: 2 / d,
            "xavier": lambda d, m: 2 / (d + m),
            "lecun": lambda d, m: 1 / d,
        }
        for scheme, variance in variances.items():
            due = [
                (z * math.sqrt(variance(d, m)), torch.zeros(m, dtype=z.dtype))
                for z, d, m in zip(noise, sizes, sizes[1:])
            ]
            close(found[f"{sizes}, {scheme}"], due, what=f"the layers of {sizes} with {scheme}")


@check(points=2, hint="Let a network of six layers start, and print the mean square of what leaves each relu.")
def test_activation_scale(student, tensors):
    """with he and relu, six layers of width 256 pass on outputs of one size"""
    squares = student.kit.hidden_mean_squares(student.init_layers, student.deep_forward, tensors((1,)))
    ensure(len(squares) == 6, "There should be six layers.")
    for depth, square in enumerate(squares, 1):
        ensure(
            0.5 * squares[0] < square < 2 * squares[0],
            f"The outputs of layer {depth} have a mean square of {square:.4g}, those of layer 1 of {squares[0]:.4g}: "
            "they should stay within a factor of 2. Look at the scale of the weights that you start with.",
        )


@check(
    points=2,
    dtypes=BOTH,
    hint="How many activations does a network of three layers have, and how many one of a single layer?",
)
def test_forward_values(agree, tensors, student):
    """scores of five rows and of one row, for four networks and two activations"""
    cases = {}
    for name, sizes in NETWORKS.items():
        layers = network(tensors, sizes)
        cases[f"{name}, five rows"] = tensors((sizes[0], 5)).T, layers  # not contiguous
        cases[f"{name}, one row"] = tensors((1, sizes[0])), layers

    def forward(m):
        return {
            f"scores with {a}, {name}": m.kit.scores(m.deep_forward, X, layers, a)
            for name, (X, layers) in cases.items()
            for a in ACTIVATIONS
        }

    agree(forward)
    expected = {
        f"scores with {a}, {name}": scores_of(X.double(), double(layers), a).to(X.dtype)
        for name, (X, layers) in cases.items()
        for a in ACTIVATIONS
    }
    close(forward(student), expected)


@check(
    points=5,
    dtypes=BOTH,
    hint="Take one layer: what comes in from behind, which slope belongs to it, and what does it pass on?",
)
def test_backward_values(agree, tensors, student):
    """gradients of all layers for depths 1, 3 and 6, also with a second batch in between"""
    cases = {}
    for name, sizes in NETWORKS.items():
        batches = tensors((sizes[0], 4)).T, tensors((1, sizes[0]))
        cases[name] = (*batches, network(tensors, sizes), tensors((sizes[-1], 4)).T, tensors((1, sizes[-1])))

    found = {}

    def back(m):
        for name, (first, second, layers, d_first, d_second) in cases.items():
            for a in ACTIVATIONS:
                found[f"gradients with {a}, {name}"] = m.kit.two_batches(
                    m.deep_forward, m.deep_backward, first, second, layers, a, d_first, d_second
                )
        return dict(found)

    agree(back)  # the student's run comes last: its results are what `found` holds now
    for name, (first, _, layers, d_first, _) in cases.items():
        for a in ACTIVATIONS:
            _, due = backward_by_autograd(first, layers, a, d_first)
            close(found[f"gradients with {a}, {name}"]["first batch"], due, what=f"gradients with {a}, {name}")


@check(points=2, dtypes=BOTH, hint="What stands between the data and the first layer's scores, on the way back?")
def test_input_gradient(agree, tensors, student):
    """the gradient towards the rows, for four networks, also where scores are exactly 0"""
    cases = {
        name: (tensors((5, sizes[0])), network(tensors, sizes), tensors((5, sizes[-1])))
        for name, sizes in NETWORKS.items()
    }
    X, layers, _ = cases["3 layers"]
    X[0], layers[0][1][:] = 0.0, 0.0  # the first row gives the first layer the scores 0, where relu has the slope 0

    def back(m):
        return {
            f"dX with {a}, {name}": m.kit.backward(m.deep_forward, m.deep_backward, X, layers, a, dout)["dX"]
            for name, (X, layers, dout) in cases.items()
            for a in ACTIVATIONS
        }

    agree(back)
    expected = {
        f"dX with {a}, {name}": backward_by_autograd(X, layers, a, dout)[0]
        for name, (X, layers, dout) in cases.items()
        for a in ACTIVATIONS
    }
    close(back(student), expected)


@check(points=3, dtypes=BOTH, hint="When is the loss noted, and at which weights is each gradient of a step taken?")
def test_training_trace(agree, tensors, generator, student):
    """layers and losses after five steps, the old layers untouched"""
    cases = {}
    for sizes in ([3, 4], [3, 5, 4, 3]):
        y = torch.randint(sizes[-1], (6,), generator=generator)
        cases[f"{len(sizes) - 1} layers"] = tensors((6, 3)), y, network(tensors, sizes)

    def train(m):
        return {
            f"{name}, {a}": m.kit.train(m.train_deep, X, y, layers, 0.3, 5, a)
            for name, (X, y, layers) in cases.items()
            for a in ACTIVATIONS
        }

    agree(train, steps=True)
    found = train(student)
    for name, (X, y, layers) in cases.items():
        for a in ACTIVATIONS:
            due = train_by_autograd(X, y, layers, 0.3, 5, a)
            close(found[f"{name}, {a}"], due, steps=True, what=f"{name}, {a}")

    X, y, layers = cases["3 layers"]
    still, _ = student.train_deep(X, y, layers, 0.0, 1)
    close(still, layers, what="the layers after a step with lr 0")
    ensure(
        not any(shares_memory(new, old) for pair, old_pair in zip(still, layers) for new, old in zip(pair, old_pair)),
        "The new layers share memory with the old ones: whoever changes one changes the other. Make new tensors.",
    )


@check(points=2, hint="Can your scores take any value, and does every layer learn?")
def test_solves_xor(student, dtype):
    """two tanh layers of 8 units learn XOR in 400 steps of 0.5"""
    X = torch.tensor([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]], dtype=dtype)
    y, sizes = torch.tensor([0, 1, 1, 0]), [2, 8, 8, 2]
    fixed = torch.Generator().manual_seed(0)  # one start that is known to get there
    noise = [torch.randn(m, d, generator=fixed, dtype=dtype) for d, m in zip(sizes, sizes[1:])]
    layers = student.init_layers(sizes, noise, scheme="xavier")
    trained, losses = student.train_deep(X, y, layers, 0.5, 400, activation="tanh")
    ensure(len(losses) == 400, f"400 steps should give 400 losses, you return {len(losses)}. Note one per step.")
    loss = F.cross_entropy(scores_of(X, trained, "tanh"), y).item()
    for when, value in (("by your own account", losses[-1]), ("measured on the layers that you return", loss)):
        ensure(
            value < 0.05,
            f"After 400 steps the loss is {value:.4g}, {when}; below 0.05 is due. Compare your gradients with differences.",
        )


@check(points=1, hint="Look at names, numbers and lengths before you compute anything.")
def test_bad_input(rejects, tensors, generator):
    """unknown names, noise for another network, a negative rate and no steps raise ValueError"""
    sizes = [3, 4, 2]
    noise = [tensors((4, 3)), tensors((2, 4))]
    layers, X, y = network(tensors, sizes), tensors((5, 3)), torch.randint(2, (5,), generator=generator)
    dout = tensors((5, 2))
    flat = [p for pair in layers for p in pair]

    rejects(lambda m: m.init_layers(sizes, noise, scheme="glorot"), what="the scheme 'glorot'")
    rejects(lambda m: m.init_layers(sizes, noise[:1]), what="noise for one layer of two")
    rejects(lambda m: m.init_layers(sizes, [*noise, tensors((2, 2))]), what="noise for three layers of two")
    rejects(lambda m: m.kit.scores(m.deep_forward, X, layers, "sigmoid"), what="deep_forward with 'sigmoid'")
    rejects(
        lambda m: m.kit.backward_with_other_name(m.deep_forward, m.deep_backward, X, layers, dout, "sigmoid"),
        what="deep_backward with 'sigmoid'",
    )
    for what, settings in {
        "train_deep with 'sigmoid'": (0.1, 1, "sigmoid"),
        "lr -0.1": (-0.1, 1, "relu"),
        "steps 0": (0.1, 0, "relu"),
        "steps -1": (0.1, -1, "tanh"),
    }.items():
        rejects(lambda m, s=settings: m.kit.train(m.train_deep, X, y, layers, *s), unchanged=flat, what=what)
