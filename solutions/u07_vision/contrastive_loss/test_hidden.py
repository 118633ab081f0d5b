"""Hidden checks of contrastive_loss."""

import math

import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")


def views(tensors, n, d):
    """Two views of n examples of d numbers, the first of them twice as long."""
    return 2 * tensors((n, d)), tensors((n, d))


def double_loop(z1, z2, temperature):
    """NT-Xent from its definition, in Python numbers, pair by pair."""
    rows = [row.double() for row in (*z1, *z2)]
    n = len(z1)

    def similarity(a, b):
        return float(a @ b) / (float(a.norm()) * float(b.norm())) / temperature

    total = 0.0
    for i, anchor in enumerate(rows):
        others = [similarity(anchor, other) for k, other in enumerate(rows) if k != i]
        top = max(others)
        total += top + math.log(sum(math.exp(s - top) for s in others)) - similarity(anchor, rows[(i + n) % (2 * n)])
    return torch.tensor(total / (2 * n), dtype=z1.dtype)


@check(points=2, dtypes=BOTH, hint="Measure each row of your result; what does a row of zeros become?")
def test_rows_have_norm_one(agree, tensors, student):
    """long and short rows, a row of zeros, and rows shorter than eps"""
    z = tensors((5, 4)) * torch.tensor([1.0, 100.0, 0.01, 1e-6, 0.0])[:, None]
    turned = tensors((3, 5)).t()
    due = torch.stack([row / row.norm() if row.any() else row for row in z])
    close(student.normalize_rows(z), due, what="the normalised rows")
    close(student.normalize_rows(turned), F.normalize(turned, dim=1), what="the normalised rows of a transposed tensor")
    short = torch.tensor([[0.03, 0.04], [0.3, 0.4], [-3.0, 4.0], [0.0, 0.0]], dtype=z.dtype)
    agree(
        lambda m: {
            "normalised rows with eps 0.2": m.normalize_rows(short, eps=0.2),
            "normalised rows around the usual eps": m.normalize_rows(1e-11 * short),
        }
    )


@check(
    points=5,
    dtypes=BOTH,
    hint="Write the 2N rows under each other: where is the partner of the first, and of the last?",
)
def test_logits_and_targets(agree, tensors, student):
    """all similarities, minus infinity on the diagonal, and the places of the partners"""
    for n, d, temperature in ((4, 3, None), (1, 2, None), (3, 5, 0.1), (2, 1, 2.0)):
        z1, z2 = views(tensors, n, d)
        options = {} if temperature is None else {"temperature": temperature}
        unit = F.normalize(torch.cat([z1, z2]), dim=1)
        due = (unit @ unit.T / (temperature or 0.5)).fill_diagonal_(-math.inf)
        logits, targets = student.nt_xent_logits(z1, z2, **options)
        what = f"for N = {n}, D = {d}, temperature {temperature or 0.5}"
        close(targets, torch.cat([torch.arange(n, 2 * n), torch.arange(n)]), what=f"the targets {what}")
        close(logits, due, what=f"the logits {what}")
    z1, z2 = tensors((3, 4)).t(), tensors((4, 3))
    z2[1] = 0.0
    agree(lambda m: {"(logits, targets) with a row of zeros, z1 and z2 unchanged": m.nt_xent_logits(z1, z2)})


@check(points=5, dtypes=BOTH, hint="Take two examples and work out the four cross entropies by hand.")
def test_loss_value(agree, tensors, student):
    """the loss of several batches, from its definition pair by pair"""
    for n, d in ((4, 3), (6, 2), (2, 5)):
        z1, z2 = views(tensors, n, d)
        close(student.nt_xent(z1, z2), double_loop(z1, z2, 0.5), what=f"the loss for N = {n}, D = {d}")
    z1, z2 = views(tensors, 1, 3)
    agree(
        lambda m: {
            "loss for a single example": m.nt_xent(z1, z2),
            "loss with a row of zeros": m.nt_xent(torch.cat([z1, 0 * z1]), torch.cat([z2, z1])),
        }
    )


@check(
    points=2,
    dtypes=BOTH,
    hint="A lower temperature makes differences larger: what happens to the exponentials at 0.01?",
)
def test_temperature(tensors, student):
    """temperatures from 0.01 to 10"""
    z1, z2 = views(tensors, 4, 3)
    for temperature in (10.0, 1.0, 0.1, 0.01):
        loss = student.nt_xent(z1, z2, temperature=temperature)
        close(loss, double_loop(z1, z2, temperature), what=f"the loss at temperature {temperature}")


