"""Byte-pair encoding: subwords that are learned by merging frequent neighbours."""

from collections import Counter


def count_pairs(words: dict[tuple[str, ...], int]) -> dict[tuple[str, str], int]:
    """How often each pair of neighbouring symbols occurs.

    words: how often each word occurs, by its symbols. A pair counts as often as its word does, once for every place
    in it. `words` stays as it is.
    """
    raise NotImplementedError


def merge_pair(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    """The word with every occurrence of the pair glued into one symbol.

    Occurrences are taken from left to right, and a symbol is used in one of them only.
    """
    raise NotImplementedError


def train_bpe(corpus: list[str], num_merges: int) -> list[tuple[str, str]]:
    """Learn merges from texts, and return them in the order in which they were learned.

    The words are those of `text.split()` for each text. A word begins as its characters, followed by "</w>". Each round
    takes the pair with the highest count (among equals the smallest, as Python compares tuples) and merges it in all
    words. There are `num_merges` rounds, or fewer, if no pair is left.

    Raises ValueError if `num_merges` is negative.
    """
    raise NotImplementedError


def bpe_encode(word: str, merges: list[tuple[str, str]]) -> list[str]:
    """The symbols of a single word: its characters and "</w>", after each merge has been applied once, in order."""
    raise NotImplementedError


def bpe_decode(tokens: list[str]) -> str:
    """The text again: all symbols joined, "</w>" turned into a space, no spaces at the ends."""
    raise NotImplementedError
