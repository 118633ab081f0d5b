"""Hidden checks of bag_of_words. The truth about embeddings is torch.nn.functional.embedding_bag, run here."""

import course_data
import torch
import torch.nn.functional as F

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")

TEXTS = [
    "Red fox, red FOX! The hen's asleep.",
    "the owl; the Fox",
    "",
    "an OWL (an old owl) and 2 hens... and 2 foxes",
    "zebra ant zebra ant",
]


def vocabulary(words):
    """The two special entries, then the words in the order given."""
    return {entry: number for number, entry in enumerate(["<pad>", "<unk>", *words.split()])}


@check(points=1.5, hint="Which characters belong to a word, and what happens to capitals?")
def test_tokens(student):
    """capitals, punctuation, digits, apostrophes, other letters, line breaks, and nothing at all"""
    for text, words in {
        "The Quick, quick fox.": ["the", "quick", "quick", "fox"],
        "well-known a_b c/d": ["well", "known", "a", "b", "c", "d"],
        "Don't! It's the dogs' 7th bone2go": ["don't", "it's", "the", "dogs'", "7th", "bone2go"],
        "tabs\tand\nlines\r\n(too); caf\u00e9": ["tabs", "and", "lines", "too", "caf"],
        "3.14 = PI": ["3", "14", "pi"],
        "": [],
        " ?! ... ": [],
    }.items():
        close(student.tokenize(text), words, what=f"the words of {text!r}")


@check(points=3, hint="Sort the words of two sentences by hand: first by how often, then by name.")
def test_vocabulary(student):
    """order, ties, minimum frequency, largest size, and both limits together"""
    # fox, owl and the occur three times; 2, an, and, ant, red and zebra twice; the others once.
    twice = vocabulary("fox owl the 2 an and ant red zebra")
    everything = vocabulary("fox owl the 2 an and ant red zebra asleep foxes hen's hens old")
    frequent = vocabulary("fox owl the")
    close(student.build_vocab(TEXTS), everything, what="the vocabulary")
    close(student.build_vocab(TEXTS[::-1]), everything, what="the vocabulary of the texts in another order")
    close(
        student.build_vocab(["d c", "b a"]), vocabulary("a b c d"), what="the vocabulary of four words that occur once"
    )
    close(student.build_vocab(TEXTS, min_freq=2), twice, what="the vocabulary with min_freq=2")
    close(student.build_vocab(TEXTS, min_freq=3), frequent, what="the vocabulary with min_freq=3")
    close(student.build_vocab(TEXTS, max_size=4), vocabulary("fox owl"), what="the vocabulary with max_size=4")
    close(student.build_vocab(TEXTS, max_size=2), vocabulary(""), what="the vocabulary with max_size=2")
    close(student.build_vocab(TEXTS, max_size=99), everything, what="the vocabulary with max_size=99")
    close(student.build_vocab(TEXTS, min_freq=3, max_size=9), frequent, what="with min_freq=3 and max_size=9")
    close(student.build_vocab([]), vocabulary(""), what="the vocabulary of no texts")


@check(points=1.5, hint="A word that you don't know is still a word: which number does it get?")
def test_encoding(student):
    """known and unknown words in order, repeated words, an empty text"""
    vocab = vocabulary("fox owl the red")
    for text, due in {
        "The red fox.": [4, 5, 2],
        "Owl, owl, OWL": [3, 3, 3],
        "the blue fox saw an owl": [4, 1, 2, 1, 1, 3],
        "<pad> <unk>": [1, 1],
        "": [],
    }.items():
        close(student.encode(text, vocab), due, what=f"the numbers of {text!r}")
    close(student.encode("fox hen", {"<pad>": 0, "<unk>": 1, "hen": 2}), [1, 2], what="with another vocabulary")


@check(points=2.25, devices=("cpu",), hint="A word that occurs three times counts three: where do unknown words go?")
def test_counts(student):
    """counts of known, repeated and unknown words; zeros for an empty text"""
    vocab = vocabulary("fox owl the red")
    texts = ["The red fox, the RED fox, the fox", "", "an owl saw an owl", "blue", "red"]
    due = [[0, 0, 3, 0, 3, 2], [0, 0, 0, 0, 0, 0], [0, 3, 0, 2, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1]]
    close(student.count_vectors(texts, vocab), torch.tensor(due, dtype=torch.float32), what="the counts")
    only = torch.tensor([[0, 5]], dtype=torch.float32)
    close(student.count_vectors(texts[2:3], vocabulary("")), only, what="the counts with an empty vocabulary")


def bags(generator, pad_id):
    """(B, T) = (5, 4) numbers below 7: a full row, shorter ones, repeated words, the largest number, an empty row."""
    p = pad_id
    a, b, c, d, e = [k for k in torch.randperm(6, generator=generator).tolist() if k != p]
    return torch.tensor([[a, b, c, d], [b, p, b, p], [p, p, p, p], [p, 6, 6, 6], [a, e, p, a]])