@check(points=2, hint="Each view should look for the other one: on which side does your average stop?")
def test_symmetry(tensors, student):
    """swapping the views leaves the loss as it is; mixing up the partners does not"""
    z1, z2 = views(tensors, 5, 3)
    there, back = student.nt_xent(z1, z2, temperature=0.3), student.nt_xent(z2, z1, temperature=0.3)
    close(back, there, what="the loss of the swapped views, compared with the loss of the views")
    apart = torch.eye(4, dtype=z1.dtype) + 0.02 * tensors((4, 4)).clamp(-1, 1)
    matching, mixed = student.nt_xent(apart, apart), student.nt_xent(apart, apart.roll(1, 0))
    ensure(
        float(matching) + 0.1 < float(mixed),
        "Two equal views should cost much less than views of which each has a stranger as a partner. Compare both by hand.",
    )


@check(points=2, hint="Does the loss still hang on both inputs, and with which share of each row?")
def test_gradient(tensors, student):
    """finite gradients for both views, as autograd gives them for the definition"""
    for n, d, temperature in ((4, 3, 0.5), (3, 2, 0.05), (1, 3, 0.5)):
        z1, z2 = views(tensors, n, d)
        leaves = [z.clone().requires_grad_() for z in (z1, z2)]
        unit = F.normalize(torch.cat(leaves), dim=1)
        similarities = unit @ unit.T / temperature
        others = similarities[~torch.eye(2 * n, dtype=torch.bool)].reshape(2 * n, 2 * n - 1)
        partners = torch.cat([similarities.diagonal(n), similarities.diagonal(-n)])
        loss = (others.logsumexp(1) - partners).mean()
        g1, g2 = torch.autograd.grad(loss, leaves)
        found = student.kit.loss_and_gradients(student.nt_xent, z1, z2, temperature)
        due = {"loss": loss.detach(), "gradient of z1": g1, "gradient of z2": g2}
        close(found, due, what=f"loss and gradients for N = {n}, D = {d}, temperature {temperature}")


@check(points=1, hint="Which row holds the largest similarity, if a row must not choose itself?")
def test_accuracy(agree, tensors):
    """batches in which all, some and no views find their partner"""
    turn, _ = torch.linalg.qr(tensors((5, 5)))  # the same angles in every direction
    lengths = 0.5 + tensors((8,)).abs()
    e = torch.eye(5, dtype=turn.dtype)
    # The first two of z1 are closer to each other than to their partners, whose nearest they are all the same.
    crowd = (torch.stack([e[0], e[0] + 0.3 * e[1]]), torch.stack([e[0] + 0.5 * e[2], e[1]]))
    batches = {
        "all": (e[:4] + 0.2 * e[4], e[:4] - 0.1 * e[4]),
        "none": (e[:4] + 0.2 * e[4], e[[1, 2, 3, 0]] - 0.1 * e[4]),
        "two of four": (e[:4], e[[0, 1, 3, 2]] + 0.3 * e[4]),
        "only the second views": crowd,
        "only the first views": crowd[::-1],
        "a single example": (e[:1], -e[:1] + e[1:2]),
    }

    def accuracies(m):
        found = {}
        for name, (z1, z2) in batches.items():
            stretched = [lengths[k : k + len(z), None] * z @ turn for k, z in ((0, z1), (4, z2))]
            found[f"accuracy, {name}"] = m.contrastive_accuracy(*stretched)
        return found

    agree(accuracies)


@check(points=1, hint="Compare the shapes and look at the temperature before you compute anything.")
def test_bad_input(agree, rejects, tensors):
    """unequal shapes, other than two axes, and temperatures of zero or less raise ValueError; one row and column work"""
    z = tensors((4, 3))
    pairs = {
        "different N": (z, z[:3]),
        "a single row for z2": (z, z[:1]),
        "different D": (z, z[:, :2]),
        "one axis": (z[0], z[0]),
        "three axes": (z[None], z[None]),
        "two axes and one": (z, z[0]),
    }
    for name, pair in pairs.items():
        for function in ("nt_xent_logits", "nt_xent", "contrastive_accuracy"):
            rejects(lambda m, f=function, pair=pair: getattr(m, f)(*pair), what=f"{name} in {function}")
    for temperature in (0.0, -0.5):
        for function in ("nt_xent_logits", "nt_xent"):
            rejects(
                lambda m, f=function, t=temperature: getattr(m, f)(z, z.flip(0), temperature=t),
                what=f"temperature {temperature} in {function}",
            )
    one = 1 + z[:1, :1].abs()
    agree(lambda m: {"one row and one column": [m.nt_xent_logits(one, -one, temperature=0.01), m.nt_xent(one, one)]})
