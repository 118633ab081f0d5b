"""Wrong and also-right programs of pytorch_module, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "plain_tensors",
        "Ask the model for its parameters: the optimizer would get an empty list. How does a module learn that a tensor is to be trained?",
        swap=("return nn.Parameter(u * 2 * k - k)", "return u * 2 * k - k"),
        caught_by="test_registered",
    ),
    mistake(
        "plain_list",
        "The model does not know that it owns these layers: a Python list hides them. Which container does PyTorch have for modules?",
        swap=(
            "nn.ModuleList(Dense(d, m, generator=generator) for d, m in zip(sizes, sizes[1:]))",
            "[Dense(d, m, generator=generator) for d, m in zip(sizes, sizes[1:])]",
        ),
        caught_by="test_registered",
    ),
    mistake(
        "weight_shape_swapped",
        "Compare the shape of your weight with the one that PyTorch prints for its own layer: outputs come first.",
        swaps=[
            ("draw(out_features, in_features)", "draw(in_features, out_features)"),
            ("x @ self.weight.T", "x @ self.weight"),
        ],
        caught_by="test_registered",
    ),
    mistake(
        "activation_after_last",
        "Raw scores may have any sign and size; yours went through the activation once more. What comes after the last layer?",
        swap=("return last(x)", "return self.activate(last(x))"),
        caught_by="test_logits_out",
    ),
    mistake(
        "softmax_in_forward",
        "Your outputs add up to one. The loss takes raw scores and applies the softmax itself.",
        swap=("return last(x)", "return torch.softmax(last(x), -1)"),
        caught_by="test_logits_out",
    ),
    mistake(
        "init_positive_only",
        "About half of the starting weights should be negative; yours all lie above zero.",
        swap=("u * 2 * k - k", "u * k"),
        caught_by="test_initial_values",
    ),
    mistake(
        "init_ignores_generator",
        "Two models from equally seeded generators should start equal. Who draws your numbers?",
        swap=("torch.rand(shape, generator=generator)", "torch.rand(shape)"),
        caught_by="test_initial_values",
    ),
    mistake(
        "frozen_counted",
        "Freeze one tensor and count again: what will never move is not trainable.",
        swap=("if p.requires_grad or not trainable_only", ""),
        caught_by="test_counts",
    ),
    mistake(
        "counts_tensors_not_entries",
        "A 100 x 100 matrix is one tensor, but ten thousand parameters.",
        swap=("sum(p.numel() for p", "sum(1 for p"),
        caught_by="test_counts",
    ),
    mistake(
        "buffers_counted",
        "Running statistics are part of the state, but no parameters. Where do you look for what you count?",
        swap=(
            "sum(p.numel() for p in model.parameters() if p.requires_grad or not trainable_only)",
            "sum(p.numel() for p in (model.parameters() if trainable_only else model.state_dict().values()) "
            "if p.requires_grad or not trainable_only)",
        ),
        caught_by="test_counts",
    ),
    mistake(
        "predict_leaves_eval",
        "Asking for a prediction should not change how the model trains afterwards: in which mode do you leave it?",
        swap=("return self(x).argmax(-1)", "self.eval()\n        return self(x).argmax(-1)"),
        caught_by="test_predict",
    ),
    mistake(
        "predict_builds_graph",
        "A prediction needs no gradients: here every call stores what a backward pass would need.",
        swap=("    @torch.no_grad()\n", ""),
        caught_by="test_predict",
    ),
    mistake(
        "values_detached",
        "The loss falls nowhere, since some weights never get a gradient: what do you take of them in the forward pass, them or their data?",
        swap=("x @ self.weight.T", "x @ self.weight.data.T"),
        caught_by="test_gradients_flow",
    ),
    mistake(
        "one_activation_for_all",
        "Ask for tanh and look at the hidden values: they are those of relu. What becomes of the name you are given?",
        swap=("self.activate = ACTIVATIONS[activation]", "self.activate = torch.relu"),
        caught_by="test_forward_values",
    ),
    mistake(
        "range_without_root",
        "The range shrinks with the root of the number of inputs, not with the number itself.",
        swap=("1 / math.sqrt(in_features)", "1 / in_features"),
        caught_by="test_initial_values",
    ),
    mistake(
        "bias_from_zero",
        "The bias is drawn as well, after the weight and in the same range.",
        swap=("draw(out_features) if bias", "nn.Parameter(torch.zeros(out_features)) if bias"),
        caught_by="test_initial_values",
    ),
    mistake(
        "unknown_name_accepted",
        "A misspelt name should not quietly turn into another activation.",
        swaps=[
            (
                """        if activation not in ACTIVATIONS:
            raise ValueError(f"activation {activation!r} is not one of {', '.join(ACTIVATIONS)}")
