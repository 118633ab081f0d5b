"""Wrong and also-right programs of mlp_two_layer."""

import torch
import torch.nn.functional as F

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "activation_slope_missing",
        "Between hidden score and hidden output sits a function; its slope belongs in the chain.",
        swap=('dh * _slope(z, h, cache["activation"])', "dh"),
        caught_by="test_backward_values",
    ),
    mistake(
        "mask_from_gradient",
        "Which units pass gradient was decided in the forward pass, by the sign of their score, not by the sign of what comes back.",
        swap=(
            'dz = dh * _slope(z, h, cache["activation"])',
            'dz = dh.clamp(min=0.0) if cache["activation"] == "relu" else dh * _slope(z, h, cache["activation"])',
        ),
        caught_by="test_backward_values",
    ),
    mistake(
        "slope_from_preactivation",
        "The handy formulas for the slopes of tanh and sigmoid use the output, not the input, of the function.",
        swaps=[("1.0 - h * h", "1.0 - z * z"), ("h * (1.0 - h)", "z * (1.0 - z)")],
        caught_by="test_backward_values",
    ),
    mistake(
        "output_weights_use_preactivation",
        "What exactly does the second layer multiply: the hidden scores, or what the activation made of them?",
        swap=("dlogits.T @ h", "dlogits.T @ z"),
        caught_by="test_backward_values",
    ),
    mistake(
        "relu_on_output",
        "Scores of the output layer may be negative; look at what you do to them last.",
        swap=(
            'logits = h @ params["W2"].T + params["b2"]',
            'logits = _activate(h @ params["W2"].T + params["b2"], activation)',
        ),
        caught_by="test_forward_values",
    ),
    mistake(
        "bias_gradient_mean",
        "The division by the batch size is already inside the incoming gradient.",
        swaps=[("dlogits.sum(0)", "dlogits.mean(0)"), ("dz.sum(0)", "dz.mean(0)")],
        caught_by="test_backward_values",
    ),
    mistake(
        "gradient_not_averaged",
        "The loss is a mean over the batch; does its gradient know?",
        swap=("    dlogits = dlogits / len(y)  # the loss is a mean over the rows\n", ""),
        caught_by="test_gradients_of_loss",
    ),
    mistake(
        "penalty_gradient_doubled",
        "Differentiate half of l2 times W squared: what happens to the half?",
        swaps=[
            ('grads["W1"] + l2 *', 'grads["W1"] + 2 * l2 *'),
            ('grads["W2"] + l2 *', 'grads["W2"] + 2 * l2 *'),
        ],
        caught_by="test_penalty",
    ),
    mistake(
        "penalty_gradient_missing",
        "The loss grew by the penalty; should its gradient not feel it?",
        swaps=[('grads["W1"] + l2 * params["W1"]', 'grads["W1"]'), ('grads["W2"] + l2 * params["W2"]', 'grads["W2"]')],
        caught_by="test_penalty",
    ),
    mistake(
        "penalty_without_half",
        "The penalty of this course has a half in front, in the loss and therefore also in what you differentiate.",
        swaps=[  # consistent in loss and gradients; a program with only the loss wrong agrees with it there
            ("0.5 * l2 *", "l2 *"),
            ('grads["W1"] + l2 *', 'grads["W1"] + 2 * l2 *'),
            ('grads["W2"] + l2 *', 'grads["W2"] + 2 * l2 *'),
        ],
        caught_by="test_penalty",
    ),
    mistake(
        "biases_penalised",
        "Only the weight matrices are held small; biases are left alone.",
        swaps=[
            (
                '0.5 * l2 * (params["W1"].square().sum() + params["W2"].square().sum())',
                "0.5 * l2 * sum(param.square().sum() for param in params.values())",
            ),
            ('"b1": grads["b1"],', '"b1": grads["b1"] + l2 * params["b1"],'),
            ('"b2": grads["b2"],', '"b2": grads["b2"] + l2 * params["b2"],'),
        ],
        caught_by="test_penalty",
    ),
    mistake(
        "unknown_name_accepted",
        "A misspelt name should not quietly turn into another activation: what does your last branch do?",
        swap=(
            """    if activation == "sigmoid":
        return torch.sigmoid(z)
    raise ValueError(f"activation {activation!r} is not relu, tanh or sigmoid")
""",
            "    return torch.sigmoid(z)\n",
        ),
        caught_by="test_bad_input",
    ),
]

