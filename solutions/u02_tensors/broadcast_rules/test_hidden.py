"""Hidden checks of broadcast_rules. The truth is torch.broadcast_shapes and autograd, run here."""

import torch

from grader.checks import check, close

BOTH = ("float64", "float32")

COMPATIBLE = [
    ((3,), (2, 1)),
    ((2, 3), (3,)),
    ((4, 1, 6), (5, 1)),
    ((), (2, 3)),
    ((7, 1, 1), (1, 2, 1)),
    ((1,), (1, 1, 1)),
    ((2, 2), (2, 2)),
    ((1, 3, 1, 2), (4, 1, 5, 1)),
    ((3,), (1,), (2, 1)),
    ((2, 1, 4), (3, 1), (4,)),
    ((1, 1), (5,), (6, 1, 1)),
    ((), (), (2,)),
    ((1,), (3,), (1, 1), (2, 1, 3)),
    ((5, 6),),
]


def eighths(noise):
    """The nearest multiples of 1/8: float32 adds and multiplies a few of them exactly, in any order."""
    return (8 * noise).round() / 8


def summed(grad, shape):
    """The gradient that autograd finds for a tensor of this shape that is stretched to the shape of `grad`."""
    t = torch.zeros(shape, dtype=grad.dtype, requires_grad=True)
    return torch.autograd.grad(t.expand(grad.shape), t, grad)[0]


@check(points=2, hint="Align the shapes at their last axis; which sizes may stand below each other?")
def test_shapes_compatible(student):
    """fourteen groups of shapes that fit together, like torch.broadcast_shapes, and no shape at all"""
    found = {", ".join(map(str, shapes)): student.broadcast_shape(*shapes) for shapes in COMPATIBLE}
    close(found, {", ".join(map(str, shapes)): tuple(torch.broadcast_shapes(*shapes)) for shapes in COMPATIBLE})
    close(student.broadcast_shape(), (), what="the result of broadcast_shape()")


@check(points=1, hint="Two different sizes, both not 1, do not fit together, wherever they stand.")
def test_shapes_incompatible(rejects, tensors):
    """shapes that do not fit together, and shapes that cannot be broadcast to that of the gradient, raise ValueError"""
    for shapes in (
        ((2,), (3,)),
        ((2, 3), (2,)),
        ((2, 3), (3, 2)),
        ((4, 1, 2), (3, 5)),
        ((3, 1), (2, 4)),
        ((1,), (2,), (3,)),
        ((2, 1), (1,), (3, 1)),
    ):
        rejects(lambda m, shapes=shapes: m.broadcast_shape(*shapes), what=f"the shapes {shapes}")
    for grad_shape, shape in (
        ((2, 3), (2,)),
        ((3, 1), (3, 2)),
        ((3,), (1, 3)),
        ((2, 3), (4, 2, 3)),
        ((2, 3), (3, 1)),
        ((), (1,)),
    ):
        grad = tensors(grad_shape)
        rejects(
            lambda m, grad=grad, shape=shape: m.unbroadcast(grad, shape),
            unchanged=[grad],
            what=f"a gradient of shape {grad_shape} and the shape {shape}",
        )


@check(points=1, hint="Is 0 the same as 1, is it smaller than 1, or is it a size like 2 and 3?")
def test_zero_size(student, rejects, tensors):
    """axes of size 0 go with 0 and 1 only, and sums over them are 0"""
    fitting = [((0,), (1,)), ((1,), (0,)), ((0,), ()), ((0,), (0,)), ((2, 0), (1, 1)), ((3, 1), (0,)), ((1, 0), (4, 1))]
    found = {f"{a}, {b}": student.broadcast_shape(a, b) for a, b in fitting}
    close(found, {f"{a}, {b}": tuple(torch.broadcast_shapes(a, b)) for a, b in fitting})
    for a, b in (((0,), (2,)), ((3,), (0,)), ((2, 0), (2, 3)), ((0, 1), (2, 1))):
        rejects(lambda m, a=a, b=b: m.broadcast_shape(a, b), what=f"the shapes {a} and {b}")
    nothing = tensors((0, 3))
    found = {f"(0, 3) to {shape}": student.unbroadcast(nothing, shape) for shape in ((1, 3), (3,), (0, 1), ())}
    close(found, {f"(0, 3) to {shape}": summed(nothing, shape) for shape in ((1, 3), (3,), (0, 1), ())})


