"""From texts to numbers: tokens, a vocabulary, word counts, and mean embeddings with their gradient."""

import re
from collections import Counter

import torch
from torch import Tensor


def tokenize(text: str) -> list[str]:
    """The words of a text in lower case, in order: all matches of `[a-z0-9']+`."""
    raise NotImplementedError


def build_vocab(texts: list[str], min_freq: int = 1, max_size: int | None = None) -> dict[str, int]:
    """Numbers for the words of some texts.

    "<pad>" is 0 and "<unk>" is 1. Then come the words that occur at least `min_freq` times in all texts together, the
    most frequent first, and equally frequent ones in alphabetical order (as Python compares strings). `max_size`, if
    given, limits the number of entries, the two special ones included.

    Raises ValueError if `min_freq` is below 1 or `max_size` below 2.
    """
    raise NotImplementedError


def encode(text: str, vocab: dict[str, int]) -> list[int]:
    """The numbers of the words of a text, in order; a word that is not in the vocabulary becomes 1."""
    raise NotImplementedError


def count_vectors(texts: list[str], vocab: dict[str, int]) -> Tensor:
    """How often each entry of the vocabulary occurs in each text: float32, `(number of texts, len(vocab))`.

    Words that are not in the vocabulary count for column 1.
    """
    raise NotImplementedError


def embedding_bag(ids: Tensor, weight: Tensor, pad_id: int = 0) -> Tensor:
    """For each row of `ids (B, T)` (int64), the mean of the rows of `weight (V, D)` that it names: `(B, D)`.

    Positions with `pad_id` don't count. A row without any other position gives zeros.

    Raises ValueError if `ids` has not two axes, or holds a number below 0 or above V - 1.
    """
    raise NotImplementedError


def embedding_bag_grad(dout: Tensor, ids: Tensor, num_embeddings: int, pad_id: int = 0) -> Tensor:
    """The gradient of the loss for `weight` of `embedding_bag`, `(num_embeddings, D)`.

    dout: the gradient of the loss for the result of `embedding_bag`, `(B, D)`. ids: as there. The row of `pad_id` is
    zero; dtype and device are those of `dout`.

    Raises ValueError if `ids` has not two axes, or holds a number below 0 or above num_embeddings - 1.
    """
    raise NotImplementedError
