"""From texts to numbers: tokens, a vocabulary, word counts, and mean embeddings with their gradient.

A text as the plain mean of its word vectors is the model of "Bag of Tricks for Efficient Text Classification" (Joulin,
Grave, Bojanowski and Mikolov, 2016).
"""

import re
from collections import Counter

import torch
from torch import Tensor


def tokenize(text: str) -> list[str]:
    """Lower case first: the pattern knows no capitals."""
    return re.findall(r"[a-z0-9']+", text.lower())


def build_vocab(texts: list[str], min_freq: int = 1, max_size: int | None = None) -> dict[str, int]:
    """Sort by falling frequency, then by name, so that the order of the texts doesn't matter."""
    if min_freq < 1:
        raise ValueError(f"min_freq must be at least 1, got {min_freq}")
    if max_size is not None and max_size < 2:
        raise ValueError(f"max_size must leave room for the two special entries, got {max_size}")
    frequency = Counter(word for text in texts for word in tokenize(text))
    words = [word for word, count in frequency.items() if count >= min_freq]
    words.sort(key=lambda word: (-frequency[word], word))
    entries = (["<pad>", "<unk>"] + words)[:max_size]
    return {entry: number for number, entry in enumerate(entries)}


def encode(text: str, vocab: dict[str, int]) -> list[int]:
    """An unknown word is still a word: it keeps its place."""
    return [vocab.get(word, 1) for word in tokenize(text)]


def count_vectors(texts: list[str], vocab: dict[str, int]) -> Tensor:
    """One row per text; the order of its words is lost."""
    counts = torch.zeros(len(texts), len(vocab))
    for row, text in zip(counts, texts):
        for number in encode(text, vocab):
            row[number] += 1
    return counts


def _check_ids(ids: Tensor, size: int) -> None:
    """Ids must be a (B, T) table of rows that exist. (A negative one would silently count from the end.)"""
    if ids.dim() != 2:
        raise ValueError(f"ids must have the shape (B, T), got {tuple(ids.shape)}")
    if ids.numel() and (int(ids.min()) < 0 or int(ids.max()) >= size):
        raise ValueError(f"ids must be between 0 and {size - 1}")


def _shares(ids: Tensor, pad_id: int, dtype: torch.dtype) -> Tensor:
    """With which weight each position enters the mean of its row, `(B, T)`: 1 / count, or 0 for padding."""
    real = (ids != pad_id).to(dtype)
    count = real.sum(dim=1, keepdim=True).clamp_min(1)  # of an empty row: 0 / 1 instead of 0 / 0
    return real / count


def embedding_bag(ids: Tensor, weight: Tensor, pad_id: int = 0) -> Tensor:
    """Look up all vectors, then sum them with their shares."""
    _check_ids(ids, len(weight))
    shares = _shares(ids, pad_id, weight.dtype)
    return (weight[ids] * shares.unsqueeze(-1)).sum(dim=1)


def embedding_bag_grad(dout: Tensor, ids: Tensor, num_embeddings: int, pad_id: int = 0) -> Tensor:
    """Each position sends its share of its row's gradient back to the vector it was looked up from."""
    _check_ids(ids, num_embeddings)
    sent = dout.unsqueeze(1) * _shares(ids, pad_id, dout.dtype).unsqueeze(-1)
    grad = dout.new_zeros(num_embeddings, dout.shape[1])
    # A word may occur at many positions: add, don't assign.
    grad.index_add_(0, ids.reshape(-1), sent.reshape(-1, dout.shape[1]))
    return grad
