"""Known wrong answers to bpe_tokenizer with their hints, other right answers, and the probe that tells them apart."""

from grader.checks import correct, mistake

WALK = """    merged, place = [], 0
    while place < len(word):
        if word[place : place + 2] == pair:
            merged.append(word[place] + word[place + 1])
            place += 2
        else:
            merged.append(word[place])
            place += 1
    return tuple(merged)
"""

MISTAKES = [
    mistake(
        "no_end_marker",
        "Without a mark, the end of a word looks like its middle: what follows the last character?",
        swap=('return (*word, "</w>")', "return tuple(word)"),
        caught_by="test_learned_merges",
    ),
    mistake(
        "overlapping_merges",
        "A letter can be used in one merge only; in a run of three, you use the middle one twice.",
        swap=(
            WALK,
            """    found = [k for k in range(len(word) - 1) if word[k : k + 2] == pair]
    used = {place for k in found for place in (k, k + 1)}
    merged = []
    for k, symbol in enumerate(word):
        if k in found:
            merged.append(symbol + word[k + 1])
        elif k not in used:
            merged.append(symbol)
    return tuple(merged)
""",
        ),
        caught_by="test_merging",
    ),
    mistake(
        "merges_from_the_right",
        "In a run of three equal letters, which two come together first? Walk in reading order.",
        swap=(
            WALK,
            """    merged, place = [], len(word)
    while place > 0:
        if word[max(place - 2, 0) : place] == pair:
            merged.append(word[place - 2] + word[place - 1])
            place -= 2
        else:
            merged.append(word[place - 1])
            place -= 1
    return tuple(reversed(merged))
""",
        ),
        caught_by="test_merging",
    ),
    mistake(
        "merges_first_occurrence_only",
        "The pair may occur again in the same word; you stop after the first.",
        swap=(
            WALK,
            """    for k in range(len(word) - 1):
        if word[k : k + 2] == pair:
            return (*word[:k], word[k] + word[k + 1], *word[k + 2 :])
    return word
""",
        ),
        caught_by="test_merging",
    ),
    mistake(
        "word_counts_ignored",
        "A word that was seen six times should have six votes; each of yours has one.",
        swap=("counts[pair] += count", "counts[pair] += 1"),
        caught_by="test_pair_counts",
    ),
    mistake(
        "ties_by_first_seen",
        "Two equally frequent pairs need a rule that does not depend on the order of the text.",
        swap=(
            "min(counts, key=lambda pair: (-counts[pair], pair))",
            "max(counts, key=lambda pair: counts[pair])",
        ),
        caught_by="test_ties",
    ),
    mistake(
        "longest_match_encoding",
        "Encoding doesn't look for the longest known piece: it replays the merges in the order in which they were learned.",
        swap=(
            """    for pair in merges:
        symbols = merge_pair(symbols, pair)
    return list(symbols)
""",
            """    known = {left + right: len(left + right) for left, right in merges}
    pieces = []
    while symbols:
        lengths = [n for n in range(1, len(symbols) + 1) if n == 1 or "".join(symbols[:n]) in known]
        pieces.append("".join(symbols[: lengths[-1]]))
        symbols = symbols[lengths[-1] :]
    return pieces
""",
        ),
        caught_by="test_encoding",
    ),
    mistake(
        "merges_applied_backwards",
        "Later merges are built from earlier ones: with which one do you begin?",
        swap=("for pair in merges:", "for pair in reversed(merges):"),
        caught_by="test_encoding",
    ),
    mistake(
        "ties_by_largest",
        "Among equally frequent pairs, take the first in the dictionary; you take the last.",
        swap=(
            "min(counts, key=lambda pair: (-counts[pair], pair))",
            "max(counts, key=lambda pair: (counts[pair], pair))",
        ),
        caught_by="test_ties",
    ),
    mistake(
        "decode_loses_spaces",
        "Two words become one when you read them back: what does an end mark stand for?",
        swap=('.replace("</w>", " ").strip()', '.replace("</w>", "")'),
        caught_by="test_round_trip",
    ),
]

