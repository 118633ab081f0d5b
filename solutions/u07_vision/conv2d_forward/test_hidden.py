"""Hidden checks of conv2d_forward. The truth is torch.nn.functional, run here."""

import torch
import torch.nn.functional as F

from grader.checks import check, close

BOTH = ("float64", "float32")


def convolved(student, cases, settings):
    """Compare conv2d with torch's for x and w of some shapes and for some settings."""
    for x, w in cases:
        for options in settings:
            said = ", ".join(f"{name} {value}" for name, value in options.items()) or "no options"
            what = f"the outputs for x {tuple(x.shape)}, w {tuple(w.shape)}, {said}"
            close(student.conv2d(x, w, **options), F.conv2d(x, w, **options), what=what)


@check(points=2.25, hint="Count the windows by hand for 7 pixels and a kernel of 3, with stride 1, 2 and 3.")
def test_sizes(student):
    """twelve combinations of size, kernel, stride, padding and dilation"""
    combinations = [
        (7, 3, 1, 0, 1),
        (7, 3, 2, 0, 1),
        (7, 3, 3, 0, 1),
        (8, 3, 2, 0, 1),
        (10, 4, 3, 1, 1),
        (5, 5, 1, 0, 1),
        (3, 3, 2, 1, 1),
        (1, 1, 1, 0, 1),
        (2, 3, 1, 3, 1),
        (9, 3, 1, 0, 2),
        (9, 3, 2, 1, 4),
        (28, 5, 4, 2, 3),
    ]
    for size, kernel, stride, padding, dilation in combinations:
        last = size + 2 * padding - (dilation * (kernel - 1) + 1)
        due = len(range(0, last + 1, stride))  # the places at which a window begins
        what = f"the size for {size} pixels, kernel {kernel}, stride {stride}, padding {padding}, dilation {dilation}"
        close(student.conv_out_size(size, kernel, stride=stride, padding=padding, dilation=dilation), due, what=what)
    close(student.conv_out_size(7, 3), 5, what="the size for 7 pixels and a kernel of 3, without options")


@check(points=3, dtypes=BOTH, hint="Within a column: which of channel, kernel row and kernel column changes fastest?")
def test_columns(agree, tensors, student):
    """the columns that torch's unfold gives, for several kernels and settings"""
    x, single, turned = tensors((2, 3, 7, 6)), tensors((1, 1, 4, 5)), tensors((2, 7, 6, 2)).permute(0, 3, 2, 1)
    cases = [
        (x, (3, 2), {}),
        (x, (2, 4), {"stride": 3}),
        (x, (3, 2), {"stride": 2, "padding": 1}),
        (x, (1, 1), {"stride": 2}),
        (single, (4, 5), {}),
        (single, (2, 2), {"padding": 2, "dilation": 3}),
        (turned, (2, 3), {"stride": 2, "padding": 3, "dilation": 2}),
    ]
    for images, kernel, options in cases:
        said = ", ".join(f"{name} {value}" for name, value in options.items()) or "no options"
        what = f"the columns for x {tuple(images.shape)}, kernel {kernel[0]} x {kernel[1]}, {said}"
        close(student.im2col(images, *kernel, **options), F.unfold(images, kernel, **options), what=what)
    agree(lambda m: {"columns, x unchanged": m.im2col(x, 3, 2, stride=2, padding=1)})


@check(points=3, dtypes=BOTH, hint="One output is one sum: over which axes of x and w does it run?")
def test_plain(agree, tensors, student):
    """stride 1 and no padding, for kernels that are not square, of one pixel, and as large as the image"""
    x, single = tensors((2, 3, 7, 6)), tensors((1, 1, 4, 5))
    turned = tensors((5, 6, 3, 2)).permute(3, 2, 1, 0)  # (2, 3, 6, 5), not contiguous
    cases = [(x, tensors((4, 3, 3, 2))), (x, tensors((2, 3, 2, 4))), (x, tensors((5, 3, 1, 1)))]
    cases += [(single, tensors((1, 1, 4, 5))), (single, tensors((3, 1, 2, 3))), (turned, tensors((2, 3, 3, 3)))]
    convolved(student, cases, [{}])
    images, kernels = cases[0]
    agree(lambda m: {"outputs, x and w unchanged": m.conv2d(images, kernels)})


@check(points=3, dtypes=BOTH, hint="Frame the image on all four sides, then step in both directions.")
def test_stride_padding(tensors, student):
    """strides that leave a remainder, and paddings up to more than the kernel"""
    cases = [(tensors((2, 3, 7, 6)), tensors((4, 3, 3, 2))), (tensors((1, 2, 5, 8)), tensors((3, 2, 2, 4)))]
    settings = [
        {"stride": 2},
        {"stride": 3},
        {"padding": 1},
        {"padding": 4},
        {"stride": 2, "padding": 1},
        {"stride": 3, "padding": 2},
    ]
    convolved(student, cases, settings)