""",
                "",
            ),
            ("ACTIVATIONS[activation]", "ACTIVATIONS.get(activation, torch.relu)"),
        ],
        caught_by="test_bad_input",
    ),
    mistake(
        "one_size_accepted",
        "A single size makes a network without any layer; say so when it is made.",
        swaps=[
            ("if len(sizes) < 2:", "if len(sizes) < 1:"),
            ("        return last(x)", "        return last(x) if last else x"),
            ("*hidden, last = self.layers", "*hidden, last = self.layers or [None]"),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "modules_and_uniform",
        source="""
import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, in_features, out_features, bias=True, generator=None):
        super().__init__()
        k = in_features**-0.5
        self.weight = nn.Parameter(torch.empty(out_features, in_features).uniform_(-k, k, generator=generator))
        if bias:
            self.bias = nn.Parameter(torch.empty(out_features).uniform_(-k, k, generator=generator))
        else:
            self.register_parameter("bias", None)

    def forward(self, x):
        y = torch.einsum("ni,oi->no", x, self.weight)
        if self.bias is not None:
            y += self.bias
        return y


class MLP(nn.Module):
    def __init__(self, sizes, activation="relu", generator=None):
        super().__init__()
        if len(sizes) <= 1:
            raise ValueError("sizes")
        kinds = {"relu": nn.ReLU, "tanh": nn.Tanh, "sigmoid": nn.Sigmoid}
        if activation not in kinds:
            raise ValueError("activation")
        self.layers = nn.ModuleList()
        for i in range(len(sizes) - 1):
            self.layers.append(Dense(sizes[i], sizes[i + 1], True, generator))
        self.act = kinds[activation]()

    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i < len(self.layers) - 1:
                x = self.act(x)
        return x

    def predict(self, x):
        was = self.training
        self.eval()
        with torch.inference_mode():
            labels = self.forward(x).max(dim=1).indices
        self.train(was)
        return labels


def count_parameters(model, trainable_only=True):
    n = 0
    for _, p in model.named_parameters():
        if trainable_only and not p.requires_grad:
            continue
        size = 1
        for length in p.shape:
            size *= length
        n += size
    return n
""",
    ),
    correct(
        "addmm_and_late_check",
        source="""
import math

import torch
from torch import nn


class Dense(nn.Module):
    def __init__(self, in_features: int, out_features: int, bias: bool = True, generator=None):
        nn.Module.__init__(self)
        bound = math.sqrt(1.0 / in_features)
        weight = (torch.rand((out_features, in_features), generator=generator) - 0.5) * (2 * bound)
        self.register_parameter("weight", nn.Parameter(weight))
        self.bias = None
        if bias:
            del self.bias
            self.bias = nn.Parameter((torch.rand((out_features,), generator=generator) - 0.5) * (2 * bound))

    def forward(self, x):
        if self.bias is None:
            return (self.weight @ x.T).T
        return torch.addmm(self.bias, x, self.weight.t())


class MLP(nn.Module):
    def __init__(self, sizes: list, activation: str = "relu", generator=None):
        nn.Module.__init__(self)
        self.activation = activation
        if len(sizes) < 2:
            raise ValueError("too few sizes")
        self.layers = nn.ModuleList([Dense(a, b, generator=generator) for a, b in zip(sizes[:-1], sizes[1:])])

    def squash(self, z):
        if self.activation == "relu":
            return z.clamp(min=0)
        if self.activation == "tanh":
            return 2 / (1 + torch.exp(-2 * z)) - 1
        if self.activation == "sigmoid":
            return 1 / (1 + (-z).exp())
        raise ValueError(self.activation)

    def forward(self, x):
        for layer in self.layers[:-1]:
            x = self.squash(layer.forward(x))
        return self.layers[-1].forward(x)

    def predict(self, x):
        with torch.no_grad():
            return torch.argmax(self.forward(x), dim=-1)


