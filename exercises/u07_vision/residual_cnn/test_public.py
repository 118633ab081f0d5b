"""Public checks of residual_cnn: the worked examples of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


def plain_norm(name, bias=0.0):
    """The state of a batch norm for one channel that adds `bias` and changes nothing else in evaluation mode."""
    eps = 1e-5  # is added to the variance
    return {
        f"{name}.weight": numbers(1.0),
        f"{name}.bias": numbers(bias),
        f"{name}.running_mean": numbers(0.0),
        f"{name}.running_var": numbers(1.0 - eps),
    }


def only_centre(value):
    """A 3 x 3 kernel that multiplies by `value`."""
    kernel = torch.zeros(1, 1, 3, 3, dtype=torch.float64)
    kernel[0, 0, 1, 1] = value
    return kernel


@check(hint="Follow each of the three pixels along both paths, as the table of the statement does.")
def test_three_pixels(student):
    """the block of the statement on three pixels"""
    state = {"conv1.weight": only_centre(-1.0), "conv2.weight": only_centre(2.0)}
    state |= plain_norm("bn1") | plain_norm("bn2", bias=-1.0)
    x = numbers([[[3.0, -2.0, 0.5]]])
    y = student.kit.run_with(student.ResidualBlock, (1, 1), {}, x, state)
    close(y, numbers([[[2.0, 1.0, 0.0]]]), what="the output of the block")


@check(hint="Which layers does the statement name, and which of them have a bias?")
def test_names(student):
    """the state dict of a block that changes nothing in shape"""
    found = student.kit.names_and_shapes(student.ResidualBlock, (2, 2), {})
    due = {"conv1.weight": [2, 2, 3, 3], "conv2.weight": [2, 2, 3, 3]}
    for norm in ("bn1", "bn2"):
        due |= {f"{norm}.{part}": [2] for part in ("weight", "bias", "running_mean", "running_var")}
        due[f"{norm}.num_batches_tracked"] = []
    close(found, due, what="the shapes in the state dict")


@check(hint="How many numbers come out for one image?")
def test_scores(student):
    """the network gives one row of scores per image, for any size of image"""
    x = torch.linspace(-1, 1, 2 * 3 * 7 * 5, dtype=torch.float64).reshape(2, 3, 7, 5)
    y = student.kit.run(student.TinyResNet, (4,), {}, x)["output"]
    close(list(y.shape), [2, 4], what="the shape of the scores for two images and four classes")


@check(hint="Each layer adds (kernel - 1) steps; how many pixels long is a step at that depth?")
def test_counting(student):
    """the receptive fields and parameter counts of the statement"""
    close(student.receptive_field([(3, 1), (3, 1)]), 5, what="the receptive field of two 3 x 3 layers")
    close(student.receptive_field([(3, 2), (3, 1), (3, 1)]), 11, what="the receptive field of the statement's layers")
    close(student.conv_param_count(3, 8, 3), 224, what="the parameters of a 3 x 3 convolution from 3 to 8 channels")
    close(student.conv_param_count(3, 8, 3, bias=False), 216, what="the same without bias")


@check(hint="A layer that doesn't move sees nothing new, and one without a kernel sees nothing at all.")
def test_stride_zero(rejects):
    """a stride of 0 raises ValueError"""
    rejects(lambda m: m.receptive_field([(3, 1), (3, 0)]), what="a stride of 0")
