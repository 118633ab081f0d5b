"""Known wrong answers to activation_functions with their hints, other right ones, and the probe."""

import torch

from grader.checks import correct, mistake

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "gelu_tanh", "mish")

MISTAKES = [
    mistake(
        "sigmoid_overflow",
        "Which exponential explodes for a large positive input, and what is infinity divided by infinity?",
        swaps=[
            ("    small = torch.exp(-z.abs())\n", "    large = torch.exp(z)\n"),
            ("torch.where(z >= 0, 1.0, small) / (1 + small)", "large / (1 + large)"),
        ],
        caught_by="test_extremes",
    ),
    mistake(
        "softplus_overflow",
        "For large inputs softplus is the input itself; yours is infinite, because the exponential is.",
        swap=("z.clamp(min=0) + torch.log1p(torch.exp(-z.abs()))", "torch.log(1 + torch.exp(z))"),
        caught_by="test_extremes",
    ),
    mistake(
        "slope_from_output_formula",
        "The short formula for this slope wants the function's output; you gave it the input.",
        swaps=[
            ("_sigmoid(z) * _sigmoid(-z)  # 1", "z * (1 - z)  # 1"),
            ("return 1 - torch.tanh(z) ** 2", "return 1 - z**2"),
        ],
        caught_by="test_slopes",
    ),
    mistake(
        "relu_slope_at_zero",
        "At exactly zero this course takes the flat side of relu.",
        swap=("(z > 0).to(z.dtype)", "(z >= 0).to(z.dtype)"),
        caught_by="test_at_zero",
    ),
    mistake(
        "leaky_slope_ten_times",
        "Compare the leak with PyTorch's default.",
        swap=("_LEAK = 0.01", "_LEAK = 0.1"),
        caught_by="test_rectifiers",
    ),
    mistake(
        "product_rule_missing",
        "The input appears twice in this function: as a factor, and inside the other factor.",
        swaps=[
            ("_sigmoid(z) + z * _sigmoid(z) * _sigmoid(-z)", "_sigmoid(z)"),
            ("_normal_cdf(z) + z * density", "_normal_cdf(z)"),
            ("0.5 * (1 + t) + 0.5 * z * (1 - t**2) * inner_slope", "0.5 * (1 + t)"),
            ("t + z * (1 - t**2) * _sigmoid(z)", "t"),
        ],
        caught_by="test_slopes",
    ),
    mistake(
        "gelu_uses_tanh_form",
        "The exact gelu uses the error function; the form with the tanh is its approximation.",
        swaps=[
            ("return z * _normal_cdf(z)", 'return activate("gelu_tanh", z)'),
            ("return _normal_cdf(z) + z * density", 'return activate_grad("gelu_tanh", z)'),
        ],
        caught_by="test_smooth",
    ),
    mistake(
        "gelu_uses_sigmoid_form",
        "A sigmoid in place of the normal distribution is a third, rougher form.",
        swaps=[
            ("return z * _normal_cdf(z)", "return z * _sigmoid(1.702 * z)"),
            (
                "return _normal_cdf(z) + z * density",
                "s = _sigmoid(1.702 * z)\n        return s + 1.702 * z * s * (1 - s)",
            ),
        ],
        caught_by="test_smooth",
    ),
    mistake(
        "gelu_root_two_missing",
        "The normal distribution's integral and the error function differ in the scale of their argument.",
        swap=("torch.erf(z / math.sqrt(2))", "torch.erf(z)"),
        caught_by="test_smooth",
    ),
    mistake(
        "sigmoid_upside_down",
        "The sigmoid rises from 0 to 1; yours falls.",
        swap=("torch.where(z >= 0, 1.0, small)", "torch.where(z <= 0, 1.0, small)"),
        caught_by="test_bounded",
    ),
    mistake(
        "unknown_name_answered",
        "A name that is not in the table should be refused; yours gets an answer.",
        swaps=[
            ('raise ValueError(f"no activation is called {name!r}")', "return z.clone()"),
            ('raise ValueError(f"no slope for an activation called {name!r}")', "return torch.ones_like(z)"),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "tables_of_functions",
        source='''
import math

import torch
from torch import Tensor


def sigmoid(z: Tensor) -> Tensor:
    return 0.5 + 0.5 * torch.tanh(z / 2)


def softplus(z: Tensor) -> Tensor:
    return torch.logaddexp(z, torch.zeros_like(z))


def gate(z: Tensor) -> Tensor:
    """The factor of gelu_tanh, as a sigmoid of twice the argument."""
    return sigmoid(2 * math.sqrt(2 / math.pi) * (z + 0.044715 * z * z * z))


def silu_slope(z: Tensor) -> Tensor:
    s = sigmoid(z)
    return s * (1 + z * (1 - s))


def gelu_tanh_slope(z: Tensor) -> Tensor:
    s = gate(z)
    return s + z * s * (1 - s) * math.sqrt(8 / math.pi) * (1 + 0.134145 * z.square())


def mish_slope(z: Tensor) -> Tensor:
    sp = softplus(z)
    return torch.tanh(sp) + z * sigmoid(z) / torch.cosh(sp).square()


VALUES = {
    "sigmoid": sigmoid,
    "tanh": lambda z: 2 * sigmoid(2 * z) - 1,
    "relu": lambda z: (z + z.abs()) / 2,
    "leaky_relu": lambda z: torch.maximum(z, z / 100),
    "elu": lambda z: z.clamp(min=0) + torch.exp(z.clamp(max=0)) - 1,
    "softplus": softplus,
    "silu": lambda z: z * sigmoid(z),
    "gelu": lambda z: z * torch.erfc(-z / 2**0.5) / 2,
    "gelu_tanh": lambda z: z * gate(z),
    "mish": lambda z: z * torch.tanh(softplus(z)),
}
SLOPES = {
    "sigmoid": lambda z: sigmoid(z) - sigmoid(z).square(),
    "tanh": lambda z: torch.cosh(z) ** -2,
    "relu": lambda z: torch.heaviside(z, torch.zeros_like(z)),
    "leaky_relu": lambda z: 0.01 + 0.99 * (z > 0).type_as(z),
    "elu": lambda z: torch.minimum(torch.exp(z), torch.ones_like(z)),
    "softplus": sigmoid,
    "silu": silu_slope,
    "gelu": lambda z: torch.erfc(-z / 2**0.5) / 2 + z * torch.exp(-z * z / 2) * (2 * math.pi) ** -0.5,
    "gelu_tanh": gelu_tanh_slope,
    "mish": mish_slope,
}


def look_up(table: dict, name: str):
    if name not in table:
        raise ValueError(name)
    return table[name]


def activate(name: str, z: Tensor) -> Tensor:
    return look_up(VALUES, name)(z)


def activate_grad(name: str, z: Tensor) -> Tensor:
    return look_up(SLOPES, name)(z)
''',
    ),
    correct(
        "both_at_once",
        source='''
import math

import torch
from torch import Tensor


def both(name: str, z: Tensor) -> tuple[Tensor, Tensor]:
    """Value and slope together; the gated ones through (gate, slope of the gate)."""
    left = z <= 0
    if name == "tanh":
        t = torch.tanh(z)
        return t, (1 - t) * (1 + t)
    if name in ("relu", "leaky_relu", "elu"):
        value, slope = z.clone(), torch.ones_like(z)
        if name == "relu":
            value[left], slope[left] = 0.0, 0.0
        elif name == "leaky_relu":
            value[left] *= 0.01
            slope[left] = 0.01
        else:
            slope[left] = z[left].exp()
            value[left] = slope[left] - 1
        return value, slope
    s = 1 / (1 + torch.exp(-z))
    if name == "sigmoid":
        return s, s * (1 - s)
    p = torch.log1p(torch.exp(-torch.abs(z))) + torch.maximum(z, z.new_zeros(()))
    if name == "softplus":
        return p, s
    if name == "silu":
        gate, change = s, s * (1 - s)
    elif name == "gelu":
        gate = (1 + torch.special.erf(z * math.sqrt(0.5))) / 2
        change = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    elif name == "gelu_tanh":
        k = math.sqrt(2 / math.pi)
        t = torch.tanh(k * z * (1 + 0.044715 * z**2))
        gate, change = (1 + t) / 2, (1 - t * t) / 2 * k * (1 + 3 * 0.044715 * z**2)
    elif name == "mish":
        gate = torch.tanh(p)
        change = (1 - gate**2) * s
    else:
        raise ValueError(f"unknown: {name}")
    return z * gate, gate + z * change


def activate(name: str, z: Tensor) -> Tensor:
    return both(name, z)[0]


def activate_grad(name: str, z: Tensor) -> Tensor:
    return both(name, z)[1]
''',
    ),
]


def probe(m):
    """Values and slopes of each at 17 points from -4 to 4 and at 800 and -800; an unknown name."""
    z = torch.cat([torch.linspace(-4, 4, 17, dtype=torch.float64), torch.tensor([800.0, -800.0], dtype=torch.float64)])
    unknown = {
        "value of an unknown name": lambda: m.activate("softsign", z),
        "slope of an unknown name": lambda: m.activate_grad("softsign", z),
    }
    values = {f"value of {name}": lambda name=name: m.activate(name, z) for name in NAMES}
    slopes = {f"slope of {name}": lambda name=name: m.activate_grad(name, z) for name in NAMES}
    return values | slopes | unknown
