"""Public checks of pooling: the worked example of the statement, and a first bad input."""

import torch

from grader.checks import check, close

IMAGE = torch.tensor(
    [[[[1, 2, 2, 0], [3, 1, 2, 5], [0, 4, -1, 1], [2, 4, 3, -2]]]],
    dtype=torch.float64,
)


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Number the pixels from 0 to 15, and find the largest value of each quarter of the image.")
def test_four_windows(student):
    """maxima and places of the four windows side by side"""
    due = (numbers([[[3.0, 5.0], [4.0, 3.0]]]), torch.tensor([[[[4, 7], [9, 14]]]]))
    close(student.max_pool2d(IMAGE, 2), due, what="(maxima, places)")


@check(hint="With kernel 3 and stride 1, the windows share their inner pixels.")
def test_overlapping_windows(student):
    """the same with windows that overlap, and the way back"""
    maxima, places = student.max_pool2d(IMAGE, 3, stride=1)
    close(maxima, numbers([[[4.0, 5.0], [4.0, 5.0]]]), what="the maxima")
    close(places, torch.tensor([[[[9, 7], [9, 7]]]]), what="the places")
    dx = student.max_pool2d_backward(
        numbers([[[1.0, 2.0], [3.0, 4.0]]]), torch.tensor([[[[9, 7], [9, 7]]]]), (1, 1, 4, 4)
    )
    due = torch.zeros(1, 1, 4, 4, dtype=torch.float64)
    due[0, 0, 2, 1], due[0, 0, 1, 3] = 4.0, 6.0
    close(dx, due, what="the gradient of the image")


@check(hint="The window at the top left corner sees four real pixels and five that are padding.")
def test_two_ways_to_count(student):
    """averages with padding, counted in both ways"""
    close(student.avg_pool2d(IMAGE, 2), numbers([[[1.75, 2.25], [2.5, 0.25]]]), what="the averages with kernel 2")
    close(
        student.avg_pool2d(IMAGE, 3, stride=2, padding=1),
        numbers([[[7 / 9, 12 / 9], [14 / 9, 17 / 9]]]),
        what="the averages with kernel 3, stride 2, padding 1",
    )
    close(
        student.avg_pool2d(IMAGE, 3, stride=2, padding=1, count_include_pad=False),
        numbers([[[7 / 4, 12 / 6], [14 / 6, 17 / 9]]]),
        what="the averages with kernel 3, stride 2, padding 1 and count_include_pad=False",
    )


@check(hint="One number for each channel of each image.")
def test_one_number_per_channel(student):
    """the average over all sixteen pixels"""
    close(student.global_avg_pool(IMAGE), numbers([27 / 16]), what="the global average")


@check(hint="A window that sees only padding has no maximum: how wide may the frame be?")
def test_wide_padding(rejects):
    """a padding of more than half the kernel raises ValueError"""
    rejects(lambda m: m.max_pool2d(IMAGE, 3, padding=2), what="padding 2 with a kernel of 3")
