"""Public checks of bpe_tokenizer: the worked example of the statement, and a first bad input."""

from grader.checks import check, close

CORPUS = ["low low low lower", "newest newest"]
SEVEN = [("l", "o"), ("lo", "w"), ("low", "</w>"), ("e", "s"), ("e", "w"), ("es", "t"), ("est", "</w>")]


@check(hint="A word that occurs three times has three votes for each of its pairs.")
def test_first_count(student):
    """the pairs of two words"""
    found = student.kit.pairs_of(student.count_pairs, [(("l", "o", "w"), 3), (("l", "o", "t", "</w>"), 2)])
    close(found["pairs"], [["l", "o", 5], ["o", "t", 2], ["o", "w", 3], ["t", "</w>", 2]], what="the pairs, sorted")


@check(hint="Walk from left to right, and use each letter in one merge only.")
def test_run_of_three(student):
    """the pair (a, a) in a word with three a in a row"""
    close(
        student.merge_pair(("b", "a", "a", "a", "</w>"), ("a", "a")), ("b", "aa", "a", "</w>"), what="the merged word"
    )


@check(hint="Follow the table of the statement round by round.")
def test_seven_rounds(student):
    """the first seven merges of the statement's corpus"""
    close(student.train_bpe(CORPUS, 7), SEVEN, what="the merges")


@check(hint="Replay the rounds, in their order, on a word that was not in the corpus.")
def test_new_word(student):
    """a new word cut into two symbols, and read back"""
    close(student.bpe_encode("lowest", SEVEN), ["low", "est</w>"], what="the symbols of 'lowest'")
    close(student.bpe_decode(["low", "est</w>", "s", "low</w>"]), "lowest slow", what="the text")


@check(hint="Look at the number before the first round.")
def test_negative_number(rejects):
    """a negative number of merges raises ValueError"""
    rejects(lambda m: m.train_bpe(CORPUS, -1), what="num_merges=-1")
