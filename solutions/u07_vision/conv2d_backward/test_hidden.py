"""Hidden checks of conv2d_backward. The truth is autograd of torch's conv2d, run here."""

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
NAMES = ("dx", "dw", "db")


def truth(dout, x, w, stride=1, padding=0):
    """(dx, dw, db) by autograd."""
    x, w = x.clone().requires_grad_(), w.clone().requires_grad_()
    b = torch.zeros_like(w[:, 0, 0, 0]).requires_grad_()
    # A scalar, because the first use of grad_outputs in a process imports a quarter of a second of modules.
    loss = (dout * F.conv2d(x, w, b, stride=stride, padding=padding)).sum()
    return torch.autograd.grad(loss, [x, w, b])


def draw(tensors, images, kernels, stride=1, padding=0):
    """dout, x and w of these shapes."""
    out = [(images[k] + 2 * padding - kernels[k]) // stride + 1 for k in (2, 3)]
    return tensors((images[0], kernels[0], *out), scale=0.3), tensors(images), tensors(kernels)


def compared(student, wanted, given, **options):
    """Compare some of the three gradients with those of autograd."""
    found, due = student.conv2d_backward(*given, **options), truth(*given, **options)
    if not (isinstance(found, tuple) and len(found) == 3):
        close(found, due, what="(dx, dw, db)")
    _, x, w = given
    said = ", ".join(f"{name} {value}" for name, value in options.items()) or "stride 1, no padding"
    for name in wanted:
        k = NAMES.index(name)
        close(found[k], due[k], what=f"{name} for x {tuple(x.shape)}, w {tuple(w.shape)}, {said}")


@check(points=3, dtypes=BOTH, hint="At how many places of how many images was one bias added?")
def test_bias_gradient(tensors, student):
    """db for several images and for one, with and without stride and padding"""
    compared(student, ["db"], draw(tensors, (3, 2, 5, 6), (4, 2, 3, 2)))
    compared(student, ["db"], draw(tensors, (1, 1, 4, 3), (2, 1, 2, 2)))
    compared(student, ["db"], draw(tensors, (2, 2, 5, 6), (3, 2, 3, 2), 2, 1), stride=2, padding=1)


@check(points=6, dtypes=BOTH, hint="Which pixels did one entry of the kernel meet, and which output got each product?")
def test_weight_gradient(agree, tensors, student):
    """dw with stride 1 and without padding, for several kernels, for several images and for one"""
    given = draw(tensors, (2, 3, 5, 6), (4, 3, 3, 2))
    compared(student, ["dw"], given)
    compared(student, ["dw"], draw(tensors, (3, 2, 4, 7), (2, 2, 2, 4)))
    compared(student, ["dw"], draw(tensors, (1, 3, 3, 4), (2, 3, 1, 1)))
    compared(student, ["dw"], draw(tensors, (1, 1, 3, 4), (2, 1, 3, 4)))
    dout, x, w = (tensors(shape).permute(0, 1, 3, 2) for shape in ((2, 3, 4, 2), (2, 2, 5, 4), (3, 2, 2, 3)))
    compared(student, ["dw"], (dout, x, w))  # not contiguous
    agree(lambda m: {"dw, arguments unchanged": m.conv2d_backward(*given)[1]})


@check(
    points=6,
    dtypes=BOTH,
    hint="Which windows does one pixel lie in, and which entry of the kernel covers it in each of them?",
)
def test_input_gradient(agree, tensors, student):
    """dx with stride 1 and without padding, for several kernels, for several images and for one"""
    given = draw(tensors, (2, 3, 5, 6), (4, 3, 3, 2))
    compared(student, ["dx"], given)
    compared(student, ["dx"], draw(tensors, (3, 2, 4, 7), (2, 2, 2, 4)))
    compared(student, ["dx"], draw(tensors, (1, 3, 3, 4), (2, 3, 1, 1)))
    compared(student, ["dx"], draw(tensors, (1, 1, 3, 4), (2, 1, 3, 4)))
    dout, x, w = (tensors(shape).permute(0, 1, 3, 2) for shape in ((2, 3, 4, 2), (2, 2, 5, 4), (3, 2, 2, 3)))
    compared(student, ["dx"], (dout, x, w))  # not contiguous
    agree(lambda m: {"dx, arguments unchanged": m.conv2d_backward(*given)[0]})


@check(
    points=4.5,
    dtypes=BOTH,
    hint="The windows were cut from the framed image, but the frame was never part of the input.",
)
def test_with_padding(tensors, student):
    """dx and dw with a padding of 1, of 2, and wider than the kernel"""
    for images, kernels, padding in (
        ((2, 3, 4, 5), (2, 3, 3, 3), 1),
        ((2, 2, 3, 5), (3, 2, 3, 2), 2),
        ((1, 2, 2, 3), (2, 2, 2, 1), 3),
        ((2, 1, 2, 3), (2, 1, 1, 1), 1),
    ):
        compared(student, ["dx", "dw"], draw(tensors, images, kernels, 1, padding), padding=padding)


@check(
    points=4.5,
    dtypes=BOTH,
    hint="Neighbouring outputs come from windows a stride apart, on the way there and on the way back.",
)
def test_with_stride(tensors, student):
    """dx and dw with strides of 2 and 3, with and without a remainder, with and without padding"""
    for images, kernels, stride, padding in (
        ((2, 3, 5, 6), (2, 3, 3, 2), 2, 0),
        ((2, 2, 8, 6), (3, 2, 3, 2), 3, 0),
        ((1, 2, 7, 5), (2, 2, 2, 4), 3, 1),
        ((2, 2, 6, 7), (2, 2, 3, 3), 2, 2),
        ((2, 1, 4, 5), (2, 1, 1, 1), 2, 0),
    ):
        given = draw(tensors, images, kernels, stride, padding)
        options = {"stride": stride, "padding": padding} if padding else {"stride": stride}
        compared(student, ["dx", "dw"], given, **options)


@check(points=1.5, hint="Which rows and columns does no window ever cover?")
def test_untouched_pixels(tensors, student):
    """pixels between the windows and behind the last one have the gradient 0"""
    given = draw(tensors, (2, 2, 8, 9), (3, 2, 2, 2), 3)
    dx = student.conv2d_backward(*given, stride=3)[0]
    close(dx, truth(*given, stride=3)[0], what="dx for 8 x 9 pixels, a kernel of 2 x 2 and stride 3")
    untouched = torch.ones(8, 9, dtype=torch.bool)
    untouched[torch.tensor([0, 1, 3, 4, 6, 7])[:, None], torch.tensor([0, 1, 3, 4, 6, 7])] = False
    ensure(
        bool((dx[:, :, untouched] == 0).all()),
        "A pixel that no window covers has a gradient: nothing should have been added there.",
    )


@check(points=3, hint="Change one number a little: by how much does the sum of dout times y change?")
def test_numeric(tensors, student):
    """all three gradients against central differences on a tiny case"""
    dout, x, w = draw(tensors, (2, 2, 3, 4), (2, 2, 3, 2), 2, 1)
    b = torch.zeros(2, dtype=x.dtype)

    def loss(changed, place, by):
        moved = [t.clone() for t in (x, w, b)]
        moved[changed].view(-1)[place] += by
        return (dout * F.conv2d(*moved, stride=2, padding=1)).sum()

    slopes = []
    for changed, t in enumerate((x, w, b)):
        slope = [(loss(changed, k, 0.5) - loss(changed, k, -0.5)) for k in range(t.numel())]
        slopes.append(torch.stack(slope).reshape(t.shape))
    found = student.conv2d_backward(dout, x, w, stride=2, padding=1)
    close(found, tuple(slopes), what="(dx, dw, db) by central differences")


@check(points=1.5, hint="Work out the shape of the output before anything else.")
def test_bad_input(tensors, student, rejects):
    """gradients that do not have the output's shape raise ValueError; those that have it are fine"""
    x, w = tensors((2, 3, 5, 6)), tensors((4, 3, 3, 2))
    for shape, what in (
        ((1, 4, 3, 5), "a gradient for one image where there are two"),
        ((3, 4, 3, 5), "a gradient for three images where there are two"),
        ((2, 3, 3, 5), "a gradient for three kernels where there are four"),
        ((2, 1, 3, 5), "a gradient for one kernel where there are four"),
        ((2, 4, 2, 5), "a gradient with too few rows"),
        ((2, 4, 4, 5), "a gradient with too many rows"),
        ((2, 4, 3, 4), "a gradient with too few columns"),
        ((2, 4, 3, 6), "a gradient with too many columns"),
        ((2, 4, 5, 3), "a gradient with rows and columns exchanged"),
        ((2, 4, 1, 1), "a gradient of one row and one column"),
    ):
        dout = tensors(shape)
        rejects(lambda m, dout=dout: m.conv2d_backward(dout, x, w), what=what)
    dout = tensors((2, 4, 3, 5))
    rejects(lambda m: m.conv2d_backward(dout, x, w, stride=2), what="a gradient of stride 1 with stride 2")
    rejects(lambda m: m.conv2d_backward(dout, x, w, padding=1), what="a gradient without padding with padding 1")
    compared(student, NAMES, draw(tensors, (2, 3, 5, 6), (4, 3, 3, 2), 2, 1), stride=2, padding=1)
