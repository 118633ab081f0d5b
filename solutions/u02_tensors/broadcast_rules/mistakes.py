"""Known wrong answers to broadcast_rules with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

LEADING = "total = total.sum(dim=0)  # an axis that was added in front"
STRETCHED = "total = total.sum(dim=axis, keepdim=True)"
REFUSED = "if len(lengths) > 1:"
KEPT = "common.append(lengths.pop() if lengths else 1)"

MISTAKES = [
    mistake(
        "aligned_left",
        "Broadcasting lines shapes up at their last axis.",
        swaps=[
            ("(reversed(shape) for shape in shapes)", "shapes"),
            ("tuple(reversed(common))", "tuple(common)"),
        ],
        caught_by="test_shapes_compatible",
    ),
    mistake(
        "takes_maximum",
        "Sizes 2 and 3 do not fit together, and size 0 is not the same as 1.",
        swaps=[(REFUSED, "if False:"), (KEPT, "common.append(max(sizes))")],
        caught_by="test_shapes_incompatible",
    ),
    mistake(
        "mean_instead_of_sum",
        "A value used five times collects five contributions; none of them is scaled down.",
        swaps=[(LEADING, "total = total.mean(dim=0)"), (STRETCHED, "total = total.mean(dim=axis, keepdim=True)")],
        caught_by="test_unbroadcast_leading",
    ),
    mistake(
        "leading_axes_kept",
        "Compare the number of axes of your gradient with that of the operand.",
        swaps=[(LEADING, "pass"), (STRETCHED, "total = total.sum(dim=axis - len(shape), keepdim=True)")],
        caught_by="test_unbroadcast_leading",
    ),
    mistake(
        "size_one_axes_ignored",
        "An axis of size 1 was reused along its whole length; what does that do to its gradient?",
        swap=(STRETCHED, "pass"),
        caught_by="test_unbroadcast_stretched",
    ),
    mistake(
        "size_one_axes_dropped",
        "The gradient must have exactly the operand's shape, ones included.",
        swap=("return total\n", "return total.reshape([size for size in shape if size != 1])\n"),
        caught_by="test_unbroadcast_stretched",
    ),
    mistake(
        "mul_uses_own_factor",
        "For a product, the slope towards one factor is the other one.",
        swap=(
            "unbroadcast(grad_out * b, a.shape), unbroadcast(grad_out * a, b.shape)",
            "unbroadcast(grad_out * a, a.shape), unbroadcast(grad_out * b, b.shape)",
        ),
        caught_by="test_mul_grads",
    ),
    mistake(
        "largest_size_wins",
        "Size 0 is not the same as 1: next to an axis without entries nothing can be stretched.",
        swaps=[
            (REFUSED, "if len(lengths - {0}) > 1:"),
            (KEPT, "common.append(max(sizes))"),
        ],
        caught_by="test_zero_size",
    ),
    mistake(
        "zero_swallows_all",
        "Size 0 is a size like any other: it goes with 1, but not with 2.",
        swaps=[(REFUSED, "if len(lengths - {0}) > 1:"), (KEPT, "common.append(min(lengths, default=1))")],
        caught_by="test_zero_size",
    ),
    mistake(
        "only_first_compared",
        "Any two of the shapes may disagree, not only one with the first.",
        swap=(REFUSED, "if sizes[0] != 1 and len(lengths) > 1:"),
        caught_by="test_shapes_incompatible",
    ),
    mistake(
        "no_axis_means_all",
        "Where nothing was stretched there is nothing to sum: what does torch make of an empty list of axes?",
        swaps=[
            (
                "    total = grad.clone()\n",
                "    added = grad.dim() - len(shape)\n"
                "    axes = [k for k in range(grad.dim()) if k < added or shape[k - added] != grad.shape[k]]\n"
                "    return grad.sum(dim=axes, keepdim=True).reshape(grad.sum(dim=axes, keepdim=True).shape[added:])\n"
                "    total = grad.clone()\n",
            )
        ],
        caught_by="test_unbroadcast_leading",
    ),
    mistake(
        "stretches_the_gradient",
        "Fitting together is not enough: the gradient itself must not need any stretching.",
        swap=(
            "if broadcast_shape(grad.shape, shape) != tuple(grad.shape):",
            "if not isinstance(broadcast_shape(grad.shape, shape), tuple):",
        ),
        caught_by="test_shapes_incompatible",
    ),
    mistake(
        "sum_not_brought_back",
        "Each operand of the sum gets a gradient of its own shape.",
        swap=("unbroadcast(grad_out, a_shape), unbroadcast(grad_out, b_shape)", "grad_out.clone(), grad_out.clone()"),
        caught_by="test_add_grads",
    ),
    mistake(
        "sum_in_wrong_order",
        "The first gradient belongs to the first operand.",
        swap=(
            "unbroadcast(grad_out, a_shape), unbroadcast(grad_out, b_shape)",
            "unbroadcast(grad_out, b_shape), unbroadcast(grad_out, a_shape)",
        ),
        caught_by="test_add_grads",
    ),
]

ALSO_CORRECT = [
    correct(
        "adds_every_copy",
        source='''
import torch
from torch import Tensor


def broadcast_shape(*shapes):
    """Shape by shape; the shorter one is filled up with ones in front."""
    result = ()
    for shape in shapes:
        shape = tuple(shape)
        n = max(len(result), len(shape))
        one, other = (1,) * (n - len(result)) + result, (1,) * (n - len(shape)) + shape
        for p, q in zip(one, other):
            if p != q and 1 not in (p, q):
                raise ValueError("shapes do not fit")
        result = tuple(q if p == 1 else p for p, q in zip(one, other))
    return result


def unbroadcast(grad, shape):
    """Number the entries, stretch the numbers as the entries were, and add each gradient to its number's place."""
    count = 1
    for size in shape:
        count *= size
    places = torch.arange(count, device=grad.device).reshape(shape)
    try:
        places = places.expand(grad.shape)
    except RuntimeError as error:
        raise ValueError("cannot be stretched") from error
    return grad.new_zeros(count).index_add(0, places.flatten(), grad.flatten()).reshape(shape)