@check(
    points=2.25,
    dtypes=BOTH,
    hint="By how many do you divide in a row that is half padding, and in one that is all padding?",
)
def test_mean_embedding(agree, tensors, generator, student):
    """rows with and without padding, repeated words, an empty row, two values of pad_id"""
    weight = tensors((7, 3))
    for pad_id in (0, 4):
        ids = bags(generator, pad_id)
        due = F.embedding_bag(ids, weight, mode="mean", padding_idx=pad_id)
        options = {"pad_id": pad_id} if pad_id else {}
        close(student.embedding_bag(ids, weight, **options), due, what=f"the mean embeddings with pad_id {pad_id}")
    turned = tensors((2, 7)).t()
    one = torch.tensor([[3]])
    agree(
        lambda m: {
            "mean embeddings, arguments unchanged": m.embedding_bag(ids.t(), turned, pad_id=4),
            "a bag of one": m.embedding_bag(one, turned),
            "a bag of one that is padding": m.embedding_bag(one, turned, pad_id=3),
        }
    )


@check(
    points=3,
    dtypes=BOTH,
    hint="Follow one word that occurs twice in a row of three: which share of that row's gradient does it get?",
)
def test_embedding_gradient(agree, tensors, generator, student):
    """repeated words within and across rows, an empty row, two values of pad_id"""
    for pad_id in (0, 4):
        ids, dout = bags(generator, pad_id), tensors((5, 3))
        leaf = tensors((7, 3), requires_grad=True)
        loss = (F.embedding_bag(ids, leaf, mode="mean", padding_idx=pad_id) * dout).sum()
        (due,) = torch.autograd.grad(loss, leaf)
        options = {"pad_id": pad_id} if pad_id else {}
        what = f"the gradient of the table with pad_id {pad_id}"
        close(student.embedding_bag_grad(dout, ids, 7, **options), due, what=what)
    turned = tensors((2, 4)).t()
    agree(
        lambda m: {
            "gradient of a larger table, arguments unchanged": m.embedding_bag_grad(turned, ids.t(), 9, pad_id=4),
            "gradient of nothing but padding": m.embedding_bag_grad(turned, ids.t() * 0, 3),
        }
    )


@check(
    points=0.75,
    devices=("cpu",),
    hint="Are a shouted word and a quiet one the same word to you, with and without a comma?",
)
def test_baseline_classifies(student):
    """a linear classifier on your counts tells good reviews from bad ones"""
    texts, labels = course_data.toy_reviews(80, 0)
    loud, truth = course_data.toy_reviews(60, 100)
    loud = [text.upper().replace(" ", ", ") + "!" for text in loud]
    vocab = student.build_vocab(texts)
    ensure(isinstance(vocab, dict), "`build_vocab` should return a dict from words to numbers. Return that.")
    x, new = student.count_vectors(texts, vocab), student.count_vectors(loud, vocab)
    for counts, n in ((x, 160), (new, 120)):
        close(list(getattr(counts, "shape", [])), [n, len(vocab)], what="the shape of the counts")
    y = labels.to(x.dtype)
    w, b = torch.zeros(x.shape[1], dtype=x.dtype), torch.zeros((), dtype=x.dtype)
    for _ in range(200):
        error = (torch.sigmoid(x @ w + b) - y) / len(y)
        w, b = w - 0.5 * (x.T @ error), b - 0.5 * error.sum()
    accuracy = float((((new @ w + b) > 0) == (truth == 1)).double().mean())
    ensure(
        accuracy >= 0.78,
        f"The classifier is right on {accuracy:.0%} of new reviews; at least 78% should be. "
        "They are in capitals and have commas: look at the words that you find in them.",
    )


@check(points=0.75, hint="Which sizes and frequencies make no sense, and which numbers name no row of the table?")
def test_bad_input(agree, rejects, tensors):
    """frequencies below 1, sizes below 2, numbers outside the table, ids that are no table; limits work"""
    for options in ({"min_freq": 0}, {"min_freq": -1}, {"max_size": 1}, {"max_size": 0}, {"max_size": -3}):
        rejects(lambda m, options=options: m.build_vocab(TEXTS, **options), what=f"{options} in build_vocab")
    weight, dout = tensors((5, 3)), tensors((2, 3))
    for name, ids in {
        "a number as large as the table": torch.tensor([[1, 5], [2, 3]]),
        "a negative number": torch.tensor([[1, 2], [-1, 3]]),
        "ids with one axis": torch.tensor([1, 2]),
        "ids with three axes": torch.tensor([[[1], [2]], [[3], [4]]]),
    }.items():
        rejects(lambda m, ids=ids: m.embedding_bag(ids, weight), what=f"{name} in embedding_bag")
        rejects(lambda m, ids=ids: m.embedding_bag_grad(dout, ids, 5), what=f"{name} in embedding_bag_grad")
    last = torch.tensor([[4, 4], [0, 4]])

    def at_the_limits(m):
        return {
            "vocabulary of size 2": m.build_vocab(TEXTS, max_size=2),
            "mean embeddings of the last row": m.embedding_bag(last, weight),
            "gradient of the last row": m.embedding_bag_grad(dout, last, 5),
        }

    agree(at_the_limits)
