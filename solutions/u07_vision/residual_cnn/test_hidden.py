"""Hidden checks of residual_cnn."""

import course_data
import torch

from grader.checks import check, ensure

BOTH = ("float64", "float32")


def output(m, make, args, options, x, **more):
    """What a filled module gives for x."""
    return m.kit.run(make, args, options, x, **more)["output"]


@check(
    points=1.5, hint="Which names does the contract give, where is there no bias, and when has the shortcut no weights?"
)
def test_block_keys(agree):
    """the state dict of a block: names and shapes, with and without a change of shape"""

    def shapes(m):
        cases = {"4 to 4": ((4, 4), {}), "4 to 4, stride 2": ((4, 4), {"stride": 2}), "3 to 5": ((3, 5), {})}
        return {name: m.kit.names_and_shapes(m.ResidualBlock, *case) for name, case in cases.items()}

    agree(shapes)


@check(points=3, dtypes=BOTH, hint="Where do the two paths meet, and what comes before and what after that place?")
def test_block_identity(agree, tensors):
    """a block without change of shape, in evaluation mode"""
    x, single = tensors((2, 4, 7, 5)), tensors((1, 1, 1, 1))

    def blocks(m):
        return {
            "output for 4 channels": output(m, m.ResidualBlock, (4, 4), {}, x, seed=1),
            "output for 4 channels, stride 1 given": output(m, m.ResidualBlock, (4, 4), {"stride": 1}, x, seed=2),
            "output for a single pixel": output(m, m.ResidualBlock, (1, 1), {}, single, seed=3),
        }

    agree(blocks)


@check(points=3, dtypes=BOTH, hint="Both paths must shrink the image alike: which convolution on each of them does it?")
def test_block_projection(agree, tensors):
    """blocks with a change of shape: more channels, fewer, stride 2 and 3, odd sizes"""
    x, wide = tensors((2, 3, 7, 6)), tensors((1, 3, 5, 9))

    def blocks(m):
        return {
            "output for 3 to 5 channels, stride 2": output(m, m.ResidualBlock, (3, 5), {"stride": 2}, x, seed=1),
            "output for 3 to 3 channels, stride 2": output(m, m.ResidualBlock, (3, 3), {"stride": 2}, wide, seed=2),
            "output for 3 to 2 channels": output(m, m.ResidualBlock, (3, 2), {}, x, seed=3),
            "output for 3 to 4 channels, stride 3": output(m, m.ResidualBlock, (3, 4), {"stride": 3}, wide, seed=4),
        }

    agree(blocks)


@check(points=1.5, dtypes=BOTH, hint="Each batch norm keeps statistics of its own: what has gone through it?")
def test_block_train_mode(agree, tensors):
    """batch statistics while training, and the running statistics afterwards"""
    x = tensors((4, 3, 5, 6))

    def blocks(m):
        return {
            "3 to 3 channels": m.kit.run(m.ResidualBlock, (3, 3), {}, x, seed=1, training=True),
            "3 to 4 channels, stride 2": m.kit.run(m.ResidualBlock, (3, 4), {"stride": 2}, x, seed=2, training=True),
        }

    agree(blocks)


@check(
    points=2.25,
    dtypes=BOTH,
    hint="Stem, one block per width, one number per feature map, scores: what is the shape after each?",
)
def test_network_output(agree, tensors):
    """names, shapes and scores of networks with one, two and three widths"""
    colour, grey = tensors((2, 3, 9, 7)), tensors((3, 1, 6, 6))

    def networks(m):
        three = {"in_ch": 1, "widths": (2, 3, 4)}
        one, equal = {"widths": (5,)}, {"widths": (3, 3)}
        return {
            "shapes with widths 8 and 16": m.kit.names_and_shapes(m.TinyResNet, (3,), {}),
            "scores with widths 8 and 16": output(m, m.TinyResNet, (3,), {}, colour, seed=1),
            "scores with widths 2, 3 and 4": output(m, m.TinyResNet, (4,), three, grey, seed=2),
            "scores with width 5": output(m, m.TinyResNet, (2,), one, colour, seed=3),
            "scores with widths 3 and 3": output(m, m.TinyResNet, (2,), equal, colour, seed=5),
            "in training mode": m.kit.run(m.TinyResNet, (4,), three, grey, seed=4, training=True),
        }

    agree(networks)


@check(
    points=1.5,
    hint="Count the first two layers on squared paper: one pixel at the end, and all pixels that it depends on.",
)
def test_counts(agree):
    """receptive fields of seven stacks of layers, and parameter counts"""

    def counts(m):
        stacks = [
            [],
            [(1, 1)],
            [(3, 1)] * 5,
            [(3, 1), (3, 2), (3, 1), (3, 2)],
            [(7, 2), (3, 2), (3, 1), (3, 1), (3, 2), (3, 1)],
            [(2, 2), (2, 2), (5, 3), (1, 1), (4, 1)],
            [(1, 4), (3, 1)],
        ]
        return {
            "receptive fields": [m.receptive_field(layers) for layers in stacks],
            "parameters": [m.conv_param_count(3, 8, 3), m.conv_param_count(16, 4, 1), m.conv_param_count(1, 1, 5)],
            "parameters, bias given": [m.conv_param_count(3, 8, 3, bias=bias) for bias in (True, False)],
        }

    agree(counts)


@check(points=1.5, hint="Compare the first loss and the later ones: does a step make it smaller?")
def test_learns_bars(agree, generator, student):
    """forty steps of Adam on images of horizontal, vertical and diagonal bars"""
    x, y = course_data.bars(20, 8, 0.2, int(torch.randint(1000, (), generator=generator)))

    def trained(m, steps):
        options = {"in_ch": 1, "widths": (6, 12)}
        return m.kit.train(m.TinyResNet, (3,), options, x, y, steps=steps, lr=0.01, seed=5)

    agree(lambda m: {"losses before the first three steps": trained(m, 3)["losses"]})
    accuracy = trained(student, 40)["accuracy"]
    ensure(
        accuracy >= 0.95,
        f"After 40 steps, {accuracy:.0%} of the training images are right; at least 95% should be. "
        "Mend what the other checks say, then come back.",
    )


@check(points=0.75, hint="What is the smallest kernel, and what the smallest stride?")
def test_bad_input(agree, rejects):
    """kernels and strides below 1 raise ValueError, wherever they stand; those of 1 work"""
    for layers in ([(0, 1)], [(3, 0)], [(3, 1), (-1, 1)], [(3, 1), (3, -2)], [(3, 1), (0, 1), (3, 1)]):
        rejects(lambda m, layers=layers: m.receptive_field(layers), what=f"the layers {layers}")
    agree(lambda m: {"receptive fields": [m.receptive_field([(1, 1), (1, 2), (2, 1)]), m.receptive_field([(1, 1)])]})
