"""Known wrong answers to bag_of_words with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "case_kept",
        '"The" and "the" are the same word here; you count them as two, or lose the capital.',
        swap=('re.findall(r"[a-z0-9\']+", text.lower())', 're.findall(r"[A-Za-z0-9\']+", text)'),
        caught_by="test_tokens",
    ),
    mistake(
        "splits_on_spaces_only",
        '"dog" and "dog;" should not be two words: what sticks to yours?',
        swap=('re.findall(r"[a-z0-9\']+", text.lower())', "text.lower().split()"),
        caught_by="test_tokens",
    ),
    mistake(
        "ties_by_first_seen",
        "Two runs over the same texts in another order should build the same vocabulary: who comes first among equals?",
        swap=("(-frequency[word], word)", "-frequency[word]"),
        caught_by="test_vocabulary",
    ),
    mistake(
        "unknown_words_skipped",
        "A word that you do not know is still a word: it gets a number as well, and keeps its place.",
        swap=(
            "[vocab.get(word, 1) for word in tokenize(text)]",
            "[vocab[word] for word in tokenize(text) if word in vocab]",
        ),
        caught_by="test_encoding",
    ),
    mistake(
        "presence_not_count",
        "Saying it twice counts twice; yours only says whether a word is there.",
        swap=("row[number] += 1", "row[number] = 1"),
        caught_by="test_counts",
    ),
    mistake(
        "padding_counted_in_mean",
        "Short texts look weaker than long ones in your version: by how many do you divide?",
        swap=("real.sum(dim=1, keepdim=True).clamp_min(1)", "torch.full_like(real[:, :1], ids.shape[1])"),
        caught_by="test_mean_embedding",
    ),
    mistake(
        "repeated_words_overwrite",
        "A word that occurs twice gets two contributions to its gradient; one of yours replaces the other.",
        swap=(
            "grad.index_add_(0, ids.reshape(-1), sent.reshape(-1, dout.shape[1]))",
            "for row, vectors in zip(ids, sent):\n"
            "        for k, vector in zip(row, vectors):\n"
            "            if k != pad_id:\n"
            "                grad[k] = vector",
        ),
        caught_by="test_embedding_gradient",
    ),
    mistake(
        "empty_row_nan",
        "A text without words has to give something finite: what do you divide by there?",
        swap=("real.sum(dim=1, keepdim=True).clamp_min(1)", "real.sum(dim=1, keepdim=True)"),
        caught_by="test_mean_embedding",
    ),
    mistake(
        "vocabulary_alphabetical",
        "Frequent words come first; the alphabet only decides between equals.",
        swap=("(-frequency[word], word)", "word"),
        caught_by="test_vocabulary",
    ),
    mistake(
        "specials_not_counted",
        "The limit is on the whole vocabulary, and two entries are taken already.",
        swaps=[
            ('(["<pad>", "<unk>"] + words)[:max_size]', '["<pad>", "<unk>"] + words[:max_size]'),
        ],
        caught_by="test_vocabulary",
    ),
    mistake(
        "padding_vector_included",
        "Filler has no meaning: its vector should not enter the mean.",
        swap=("real = (ids != pad_id).to(dtype)", "real = torch.ones_like(ids, dtype=dtype)"),
        caught_by="test_mean_embedding",
    ),
    mistake(
        "sums_embeddings",
        "A mean does not grow with the length of the text; yours does.",
        swap=("return real / count", "return real"),
        caught_by="test_mean_embedding",
    ),
    mistake(
        "padding_receives_gradient",
        "Filler should never learn: look at its row of the gradient.",
        swap=(
            "sent = dout.unsqueeze(1) * _shares(ids, pad_id, dout.dtype).unsqueeze(-1)",
            "shares = _shares(ids, pad_id, dout.dtype)\n"
            "    sent = (dout.unsqueeze(1) * shares.amax(1, keepdim=True).unsqueeze(-1)).expand(-1, ids.shape[1], -1)",
        ),
        caught_by="test_embedding_gradient",
    ),
]

ALSO_CORRECT = [
    correct(
        "loops_and_dictionaries",
        source='''
import torch
from torch import Tensor

LETTERS = set("abcdefghijklmnopqrstuvwxyz0123456789'")


def tokenize(text: str) -> list[str]:
    """Character by character."""
    words, word = [], ""
    for sign in text.lower() + " ":
        if sign in LETTERS:
            word += sign
        elif word:
            words.append(word)
            word = ""
    return words


def build_vocab(texts: list[str], min_freq: int = 1, max_size: int | None = None) -> dict[str, int]:
    if min_freq <= 0 or (max_size is not None and max_size <= 1):
        raise ValueError("limits")
    seen = {}
    for text in texts:
        for word in tokenize(text):
            seen[word] = seen.get(word, 0) + 1
    ranked = sorted(sorted(seen), key=seen.get, reverse=True)  # sorting is stable, also with reverse
    vocab = {"<pad>": 0, "<unk>": 1}
    for word in ranked:
        if seen[word] < min_freq or (max_size is not None and len(vocab) == max_size):
            break
        vocab[word] = len(vocab)
    return vocab


def encode(text: str, vocab: dict[str, int]) -> list[int]:
    numbers = []
    for word in tokenize(text):
        numbers.append(vocab[word] if word in vocab else vocab["<unk>"])
    return numbers


def count_vectors(texts: list[str], vocab: dict[str, int]) -> Tensor:
    rows = [torch.bincount(torch.tensor(encode(text, vocab), dtype=torch.int64), minlength=len(vocab)) for text in texts]
    return torch.stack(rows).to(torch.float32)


def _check(ids, size):
    if ids.ndim != 2 or bool((ids < 0).any()) or bool((ids >= size).any()):
        raise ValueError("ids")


def embedding_bag(ids: Tensor, weight: Tensor, pad_id: int = 0) -> Tensor:
    _check(ids, weight.shape[0])
    means = []
    for row in ids:
        real = row[row != pad_id]
        means.append(weight[real].mean(0) if len(real) else torch.zeros_like(weight[0]))
    return torch.stack(means)


def embedding_bag_grad(dout: Tensor, ids: Tensor, num_embeddings: int, pad_id: int = 0) -> Tensor:
    _check(ids, num_embeddings)
    grad = torch.zeros(num_embeddings, dout.size(1), dtype=dout.dtype, device=dout.device)
    for d, row in zip(dout, ids.tolist()):
        real = [k for k in row if k != pad_id]
        for k in real:
            grad[k] += d / len(real)
    return grad
''',
    ),
    correct(
        "matrix_of_counts",
        source='''
import itertools
import re
from collections import Counter

import torch
import torch.nn.functional as F
from torch import Tensor


def tokenize(text: str) -> list[str]:
    return [match.group() for match in re.finditer("[a-z0-9']+", text.lower())]


def build_vocab(texts: list[str], min_freq: int = 1, max_size: int | None = None) -> dict[str, int]:
    if min_freq < 1:
        raise ValueError("min_freq")
    limit = None if max_size is None else max_size - 2
    if limit is not None and limit < 0:
        raise ValueError("max_size")
    counts = Counter(itertools.chain.from_iterable(map(tokenize, texts)))
    pairs = sorted((-n, word) for word, n in counts.items() if n >= min_freq)
    return dict(zip(["<pad>", "<unk>"] + [word for _, word in pairs[:limit]], itertools.count()))


def encode(text: str, vocab: dict[str, int]) -> list[int]:
    return [vocab.get(word, vocab["<unk>"]) for word in tokenize(text)]


def count_vectors(texts: list[str], vocab: dict[str, int]) -> Tensor:
    rows = []
    for text in texts:
        counts = Counter(encode(text, vocab))
        rows.append([float(counts[number]) for number in range(len(vocab))])
    return torch.tensor(rows, dtype=torch.float32)


def _mixing(ids: Tensor, size: int, pad_id: int, dtype) -> Tensor:
    """(B, V): with which weight each vector of the table enters each mean."""
    if ids.dim() != 2 or (ids.min() < 0) or (ids.max() > size - 1):
        raise ValueError("ids")
    counts = F.one_hot(ids, size).sum(1).to(dtype)
    counts[:, pad_id] = 0
    total = counts.sum(1, keepdim=True)
    return torch.where(total > 0, counts / total.clamp(min=1), torch.zeros_like(counts))


def embedding_bag(ids: Tensor, weight: Tensor, pad_id: int = 0) -> Tensor:
    return _mixing(ids, len(weight), pad_id, weight.dtype) @ weight


def embedding_bag_grad(dout: Tensor, ids: Tensor, num_embeddings: int, pad_id: int = 0) -> Tensor:
    return _mixing(ids, num_embeddings, pad_id, dout.dtype).T @ dout
''',
    ),
    correct(
        "accumulating_index_put",
        swap=(
            "grad.index_add_(0, ids.reshape(-1), sent.reshape(-1, dout.shape[1]))",
            "grad.index_put_((ids,), sent, accumulate=True)",
        ),
    ),
]


def probe(m):
    """Three sentences with ties and punctuation; capitals; numbers with repeats, padding and an empty row.

    Capitals are told by a property, because some programs keep them and others lose them.

    Where words repeat, the gradient is told by properties: which contribution is left when one overwrites the other differs
    from program to program.
    """
    texts = ["the owl saw the fox, the fox ran.", "a hen saw the owl; a hen ran!", "the cat sat."]
    vocab = {entry: number for number, entry in enumerate(["<pad>", "<unk>", "fox", "owl", "the"])}
    draw = torch.Generator().manual_seed(801)

    def normal(*shape):
        return torch.randn(shape, generator=draw, dtype=torch.float64)

    weight, dout = normal(6, 2), normal(3, 2)
    once = torch.tensor([[1, 2, 0], [3, 0, 0], [4, 5, 0]])
    often = torch.tensor([[1, 1, 2], [2, 3, 0], [4, 2, 4]])
    empty = torch.tensor([[0, 0, 0], [3, 0, 0], [4, 5, 0]])

    def single_words():
        return m.embedding_bag_grad(dout, once, 6)[1:]

    def words_in_many_places():
        grad = m.embedding_bag_grad(dout, often, 6)
        sent = {1: [dout[0] / 3] * 2, 2: [dout[0] / 3, dout[1] / 2, dout[2] / 3], 4: [dout[2] / 3] * 2}
        return {
            "words in one place": grad[[3, 5]],
            "all contributions": [torch.allclose(grad[k], sum(parts)) for k, parts in sent.items()],
            "one contribution": [any(torch.allclose(grad[k], part) for part in parts) for k, parts in sent.items()],
        }

    return {
        "words": lambda: m.tokenize("dog; dog's dog, 2 dogs"),
        "capitals are lowered": lambda: m.tokenize("Dog dog DOG") == ["dog", "dog", "dog"],
        "vocabulary": lambda: m.build_vocab(texts),
        "five entries": lambda: m.build_vocab(texts, max_size=5),
        "frequency 2": lambda: m.build_vocab(texts, min_freq=2),
        "numbers": lambda: m.encode("the owl the hen", vocab),
        "counts": lambda: m.count_vectors(["the owl the owl", "the owl and a hen"], vocab),
        "means": lambda: m.embedding_bag(once, weight),
        "means with an empty row": lambda: m.embedding_bag(empty, weight),
        "gradient, each word once": single_words,
        "gradient, repeated words": words_in_many_places,
        "gradient of the padding": lambda: not bool(m.embedding_bag_grad(dout, once, 6)[0].any()),
    }
