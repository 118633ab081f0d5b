"""Public checks of causal_multihead: the worked example of the statement."""

import torch

from grader.checks import check, close


def tokens(*rows):
    """The rows as one sequence: shape (1, T, C)."""
    return torch.tensor([rows], dtype=torch.float64)


X = tokens([1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 2.0, 0.0], [0.0, 2.0, 0.0, 1.0])
OUTPUT = tokens(
    [1.0, 0.0, 0.0, 1.0],
    [1.0, 0.669761549327, 1.888385561586, 0.055807219207],
    [0.232082063861, 1.722529573225, 0.395551629281, 0.802224185360],
)


def weights():
    """Projections that change nothing: queries, keys and values are the tokens themselves."""
    one = torch.eye(4, dtype=torch.float64)
    return one.repeat(3, 1), torch.zeros(12, dtype=torch.float64), one, torch.zeros(4, dtype=torch.float64)


@check(hint="A head owns neighbouring columns of every token.")
def test_split_and_merge(student):
    """the three tokens of the statement in two heads, and back"""
    heads = torch.tensor([[[[1, 0], [1, 1], [0, 2]], [[0, 1], [2, 0], [0, 1]]]], dtype=torch.float64)
    close(student.split_heads(X, 2), heads, what="the heads")
    close(student.merge_heads(heads), X, what="the heads side by side")


@check(hint="Work out the scores of the second token in both heads; mind the width of a head in the root.")
def test_example(student):
    """the three outputs of the statement, with two heads"""
    close(student.causal_self_attention(X, *weights(), 2), OUTPUT, what="the output")


@check(hint="The new token brings one query; keys and values it has from all tokens so far.")
def test_with_cache(student):
    """two tokens first, then the third with their cache"""
    first, cache = student.causal_self_attention_step(X[:, :2], *weights(), 2)
    close(first, OUTPUT[:, :2], what="the output for the first two tokens")
    close(cache["k"], torch.tensor([[[[1, 0], [1, 1]], [[0, 1], [2, 0]]]], dtype=torch.float64), what="the cached keys")
    last, _ = student.causal_self_attention_step(X[:, 2:], *weights(), 2, cache=cache)
    close(last, OUTPUT[:, 2:], what="the output for the third token")


@check(hint="Look at the widths before you cut anything.")
def test_three_heads(rejects):
    """four columns for three heads raise ValueError"""
    rejects(lambda m: m.split_heads(X, 3))