CLOSURE = '''"""The cache holds a function: forward decides, once, how the way back will go."""

import torch
from torch import Tensor

FUNCTIONS = {
    "relu": (lambda z: torch.where(z > 0, z, torch.zeros_like(z)), lambda h: torch.sign(h)),
    "tanh": (torch.tanh, lambda h: 1 - h**2),
    "sigmoid": (torch.sigmoid, lambda h: h - h**2),
}


def mlp_forward(X: Tensor, params: dict[str, Tensor], activation: str = "relu") -> tuple[Tensor, dict]:
    if activation not in FUNCTIONS:
        raise ValueError(activation)
    if X.size(1) != params["W1"].size(1):
        raise ValueError("widths differ")
    function, slope = FUNCTIONS[activation]
    h = function(torch.einsum("nd,hd->nh", X, params["W1"]) + params["b1"])

    def back(dlogits, params):
        dz = torch.einsum("nc,ch->nh", dlogits, params["W2"]) * slope(h)
        return {
            "X": torch.einsum("nh,hd->nd", dz, params["W1"]),
            "W1": torch.einsum("nh,nd->hd", dz, X),
            "b1": torch.einsum("nh->h", dz),
            "W2": torch.einsum("nc,nh->ch", dlogits, h),
            "b2": torch.einsum("nc->c", dlogits),
        }

    return torch.einsum("nh,ch->nc", h, params["W2"]) + params["b2"], {"back": back}


def mlp_backward(dlogits: Tensor, cache: dict, params: dict[str, Tensor]) -> dict[str, Tensor]:
    return cache["back"](dlogits, params)


def loss_and_grads(X, y, params, activation="relu", l2=0.0):
    logits, cache = mlp_forward(X, params, activation=activation)
    n, C = logits.shape
    onehot = torch.eye(C, dtype=logits.dtype, device=logits.device)[y]
    loss = torch.logsumexp(logits, 1).mean() - (onehot * logits).sum() / n
    found = mlp_backward((torch.softmax(logits, 1) - onehot) / n, cache, params)
    grads = {name: found[name] for name in ("W1", "b1", "W2", "b2")}
    for name in ("W1", "W2"):
        loss = loss + l2 / 2 * (params[name] ** 2).sum()
        grads[name] = grads[name] + l2 * params[name]
    return loss, grads
'''

BORDERED = '''"""Biases as one more column: every layer is a single matrix, and its gradient a single product."""

import torch
from torch import Tensor


class Cache(dict):
    """What went through the network; also reachable by attribute."""

    __getattr__ = dict.__getitem__


def _with_ones(rows: Tensor) -> Tensor:
    return torch.cat([rows, rows.new_ones(rows.shape[0], 1)], dim=1)


def _matrix(params, layer):
    return torch.cat([params[f"W{layer}"], params[f"b{layer}"][:, None]], dim=1)


def mlp_forward(X: Tensor, params: dict[str, Tensor], activation: str = "relu") -> tuple[Tensor, dict]:
    if activation not in ("relu", "tanh", "sigmoid"):
        raise ValueError("which activation?")
    if X.shape[1] != params["W1"].shape[1]:
        raise ValueError("X does not fit W1")
    inputs = _with_ones(X)
    z = inputs @ _matrix(params, 1).T
    if activation == "relu":
        h, slope = z * (z > 0), (z > 0).type_as(z)
    elif activation == "tanh":
        h = 2 * torch.sigmoid(2 * z) - 1
        slope = (1 - h) * (1 + h)
    else:
        h = 1 / (1 + torch.exp(-z))
        slope = torch.sigmoid(z) * torch.sigmoid(-z)
    hidden = _with_ones(h)
    return hidden @ _matrix(params, 2).T, Cache(inputs=inputs, slope=slope, hidden=hidden)


def mlp_backward(dlogits: Tensor, cache: dict, params: dict[str, Tensor]) -> dict[str, Tensor]:
    outer = dlogits.T @ cache["hidden"]
    dz = dlogits.matmul(params["W2"]) * cache["slope"]
    inner = dz.T @ cache["inputs"]
    return {
        "W2": outer[:, :-1],
        "b2": outer[:, -1],
        "W1": inner[:, :-1],
        "b1": inner[:, -1],
        "X": dz.matmul(params["W1"]),
    }


def loss_and_grads(X, y, params, activation="relu", l2=0.0):
    logits, cache = mlp_forward(X, params, activation)
    n = X.shape[0]
    shifted = logits - logits.max(dim=1, keepdim=True).values
    total = shifted.exp().sum(1, keepdim=True)
    losses = total.log() - shifted.gather(1, y[:, None])
    dlogits = shifted.exp() / total
    dlogits = dlogits.scatter_add(1, y[:, None], -torch.ones_like(losses)) / n
    grads = mlp_backward(dlogits, cache, params)
    W1, W2 = params["W1"], params["W2"]
    loss = losses.mean() + 0.5 * l2 * (W1.norm() ** 2 + W2.norm() ** 2)
    return loss, {"W1": grads["W1"] + l2 * W1, "b1": grads["b1"], "W2": grads["W2"] + l2 * W2, "b2": grads["b2"]}
'''

