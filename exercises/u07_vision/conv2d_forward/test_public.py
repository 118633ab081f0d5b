"""Public checks of conv2d_forward: the worked example of the statement, and a first bad input."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


IMAGE = [[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]]]]
KERNEL = [[[[1.0, 2.0], [0.0, -1.0]]]]


@check(hint="Count on squared paper where the first and the last window begin.")
def test_some_sizes(student):
    """the sizes of the statement's table"""
    close(student.conv_out_size(3, 2), 2, what="the size for 3 pixels and a kernel of 2")
    close(student.conv_out_size(3, 2, stride=2, padding=1), 2, what="the size with stride 2 and padding 1")
    close(student.conv_out_size(7, 3, stride=3), 2, what="the size for 7 pixels, a kernel of 3, stride 3")
    close(student.conv_out_size(7, 3, dilation=2), 3, what="the size for 7 pixels, a kernel of 3, dilation 2")


@check(hint="One column for each window; from top to bottom, the window read like a page.")
def test_four_columns(student):
    """the four windows of the statement as columns"""
    columns = numbers([[1.0, 2.0, 4.0, 5.0], [2.0, 3.0, 5.0, 6.0], [4.0, 5.0, 7.0, 8.0], [5.0, 6.0, 8.0, 9.0]])
    close(student.im2col(numbers(*IMAGE), 2, 2), columns, what="the columns")


@check(hint="The kernel lies on the image as it is: multiply what is on top of each other, and add up.")
def test_worked_example(student):
    """the convolution of the statement"""
    x, w = numbers(*IMAGE), numbers(*KERNEL)
    close(student.conv2d(x, w), numbers([[[0.0, 2.0], [6.0, 8.0]]]), what="the outputs")
    close(
        student.conv2d(x, w, b=numbers(10.0)), numbers([[[10.0, 12.0], [16.0, 18.0]]]), what="the outputs with b = 10"
    )


@check(hint="Put a frame of zeros around the image, then take every second window in both directions.")
def test_every_second_window(student):
    """the same with stride 2 and padding 1"""
    y = student.conv2d(numbers(*IMAGE), numbers(*KERNEL), stride=2, padding=1)
    close(y, numbers([[[-1.0, -3.0], [1.0, 8.0]]]), what="the outputs")


@check(hint="Does the kernel fit in at all?")
def test_kernel_too_large(rejects):
    """a kernel of 4 on an image of 3 raises ValueError"""
    rejects(lambda m: m.conv_out_size(3, 4), what="a kernel of 4 on 3 pixels")
