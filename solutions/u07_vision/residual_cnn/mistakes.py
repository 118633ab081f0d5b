"""Known wrong answers to residual_cnn with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "activates_before_adding",
        "The sum itself should pass through the last activation; you activate the branch alone, before the paths meet.",
        swap=("F.relu(branch + self.shortcut(x))", "F.relu(branch) + self.shortcut(x)"),
        caught_by="test_block_identity",
    ),
    mistake(
        "no_final_activation",
        "One activation is missing: the one after the two paths meet.",
        swap=("F.relu(branch + self.shortcut(x))", "branch + self.shortcut(x)"),
        caught_by="test_block_identity",
    ),
    mistake(
        "no_relu_between",
        "Two linear maps without anything between them are one linear map: what is missing inside the branch?",
        swap=("hidden = F.relu(self.bn1(self.conv1(x)))", "hidden = self.bn1(self.conv1(x))"),
        caught_by="test_block_identity",
    ),
    mistake(
        "skip_forgotten",
        "Where does the input go around the convolutions? In your block, only the branch arrives.",
        swap=("F.relu(branch + self.shortcut(x))", "F.relu(branch)"),
        caught_by="test_block_identity",
    ),
    mistake(
        "stride_in_second_convolution",
        "The first convolution does the shrinking, so that the second works on the small image already.",
        swaps=[
            ("nn.Conv2d(in_ch, out_ch, 3, stride=stride,", "nn.Conv2d(in_ch, out_ch, 3, stride=1,"),
            ("nn.Conv2d(out_ch, out_ch, 3, stride=1,", "nn.Conv2d(out_ch, out_ch, 3, stride=stride,"),
        ],
        caught_by="test_block_projection",
    ),
    mistake(
        "shortcut_always_projects",
        "If a block changes nothing in the shape, its shortcut needs no weights.",
        swap=("if stride == 1 and in_ch == out_ch:", "if False:"),
        caught_by="test_block_keys",
    ),
    mistake(
        "convolutions_keep_bias",
        "A batch norm removes any constant that was added just before it: which layers need no bias?",
        swaps=[
            ("3, stride=stride, padding=1, bias=False)", "3, stride=stride, padding=1)"),
            ("3, stride=1, padding=1, bias=False)", "3, stride=1, padding=1)"),
            ("1, stride=stride, bias=False)", "1, stride=stride)"),
            ("widths[0], 3, padding=1, bias=False)", "widths[0], 3, padding=1)"),
        ],
        caught_by="test_block_keys",
    ),
    mistake(
        "receptive_field_ignores_stride",
        "After a stride of two, one step in the feature map is two pixels of the image.",
        swap=("reach += (kernel - 1) * jump", "reach += kernel - 1"),
        caught_by="test_counts",
    ),
    mistake(
        "norm_layer_shared",
        "The two norms of a block see different data, and each needs statistics and parameters of its own.",
        swap=("self.bn2(self.conv2(hidden))", "self.bn1(self.conv2(hidden))"),
        caught_by="test_block_train_mode",
    ),
    mistake(
        "pools_with_maximum",
        "The head wants the average of each feature map, not its largest value.",
        swap=("maps.mean(dim=(2, 3))", "maps.amax(dim=(2, 3))"),
        caught_by="test_network_output",
    ),
    mistake(
        "bias_not_counted",
        "There is one more number per output channel than you count.",
        swap=("return weights + (out_ch if bias else 0)", "return weights"),
        caught_by="test_counts",
    ),
]

ALSO_CORRECT = [
    correct(
        "parts_named_by_helpers",
        source='''
import math

import torch
from collections import OrderedDict
from torch import nn


def conv3x3(a, b, stride=1):
    return nn.Conv2d(in_channels=a, out_channels=b, kernel_size=(3, 3), stride=(stride, stride), padding="same" if stride == 1 else 1, bias=False)


class ResidualBlock(nn.Module):
    """Modules instead of functions, registered in another order; the sum is made in place."""

    def __init__(self, in_ch: int, out_ch: int, stride: int = 1):
        super(ResidualBlock, self).__init__()
        self.relu = nn.ReLU(inplace=True)
        self.shortcut = nn.Sequential()  # empty: the identity
        if stride != 1 or in_ch != out_ch:
            self.shortcut = nn.Sequential(nn.Conv2d(in_ch, out_ch, kernel_size=1, stride=stride, bias=None), nn.BatchNorm2d(out_ch))
        self.bn2 = nn.BatchNorm2d(out_ch)
        self.conv2 = conv3x3(out_ch, out_ch)
        self.bn1 = nn.BatchNorm2d(out_ch)
        self.conv1 = conv3x3(in_ch, out_ch, stride)

    def forward(self, x):
        y = self.conv1(x)
        y = self.bn1(y)
        y = self.relu(y)
        y = self.conv2(y)
        y = self.bn2(y)
        y += self.shortcut(x)
        return self.relu(y)


class TinyResNet(nn.Module):
    def __init__(self, num_classes: int, in_ch: int = 3, widths: tuple[int, ...] = (8, 16)):
        super().__init__()
        self.fc = nn.Linear(in_features=widths[-1], out_features=num_classes)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.stem = nn.Sequential(conv3x3(in_ch, widths[0]), nn.BatchNorm2d(widths[0]), nn.ReLU(inplace=True))
        self.blocks = nn.Sequential()
        for i, width in enumerate(widths):
            self.blocks.add_module(str(i), ResidualBlock(widths[max(i - 1, 0)], width, 1 if i == 0 else 2))

    def forward(self, x):
        x = self.stem(x)
        for block in self.blocks:
            x = block(x)
        return self.fc(torch.flatten(self.pool(x), 1))


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """From the last layer backwards: n pixels need (n - 1) * stride + kernel before them."""
    if any(k < 1 or s < 1 for k, s in layers):
        raise ValueError("layer")
    n = 1
    for k, s in reversed(layers):
        n = (n - 1) * s + k
    return n


def conv_param_count(in_ch: int, out_ch: int, kernel: int, bias: bool = True) -> int:
    return out_ch * (in_ch * kernel * kernel + int(bias))
''',
    ),
    correct(
        "lists_and_products",
        source="""
