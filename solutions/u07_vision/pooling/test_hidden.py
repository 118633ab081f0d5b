"""Hidden checks of pooling. The truth is torch.nn.functional and autograd, run here."""

import torch
import torch.nn.functional as F

from grader.checks import check, close

BOTH = ("float64", "float32")
SETTINGS = [{"kernel": 2}, {"kernel": 3, "stride": 1}, {"kernel": 3, "stride": 2}, {"kernel": 2, "stride": 3}]


def told(options):
    """The settings in words."""
    return ", ".join(f"{name} {value}" for name, value in options.items())


def as_arguments(kernel, **options):
    """The kernel by position, the rest by name."""
    return (kernel,), options


def as_in_torch(kernel, stride=None, padding=0, count_include_pad=True):
    """The same for torch, all by position."""
    return kernel, stride, padding, False, count_include_pad


def images(tensors):
    """Two images with three channels, higher than wide, and a single one, wider than high."""
    return [tensors((2, 3, 8, 6)), tensors((1, 1, 5, 7))]


def turned(tensors):
    """An image that is not contiguous."""
    return tensors((7, 5, 2, 2)).permute(3, 2, 1, 0)


@check(points=3, dtypes=BOTH, hint="List the windows of a 5 x 5 image for kernel 2: where does each begin?")
def test_max_values(agree, tensors, student):
    """the maxima for several kernels and strides, also with a remainder and with gaps"""
    for x in images(tensors):
        for options in [*SETTINGS, {"kernel": 1}, {"kernel": 5}]:
            args, rest = as_arguments(**options)
            due = F.max_pool2d(x, options["kernel"], options.get("stride"))
            close(
                student.max_pool2d(x, *args, **rest)[0], due, what=f"the maxima of x {tuple(x.shape)}, {told(options)}"
            )
    x = turned(tensors)
    agree(lambda m: {"maxima, x unchanged": m.max_pool2d(x, 2)[0]})


@check(
    points=2.25, dtypes=BOTH, hint="Number the pixels of one channel from 0, row by row: which number has the maximum?"
)
def test_max_indices(agree, tensors, student):
    """the place of every maximum in its image"""
    for x in images(tensors):
        for options in SETTINGS:
            args, rest = as_arguments(**options)
            _, due = F.max_pool2d(x, options["kernel"], options.get("stride"), return_indices=True)
            what = f"the places of the maxima of x {tuple(x.shape)}, {told(options)}"
            close(student.max_pool2d(x, *args, **rest)[1], due, what=what)
    x = turned(tensors)
    agree(lambda m: {"places, x unchanged": m.max_pool2d(x, 3, stride=1)[1]})


@check(points=0.75, hint="Which of several equal pixels comes first when you read the image like a page?")
def test_ties(generator, student):
    """the first of several equal maxima, in flat and in patchy images"""
    flat = torch.full((1, 2, 5, 6), -1.5, dtype=torch.float64)
    patchy = torch.randint(0, 3, (2, 2, 6, 5), generator=generator).double()
    for name, x in (("a flat image", flat), ("an image of zeros, ones and twos", patchy)):
        for options in SETTINGS[:2]:
            args, rest = as_arguments(**options)
            _, due = F.max_pool2d(x, options["kernel"], options.get("stride"), return_indices=True)
            what = f"the places of the maxima of {name}, {told(options)}"
            close(student.max_pool2d(x, *args, **rest)[1], due, what=what)


@check(points=1.5, dtypes=BOTH, hint="Pool an image without any positive value: may the border be the maximum?")
def test_padding_is_minus_infinity(tensors, student):
    """negative images with padding: maxima and places are those of real pixels"""
    tall, wide = (-0.5 - x.abs() for x in images(tensors))
    cases = [
        ("about -1", tall, {"kernel": 3, "stride": 2, "padding": 1}),
        ("about -1", wide, {"kernel": 3, "stride": 1, "padding": 1}),
        ("about -1", wide, {"kernel": 4, "stride": 3, "padding": 2}),
        ("about -1", tall, {"kernel": 2, "padding": 1}),
        ("about -1e12", 1e12 * wide, {"kernel": 3, "padding": 1}),
    ]
    for size, x, options in cases:
        args, rest = as_arguments(**options)
        due = F.max_pool2d(x, *as_in_torch(**options)[:3], return_indices=True)
        what = f"(maxima, places) of x {tuple(x.shape)} with values of {size}, {told(options)}"
        close(student.max_pool2d(x, *args, **rest), tuple(due), what=what)


