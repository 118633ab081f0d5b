"""Known wrong answers to contrastive_loss with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "self_pairs_kept",
        "Every view is most similar to itself, and that is no achievement: take these pairs out of the competition.",
        swap=('similarities.masked_fill(itself, float("-inf"))', "similarities"),
        caught_by="test_logits_and_targets",
    ),
    mistake(
        "not_normalised",
        "In your similarities, long vectors win without being similar. What should only directions decide?",
        swap=("z = normalize_rows(torch.cat([z1, z2]))", "z = torch.cat([z1, z2])"),
        caught_by="test_logits_and_targets",
    ),
    mistake(
        "normalises_columns",
        "One example, one vector, one length: over which axis do you sum the squares?",
        swap=("dim=1, keepdim=True", "dim=0, keepdim=True"),
        caught_by="test_rows_have_norm_one",
    ),
    mistake(
        "temperature_multiplies",
        "A lower temperature should sharpen the choice; yours blurs it.",
        swap=("z @ z.T / temperature", "z @ z.T * temperature"),
        caught_by="test_logits_and_targets",
    ),
    mistake(
        "positives_are_neighbours",
        "Where in the stacked list is the partner of the first row? All of the first view comes before the second.",
        swap=(
            "(torch.arange(2 * n, device=z.device) + n) % (2 * n)",
            "torch.arange(2 * n, device=z.device).reshape(n, 2).flip(1).reshape(-1)",
        ),
        caught_by="test_logits_and_targets",
    ),
    mistake(
        "same_view_negatives_dropped",
        "The other examples of the same view are strangers as well: they belong into the competition.",
        swap=(
            "itself = torch.eye(2 * n, dtype=torch.bool, device=z.device)",
            "itself = torch.block_diag(*2 * [torch.ones(n, n, dtype=torch.bool, device=z.device)])",
        ),
        caught_by="test_logits_and_targets",
    ),
    mistake(
        "one_direction_only",
        "Each view should look for the other one; half of your rows never do.",
        swap=("F.cross_entropy(logits, targets)", "F.cross_entropy(logits[: len(z1)], targets[: len(z1)])"),
        caught_by="test_loss_value",
    ),
    mistake(
        "summed_not_averaged",
        "The loss should not grow with the batch.",
        swap=("F.cross_entropy(logits, targets)", 'F.cross_entropy(logits, targets, reduction="sum")'),
        caught_by="test_loss_value",
    ),
]

ALSO_CORRECT = [
    correct(
        "blocks_and_logsumexp",
        source='''
import torch
from torch import Tensor


def normalize_rows(z: Tensor, eps: float = 1e-12) -> Tensor:
    length = (z * z).sum(dim=-1).sqrt()
    return torch.einsum("nd,n->nd", z, 1 / torch.where(length > eps, length, torch.full_like(length, eps)))


def _check(z1, z2, temperature=1.0):
    if z1.ndim != 2 or z2.ndim != 2 or z1.size() != z2.size():
        raise ValueError("shapes")
    if not temperature > 0:
        raise ValueError("temperature")


def nt_xent_logits(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> tuple[Tensor, Tensor]:
    """Four blocks: within the first view, across, across, within the second."""
    _check(z1, z2, temperature)
    n = z1.size(0)
    a, b = normalize_rows(z1), normalize_rows(z2)
    alone = torch.diag(torch.full((n,), -torch.inf, dtype=a.dtype, device=a.device))
    across = a @ b.t() / temperature
    top = torch.cat([a @ a.t() / temperature + alone, across], dim=1)
    bottom = torch.cat([across.t(), b @ b.t() / temperature + alone], dim=1)
    order = torch.arange(2 * n, device=z1.device)
    return torch.cat([top, bottom], dim=0), torch.where(order < n, order + n, order - n)


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    """Without targets: the partner's similarity is a dot product of equal rows."""
    logits, _ = nt_xent_logits(z1, z2, temperature)
    partner = (normalize_rows(z1) * normalize_rows(z2)).sum(dim=1) / temperature
    return logits.logsumexp(dim=1).mean() - partner.mean()


def contrastive_accuracy(z1: Tensor, z2: Tensor) -> float:
    logits, targets = nt_xent_logits(z1, z2, 1.0)
    partner = logits.gather(1, targets[:, None])
    return int((logits <= partner).all(dim=1).sum()) / len(targets)
''',
    ),
    correct(
        "row_by_row",
        source="""
import torch
import torch.nn.functional as F
from torch import Tensor


def normalize_rows(z: Tensor, eps: float = 1e-12) -> Tensor:
    return torch.stack([row / max(float(row.detach().norm()), eps) if float(row.detach().norm()) < eps else row / row.norm() for row in z])


def nt_xent_logits(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> tuple[Tensor, Tensor]:
    if len(z1.shape) != 2:
        raise ValueError("not a matrix")
    if tuple(z1.shape) != tuple(z2.shape):
        raise ValueError("two shapes")
    if temperature <= 0:
        raise ValueError("temperature")
    views = list(normalize_rows(z1)) + list(normalize_rows(z2))
    minus = torch.tensor(float("-inf"), dtype=z1.dtype, device=z1.device)
    rows = [
        torch.stack([minus if i == k else torch.dot(a, b) / temperature for k, b in enumerate(views)])
        for i, a in enumerate(views)
    ]
    targets = [(i + len(z1)) % len(views) for i in range(len(views))]
    return torch.stack(rows), torch.tensor(targets, device=z1.device)


def nt_xent(z1: Tensor, z2: Tensor, temperature: float = 0.5) -> Tensor:
    logits, targets = nt_xent_logits(z1, z2, temperature)
    chances = torch.log_softmax(logits, dim=1)
    return -torch.stack([chances[i, t] for i, t in enumerate(targets.tolist())]).mean()


def contrastive_accuracy(z1: Tensor, z2: Tensor) -> float:
    logits, targets = nt_xent_logits(z1, z2)
    best = logits.max(dim=1).indices
    return (best == targets).sum().item() / best.numel()
""",
    ),
    correct(
        "half_of_each_direction",
        swap=(
            "F.cross_entropy(logits, targets)",
            "(F.cross_entropy(logits[: len(z1)], targets[: len(z1)]) "
            "+ F.cross_entropy(logits[len(z1) :], targets[len(z1) :])) / 2",
        ),
    ),
]


def probe(m):
    """Two batches of four examples, temperature 0.3; and the accuracy of views that belong together."""
    draw = torch.Generator().manual_seed(707)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    z1, z2, noise = 2 * normal(4, 3), normal(4, 3), normal(4, 3)
    return {
        "rows": lambda: m.normalize_rows(z1),
        "logits": lambda: m.nt_xent_logits(z1, z2, temperature=0.3)[0],
        "targets": lambda: m.nt_xent_logits(z1, z2, temperature=0.3)[1],
        "loss": lambda: m.nt_xent(z1, z2, temperature=0.3),
        "accuracy": lambda: m.contrastive_accuracy(z1, z1 + noise / 2),
    }
