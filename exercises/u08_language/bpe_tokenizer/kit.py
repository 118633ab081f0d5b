"""Hands a dict of words, whose keys are tuples, to your `count_pairs`. You may use it to try things out."""


def pairs_of(count_pairs, words: list[tuple[tuple[str, ...], int]]) -> dict:
    """Call `count_pairs` on the words (as symbols and count); its result as a sorted list of [left, right, count].

    Also says whether the dict of words is the same afterwards.
    """
    given = dict(words)
    counts = count_pairs(given)
    return {
        "pairs": sorted([left, right, count] for (left, right), count in counts.items()),
        "words unchanged": given == dict(words),
    }