@check(points=3, dtypes=BOTH, hint="Follow one pixel that wins in two windows: what does it get from each of them?")
def test_backward(agree, tensors, student):
    """gradients through windows side by side, overlapping, with gaps, and with padding"""
    settings = [*SETTINGS, {"kernel": 4, "stride": 2, "padding": 2}]
    for x in images(tensors):
        for options in settings:
            leaf = x.clone().requires_grad_()
            y, places = F.max_pool2d(leaf, *as_in_torch(**options)[:3], return_indices=True)
            dout = tensors(y.shape)
            (due,) = torch.autograd.grad((y * dout).sum(), leaf)
            what = f"the gradient for x {tuple(x.shape)}, {told(options)}"
            close(student.max_pool2d_backward(dout, places, tuple(x.shape)), due.contiguous(), what=what)

    # Every window has its maximum in the same pixel, and dout is not contiguous.
    dout = tensors((4, 3, 3, 2)).permute(3, 2, 1, 0)
    crowd = torch.full((2, 3, 3, 4), 7)
    due = torch.zeros(2, 3, 5, 4, dtype=dout.dtype)
    due[:, :, 1, 3] = dout.sum((2, 3))
    agree(lambda m: {"one pixel for all windows, dout unchanged": m.max_pool2d_backward(dout, crowd, (2, 3, 5, 4))})
    close(
        student.max_pool2d_backward(dout, crowd, (2, 3, 5, 4)), due, what="the gradient with one pixel for all windows"
    )


@check(
    points=2.25, dtypes=BOTH, hint="At a corner with padding: what is the sum, and by which number do you divide it?"
)
def test_average(agree, tensors, student):
    """averages without padding, and with padding counted in both ways"""
    padded = [{"kernel": 3, "stride": 1, "padding": 1}, {"kernel": 4, "stride": 3, "padding": 2}]
    settings = [
        *SETTINGS,
        *padded,
        {"kernel": 2, "padding": 1},
        {"kernel": 2, "count_include_pad": False},
        {"kernel": 3, "stride": 2, "padding": 1, "count_include_pad": True},
        *({**options, "count_include_pad": False} for options in padded),
    ]
    both = images(tensors)
    for k, options in enumerate(settings):
        x = both[k % 2]
        args, rest = as_arguments(**options)
        due = F.avg_pool2d(x, *as_in_torch(**options))
        what = f"the averages of x {tuple(x.shape)}, {told(options)}"
        close(student.avg_pool2d(x, *args, **rest), due, what=what)
    x = turned(tensors)
    three = tensors((3, 2, 4, 4))
    agree(
        lambda m: {
            "averages, x unchanged": m.avg_pool2d(x, 3, stride=1, padding=1, count_include_pad=False),
            "averages of three images": m.avg_pool2d(three, 3, padding=1, count_include_pad=False),
        }
    )


@check(points=1.5, dtypes=BOTH, hint="Add up all pixels of a channel, and divide by how many there are.")
def test_global_average(agree, tensors, student):
    """one number per channel for square and other images, and for a single pixel"""
    for x in [*images(tensors), turned(tensors), tensors((2, 4, 3, 3)), tensors((3, 2, 1, 1))]:
        due = torch.stack([torch.stack([channel.sum() / channel.numel() for channel in image]) for image in x])
        close(student.global_avg_pool(x), due, what=f"the global averages of x {tuple(x.shape)}")
    agree(lambda m: {"global averages, x unchanged": m.global_avg_pool(x)})


@check(
    points=0.75, hint="Which settings have a smallest value, which a largest, and what holds if the stride is left out?"
)
def test_bad_input(agree, rejects, tensors):
    """kernel, stride and padding out of their ranges raise ValueError; at the limits they work"""
    x = tensors((1, 2, 6, 6))
    bad = [
        (0, {}),
        (-1, {}),
        (0, {"stride": 1}),
        (2, {"stride": 0}),
        (2, {"stride": -1}),
        (2, {"padding": -1}),
        (3, {"padding": 2}),
        (2, {"padding": 2}),
        (1, {"padding": 1}),
    ]
    for kernel, options in bad:
        said = told({"kernel": kernel, **options})
        rejects(lambda m, k=kernel, o=options: m.max_pool2d(x, k, **o), what=f"{said} in max_pool2d")
        rejects(lambda m, k=kernel, o=options: m.avg_pool2d(x, k, **o), what=f"{said} in avg_pool2d")

    def at_the_limits(m):
        limits = [(1, {}), (6, {}), (2, {"padding": 1}), (4, {"padding": 2}), (3, {"stride": 1, "padding": 1})]
        return {
            f"{told({'kernel': kernel, **options})}": [
                m.max_pool2d(x, kernel, **options),
                m.avg_pool2d(x, kernel, **options),
            ]
            for kernel, options in limits
        }

    agree(at_the_limits)
