"""Hidden checks of dropout."""

import torch

from grader.checks import check, close, ensure, shares_memory

# 21 entries: with p = 0.3, 0.5, 0.2 or 0.8 the share that is kept can never be exactly 1 - p.
SHAPE = (7, 3)
RATES = (0.3, 0.5, 0.2, 0.8)


def uniform(shape, generator, dtype):
    """Random numbers 0.01, 0.03 ... 0.99, which are never near one of the rates."""
    draws = torch.randint(0, 50, shape, generator=generator)
    return ((draws.double() + 0.5) / 50).to(dtype)


def sure(u):
    """The same with one entry surely dropped and one surely kept at every rate."""
    u = u.clone()
    u.view(-1)[0], u.view(-1)[1] = 0.01, 0.99
    return u


def clear_of_zero(noise):
    """The same signs with magnitudes of at least a half: a dropped entry can be told from a kept one."""
    return torch.where(noise < 0, noise - 0.5, noise + 0.5)


@check(
    points=2.5,
    dtypes=("float64", "float32"),
    hint="Which entries stay, and what makes up for the ones that don't?",
)
def test_kept_and_scaled(agree, student, tensors, generator, dtype):
    """the output in training, for several rates and shapes"""
    x, u = clear_of_zero(tensors(SHAPE)), sure(uniform(SHAPE, generator, dtype))
    row, row_u = clear_of_zero(tensors((1, 9))).T, sure(uniform((9, 1), generator, dtype))  # x is not contiguous

    def outputs(m):
        found = {f"output for p={p}": m.dropout_forward(x, p, u)[0] for p in RATES}
        return found | {"output for a column": m.dropout_forward(row, 0.6, row_u)[0]}

    agree(outputs)
    y = outputs(student)["output for p=0.3"]
    close(y, torch.where(u >= 0.3, x / 0.7, torch.zeros_like(x)), what="the output for p=0.3")


@check(points=1, dtypes=("float64", "float32"), hint="The mask is what x has been multiplied with.")
def test_mask_returned(agree, student, tensors, generator, dtype):
    """the mask in training, with the type of x"""
    x, u = clear_of_zero(tensors(SHAPE)), sure(uniform(SHAPE, generator, dtype))
    agree(lambda m: {f"mask for p={p}": m.dropout_forward(x, p, u)[1] for p in RATES})
    y, mask = student.dropout_forward(x, 0.2, u)
    close(y, x * mask, what="the output, compared with x times the returned mask")


@check(points=1.5, dtypes=("float64", "float32"), hint="At test time every unit takes part, as it is.")
def test_eval_is_identity(agree, student, tensors, generator, dtype):
    """outside of training the output is a copy and the mask is one"""
    x, u = tensors(SHAPE), sure(uniform(SHAPE, generator, dtype))
    images, image_u = tensors((2, 3, 2, 2)), sure(uniform((2, 3), generator, dtype))

    def outputs(m):
        found = {f"(output, mask) for p={p}": m.dropout_forward(x, p, u, training=False) for p in (0.3, 0.0, 1.0)}
        return found | {"images": m.spatial_dropout(images, 0.5, image_u, training=False)}

    agree(outputs)
    y, _ = student.dropout_forward(x, 0.3, u, training=False)
    pictures = student.spatial_dropout(images, 0.5, image_u, training=False)
    ensure(
        not shares_memory(y, x) and not shares_memory(pictures, images),
        "Outside of training the output shares its memory with x: return a copy, so that nobody changes x by accident.",
    )


@check(points=1.5, dtypes=("float64", "float32"), hint="y is x times the mask: what is the derivative of that?")
def test_backward(agree, student, tensors, generator, dtype):
    """the gradient goes back through the mask"""
    dout, u = clear_of_zero(tensors(SHAPE)), sure(uniform(SHAPE, generator, dtype))
    masks = {p: torch.where(u >= p, torch.full_like(u, 1 / (1 - p)), torch.zeros_like(u)) for p in RATES}

    def gradients(m):
        found = {f"dx for p={p}": m.dropout_backward(dout, mask) for p, mask in masks.items()}
        found["dx outside of training"] = m.dropout_backward(dout, torch.ones_like(dout))
        return found

    agree(gradients)
    dx = gradients(student)["dx for p=0.8"]
    close(dx, torch.where(u >= 0.8, dout / 0.2, torch.zeros_like(u)), what="dx for p=0.8")


