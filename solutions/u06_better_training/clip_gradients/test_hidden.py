"""Hidden checks of clip_gradients. The truth is torch.nn.utils, run here."""

import math

import torch
from torch.nn.utils import clip_grad_norm_

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def draw(tensors, scale=1.0):
    """Gradients of several shapes and sizes, one of them missing, one in an unusual order in memory."""
    return [
        tensors((3, 2), scale=4 * scale),
        None,
        tensors((4,), scale=scale),
        tensors((2, 5), scale=0.3 * scale).T,
        tensors((), scale=scale),
    ]


def clones(grads):
    return [None if g is None else g.clone() for g in grads]


def flat(grads):
    return torch.cat([g.reshape(-1) for g in grads if g is not None])


def by_torch(grads, max_norm, norm_type=2.0):
    """(the gradients clipped by PyTorch, the norm that it returns)"""
    params = [None if g is None else torch.zeros_like(g).requires_grad_() for g in grads]
    for p, g in zip(params, grads):
        if p is not None:
            p.grad = g.clone()
    total = clip_grad_norm_([p for p in params if p is not None], max_norm, norm_type=norm_type)
    return [None if p is None else p.grad for p in params], total


@check(points=2, dtypes=BOTH, hint="Put all entries into one long vector in your mind: what is its norm?")
def test_norms(agree, tensors, student):
    """the norms with p = 1, 2, 3 and infinity, with a None in the list, and of nothing at all"""
    grads, single = draw(tensors), [tensors((3, 4)).T]

    def norms(m):
        found = {f"norm with p = {p}": m.global_norm(grads, norm_type=p) for p in (1.0, 2.0, 3.0, math.inf)}
        return found | {"norm without norm_type": m.global_norm(grads), "norm of one matrix": m.global_norm(single)}

    agree(norms)
    for p in (1.0, 2.0, 3.0, math.inf):
        expected = torch.linalg.vector_norm(flat(grads), p)
        close(student.global_norm(grads, norm_type=p), expected, what=f"the norm with p = {p}")
        turned = [None if g is None else -g for g in grads]
        close(student.global_norm(turned, norm_type=p), expected, what=f"the norm of all gradients negated, p = {p}")
    for nothing, name in (([], "an empty list"), ([None, None], "a list of None")):
        zero = student.global_norm(nothing)
        ensure(
            isinstance(zero, torch.Tensor) and zero.shape == () and zero.item() == 0,
            f"The norm of {name} is 0, as a tensor of shape (): what does your sum start from?",
        )


@check(points=2.5, dtypes=BOTH, hint="One factor, from all tensors together, for all tensors, inside their own memory.")
def test_clips(student, tensors):
    """large gradients end where torch's clipping brings them, in their own memory"""
    grads = draw(tensors, scale=3.0)
    for max_norm, norm_type in ((0.5, 2.0), (1.0, 1.0), (0.7, math.inf), (0.5, 3.0)):
        mine = clones(grads)
        student.clip_grad_norm(mine, max_norm, norm_type=norm_type)
        expected, _ = by_torch(grads, max_norm, norm_type)
        close(mine, expected, what=f"the gradients clipped to {max_norm} with p = {norm_type}")

    wide = tensors((3, 4), scale=5.0)
    views = [wide[:, ::2], None, tensors((2, 3), scale=5.0).T]
    expected, _ = by_torch(views, 1.0)
    looked = student.kit.clip_and_look(student.clip_grad_norm, views, 1.0)
    close(views, expected, what="gradients with gaps in memory, clipped to 1")
    ensure(
        looked["list_kept"] and looked["memory_kept"],
        "The clipped numbers live in other memory than the gradients that were passed: write them into the old one.",
    )


@check(points=1.5, dtypes=BOTH, hint="What is the largest factor that clipping may use?")
def test_leaves_small_alone(student, tensors):
    """gradients within the limit are the same afterwards, zeros included"""
    grads = draw(tensors)
    for norm_type in (2.0, 1.0, math.inf):
        norm = float(torch.linalg.vector_norm(flat(grads), norm_type))
        for room in (1.5, 100.0):
            mine = clones(grads)
            student.clip_grad_norm(mine, room * norm, norm_type=norm_type)
            close(mine, grads, what=f"gradients with a {room:g} times higher limit, p = {norm_type}")
    zeros = [torch.zeros_like(grads[0]), None]
    student.clip_grad_norm(zeros, 1.0)
    close(zeros, [torch.zeros_like(grads[0]), None], what="gradients of zeros")


