"""Hidden checks of scaled_dot_attention. The truth is the formula, run and differentiated here."""

import math

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def truth(q, k, v, mask=None, causal=False):
    """(output, weights) by the formula; a row without any allowed key is 0."""
    scores = q @ k.mT / math.sqrt(q.shape[-1])
    allowed = torch.ones_like(scores, dtype=torch.bool)
    if mask is not None:
        allowed = allowed & mask
    if causal:
        allowed = allowed & (torch.arange(k.shape[-2]) <= torch.arange(q.shape[-2])[:, None])
    weights = scores.masked_fill(~allowed, -1e30).softmax(-1) * allowed
    return weights @ v, weights


def gradients(dout, q, k, v, **options):
    """(dq, dk, dv) by autograd, and the weights."""
    leaves = [t.clone().requires_grad_() for t in (q, k, v)]
    output, weights = truth(*leaves, **options)
    # A scalar, because the first use of grad_outputs in a process imports a quarter of a second of modules.
    return torch.autograd.grad((dout * output).sum(), leaves), weights.detach()


def draw(tensors, *lead, Tq=4, Tk=5, d=3, dv=6):
    """Queries, keys and values with these leading axes."""
    return tensors((*lead, Tq, d)), tensors((*lead, Tk, d)), tensors((*lead, Tk, dv))


def some_hidden(generator, *shape):
    """A mask in which every query may see the first key, none the second, and chance decides about the others."""
    mask = torch.rand(shape, generator=generator) < 0.6
    mask[..., 0], mask[..., 1] = True, False
    return mask


def far_below(q, k, v):
    """The same with a column more in queries and keys, which brings every score down by 2000 and no weight out."""
    root = math.sqrt(q.shape[-1] + 1)
    extra = torch.full_like(q[..., :1], 2000.0), torch.full_like(k[..., :1], -root)
    return torch.cat([q, extra[0]], -1), torch.cat([k, extra[1]], -1), v


def compared(student, given, said, **options):
    """(output, weights) beside those of the formula."""
    close(student.attention(*given, **options), truth(*given, **options), what=f"(output, weights) {said}")


@check(points=4, dtypes=BOTH, hint="Scores first, then their scale, then a softmax: over which axis do weights add up?")
def test_plain(agree, tensors, student, dtype):
    """output and weights without masks, for more keys than queries, fewer, and a single one"""
    given = draw(tensors, 2)
    agree(lambda m: dict(zip(("output", "weights"), m.attention(*given))))
    close(student.attention(*given)[0], F.scaled_dot_product_attention(*given), what="the output")
    compared(student, given, "for 4 queries, 5 keys")
    compared(student, draw(tensors, 3, Tq=6, Tk=2, d=5, dv=1), "for 6 queries, 2 keys")
    compared(student, draw(tensors, 1, Tq=3, Tk=1, d=2), "for 3 queries, 1 key")
    compared(student, draw(tensors, 2, Tq=1, Tk=4, d=1, dv=2), "for 1 query, 4 keys, width 1")
    q, k, v = given
    strided = [t.transpose(0, 1).contiguous().transpose(0, 1) for t in given]
    compared(student, strided, "for other strides")
    if dtype == torch.float64:
        compared(student, (1000 * q, k, v), "for scores of about 1000")


@check(points=1, hint="Each query spreads one unit of attention over the keys that it may see.")
def test_weights_sum_to_one(tensors, generator, student):
    """weights are never negative and add up to one, also with masks and for scores beyond 1000"""
    q, k, v = draw(tensors, 2)
    mask = some_hidden(generator, 2, 4, 5)
    for said, scale, options in (
        ("without masks", 1, {}),
        ("with a mask", 1, {"mask": mask}),
        ("with the causal mask", 1, {"causal": True}),
        ("for large scores", 3000, {}),
        ("for large scores with a mask", 3000, {"mask": mask}),
    ):
        _, weights = student.attention(scale * q, k, v, **options)
        close(weights.sum(-1), torch.ones_like(q[..., 0]), what=f"the sum of each query's weights {said}")
        ensure(bool((weights >= 0).all()), f"There are negative weights {said}: what does a softmax give?")


@check(points=3, dtypes=BOTH, hint="True means that the query may look; what has to be so for a key to weigh nothing?")
def test_masked(agree, tensors, generator, student, dtype):
    """masks of full shape, shared by the batch, for keys only, and one that hides nothing"""
    given = draw(tensors, 2)
    full = some_hidden(generator, 2, 4, 5)
    agree(lambda m: dict(zip(("output", "weights"), m.attention(*given, mask=full))))
    for shape in ((2, 4, 5), (4, 5), (1, 4, 5), (2, 1, 5), (5,)):
        compared(student, given, f"with a mask of shape {shape}", mask=some_hidden(generator, *shape))
    nothing_hidden = torch.ones(4, 5, dtype=torch.bool)
    compared(student, given, "with a mask that hides nothing", mask=nothing_hidden)
    if dtype == torch.float64:
        compared(student, far_below(*given), "with a mask, for scores of about -2000", mask=full)