@check(points=1.5, dtypes=BOTH, hint="How many axes has your result, and how many has the operand?")
def test_unbroadcast_leading(agree, tensors, student):
    """axes that were added in front are summed away, none of them with equal shapes"""
    grad = eighths(tensors((3, 2, 4))).transpose(0, 1)  # (2, 3, 4), not contiguous
    shapes = ((3, 4), (4,), (), (2, 3, 4))

    def back(m):
        return {f"(2, 3, 4) to {shape}": m.unbroadcast(grad, shape) for shape in shapes}

    agree(back)
    close(back(student), {f"(2, 3, 4) to {shape}": summed(grad, shape) for shape in shapes})


@check(points=1.5, dtypes=BOTH, hint="An axis of size 1 was used along its whole length: sum over it, and keep it.")
def test_unbroadcast_stretched(agree, tensors, student):
    """axes that were stretched from 1 are summed and kept, several at once, with and without axes in front"""
    grad = eighths(tensors((2, 3, 4)))
    flat = grad[:1, :, :1]  # (1, 3, 1): here an axis of size 1 was not stretched
    targets = [(grad, shape) for shape in ((2, 1, 4), (1, 3, 1), (2, 3, 1), (1, 1, 1), (1, 1), (3, 1), (1, 4), (1,))]
    targets += [(flat, shape) for shape in ((1, 3, 1), (3, 1), (1, 1, 1), (1,))]

    def names(result):
        return {f"{tuple(g.shape)} to {shape}": result(g, shape) for g, shape in targets}

    agree(lambda m: names(m.unbroadcast))
    close(names(student.unbroadcast), names(summed))


@check(points=1, dtypes=BOTH, hint="The sum rises by 1 with either operand; what is left is the way back to its shape.")
def test_add_grads(tensors, student):
    """gradients of a sum, either operand stretched, both, or none"""
    pairs = [((2, 3), (3,)), ((3,), (2, 1)), ((3, 1), (2, 1, 4)), ((2, 3), (2, 3)), ((), (2, 2)), ((1, 1), (1,))]
    for a_shape, b_shape in pairs:
        grad = eighths(tensors(torch.broadcast_shapes(a_shape, b_shape)))
        close(
            student.add_backward(grad, a_shape, b_shape),
            (summed(grad, a_shape), summed(grad, b_shape)),
            what=f"the gradients towards {a_shape} and {b_shape}",
        )


@check(points=2, dtypes=BOTH, hint="Which factor is the slope of a product towards a, and which shape has it?")
def test_mul_grads(agree, tensors, student):
    """gradients of a product against autograd, either operand stretched, both, or none"""
    pairs = [((3, 1), (2, 1, 4)), ((2, 3), (3,)), ((1,), (4, 2)), ((2, 3), (2, 3)), ((), (3,)), ((2, 1), (1, 3))]
    cases = []
    for a_shape, b_shape in pairs:
        a, b = eighths(tensors(a_shape)), eighths(tensors(b_shape)) + 0.0625  # no two factors alike
        cases.append((a, b, eighths(tensors(torch.broadcast_shapes(a_shape, b_shape)))))

    def name(a, b):
        return f"gradients towards {tuple(a.shape)} and {tuple(b.shape)}"

    agree(lambda m: {name(a, b): m.mul_backward(grad, a, b) for a, b, grad in cases})
    for a, b, grad in cases:
        leaves = a.clone().requires_grad_(), b.clone().requires_grad_()
        truth = torch.autograd.grad(leaves[0] * leaves[1], leaves, grad)
        close(student.mul_backward(grad, a, b), tuple(truth), what=f"the {name(a, b)}")