import math

import torch
from torch import nn
from torch.nn import functional as F


class ResidualBlock(nn.Module):
    def __init__(self, in_ch: int, out_ch: int, stride: int = 1):
        super().__init__()
        self.same = stride == 1 and in_ch == out_ch
        for k, (a, s) in enumerate([(in_ch, stride), (out_ch, 1)], 1):
            setattr(self, f"conv{k}", nn.Conv2d(a, out_ch, 3, s, 1, bias=False))
            setattr(self, f"bn{k}", nn.BatchNorm2d(out_ch))
        layers = [] if self.same else [nn.Conv2d(in_ch, out_ch, 1, stride, 0, bias=False), nn.BatchNorm2d(out_ch)]
        self.shortcut = nn.Sequential(*layers)

    def forward(self, x):
        around = x if self.same else self.shortcut(x)
        through = self.bn2(self.conv2(self.bn1(self.conv1(x)).clamp(min=0)))
        total = around + through
        return torch.where(total > 0, total, torch.zeros_like(total))


class TinyResNet(nn.Module):
    def __init__(self, num_classes: int, in_ch: int = 3, widths: tuple[int, ...] = (8, 16)):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(in_ch, widths[0], 3, padding=1, bias=False), nn.BatchNorm2d(widths[0]), nn.ReLU()
        )
        chain = [widths[0], *widths]
        self.blocks = nn.Sequential(
            *(ResidualBlock(a, b, stride=1 + (i > 0)) for i, (a, b) in enumerate(zip(chain[:-1], chain[1:])))
        )
        self.fc = nn.Linear(widths[-1], num_classes)

    def forward(self, x):
        y = self.blocks(self.stem(x))
        return self.fc(y.sum((-1, -2)) / (y.shape[-1] * y.shape[-2]))


def receptive_field(layers: list[tuple[int, int]]) -> int:
    for kernel, stride in layers:
        if min(kernel, stride) <= 0:
            raise ValueError("below 1")
    return 1 + sum((kernel - 1) * math.prod(s for _, s in layers[:i]) for i, (kernel, _) in enumerate(layers))


def conv_param_count(in_ch: int, out_ch: int, kernel: int, bias: bool = True) -> int:
    return sum(p.numel() for p in nn.Conv2d(in_ch, out_ch, kernel, bias=bias).parameters())
""",
    ),
]


def probe(m):
    """Filled blocks and a network on fixed images, and some counts.

    The kit fills a bias in front of a norm with zeros, so that such a bias shows in the state dict alone, whichever layers
    have it.
    """
    draw = torch.Generator().manual_seed(705)
    x = torch.randn(2, 3, 5, 6, generator=draw, dtype=torch.float64)
    deep = [(3, 1), (3, 2), (3, 1), (3, 2)]

    def run(make, args, options, seed, training=False):
        return m.kit.run(make, args, options, x, seed=seed, training=training)["output"]

    def no_bias():
        names = [m.kit.names_and_shapes(m.ResidualBlock, (3, 4), {}), m.kit.names_and_shapes(m.TinyResNet, (2,), {})]
        convolutions = [name for state in names for name, shape in state.items() if len(shape) == 4]
        biases = {name.removesuffix("weight") + "bias" for name in convolutions}
        return not any(biases & set(state) for state in names)

    return {
        "same shape": lambda: run(m.ResidualBlock, (3, 3), {}, 1),
        "same shape, training": lambda: run(m.ResidualBlock, (3, 3), {}, 1, training=True),
        "stride 2": lambda: run(m.ResidualBlock, (3, 4), {"stride": 2}, 2),
        "network": lambda: run(m.TinyResNet, (3,), {"widths": (2, 3)}, 3),
        "no bias before a norm": no_bias,
        "receptive field": lambda: m.receptive_field(deep),
        "parameters": lambda: m.conv_param_count(3, 8, 3),
        "parameters without bias": lambda: m.conv_param_count(3, 8, 3, bias=False),
    }
