"""Hidden checks of bpe_tokenizer."""

import course_data
import torch

from grader.checks import check, close

NEWEST = ["low low low low low lower lower", "newest newest newest newest newest newest", "widest  widest\nwidest"]
TEN = [
    ("e", "s"),
    ("es", "t"),
    ("est", "</w>"),
    ("l", "o"),
    ("lo", "w"),
    ("e", "w"),
    ("ew", "est</w>"),
    ("n", "ewest</w>"),
    ("low", "</w>"),
    ("d", "est</w>"),
]


def shuffled(things, generator):
    """The things in another order."""
    return [things[k] for k in torch.randperm(len(things), generator=generator).tolist()]


@check(
    points=3, hint="Lay the word's symbols side by side: which neighbours are there, and how many votes has the word?"
)
def test_pair_counts(agree, student):
    """pairs weighted with the words' counts, pairs that repeat in a word, symbols of several letters"""
    found = student.kit.pairs_of(student.count_pairs, [(("a", "b", "a", "b"), 3), (("b", "a", "</w>"), 4)])
    close(found["pairs"], [["a", "</w>", 4], ["a", "b", 6], ["b", "a", 7]], what="the pairs, sorted")
    cases = {
        "a run": [(("a", "a", "a", "a"), 2)],
        "symbols of several letters": [(("ab", "c", "</w>"), 5), (("a", "bc", "</w>"), 1), (("ab", "c"), 2)],
        "a word of one symbol": [(("abc</w>",), 3), (("x", "</w>"), 1)],
        "no words": [],
    }
    agree(lambda m: {name: m.kit.pairs_of(m.count_pairs, words) for name, words in cases.items()})


@check(points=4, hint="Where does your walk go on after a merge, and does it go on at all?")
def test_merging(student):
    """runs of a letter, several occurrences, none, pairs of longer symbols, and both ends of a word"""
    for word, pair, due in (
        (("a", "a", "a"), ("a", "a"), ("aa", "a")),
        (("a", "a", "a", "a"), ("a", "a"), ("aa", "aa")),
        (("a",) * 5 + ("</w>",), ("a", "a"), ("aa", "aa", "a", "</w>")),
        (("a", "b", "a", "b", "c", "a", "b"), ("a", "b"), ("ab", "ab", "c", "ab")),
        (("a", "b", "a", "b", "a"), ("b", "a"), ("a", "ba", "ba")),
        (("b", "a", "c"), ("a", "b"), ("b", "a", "c")),
        (("x", "es", "t", "est", "</w>"), ("es", "t"), ("x", "est", "est", "</w>")),
        (("ab", "c", "a", "bc"), ("a", "bc"), ("ab", "c", "abc")),
        (("t", "</w>"), ("t", "</w>"), ("t</w>",)),
        (("a",), ("a", "a"), ("a",)),
    ):
        close(student.merge_pair(word, pair), due, what=f"{word} after the merge of {pair}")


@check(points=5, hint="Write down the counts of the first round: which words have how many votes?")
def test_learned_merges(agree, generator, student):
    """merges of a small corpus, of a generated text, of runs, of one-letter words, and more rounds than there are pairs"""
    close(student.train_bpe(NEWEST, 10), TEN, what="the merges of the corpus with low, lower, newest and widest")
    text = course_data.toy_text(8, int(torch.randint(1000, (), generator=generator)))
    corpora = {
        "generated text": ([text], 25),
        "generated text in two parts": (text.split(" . "), 10),
        "runs": (["aaaa aaa baaab aaaaaaa", "aabaa aabaa"], 12),
        "short words, all merges": (["a b a", "I ab ab abc"], 50),
        "spaces only": (["  ", "\n"], 5),
    }
    agree(lambda m: {f"merges of {name}": m.train_bpe(*corpus) for name, corpus in corpora.items()})


