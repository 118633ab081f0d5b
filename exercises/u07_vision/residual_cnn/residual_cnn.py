"""A residual block, a small network made of such blocks, and two numbers that describe a network."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions with batch norm, and a way around them.

    Attributes, whose names are part of the state dict:

    * `conv1`: 3 x 3, in_ch -> out_ch, the given stride, padding 1, no bias; `bn1`: batch norm after it.
    * `conv2`: 3 x 3, out_ch -> out_ch, stride 1, padding 1, no bias; `bn2`: batch norm after it.
    * `shortcut`: the identity, without parameters, if the stride is 1 and in_ch equals out_ch; otherwise a sequence
      of a 1 x 1 convolution (the given stride, no bias) and a batch norm.
    """

    def __init__(self, in_ch: int, out_ch: int, stride: int = 1):
        """Make the layers."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Images `(N, in_ch, H, W)` to `(N, out_ch, H', W')`, where H' is H divided by the stride, rounded up.

        The branch is conv1, bn1, relu, conv2, bn2; the result is the relu of the sum of branch and shortcut. x stays as
        it is.
        """
        raise NotImplementedError


class TinyResNet(nn.Module):
    """A stem, one residual block per width, an average over each feature map, and a linear layer.

    Attributes, whose names are part of the state dict:

    * `stem`: a sequence of a 3 x 3 convolution in_ch -> widths[0] (stride 1, padding 1, no bias), batch norm, and ReLU.
    * `blocks`: a sequence with one ResidualBlock for each entry of `widths`; the first has stride 1, the others 2.
    * `fc`: linear, widths[-1] -> num_classes, with bias.
    """

    def __init__(self, num_classes: int, in_ch: int = 3, widths: tuple[int, ...] = (8, 16)):
        """Make the layers."""
        raise NotImplementedError

    def forward(self, x: Tensor) -> Tensor:
        """Images `(N, in_ch, H, W)` to scores `(N, num_classes)`: stem, blocks, mean over both spatial axes, fc."""
        raise NotImplementedError


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """How many input pixels, along one axis, a single output of these layers can see.

    layers: (kernel, stride) of each convolution or pooling, in the order in which they are applied.

    Raises ValueError if a kernel or a stride is below 1.
    """
    raise NotImplementedError


def conv_param_count(in_ch: int, out_ch: int, kernel: int, bias: bool = True) -> int:
    """The number of parameters of a convolution with kernels of kernel x kernel entries."""
    raise NotImplementedError
