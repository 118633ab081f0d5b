"""Wrong and also-right programs of deep_mlp, and the probe that tells them apart."""

import torch
import torch.nn.functional as F

from grader.checks import correct, mistake

UPDATE = """        _, grads = deep_backward(dscores, cache, layers, activation)
        # Every gradient belongs to the old weights: the new layers are made after all of them are known.
        layers = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(layers, grads)]
"""

MISTAKES = [
    mistake(
        "fan_out_init",
        "A unit's sum grows with how many inputs it adds up, not with how many outputs it feeds.",
        swaps=[("return 2 / fan_in ", "return 2 / fan_out "), ("return 1 / fan_in", "return 1 / fan_out")],
        caught_by="test_init_values",
    ),
    mistake(
        "he_without_two",
        "A relu throws half of its input away; something has to make up for it.",
        swap=("return 2 / fan_in ", "return 1 / fan_in "),
        caught_by="test_activation_scale",
    ),
    mistake(
        "variance_not_std",
        "Multiplying a random number by s multiplies its variance by s squared. Which of the two do you multiply by?",
        swap=("math.sqrt(_variance(fan_in, fan_out, scheme))", "_variance(fan_in, fan_out, scheme)"),
        caught_by="test_init_values",
    ),
    mistake(
        "activation_on_output",
        "The last layer gives scores, not activations: they may be of any size and sign.",
        swap=("z if depth == len(layers) else _activate(z, activation)", "_activate(z, activation)"),
        caught_by="test_forward_values",
    ),
    mistake(
        "slope_of_wrong_layer",
        "A layer's gradient first passes back through its own activation; you take the slope of the neighbour's.",
        swap=("_slope(cache[depth], activation)", "_slope(cache[depth - 1], activation)"),
        caught_by="test_backward_values",
    ),
    mistake(
        "slope_from_score",
        "The handy formula for the slope of tanh takes the output of the function, not the score that went in.",
        swap=(
            "_slope(cache[depth], activation)",
            "_slope(cache[depth - 1] @ layers[depth - 1][0].T + layers[depth - 1][1], activation)",
        ),
        caught_by="test_backward_values",
    ),
    mistake(
        "slope_missing",
        "Between two layers sits an activation; its slope belongs in the chain.",
        swap=("dz = dh * _slope(cache[depth], activation)", "dz = dh"),
        caught_by="test_backward_values",
    ),
    mistake(
        "gradients_in_reverse",
        "The first entry of your list belongs to which layer? The walk went from the last to the first.",
        swap=("return dh, grads[::-1]", "return dh, grads"),
        caught_by="test_backward_values",
    ),
    mistake(
        "updates_while_backpropagating",
        "All gradients of a step belong to the same, old weights; yours pass through matrices that have already moved.",
        swap=(
            UPDATE,
            """        moved = list(layers)
        for depth in reversed(range(len(moved))):
            W, b = moved[depth]
            moved[depth] = W - lr * dscores.T @ cache[depth], b - lr * dscores.sum(0)
            if depth > 0:
                dscores = dscores @ moved[depth][0] * _slope(cache[depth], activation)
        layers = moved
""",
        ),
        caught_by="test_training_trace",
    ),
    mistake(
        "stops_at_first_layer",
        "The chain ends at the data, not at the first layer's scores: one product is still to come.",
        swap=("return dh, grads[::-1]", "return dz, grads[::-1]"),
        caught_by="test_input_gradient",
    ),
    mistake(
        "slope_at_the_data",
        "The data came out of no activation: nothing is multiplied after the first layer's matrix.",
        swap=("    return dh, grads[::-1]", "    return dh * _slope(cache[0], activation), grads[::-1]"),
        caught_by="test_input_gradient",
    ),
    mistake(
        "divided_by_rows",
        "The division by the number of rows is already inside the gradient that comes in.",
        swap=("(dz.T @ cache[depth], dz.sum(0))", "(dz.T @ cache[depth] / len(dz), dz.mean(0))"),
        caught_by="test_backward_values",
    ),
    mistake(
        "gradient_not_averaged",
        "The loss is a mean over the rows; does the gradient that you start the way back with know?",
        swap=("        dscores = dscores / len(y)  # the loss is a mean over the rows\n", ""),
        caught_by="test_training_trace",
    ),
    mistake(
        "loss_after_update",
        "Each loss belongs to the weights before its step: the first one is that of the untrained network.",
        swaps=[
            ("        losses.append(-log_p[rows, y].mean().item())\n", ""),
            (
                UPDATE,
                UPDATE
                + """        after = torch.log_softmax(deep_forward(X, layers, activation)[0], dim=1)
        losses.append(-after[rows, y].mean().item())
""",
            ),
        ],
        caught_by="test_training_trace",
    ),
    mistake(
        "updates_in_place",
        "The layers that were passed in have moved; the caller wanted to keep the start.",
        swap=(
            "layers = [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(layers, grads)]\n",
            "layers = [(W.sub_(lr * dW), b.sub_(lr * db)) for (W, b), (dW, db) in zip(layers, grads)]\n",
        ),
        caught_by="test_training_trace",
    ),
    mistake(
        "biases_stay",
        "The biases are still zero after training: they have gradients, too.",
        swap=("(W - lr * dW, b - lr * db)", "(W - lr * dW, b.clone())"),
        caught_by="test_training_trace",
    ),
    mistake(
        "unknown_name_accepted",
        "A misspelt name should not quietly turn into another activation or scheme: what does your last branch do?",
        swaps=[
            ('    raise ValueError(f"scheme {scheme!r} is not he, xavier or lecun")', "    return 1 / fan_in"),
            (
                '    if activation not in ("relu", "tanh"):\n        raise ValueError',
                "    if not activation:\n        raise ValueError",
            ),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "einsum_and_closures",
        source='''
import torch

VARIANCE = {"he": lambda i, o: 2 / i, "xavier": lambda i, o: 2 / (i + o), "lecun": lambda i, o: 1 / i}


def init_layers(sizes, noise, scheme="he"):
    if scheme not in VARIANCE or len(sizes) != len(noise) + 1:
        raise ValueError("scheme or noise")
    layers = []
    for z in noise:
        o, i = z.shape
        layers.append((z * VARIANCE[scheme](i, o) ** 0.5, torch.zeros(o, dtype=z.dtype, device=z.device)))
    return layers


def known(activation):
    if activation == "relu":
        return lambda z: z.clamp_min(0)
    if activation == "tanh":
        return lambda z: 1 - 2 / (torch.exp(2 * z) + 1)
    raise ValueError("activation")


def deep_forward(X, layers, activation="relu"):
    act = known(activation)
    cache, h = [], X
    for W, b in layers[:-1]:
        z = torch.einsum("ni,oi->no", h, W) + b
        cache.append((h, z))
        h = act(z)
    W, b = layers[-1]
    cache.append((h, None))
    return torch.einsum("ni,oi->no", h, W) + b, cache


def deep_backward(dout, cache, layers, activation="relu"):
    known(activation)
    first = 0

    def walk(l, dz):
        """Gradients of layers first .. l, in order, and of the data."""
        h, _ = cache[l]
        mine = (torch.einsum("no,ni->oi", dz, h), torch.einsum("no->o", dz))
        dh = torch.einsum("no,oi->ni", dz, layers[l][0])
        if l == first:
            return dh, [mine]
        z = cache[l - 1][1]
        slope = torch.where(z > 0, 1.0, 0.0).to(z.dtype) if activation == "relu" else 1 / torch.cosh(z) ** 2
        dX, rest = walk(l - 1, dh * slope)
        return dX, [*rest, mine]

    return walk(len(layers) - 1, dout)


def train_deep(X, y, layers, lr, steps, activation="relu"):
    if lr < 0 or steps < 1:
        raise ValueError("lr or steps")
    known(activation)
    layers = [(W.clone(), b.clone()) for W, b in layers]
    n, losses = X.shape[0], []
    while len(losses) < steps:
        scores, cache = deep_forward(X, layers, activation)
        onehot = torch.eye(scores.shape[1], dtype=X.dtype, device=X.device)[y]
        losses.append(float((torch.logsumexp(scores, 1) - (scores * onehot).sum(1)).mean()))
        _, grads = deep_backward((torch.softmax(scores, 1) - onehot) / n, cache, layers, activation)
        for (W, b), (dW, db) in zip(layers, grads):
            W -= lr * dW
            b -= lr * db
    return layers, losses
''',
    ),
    correct(
        "bias_as_column",
        source="""
import math

import torch


def init_layers(sizes, noise, scheme="he"):
    if len(noise) + 1 != len(sizes):
        raise ValueError("noise")
    spread = {
        "he": lambda i, o: math.sqrt(2) / math.sqrt(i),
        "xavier": lambda i, o: 1 / math.sqrt((i + o) / 2),
        "lecun": lambda i, o: i**-0.5,
    }.get(scheme)
    if spread is None:
        raise ValueError("scheme")
    return [(noise[l] * spread(*sizes[l : l + 2]), noise[l].sum(1) * 0) for l in range(len(noise))]


def bordered(h):
    return torch.cat([h, torch.ones_like(h[:, :1])], dim=1)


def deep_forward(X, layers, activation="relu"):
    if activation not in {"relu", "tanh"}:
        raise ValueError(activation)
    cache = []
    for l, (W, b) in enumerate(layers):
        if l > 0:
            X = torch.maximum(X, torch.zeros_like(X)) if activation == "relu" else X.tanh()
        X = bordered(X)
        cache += [X]
        X = X @ torch.cat([W, b[:, None]], dim=1).T
    return X, cache


def deep_backward(dout, cache, layers, activation="relu"):
    if activation not in {"relu", "tanh"}:
        raise ValueError(activation)
    grads = [None] * len(layers)
    d = dout.clone()
    for l in range(len(layers) - 1, -1, -1):
        full = d.T @ cache[l]
        grads[l] = full[:, :-1], full[:, -1]
        d = d @ layers[l][0]
        h = cache[l][:, :-1]
        if l:
            d = d * torch.sign(h) if activation == "relu" else d * (1 - h) * (1 + h)
    return d, grads


def train_deep(X, y, layers, lr, steps, activation="relu"):
    if steps <= 0 or lr < 0:
        raise ValueError("settings")
    losses = []
    for step in range(steps):
        scores, cache = deep_forward(X, layers, activation)
        p = torch.softmax(scores, dim=1)
        losses.append(-torch.log(p.gather(1, y[:, None])).mean().item())
        d = p.scatter_add(1, y[:, None], -torch.ones_like(p[:, :1])).div(y.numel())
        grads = deep_backward(d, cache, layers, activation)[1]
        layers = [tuple(torch.sub(p, g, alpha=lr) for p, g in zip(*pairs)) for pairs in zip(layers, grads)]
    return layers, losses
""",
    ),
]


def probe(m):
    """Sizes 3-4-4-2 with given noise, and widths of 4 throughout, where a slope of the wrong layer has the right shape.

    Each function is asked for itself; of the training with tanh, what does not hang on the way forwards and back.
    """
    generator = torch.Generator().manual_seed(4)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    sizes = [3, 4, 4, 2]
    noise = [draw(o, i) for i, o in zip(sizes, sizes[1:])]
    layers = [(draw(o, i), draw(o)) for i, o in zip(sizes, sizes[1:])]
    even = [(draw(4, 4), draw(4)) for _ in range(3)]
    X, dout, square, dsquare, y = draw(6, 3), draw(6, 2), draw(6, 4), draw(6, 4), torch.tensor([0, 1, 1, 0, 1, 0])

    def back(a, key):
        return m.kit.backward(m.deep_forward, m.deep_backward, square, even, a, dsquare)[key]

    def back_uneven(key):
        found = m.kit.backward(m.deep_forward, m.deep_backward, X, layers, "tanh", dout)[key]
        return found if key == "dX" else [list(dW.shape) for dW, _ in found]

    def train(key):
        given = [(W.clone(), b.clone()) for W, b in layers]
        found = m.kit.train(m.train_deep, X, y, given, 0.3, 5, "tanh")
        if key == "first loss right":
            scores = X
            for W, b in layers[:-1]:
                scores = torch.tanh(scores @ W.T + b)
            due = F.cross_entropy(scores @ layers[-1][0].T + layers[-1][1], y).item()
            return abs(found["losses"][0] - due) < 1e-9
        if key == "start kept":
            return all(torch.equal(p, q) for pair, old in zip(given, layers) for p, q in zip(pair, old))
        return found[key]

    def accepts(call):
        call()
        return "accepted"

    return {
        "he": lambda: m.init_layers(sizes, noise, scheme="he"),
        "xavier": lambda: m.init_layers(sizes, noise, scheme="xavier"),
        "lecun": lambda: m.init_layers(sizes, noise, scheme="lecun"),
        "scores, relu": lambda: m.kit.scores(m.deep_forward, X, layers, "relu"),
        "scores, tanh": lambda: m.kit.scores(m.deep_forward, X, layers, "tanh"),
        "gradients, relu": lambda: back("relu", "grads"),
        "gradients, tanh": lambda: back("tanh", "grads"),
        "dX, relu": lambda: back("relu", "dX"),
        "dX, tanh": lambda: back("tanh", "dX"),
        "shapes of the gradients": lambda: back_uneven("grads"),
        "dX, uneven": lambda: back_uneven("dX"),
        "losses": lambda: train("losses"),
        "layers": lambda: train("layers"),
        "first loss right": lambda: train("first loss right"),
        "start kept": lambda: train("start kept"),
        "unknown scheme": lambda: accepts(lambda: m.init_layers(sizes, noise, scheme="step")),
        "unknown activation": lambda: accepts(lambda: m.kit.scores(m.deep_forward, X, layers, "step")),
    }