@check(points=2, hint="When two pairs have the same count, which one comes first in the dictionary?")
def test_ties(agree, generator, student):
    """equally frequent pairs, whatever the order of the words"""
    due = [("a", "</w>"), ("a", "b"), ("ab", "</w>"), ("b", "a</w>"), ("c", "a</w>")]
    for order in ("ba ab ca", "ca ab ba", "ab ca ba"):
        close(student.train_bpe([order], 9), due, what=f"the merges of {order!r}")
    # With equal counts, ("a", "bc") comes before ("ab", "a</w>"), although "abc" comes after "aba</w>".
    joined = shuffled(20 * ["bcx"] + 5 * ["abc"] + 5 * ["aba"], generator)
    signs = shuffled(["b-1", "B-1", "b1", "zz", "aZ", "Za", "z-"], generator)
    agree(
        lambda m: {
            "merges of bcx, abc and aba": m.train_bpe([" ".join(joined)], 8),
            "merges of words with capitals, digits and signs": m.train_bpe(signs, 9),
        }
    )


@check(points=3, hint="Replay the rounds of the training on the word, from the first to the last.")
def test_encoding(student):
    """new words, runs, unknown characters, merges that compete, and no merges at all"""
    for word, merges, due in (
        ("lowest", TEN, ["low", "est</w>"]),
        ("newest", TEN, ["newest</w>"]),
        ("slow", TEN, ["s", "low</w>"]),
        ("est", TEN, ["est</w>"]),
        ("x?z", TEN, ["x", "?", "z", "</w>"]),
        ("e", TEN, ["e", "</w>"]),
        ("low", [], ["l", "o", "w", "</w>"]),
        ("aaaaa", [("a", "a"), ("aa", "aa")], ["aaaa", "a", "</w>"]),
        ("aaa", [("a", "a"), ("a", "</w>")], ["aa", "a</w>"]),
        ("abc", [("b", "c"), ("a", "b"), ("ab", "c")], ["a", "bc", "</w>"]),
        ("abcd", [("c", "d"), ("a", "b"), ("ab", "c"), ("ab", "cd"), ("d", "</w>")], ["abcd", "</w>"]),
        ("banana", [("a", "n"), ("b", "an"), ("an", "a")], ["ban", "ana", "</w>"]),
    ):
        close(student.bpe_encode(word, merges), due, what=f"the symbols of {word!r} with the merges {merges}")


@check(points=2, hint="What is left of the spaces once a text is cut into symbols?")
def test_round_trip(agree, student):
    """symbols read back as words with single spaces, and encoded texts read back as they were"""
    for tokens, due in (
        (["low", "est</w>", "new", "er</w>"], "lowest newer"),
        (["a</w>", "b", "</w>", "c</w>"], "a b c"),
        (["x"], "x"),
        ([], ""),
    ):
        close(student.bpe_decode(tokens), due, what=f"the text of {tokens}")
    texts = ["the lowest newest fox", "we  see:  wide\tdays", "aaaa aaa a"]
    merges = [*TEN, ("a", "a"), ("t", "h"), ("th", "e"), ("e", "</w>")]

    def there_and_back(m):
        return [
            m.bpe_decode([symbol for word in text.split() for symbol in m.bpe_encode(word, merges)]) for text in texts
        ]

    agree(lambda m: {"texts, encoded and decoded": there_and_back(m)})


@check(points=1, hint="How many rounds make no sense, and what comes out of none?")
def test_bad_input(agree, rejects):
    """negative numbers of merges raise ValueError; no merges, no texts and one merge work"""
    for number in (-1, -5):
        rejects(lambda m, n=number: m.train_bpe(["ab ab"], n), what=f"num_merges={number}")
    rejects(lambda m: m.train_bpe([], -1), what="num_merges=-1 without any text")
    agree(
        lambda m: {
            "no merges": m.train_bpe(["ab ab"], 0),
            "no texts": m.train_bpe([], 3),
            "one merge": m.train_bpe(["b a", "b"], 1),
        }
    )
