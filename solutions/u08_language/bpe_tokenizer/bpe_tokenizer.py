"""Byte-pair encoding, as "Neural Machine Translation of Rare Words with Subword Units" (Sennrich, Haddow and Birch, 2016)
uses it for words; the compression method behind it is "A New Algorithm for Data Compression" (Gage, 1994).
"""

from collections import Counter


def _symbols(word: str) -> tuple[str, ...]:
    """The end mark lets a symbol know that it ends a word: the "est" of "newest" is not that of "estate"."""
    return (*word, "</w>")


def count_pairs(words: dict[tuple[str, ...], int]) -> dict[tuple[str, str], int]:
    """Each word votes for its pairs, with the number of its occurrences."""
    counts = Counter()
    for word, count in words.items():
        for pair in zip(word, word[1:]):
            counts[pair] += count
    return dict(counts)


def merge_pair(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """Walk through the word; where the pair is found, take both symbols and go on behind them."""
    merged, place = [], 0
    while place < len(word):
        if word[place : place + 2] == pair:
            merged.append(word[place] + word[place + 1])
            place += 2
        else:
            merged.append(word[place])
            place += 1
    return tuple(merged)


def train_bpe(corpus: list[str], num_merges: int) -> list[tuple[str, str]]:
    """Greedy: each round takes the best pair of the moment and never looks back."""
    if num_merges < 0:
        raise ValueError(f"num_merges must not be negative, got {num_merges}")
    words = Counter(_symbols(word) for text in corpus for word in text.split())
    merges = []
    for _ in range(num_merges):
        counts = count_pairs(words)
        if not counts:
            break
        # Among equals the smallest pair: a rule that does not depend on the order of the corpus.
        best = min(counts, key=lambda pair: (-counts[pair], pair))
        merges.append(best)
        # Different words stay different, because joining their symbols always gives the word again.
        words = {merge_pair(word, best): count for word, count in words.items()}
    return merges


def bpe_encode(word: str, merges: list[tuple[str, str]]) -> list[str]:
    """Replay the training on one word: later merges are built from what earlier ones have glued."""
    symbols = _symbols(word)
    for pair in merges:
        symbols = merge_pair(symbols, pair)
    return list(symbols)


def bpe_decode(tokens: list[str]) -> str:
    """The end marks are the only trace of the spaces."""
    return "".join(tokens).replace("</w>", " ").strip()
