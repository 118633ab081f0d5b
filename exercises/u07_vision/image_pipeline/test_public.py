"""Public checks of image_pipeline: the worked examples of the statement."""

import torch

from grader.checks import check, close


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


def whole(*values):
    return torch.tensor(values)


@check(hint="Say for one pixel where its three numbers are before, and where they should be afterwards.")
def test_two_by_two_pixels(student):
    """the four pixels of the statement become three planes"""
    pixels = [[[255, 0, 51], [0, 102, 0]], [[0, 0, 255], [204, 204, 204]]]
    red, green, blue = [[1.0, 0.0], [0.0, 0.8]], [[0.0, 0.4], [0.0, 0.8]], [[0.2, 0.0], [1.0, 0.8]]
    converted = student.to_float_chw(torch.tensor(pixels, dtype=torch.uint8))
    close(converted, torch.tensor([red, green, blue]), what="the converted image")


@check(hint="One mean and one std for each plane.")
def test_normalised_planes(student):
    """the statement's planes, normalised and back"""
    planes = numbers([[1.0, 0.0], [0.0, 0.8]], [[0.0, 0.4], [0.0, 0.8]], [[0.2, 0.0], [1.0, 0.8]])
    mean, std = numbers(0.5, 0.4, 0.2), numbers(0.5, 0.2, 0.4)
    due = numbers([[1.0, -1.0], [-1.0, 0.6]], [[-2.0, 0.0], [-2.0, 2.0]], [[0.0, -0.5], [2.0, 1.5]])
    close(student.normalize(planes, mean, std), due, what="the normalised planes")
    close(student.denormalize(due, mean, std), planes, what="the planes again")


@check(hint="Which image has its flag set, and which of the axes goes from left to right?")
def test_mirror(student):
    """the second of two images is mirrored"""
    images = numbers([[[1.0, 2.0], [3.0, 4.0]]], [[[5.0, 6.0], [7.0, 8.0]]])
    due = numbers([[[1.0, 2.0], [3.0, 4.0]]], [[[6.0, 5.0], [8.0, 7.0]]])
    close(student.hflip(images, torch.tensor([False, True])), due)


@check(hint="Draw the padded image on squared paper and cut the window out.")
def test_three_windows(student):
    """three windows of the statement's padded image"""
    images = numbers([[[1.0, 2.0], [3.0, 4.0]]]).repeat(3, 1, 1, 1)
    due = numbers([[[0.0, 0.0], [0.0, 1.0]]], [[[1.0, 2.0], [3.0, 4.0]]], [[[3.0, 4.0], [0.0, 0.0]]])
    close(student.pad_crop(images, 1, whole(0, 1, 2), whole(0, 1, 1)), due, what="the windows")


@check(hint="A label is blended like the picture.")
def test_seventy_percent(student):
    """two images blended with lam = 0.7"""
    images, labels = numbers([[[10.0]]], [[[20.0]]]), numbers([1.0, 0.0], [0.0, 1.0])
    mixed = student.mixup(images, labels, whole(1, 0), 0.7)
    close(mixed, (numbers([[[13.0]]], [[[17.0]]]), numbers([0.7, 0.3], [0.3, 0.7])), what="(images, labels)")