@check(points=3, dtypes=BOTH, hint="Draw the table of who may see whom for four queries and five keys.")
def test_causal(agree, tensors, generator, student, dtype):
    """the causal mask for square and other tables, alone and together with a mask"""
    given = draw(tensors, 2)
    agree(lambda m: dict(zip(("output", "weights"), m.attention(*given, causal=True))))
    compared(student, given, "with 4 queries, 5 keys, causal", causal=True)
    compared(student, draw(tensors, 2, Tq=5, Tk=5), "with 5 queries, 5 keys, causal", causal=True)
    compared(student, draw(tensors, 2, Tq=6, Tk=3), "with 6 queries, 3 keys, causal", causal=True)
    for shape in ((2, 4, 5), (2, 1, 5)):
        mask = some_hidden(generator, *shape)
        compared(student, given, f"causal and with a mask of shape {shape}", mask=mask, causal=True)
    if dtype == torch.float64:
        compared(student, far_below(*given), "causal, for scores of about -2000", causal=True)


@check(points=2, dtypes=BOTH, hint="What does a softmax make of a row in which everything is forbidden?")
def test_nothing_to_attend(agree, tensors, generator, student):
    """a query that may see no key has weights 0 and output 0; the others are not disturbed"""
    given = draw(tensors, 2)
    holes = some_hidden(generator, 2, 4, 5)
    holes[0, 1], holes[1, 3] = False, False
    agree(lambda m: dict(zip(("output", "weights"), m.attention(*given, mask=holes))))
    late = torch.tensor([False, False, True, True, True])  # together with causal, queries 0 and 1 see nothing
    whole = torch.tensor([True, False, True, False])[:, None]
    none = torch.zeros(1, 1, 1, dtype=torch.bool)
    for said, options in (
        ("where two queries see nothing", {"mask": holes}),
        ("where mask and causal together leave nothing", {"mask": late, "causal": True}),
        ("with a mask of shape (4, 1)", {"mask": whole}),
        ("where nobody sees anything", {"mask": none}),
    ):
        compared(student, given, said, **options)


@check(
    points=4, dtypes=BOTH, hint="Each row of scores went through a softmax: if one weight rises, what do the others do?"
)
def test_backward(agree, tensors, generator, student):
    """dq, dk and dv for plain and for masked weights"""
    given, dout = draw(tensors, 2), tensors((2, 4, 6))
    holes = some_hidden(generator, 2, 4, 5)
    holes[1, 2] = False
    _, plain = gradients(dout, *given)
    agree(lambda m: dict(zip(("dq", "dk", "dv"), m.attention_backward(dout, *given, plain))))
    for said, options in (
        ("plain", {}),
        ("causal", {"causal": True}),
        ("masked, one query without keys", {"mask": holes}),
    ):
        expected, weights = gradients(dout, *given, **options)
        close(student.attention_backward(dout, *given, weights), tuple(expected), what=f"(dq, dk, dv), {said}")
    given, dout = draw(tensors, 1, Tq=6, Tk=2, d=5, dv=1), tensors((1, 6, 1))
    expected, weights = gradients(dout, *given)
    close(student.attention_backward(dout, *given, weights), tuple(expected), what="(dq, dk, dv) for 6 queries, 2 keys")


@check(points=2, hint="Only the last two axes matter; count them from the end.")
def test_extra_axes(tensors, generator, student):
    """the same with two leading axes and with none, forwards and backwards"""
    four, two = draw(tensors, 2, 3), draw(tensors)
    compared(student, four, "with two leading axes")
    compared(student, four, "with two leading axes, causal", causal=True)
    for shape in ((2, 1, 1, 5), (2, 3, 4, 5), (3, 4, 5)):
        mask = some_hidden(generator, *shape)
        compared(student, four, f"with two leading axes and a mask of shape {shape}", mask=mask)
    compared(student, two, "without leading axes, causal, with a mask", mask=some_hidden(generator, 4, 5), causal=True)
    for given, dout in ((four, tensors((2, 3, 4, 6))), (two, tensors((4, 6)))):
        expected, weights = gradients(dout, *given, causal=True)
        found = student.attention_backward(dout, *given, weights)
        close(found, tuple(expected), what=f"(dq, dk, dv) for q of shape {tuple(given[0].shape)}")


@check(points=1, hint="Which two pairs of numbers have to agree before anything can be multiplied?")
def test_bad_input(tensors, rejects, student):
    """widths and lengths that differ raise ValueError; one query, one key and width 1 are fine"""
    q, k, v = draw(tensors, 2)
    for width in (1, 2, 4):
        wrong = tensors((2, 5, width))
        rejects(lambda m, wrong=wrong: m.attention(q, wrong, v), what=f"keys of width {width} for queries of width 3")
    for length in (1, 4, 6):
        wrong = tensors((2, length, 6))
        rejects(lambda m, wrong=wrong: m.attention(q, k, wrong), what=f"{length} values for 5 keys")
    allowed = torch.ones(1, 1, dtype=torch.bool)
    smallest = draw(tensors, 1, Tq=1, Tk=1, d=1, dv=1)
    compared(student, smallest, "for one query and one key", mask=allowed, causal=True)
    compared(student, draw(tensors, 1, Tq=3, Tk=4, d=2, dv=3), "for 3 queries, 4 keys, causal", causal=True)
