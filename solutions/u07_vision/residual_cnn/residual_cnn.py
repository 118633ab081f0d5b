"""A residual block and a tiny ResNet, after "Deep Residual Learning for Image Recognition" (He, Zhang, Ren, Sun, 2015)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """relu(branch(x) + shortcut(x)), figure 2 of the paper, with its projection shortcut (option B) where shapes change."""

    def __init__(self, in_ch: int, out_ch: int, stride: int = 1):
        """No bias in front of a batch norm: the norm would subtract it right away."""
        super().__init__()
        self.conv1 = nn.Conv2d(in_ch, out_ch, 3, stride=stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(out_ch)
        self.conv2 = nn.Conv2d(out_ch, out_ch, 3, stride=1, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(out_ch)
        if stride == 1 and in_ch == out_ch:
            self.shortcut = nn.Identity()
        else:
            # The sum needs equal shapes: one weight per pair of channels, and the same stride as the branch.
            project = nn.Conv2d(in_ch, out_ch, 1, stride=stride, bias=False)
            self.shortcut = nn.Sequential(project, nn.BatchNorm2d(out_ch))

    def forward(self, x: Tensor) -> Tensor:
        """The last activation comes after the paths meet, so that the shortcut can correct the branch and vice versa."""
        hidden = F.relu(self.bn1(self.conv1(x)))
        branch = self.bn2(self.conv2(hidden))
        return F.relu(branch + self.shortcut(x))


class TinyResNet(nn.Module):
    """Stem, blocks, global average, linear classifier."""

    def __init__(self, num_classes: int, in_ch: int = 3, widths: tuple[int, ...] = (8, 16)):
        """Each block but the first halves height and width."""
        super().__init__()
        first = nn.Conv2d(in_ch, widths[0], 3, padding=1, bias=False)
        self.stem = nn.Sequential(first, nn.BatchNorm2d(widths[0]), nn.ReLU())
        blocks = [ResidualBlock(widths[0], widths[0])]
        for narrow, wide in zip(widths, widths[1:]):
            blocks.append(ResidualBlock(narrow, wide, stride=2))
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(widths[-1], num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """The mean over all places makes the classifier independent of the size of the image."""
        maps = self.blocks(self.stem(x))
        return self.fc(maps.mean(dim=(2, 3)))


def receptive_field(layers: list[tuple[int, int]]) -> int:
    """r grows by (kernel - 1) steps of the present size; `jump` is how many pixels one step is."""
    reach, jump = 1, 1
    for kernel, stride in layers:
        if kernel < 1 or stride < 1:
            raise ValueError(f"kernel and stride must be at least 1, got {kernel} and {stride}")
        reach += (kernel - 1) * jump
        jump *= stride
    return reach


def conv_param_count(in_ch: int, out_ch: int, kernel: int, bias: bool = True) -> int:
    """in * out * kernel^2 weights, and one bias per output channel."""
    weights = in_ch * out_ch * kernel**2
    return weights + (out_ch if bias else 0)