@check(points=1, hint="The log wants to know how large the gradients were when they came in.")
def test_returns_total(student, tensors):
    """the norm before clipping is returned, whether something was clipped or not"""
    grads = draw(tensors)
    for norm_type in (2.0, 1.0, math.inf):
        total = torch.linalg.vector_norm(flat(grads), norm_type)
        for share in (0.1, 3.0):
            returned = student.clip_grad_norm(clones(grads), share * float(total), norm_type=norm_type)
            close(returned, total, what=f"the returned norm with a limit of {share:g} times the norm, p = {norm_type}")
    nothing = student.clip_grad_norm([None], 1.0)
    ensure(
        isinstance(nothing, torch.Tensor) and nothing.shape == () and nothing.item() == 0,
        "With a list of None clip_grad_norm has nothing to clip and returns the norm 0, a tensor of shape ().",
    )


@check(points=1, hint="If the gradient were an arrow through all tensors, would it still point the same way?")
def test_direction_kept(student, tensors):
    """all tensors together, the clipped gradient points where the original pointed"""
    for norm_type in (2.0, math.inf):
        grads = [tensors((3, 2), scale=20.0), None, tensors((4,)), tensors((2,), scale=0.05)]
        mine = clones(grads)
        student.clip_grad_norm(mine, 0.5, norm_type=norm_type)
        before, after = flat(grads), flat(mine)
        close(after / after.norm(), before / before.norm(), what=f"the direction of all gradients, p = {norm_type}")


@check(points=0.5, hint="For tiny gradients the constant in the denominator is visible: what does yours divide by?")
def test_safety_term(student, tensors):
    """a norm of 0.001 with a limit of 0.0001 shows the constant 1e-6"""
    grads = [tensors((3, 2)) + 2.0, tensors((4,)) - 2.0]
    norm = flat(grads).norm()
    tiny = [g / norm * 1e-3 for g in grads]
    mine = clones(tiny)
    student.clip_grad_norm(mine, 1e-4)
    close(mine, by_torch(tiny, 1e-4)[0], atol=1e-12, what="tiny gradients clipped to 0.0001")


@check(points=1, dtypes=BOTH, hint="Which entries are outside the range, on the left and on the right?")
def test_by_value(student, tensors):
    """entries beyond the limit on both sides are brought back, in place, and nothing is returned"""
    wide = tensors((3, 4), scale=2.0)
    edge = torch.tensor([-3.0, -0.5, -0.25, 0.0, 0.25, 0.5, 3.0], dtype=wide.dtype)
    grads = [wide[:, ::2], None, edge, tensors((2, 3), scale=2.0).T]
    expected = [None if g is None else g.clamp(-0.5, 0.5) for g in grads]
    looked = student.kit.clip_and_look(student.clip_grad_value, grads, 0.5)
    close(grads, expected, what="the gradients limited to 0.5")
    ensure(
        looked["list_kept"] and looked["memory_kept"],
        "The clipped numbers live in other memory than the gradients that were passed: write them into the old one.",
    )
    ensure(
        looked["returned"] == "None",
        f"clip_grad_value works in place and returns None, yours returned a {looked['returned']}: return nothing.",
    )


@check(points=0.5, hint="Compare the limits and the kind of norm with zero before anything is changed.")
def test_bad_input(agree, rejects, tensors):
    """limits and kinds of norm that are not above 0 raise ValueError; small ones work"""
    g, h = tensors((3,), n=2)
    for bad in (0.0, -1.0):
        rejects(lambda m, bad=bad: m.clip_grad_norm([g, h], bad), unchanged=[g, h], what=f"max_norm={bad:g}")
        rejects(lambda m, bad=bad: m.clip_grad_value([g, h], bad), unchanged=[g, h], what=f"clip_value={bad:g}")
        rejects(lambda m, bad=bad: m.global_norm([g, h], norm_type=bad), what=f"norm_type={bad:g} in global_norm")
        rejects(
            lambda m, bad=bad: m.clip_grad_norm([g, h], 1.0, norm_type=bad),
            unchanged=[g, h],
            what=f"norm_type={bad:g} in clip_grad_norm",
        )

    def small_settings(m):
        short, low = clones([g, h]), clones([g, h])
        m.clip_grad_norm(short, 0.01, norm_type=0.5)
        m.clip_grad_value(low, 0.01)
        return {"gradients clipped to 0.01 with p = 0.5": short, "gradients limited to 0.01": low}

    agree(small_settings, pure=False)
