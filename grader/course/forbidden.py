"""What an exercise may forbid: groups of names that do the very thing a student is asked to build.

A rule is one of four things, and means the same wherever rules are read:
  "torch.Tensor.backward"   this name and whatever lies below it; methods of tensors are written with `torch.Tensor.`
  "torch.optim.*"           the package and everything below it
  "requires_grad=True"      this keyword argument in any call
  "!torch.sigmoid"          an exception: this one name is allowed although another rule covers it
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from grader.course.model import CourseError
from grader.course.names import did_you_mean, nearest


def _below(package: str, names: str) -> tuple[str, ...]:
    return tuple(f"{package}.{name}" for name in names.split())


_LOSSES: Final = (
    *_below(
        "torch.nn",
        """
        BCELoss BCEWithLogitsLoss CTCLoss CosineEmbeddingLoss CrossEntropyLoss GaussianNLLLoss HingeEmbeddingLoss
        HuberLoss KLDivLoss L1Loss LinearCrossEntropyLoss MSELoss MarginRankingLoss MultiLabelMarginLoss
        MultiLabelSoftMarginLoss MultiMarginLoss NLLLoss NLLLoss2d PoissonNLLLoss SmoothL1Loss SoftMarginLoss
        TripletMarginLoss TripletMarginWithDistanceLoss AdaptiveLogSoftmaxWithLoss
        Softmax Softmax2d LogSoftmax Softmin
        """,
    ),
    *_below(
        "torch.nn.functional",
        """
        binary_cross_entropy binary_cross_entropy_with_logits cosine_embedding_loss cross_entropy ctc_loss
        gaussian_nll_loss hinge_embedding_loss huber_loss kl_div l1_loss linear_cross_entropy margin_ranking_loss
        mse_loss multi_margin_loss multilabel_margin_loss multilabel_soft_margin_loss nll_loss poisson_nll_loss
        smooth_l1_loss soft_margin_loss triplet_margin_loss triplet_margin_with_distance_loss
        softmax log_softmax softmin gumbel_softmax
        """,
    ),
    *_below(
        "torch",
        """
        binary_cross_entropy_with_logits cosine_embedding_loss ctc_loss hinge_embedding_loss kl_div
        margin_ranking_loss poisson_nll_loss triplet_margin_loss
        softmax log_softmax logsumexp logcumsumexp
        """,
    ),
    *_below("torch.Tensor", "softmax log_softmax logsumexp logcumsumexp"),
    *_below("torch.special", "softmax log_softmax logsumexp"),
    *_below("torch.masked", "softmax log_softmax softmin logsumexp"),
    *_below("torch.sparse", "softmax log_softmax"),
)

_SIGMOIDS: Final = (
    *_below("torch", "sigmoid sigmoid_ Tensor.sigmoid Tensor.sigmoid_ special.expit"),
    *_below("torch.nn.functional", "sigmoid logsigmoid softplus"),
    *_below("torch.nn", "Sigmoid LogSigmoid Softplus"),
)

_AUTOGRAD: Final = (
    "torch.autograd.*",
    "torch.Tensor.backward",
    "torch.Tensor.requires_grad_",
    "requires_grad=True",
    "torch.func.*",
    "torch.enable_grad",
)

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "AUTOGRAD": _AUTOGRAD,
    "OPTIM": ("torch.optim.*",),
    "NN": ("torch.nn.*",),
    "FUNCTIONAL": ("torch.nn.functional.*",),
    "LOSSES": _LOSSES,
    "SIGMOIDS": _SIGMOIDS,
    "DATA": ("torch.utils.data.*",),
}

_IN_WORDS: Final = {
    "AUTOGRAD": "automatic gradients",
    "OPTIM": "torch.optim",
    "NN": "torch.nn",
    "FUNCTIONAL": "torch.nn.functional",
    "LOSSES": "ready-made losses and softmax",
    "SIGMOIDS": "ready-made sigmoids",
    "DATA": "torch.utils.data",
}

_DOTTED = r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*"
_RULE = re.compile(rf"!?{_DOTTED}|{_DOTTED}\.\*|[A-Za-z_]\w*=True", re.ASCII)


def expand(names: Iterable[str]) -> tuple[str, ...]:
    """The rules with every group replaced by its names, each once, in order; exceptions stay as they are written.

    Raises CourseError for an unknown group, for text that is no rule, and for an exception to nothing.
    """
    rules: dict[str, None] = {}
    for name in names:
        if name in GROUPS:
            rules.update(dict.fromkeys(GROUPS[name]))
        elif name.isupper() and name.isidentifier():
            raise CourseError(f'there is no group "{name}". {did_you_mean(name, GROUPS)}')
        elif name.startswith("!") and (name[1:] in GROUPS or name.endswith("*")):
            raise CourseError(f'"{name}" re-allows too much: an exception is one name, such as "!torch.sigmoid".')
        elif not _RULE.fullmatch(name):
            close = nearest(name.upper(), GROUPS)
            remedy = f'Did you mean "{close}"?' if close else 'Write a dotted name such as "torch.optim.*".'
            raise CourseError(f'"{name}" is no name that can be forbidden. {remedy}')
        else:
            rules[name] = None
    for rule in rules:
        if rule.startswith("!") and not any(_covers(other, rule[1:]) for other in rules):
            raise CourseError(f'"{rule}" re-allows what no other rule forbids. Remove it, or correct the name.')
    return tuple(rules)


def in_words(rules: Iterable[str]) -> tuple[str, ...]:
    """Expanded rules for a reader: whole groups by a short name, the rest as they are written, exceptions last."""
    left = dict.fromkeys(rules)
    words = []
    for group, names in GROUPS.items():
        if all(name in left for name in names):
            words.append(_IN_WORDS[group])
            left = {name: None for name in left if name not in names}
    words += [name.removesuffix(".*") for name in left if not name.startswith("!")]
    return (*words, *(f"but {name[1:]} is allowed" for name in left if name.startswith("!")))


def _covers(rule: str, name: str) -> bool:
    return f"{name}.".startswith(f"{rule.removesuffix('.*')}.")