ALSO_CORRECT = [
    correct(
        "strings_and_patterns",
        source='''
import re
from collections import defaultdict

END = "</w>"


def count_pairs(words):
    counts = defaultdict(int)
    for word, n in words.items():
        for k in range(1, len(word)):
            counts[word[k - 1], word[k]] += n
    return counts


def merge_pair(word, pair):
    """On a line of symbols with spaces between them; words never contain a space."""
    line = " ".join(word)
    pattern = r"(?<!\\S)" + re.escape(" ".join(pair)) + r"(?!\\S)"
    return tuple(re.sub(pattern, lambda match: "".join(pair), line).split(" "))


def train_bpe(corpus, num_merges):
    """Keeps every word of the corpus, repeated ones included, and sorts all pairs in each round."""
    if num_merges < 0:
        raise ValueError("num_merges")
    words = [tuple(word) + (END,) for text in corpus for word in text.split()]
    merges = []
    while len(merges) < num_merges:
        votes = defaultdict(int)
        for word in words:
            for pair in zip(word[:-1], word[1:]):
                votes[pair] += 1
        ranked = sorted(votes.items())
        if not ranked:
            return merges
        most = max(n for _, n in ranked)
        pair = next(pair for pair, n in ranked if n == most)
        merges.append(pair)
        words = [merge_pair(word, pair) for word in words]
    return merges


def bpe_encode(word, merges):
    symbols = (*word, END)
    for left, right in merges:
        if left in symbols and right in symbols:
            symbols = merge_pair(symbols, (left, right))
    return [*symbols]


def bpe_decode(tokens):
    text = ""
    for token in tokens:
        text += token[: -len(END)] + " " if token.endswith(END) else token
    return text.strip()
''',
    ),
    correct(
        "stack_and_lists",
        source='''
from collections import Counter
from functools import reduce
from itertools import chain, pairwise


def count_pairs(words):
    counts = {}
    for word, n in words.items():
        for pair in pairwise(word):
            counts[pair] = counts.get(pair, 0) + n
    return counts


def merge_pair(word, pair):
    """A stack: glue the top when the next symbol completes the pair. Glued symbols are marked, so that none is glued twice."""
    stack = []
    for symbol in word:
        if stack and stack[-1] == (pair[0], False) and symbol == pair[1]:
            stack[-1] = (pair[0] + pair[1], True)
        else:
            stack.append((symbol, False))
    return tuple(symbol for symbol, _ in stack)


def train_bpe(corpus, num_merges):
    if num_merges < 0:
        raise ValueError("num_merges")
    frequency = Counter(chain.from_iterable(text.split() for text in corpus))
    entries = [[tuple(list(word) + ["</w>"]), n] for word, n in frequency.items()]
    merges = []
    for _ in range(num_merges):
        counts = count_pairs({word: n for word, n in entries})
        if len(counts) == 0:
            break
        best, most = None, 0
        for pair, n in counts.items():
            if n > most or (n == most and pair < best):
                best, most = pair, n
        merges.append(best)
        for entry in entries:
            entry[0] = merge_pair(entry[0], best)
    return merges


def bpe_encode(word, merges):
    return list(reduce(merge_pair, merges, tuple(word) + ("</w>",)))


def bpe_decode(tokens):
    words = "".join(tokens).split("</w>")
    return " ".join(words).strip()
''',
    ),
    correct(
        "best_by_sorting",
        swap=(
            "best = min(counts, key=lambda pair: (-counts[pair], pair))",
            "best = sorted(sorted(counts), key=counts.get, reverse=True)[0]",
        ),
    ),
]


def probe(m):
    """A corpus with runs, single words with merges made by hand, and one corpus with ties."""
    by_hand = [("b", "c"), ("a", "b"), ("ab", "c"), ("bc", "d"), ("a", "bcd"), ("a", "a"), ("aa", "aa")]
    runs = ["aaab aaab baaa", "aaaa abab abab abab cab"]
    return {
        "pairs": lambda: m.kit.pairs_of(m.count_pairs, [(("a", "b", "c"), 3), (("b", "c"), 2)])["pairs"],
        "run of three": lambda: m.merge_pair(("a", "a", "a"), ("a", "a")).count("aa"),
        "run of three in order": lambda: m.merge_pair(("a", "a", "a"), ("a", "a"))[0],
        "two places": lambda: m.merge_pair(("a", "b", "c", "a", "b"), ("a", "b")),
        "merges with runs": lambda: m.train_bpe(runs, 6),
        "ties": lambda: m.train_bpe(["ba ab ca"], 5),
        "new words": lambda: [m.bpe_encode(word, by_hand) for word in ("abc", "abcd", "aaaaa")],
        "text": lambda: m.bpe_decode(["low", "est</w>", "new", "er</w>"]),
    }
