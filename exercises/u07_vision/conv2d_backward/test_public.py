"""Public checks of conv2d_backward: the worked example of the statement, with and without stride and padding."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


def example():
    """The gradient of the output, the image and the kernel of the statement."""
    dout = numbers([[[1.0, 0.0], [0.0, 2.0]]])
    x = numbers([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]])
    w = numbers([[[1.0, 2.0], [0.0, -1.0]]])
    return dout, x, w


@check(hint="The bias was added to each of the four outputs: what does each of them send back?")
def test_bias(student):
    """the gradient of the bias in the statement"""
    _, _, db = student.conv2d_backward(*example())
    close(db, numbers(3.0), what="db")


@check(hint="Each window counts with the gradient of its output; which two windows count here?")
def test_kernel(student):
    """the gradient of the kernel in the statement"""
    _, dw, _ = student.conv2d_backward(*example())
    close(dw, numbers([[[11.0, 14.0], [20.0, 23.0]]]), what="dw")


@check(hint="Lay the kernel onto the image once for each output, multiplied with the output's gradient, and add up.")
def test_image(student):
    """the gradient of the image in the statement"""
    dx, _, _ = student.conv2d_backward(*example())
    close(dx, numbers([[[1.0, 2.0, 0.0], [0.0, 1.0, 4.0], [0.0, 0.0, -2.0]]]), what="dx")


@check(hint="Work on the framed image, and take the frame off at the end.")
def test_stride_and_padding(student):
    """the same with stride 2 and padding 1"""
    due = (
        numbers([[[-1.0, 0.0, 0.0], [0.0, 2.0, 4.0], [0.0, 0.0, -2.0]]]),
        numbers([[[10.0, 12.0], [16.0, 19.0]]]),
        numbers(3.0),
    )
    close(student.conv2d_backward(*example(), stride=2, padding=1), due, what="(dx, dw, db)")


@check(hint="Work out the size of the output first, and compare.")
def test_wrong_size(rejects):
    """a gradient of 2 x 2 where the output has 3 x 3 raises ValueError"""
    dout, x, _ = example()
    rejects(lambda m: m.conv2d_backward(dout, x, numbers([[[1.0]]])), what="a gradient of the wrong size")