@check(points=1, hint="Without training, the mean is 1. What should it be with dropout?")
def test_expectation(student, generator, dtype):
    """200000 ones with p=0.3 have a mean of 1 within 0.01"""
    u = torch.rand(200_000, generator=generator, dtype=dtype)
    y, _ = student.dropout_forward(torch.ones_like(u), 0.3, u)
    mean = y.mean().item()
    ensure(
        abs(mean - 1) < 0.01,
        f"The mean of 200000 ones after dropout with p=0.3 is {mean:.4f}; it should stay near 1. Look at the factor of "
        "the kept entries.",
    )


@check(points=1, dtypes=("float64", "float32"), hint="Put p = 0, p = 1 and u = p into your formula by hand.")
def test_extremes(agree, tensors, generator, dtype):
    """p = 0, p = 1, and random numbers that equal p"""
    x, u = clear_of_zero(tensors(SHAPE)), sure(uniform(SHAPE, generator, dtype))
    u[0] = 0.0
    border = u.clone()
    border[2:5] = 0.25
    images, image_u = tensors((2, 3, 2, 2)), sure(uniform((2, 3), generator, dtype))
    image_u[1, 2] = 0.0

    def outputs(m):
        return {
            "(output, mask) for p=0": m.dropout_forward(x, 0.0, u),
            "(output, mask) for p=1": m.dropout_forward(x, 1.0, u),
            "kept where u equals p": m.dropout_forward(x, 0.25, border)[0] != 0,
            "images for p=0": m.spatial_dropout(images, 0.0, image_u),
            "images for p=1": m.spatial_dropout(images, 1.0, image_u),
        }

    agree(outputs)


@check(points=1, dtypes=("float64", "float32"), hint="Whose random number decides about a pixel?")
def test_spatial(agree, student, tensors, generator, dtype):
    """whole channels of single images are dropped and the others scaled"""
    x = clear_of_zero(tensors((3, 4, 2, 3)))
    u = uniform((3, 4), generator, dtype)
    u[0], u[1] = u[0].sort().values, u[0].sort(descending=True).values  # two images that differ in what they drop
    u[0, 0], u[0, 3], u[1, 0], u[1, 3] = 0.01, 0.99, 0.99, 0.01
    square, square_u = clear_of_zero(tensors((2, 2, 2, 2))), torch.tensor([[0.1, 0.9], [0.8, 0.9]], dtype=dtype)

    def images(m):
        found = {f"images for p={p}": m.spatial_dropout(x, p, u) for p in RATES}
        return found | {"square images": m.spatial_dropout(square, 0.5, square_u)}

    agree(images)
    expected = torch.where(u >= 0.3, 1 / 0.7, 0.0).to(dtype)[:, :, None, None] * x
    close(images(student)["images for p=0.3"], expected, what="the images for p=0.3")


@check(points=0.5, hint="Which probabilities and which shapes make no sense, in training and outside of it?")
def test_bad_input(rejects, tensors, generator, dtype):
    """bad probabilities and shapes raise ValueError in both modes"""
    x, u = tensors((4, 3)), uniform((4, 3), generator, dtype)
    images, channels = tensors((2, 3, 2, 2)), uniform((2, 3), generator, dtype)
    for training in (True, False):
        mode = f"training={training}"
        for p in (-0.1, 1.1, 2.0):
            rejects(lambda m, p=p, t=training: m.dropout_forward(x, p, u, training=t), what=f"p={p}, {mode}")
            rejects(
                lambda m, p=p, t=training: m.spatial_dropout(images, p, channels, training=t),
                what=f"p={p} for images, {mode}",
            )
        for shape in ((3,), (4, 1), (3, 4), (1, 4, 3)):
            other = uniform(shape, generator, dtype)
            rejects(
                lambda m, other=other, t=training: m.dropout_forward(x, 0.5, other, training=t),
                what=f"u of shape {shape} for x of shape (4, 3), {mode}",
            )
        for shape in ((3,), (1, 3), (3, 2), (2, 3, 1, 1)):
            other = uniform(shape, generator, dtype)
            rejects(
                lambda m, other=other, t=training: m.spatial_dropout(images, 0.5, other, training=t),
                what=f"u of shape {shape} for two images of three channels, {mode}",
            )
        rejects(
            lambda m, t=training: m.spatial_dropout(images[0], 0.5, channels, training=t), what=f"x (C, H, W), {mode}"
        )
        rejects(lambda m, t=training: m.spatial_dropout(x[:2], 0.5, channels, training=t), what=f"x (N, C), {mode}")
        rejects(
            lambda m, t=training: m.spatial_dropout(images[..., None], 0.5, channels, training=t),
            what=f"x (N, C, H, W, 1), {mode}",
        )