def count_parameters(model, trainable_only=True):
    sizes = [p.nelement() for p in model.parameters() if p.requires_grad]
    rest = [p.nelement() for p in model.parameters() if not p.requires_grad]
    return sum(sizes) if trainable_only else sum(sizes) + sum(rest)
""",
    ),
]


def probe(m):
    """Layers and networks with fixed weights: names, scores, labels, modes, counts.

    Of the initial values only properties are recorded: numbers from another generator differ from one program to the next.
    """
    like = torch.zeros(1, dtype=torch.float64)
    waves = torch.sin(torch.arange(200, dtype=torch.float64))

    def part(start, *shape):
        return waves[start : start + torch.Size(shape).numel()].reshape(shape) * 1.5

    values, x = [part(0, 4, 3), part(20, 4), part(40, 3, 4), part(60, 3)], part(80, 6, 3)
    y = torch.tensor([0, 2, 1, 1, 0, 2])

    def start():
        two = [
            m.kit.starting_values(m.MLP([4, 6, 5], generator=torch.Generator().manual_seed(3)), like) for _ in range(2)
        ]
        generator = torch.Generator().manual_seed(3)
        due = {}
        for i, (d, out) in enumerate(((4, 6), (6, 5))):
            for name, shape in (("weight", (out, d)), ("bias", (out,))):
                due[f"layers.{i}.{name}"] = (torch.rand(shape, generator=generator) * 2 - 1) / d**0.5
        first, second = two
        return {
            "equal": all(torch.equal(first[name], second[name]) for name in first),
            "right": {n: first[n].shape == due[n].shape and torch.allclose(first[n], due[n], atol=1e-6) for n in due},
            "some negative": {name: bool((first[name] < 0).any()) for name in due},
            "some beyond a quarter": {name: bool((first[name].abs() > 0.25).any()) for name in due},
        }

    def scores(activation):
        return m.kit.scores(m.MLP([3, 4, 3], activation=activation), values, x)["scores"]

    def right(activation):
        hidden = getattr(torch, activation)(x @ values[0].T + values[1])
        return torch.allclose(scores(activation), hidden @ values[2].T + values[3])

    def predicted(key):
        return m.kit.predictions(m.MLP([3, 4, 3]), values, x, True)[key]

    return {
        "names in a layer": lambda: m.kit.names_and_shapes(m.Dense(3, 2)),
        "names in a layer without bias": lambda: m.kit.names_and_shapes(m.Dense(3, 2, bias=False)),
        "names in a network": lambda: m.kit.names_and_shapes(m.MLP([3, 4, 2])),
        "initial values": start,
        "scores": lambda: scores("relu"),
        "right scores with tanh": lambda: right("tanh"),
        "right scores with sigmoid": lambda: right("sigmoid"),
        "gradients": lambda: sorted(m.kit.gradients(m.MLP([3, 4, 3]), values, x, y)),
        "labels": lambda: predicted("labels"),
        "graph": lambda: predicted("a graph was built"),
        "mode": lambda: predicted("training mode afterwards"),
        "counts": lambda: m.kit.counts(m.count_parameters, m.MLP([3, 4, 2])),
        "counts after freezing": lambda: m.kit.counts(m.count_parameters, m.MLP([3, 4, 2]), ("layers.0.weight",)),
        "counts with buffers": lambda: m.kit.counts(m.count_parameters, m.kit.make_normed()),
        "one size": lambda: m.kit.make_and_use(m.MLP, [3], "relu", x).shape == x.shape,
        "unknown name": lambda: m.kit.make_and_use(m.MLP, [3, 4, 2], "step", x).shape == (6, 2),
    }
