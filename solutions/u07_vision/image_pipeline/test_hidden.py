"""Hidden checks of image_pipeline."""

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def numbered(n, c, h, w, dtype):
    """A batch in which no two entries are the same and none is zero."""
    return torch.arange(1, n * c * h * w + 1, dtype=dtype).reshape(n, c, h, w) / 8


@check(points=2, hint="Follow one pixel: where are its numbers before and after, and which byte is the whitest?")
def test_to_tensor(student, generator):
    """bytes of several sizes become contiguous float32 planes from 0 to 1"""
    for h, w, c in ((4, 6, 3), (3, 3, 3), (5, 2, 1), (3, 5, 4), (1, 7, 3)):
        img = torch.randint(0, 256, (h, w, c), generator=generator, dtype=torch.uint8)
        img[0, 0], img[0, 1] = 255, 0
        looked = student.kit.convert_and_look(student.to_float_chw, img)
        expected = torch.stack([img[:, :, k] for k in range(c)]).to(torch.float32) / 255
        close(looked["image"], expected, what=f"the image made from {h} x {w} pixels with {c} channels")
        ensure(
            looked["contiguous"],
            "The image has the right numbers, but they lie in memory in the old order: bring them into that of the axes.",
        )
    wide = torch.randint(0, 256, (6, 8, 3), generator=generator, dtype=torch.uint8)
    part = wide[1:5, ::2]
    close(student.to_float_chw(part), part.permute(2, 0, 1) / 255, what="the image made from a part of a larger one")


@check(points=1.5, dtypes=BOTH, hint="Which axis does a tensor of three numbers line up with, and which one should it?")
def test_normalise(agree, tensors, student):
    """one mean and one std for each channel, also where the image is as wide or high as it has channels"""
    mean, std = tensors((3,)), tensors((3,)).abs() + 0.5
    mean = mean + torch.tensor([-4.0, 0.0, 4.0], dtype=mean.dtype)  # no two channels alike
    shapes = ((3, 3, 3), (2, 3, 4, 3), (2, 3, 3, 5), (3, 3, 3, 3), (2, 2, 3, 2, 4))
    images = {f"shape {shape}": tensors(shape) for shape in shapes}
    grey, grey_mean, grey_std = tensors((2, 1, 3, 4)), tensors((1,)), tensors((1,)).abs() + 0.5

    def normalised(m):
        found = {name: m.normalize(x, mean, std) for name, x in images.items()}
        return found | {"grey images": m.normalize(grey, grey_mean, grey_std)}

    agree(normalised)
    for name, x in images.items():
        planes = [(x.select(-3, k) - mean[k]) / std[k] for k in range(3)]
        close(student.normalize(x, mean, std), torch.stack(planes, dim=-3), what=f"normalised images of {name}")


@check(points=1, dtypes=BOTH, hint="Put on shoes, then tie them: in which order are they taken off?")
def test_round_trip(agree, tensors, student):
    """denormalising gives the images back, with three channels and with one"""
    mean, std = tensors((3,)) + 2.0, tensors((3,)).abs() + 2.0
    x, single = tensors((2, 3, 3, 4)), tensors((3, 4, 3))
    grey, grey_mean, grey_std = tensors((2, 1, 3, 4)), tensors((1,)), tensors((1,)).abs() + 0.5

    def there_and_back(m):
        return {
            "denormalised": m.denormalize(x, mean, std),
            "there and back": m.denormalize(m.normalize(x, mean, std), mean, std),
            "back and there": m.normalize(m.denormalize(single, mean, std), mean, std),
            "grey images": m.denormalize(grey, grey_mean, grey_std),
        }

    agree(there_and_back)
    back = student.denormalize(student.normalize(x, mean, std), mean, std)
    close(back, x, what="the images, there and back")


@check(points=1.5, dtypes=BOTH, hint="Each image has its own flag, and left and right are the ends of one axis.")
def test_flips(agree, tensors, student, dtype):
    """mirrored are the images with a flag, and only these"""
    x, square = numbered(4, 2, 3, 5, dtype), numbered(3, 3, 3, 3, dtype)
    some, other, none = torch.tensor([0, 1, 1, 0]), torch.tensor([1, 0, 0]), torch.zeros(4)

    def flipped(m):
        return {
            "two of four mirrored": m.hflip(x, some.bool()),
            "the first of three mirrored": m.hflip(square, other.bool()),
            "none mirrored": m.hflip(x, none.bool()),
            "all mirrored": m.hflip(x, ~none.bool()),
            "one image": m.hflip(x[:1].clone(), torch.tensor([True])),
        }

    agree(flipped)
    mirrored = torch.stack([x[..., k] for k in (4, 3, 2, 1, 0)], dim=-1)
    expected = torch.stack([mirrored[i] if some[i] else x[i] for i in range(4)])
    close(student.hflip(x, some.bool()), expected, what="two of four mirrored")