def add_backward(grad_out, a_shape, b_shape):
    return tuple(unbroadcast(grad_out, shape) for shape in (a_shape, b_shape))


def mul_backward(grad_out, a, b):
    da, db = torch.mul(b, grad_out), torch.mul(a, grad_out)
    return unbroadcast(da, tuple(a.shape)), unbroadcast(db, tuple(b.shape))
''',
    ),
    correct(
        "one_sum_over_all_axes",
        source='''
import torch
from torch import Tensor


def broadcast_shape(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """Axis by axis, counted from the end; a generator's worth of sizes for each."""
    n = max((len(shape) for shape in shapes), default=0)
    common = [1] * n
    for shape in shapes:
        for k in range(1, len(shape) + 1):
            if shape[-k] == 1:
                continue
            if common[-k] not in (1, shape[-k]):
                raise ValueError(f"{common[-k]} and {shape[-k]}")
            common[-k] = shape[-k]
    return tuple(common)


def unbroadcast(grad: Tensor, shape: tuple[int, ...]) -> Tensor:
    added = grad.ndim - len(shape)
    if added < 0 or any(s not in (1, g) for s, g in zip(shape, grad.shape[added:])):
        raise ValueError("cannot be stretched")
    axes = tuple(range(added)) + tuple(added + k for k, s in enumerate(shape) if s != grad.shape[added + k])
    return grad.sum(dim=axes, keepdim=True).reshape(shape) if axes else grad


def add_backward(grad_out: Tensor, a_shape: tuple[int, ...], b_shape: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    ones = grad_out.new_ones(())
    return unbroadcast(grad_out * ones, a_shape), unbroadcast(grad_out * ones, b_shape)


def mul_backward(grad_out: Tensor, a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    return unbroadcast(grad_out * b.expand(grad_out.shape), a.shape), unbroadcast(grad_out * a, b.shape)
''',
    ),
    correct(
        "last_axis_first",
        swaps=[
            (
                "    for _ in range(grad.dim() - len(shape)):\n        " + LEADING + "\n",
                "    if grad.dim() > len(shape):\n        total = total.flatten(0, grad.dim() - len(shape) - 1).sum(0)"
                " if len(shape) else total.sum()\n",
            ),
            ("return tuple(reversed(common))", "return torch.Size(common[::-1])"),
        ],
    ),
]


def numbers(shape, first):
    """Different numbers, no two alike, in this shape."""
    count = torch.Size(shape).numel()
    return (first + 0.37 * torch.arange(count, dtype=torch.float64) ** 1.5).reshape(shape)


def probe(m):
    """Shapes with and without an answer, ways back to several shapes, and gradients of sums and products."""
    grad = numbers((2, 3, 4), 1.0)
    items = {
        f"shapes {shapes}": lambda shapes=shapes: m.broadcast_shape(*shapes)
        for shapes in (
            ((3,), (2, 1)),
            ((0,), (1,)),
            ((0,), (2,)),
            ((2, 3), (3,)),
            ((2,), (3,)),
            ((1,), (2,), (3,)),
            (),
        )
    }
    items |= {
        f"back to {shape}": lambda shape=shape: m.unbroadcast(grad, shape)
        for shape in ((3, 4), (2, 1, 4), (1, 1), (), (2, 3, 4))
    }
    items["a gradient that would be stretched"] = lambda: m.unbroadcast(numbers((3, 1), 1.0), (3, 2))
    for a, b in (((2, 3), (2, 3)), ((3, 1), (2, 1, 4))):
        out = numbers(torch.broadcast_shapes(a, b), 2.0)
        items[f"sum of {a} and {b}"] = lambda a=a, b=b, out=out: m.add_backward(out, a, b)
        items[f"product of {a} and {b}"] = lambda a=a, b=b, out=out: m.mul_backward(
            out, numbers(a, -1.0), numbers(b, 5.0)
        )
    return items