ALSO_CORRECT = [correct("closure_in_cache", source=CLOSURE), correct("bias_as_column", source=BORDERED)]


def probe(m):
    """A fixed batch of 6 rows, 3 inputs, 5 hidden units, 4 classes.

    Numbers tensor by tensor, so that a program that is wrong in one place agrees with a mistake in that place. With tanh and
    sigmoid, scores and losses are only recorded as right or not: an activation on the output may be that one or relu.
    """
    generator = torch.Generator().manual_seed(4)

    def draw(*shape):
        return torch.randn(shape, generator=generator, dtype=torch.float64)

    X, dlogits, y = draw(6, 3), draw(6, 4), torch.tensor([0, 3, 1, 2, 2, 0])
    params = {"W1": draw(5, 3), "b1": draw(5), "W2": draw(4, 5), "b2": draw(4)}

    def truth(activation, l2):
        leaves = {name: param.clone().requires_grad_() for name, param in params.items()}
        logits = getattr(torch, activation)(X @ leaves["W1"].T + leaves["b1"]) @ leaves["W2"].T + leaves["b2"]
        loss = F.cross_entropy(logits, y) + l2 / 2 * (leaves["W1"].square().sum() + leaves["W2"].square().sum())
        return logits.detach(), loss.detach(), dict(zip(leaves, torch.autograd.grad(loss, list(leaves.values()))))

    def scores(activation):
        return m.kit.scores(m.mlp_forward, X, params, activation)

    def backward(activation, name):
        return m.kit.backward(m.mlp_forward, m.mlp_backward, X, params, activation, dlogits)[name]

    def loss(activation, l2):
        return m.kit.loss_only(m.loss_and_grads, X, y, params, activation=activation, l2=l2)

    def gradient(activation, l2, name):
        return m.kit.grads_only(m.loss_and_grads, X, y, params, activation=activation, l2=l2)[name]

    def right_scores(activation):
        return torch.allclose(scores(activation), truth(activation, 0.0)[0])

    def right_loss(activation):
        _, due, due_grads = truth(activation, 0.3)
        got = m.kit.grads_only(m.loss_and_grads, X, y, params, activation=activation, l2=0.3)
        return torch.allclose(loss(activation, 0.3), due) and all(
            torch.allclose(got[name], due_grads[name]) for name in due_grads
        )

    def unknown_name():
        scores("softplus")
        return "accepted"

    items = {"scores, relu": lambda: scores("relu"), "unknown activation": unknown_name}
    for activation in ("relu", "tanh", "sigmoid"):
        for name in ("W2", "b2", "W1", "b1", "X"):
            items[f"backward, {activation}, {name}"] = lambda a=activation, k=name: backward(a, k)
    for l2 in (0.0, 0.3):
        items[f"loss, l2 {l2}"] = lambda l2=l2: loss("relu", l2)
        for name in ("W1", "b1", "W2", "b2"):
            items[f"gradient, l2 {l2}, {name}"] = lambda l2=l2, k=name: gradient("relu", l2, k)
    for activation in ("tanh", "sigmoid"):
        items[f"right scores, {activation}"] = lambda a=activation: right_scores(a)
        items[f"right loss, {activation}"] = lambda a=activation: right_loss(a)
    return items