@check(points=2, dtypes=BOTH, hint="Rows first, then columns, and each image has its own window.")
def test_crops(agree, dtype, student):
    """windows at the corners, at the edges and in the centre, each image with its own"""
    x, square, tiny = numbered(5, 2, 3, 5, dtype), numbered(2, 1, 3, 3, dtype), numbered(3, 1, 2, 1, dtype)

    def at(*pairs):
        return torch.tensor([r for r, _ in pairs]), torch.tensor([c for _, c in pairs])

    cases = {
        "corners and centre with pad 2": (x, 2, at((0, 0), (0, 4), (4, 0), (4, 4), (2, 2))),
        "edges with pad 1": (x, 1, at((0, 1), (1, 0), (2, 1), (1, 2), (0, 2))),
        "square images with pad 2": (square, 2, at((1, 3), (4, 0))),
        "pad 0": (square, 0, at((0, 0), (0, 0))),
        "a padding wider than the image": (tiny, 4, at((0, 8), (3, 4), (5, 4))),
    }
    agree(lambda m: {name: m.pad_crop(images, pad, *where) for name, (images, pad, where) in cases.items()})
    images, pad, (top, left) = cases["corners and centre with pad 2"]
    padded = torch.zeros(5, 2, 7, 9, dtype=dtype)
    padded[:, :, 2:5, 2:7] = images
    windows = [padded[i, :, top[i] : top[i] + 3, left[i] : left[i] + 5] for i in range(5)]
    close(student.pad_crop(images, pad, top, left), torch.stack(windows), what="corners and centre with pad 2")


@check(points=1.5, dtypes=BOTH, hint="Who is the partner of image i, and which share does each of the two get?")
def test_mixes(agree, tensors, student, dtype):
    """images and labels blended with the same shares, also with lam 0 and 1"""
    x = tensors((4, 3, 2, 5))
    y = torch.eye(6, dtype=dtype)[torch.tensor([5, 0, 3, 3])]
    perm = torch.tensor([2, 0, 3, 1])

    def mixed(m):
        found = {f"(images, labels) with lam {lam}": m.mixup(x, y, perm, lam) for lam in (0.7, 0.2, 0.0, 1.0)}
        found["(images, labels) with themselves"] = m.mixup(x, y, torch.arange(4), 0.6)
        return found | {"a single image": m.mixup(x[:1].clone(), y[:1].clone(), torch.tensor([0]), 0.6)}

    agree(mixed)
    images = torch.stack([0.7 * x[i] + 0.3 * x[j] for i, j in enumerate((2, 0, 3, 1))])
    labels = torch.stack([0.7 * y[i] + 0.3 * y[j] for i, j in enumerate((2, 0, 3, 1))])
    close(student.mixup(x, y, perm, 0.7), (images, labels), what="(images, labels) with lam 0.7")


@check(
    points=0.5,
    hint="Compare types, shapes, lengths, offsets and shares with their limits; what may be equal to a limit?",
)
def test_bad_input(agree, rejects, tensors, dtype):
    """wrong types, lengths, offsets and shares raise ValueError; offsets and shares at their limits are fine"""
    for img in (torch.zeros(2, 2, 3), torch.zeros(2, 2, 3, dtype=torch.int64)):
        rejects(lambda m, img=img: m.to_float_chw(img), what=f"an image of type {img.dtype}")
    for shape in ((4, 4), (2, 4, 4, 3)):
        img = torch.zeros(shape, dtype=torch.uint8)
        rejects(lambda m, img=img: m.to_float_chw(img), what=f"bytes of shape {shape}")

    x, y = tensors((2, 3, 4, 4)), torch.eye(2, dtype=dtype)
    three = torch.ones(3, dtype=dtype)
    for length in (1, 2, 4):
        short = torch.ones(length, dtype=dtype)
        rejects(lambda m, s=short: m.normalize(x, s, three), what=f"{length} means for 3 channels")
        rejects(lambda m, s=short: m.normalize(x, three, s), what=f"{length} stds for 3 channels")
        rejects(lambda m, s=short: m.denormalize(x, s, three), what=f"{length} means for 3 channels")
        rejects(lambda m, s=short: m.denormalize(x, three, s), what=f"{length} stds for 3 channels")

    far, near = torch.tensor([0, 3]), torch.tensor([1, 2])
    rejects(lambda m: m.pad_crop(x, 1, far, near), what="an offset of 3 from the top with pad 1")
    rejects(lambda m: m.pad_crop(x, 1, near, far), what="an offset of 3 from the left with pad 1")
    rejects(lambda m: m.pad_crop(x, 0, near, 0 * near), what="an offset of 2 with pad 0")
    perm = torch.tensor([1, 0])
    for lam in (-0.1, 1.1):
        rejects(lambda m, lam=lam: m.mixup(x, y, perm, lam), what=f"lam={lam}")

    def at_the_limits(m):
        return {
            "windows with offset 2 and pad 1": m.pad_crop(x, 1, torch.tensor([2, 0]), torch.tensor([0, 2])),
            "(images, labels) with lam 0": m.mixup(x, y, perm, 0.0),
        }

    agree(at_the_limits)