@check(points=1.5, dtypes=BOTH, hint="With dilation two, which pixels does a kernel of three see?")
def test_dilated(tensors, student):
    """dilation 2 and 3, alone and with stride and padding"""
    cases = [(tensors((2, 3, 7, 8)), tensors((4, 3, 3, 2))), (tensors((1, 2, 8, 7)), tensors((2, 2, 2, 3)))]
    settings = [{"dilation": 2}, {"padding": 2, "dilation": 2}, {"stride": 2, "padding": 2, "dilation": 3}]
    convolved(student, cases, settings)


@check(points=0.75, dtypes=BOTH, hint="One number per output channel, the same at each position of each image.")
def test_with_bias(agree, tensors, student):
    """a bias of one number per output channel"""
    # As many output channels as columns, so that a bias along the wrong axis doesn't crash but shows.
    x, w, b = tensors((2, 3, 5, 6)), tensors((4, 3, 2, 3)), tensors((4,))
    for options in ({}, {"stride": 2, "padding": 1}):
        said = "with stride 2 and padding 1" if options else "without options"
        close(
            student.conv2d(x, w, b=b, **options), F.conv2d(x, w, b, **options), what=f"the outputs with a bias {said}"
        )
    agree(lambda m: {"outputs, x, w and b unchanged": m.conv2d(x, w, b=b)})


@check(points=0.75, hint="Lay the kernel onto the image as it is written: on which side of it is the minus?")
def test_known_filters(student):
    """a filter for vertical edges answers at the edge, with the right sign"""
    image = torch.zeros(1, 1, 4, 6, dtype=torch.float64)
    image[..., 3:] = 1.0
    vertical = torch.tensor([[[[-1.0, 1.0], [-1.0, 1.0]]]], dtype=torch.float64)
    edges = torch.zeros(1, 1, 3, 5, dtype=torch.float64)
    edges[..., 2] = 2.0
    close(student.conv2d(image, vertical), edges, what="the answer of the filter for vertical edges")
    flat = torch.zeros(1, 1, 3, 5, dtype=torch.float64)
    horizontal = vertical.transpose(2, 3).contiguous()
    close(student.conv2d(image, horizontal), flat, what="the answer of the filter for horizontal edges")


@check(points=0.75, hint="Which numbers have a smallest value, and what is the largest kernel that fits?")
def test_bad_input(agree, rejects, tensors):
    """settings without sense and kernels that don't fit raise ValueError; the largest kernel that fits works"""
    for name, args, options in (
        ("kernel 0", (5, 0), {}),
        ("stride 0", (5, 3), {"stride": 0}),
        ("dilation 0", (5, 3), {"dilation": 0}),
        ("padding -1", (5, 3), {"padding": -1}),
        ("a kernel of 6 on 5 pixels", (5, 6), {}),
        ("a kernel of 4 on 1 pixel with padding 1", (1, 4), {"padding": 1}),
        ("a kernel of 3 with dilation 3 on 6 pixels", (6, 3), {"dilation": 3}),
    ):
        rejects(lambda m, args=args, options=options: m.conv_out_size(*args, **options), what=name)

    x = tensors((1, 2, 5, 6))
    for kernel in ((6, 2), (2, 7), (0, 2), (2, 0)):
        rejects(lambda m, kernel=kernel: m.im2col(x, *kernel), what=f"a kernel of {kernel[0]} x {kernel[1]} on 5 x 6")
    for options in ({"stride": 0}, {"dilation": 0}, {"padding": -1}, {"dilation": 3}):
        said = ", ".join(f"{name}={value}" for name, value in options.items())
        rejects(lambda m, options=options: m.im2col(x, 3, 3, **options), what=f"{said} in im2col")

    w = tensors((3, 2, 3, 3))
    for options in ({"stride": 0}, {"dilation": 0}, {"padding": -1}, {"dilation": 3}):
        said = ", ".join(f"{name}={value}" for name, value in options.items())
        rejects(lambda m, options=options: m.conv2d(x, w, **options), what=f"{said} in conv2d")
    tall, wide = tensors((3, 2, 6, 1)), tensors((3, 2, 1, 7))
    rejects(lambda m: m.conv2d(x, tall), what="a kernel that is too high")
    rejects(lambda m: m.conv2d(x, wide), what="a kernel that is too wide")
    for channels in (1, 3, 4):
        other = tensors((3, channels, 3, 3))
        rejects(lambda m, w=other: m.conv2d(x, w), what=f"kernels for {channels} channels on an image with 2")

    largest, spread = tensors((2, 2, 5, 6)), tensors((2, 2, 3, 3))
    agree(
        lambda m: {
            "size with a kernel as large as the image": m.conv_out_size(5, 5),
            "outputs with a kernel as large as the image": m.conv2d(x, largest),
            "outputs with a kernel that reaches as far as the image": m.conv2d(x, spread, dilation=2),
        }
    )
