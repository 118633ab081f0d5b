"""Public checks of bag_of_words: the worked example of the statement, and a first bad input."""

import torch

from grader.checks import check, close

TEXTS = ["The dog barks; the cat sleeps.", "The dog sleeps."]
VOCAB = {"<pad>": 0, "<unk>": 1, "the": 2, "dog": 3, "sleeps": 4, "barks": 5, "cat": 6}


def numbers(*values):
    """The numbers as a float64 tensor."""
    return torch.tensor(values, dtype=torch.float64)


@check(hint="Lower case first, then everything that the pattern matches.")
def test_words(student):
    """the words of a sentence with capitals and punctuation"""
    close(student.tokenize("Don't bark, dog-2!"), ["don't", "bark", "dog", "2"], what="the words")


@check(hint="Frequent words first; which of two equally frequent ones comes first?")
def test_seven_entries(student):
    """the vocabulary of the statement"""
    close(student.build_vocab(TEXTS), VOCAB, what="the vocabulary")
    close(student.build_vocab(TEXTS, max_size=4), {"<pad>": 0, "<unk>": 1, "the": 2, "dog": 3}, what="max_size 4")


@check(devices=("cpu",), hint="The bird is not in the vocabulary; where does it count?")
def test_one_text(student):
    """numbers and counts of the statement's sentence"""
    text = "The bird sleeps, sleeps!"
    close(student.encode(text, VOCAB), [2, 1, 4, 4], what="the numbers of the words")
    due = torch.tensor([[0, 1, 1, 0, 2, 0, 0]], dtype=torch.float32)
    close(student.count_vectors([text], VOCAB), due, what="the counts")


@check(hint="Three of the four positions count, and one word is at two of them.")
def test_mean_and_gradient(student):
    """the mean embedding of the statement and its gradient"""
    ids = torch.tensor([[2, 4, 4, 0]])
    weight = numbers([9.0, 9.0], [9.0, 9.0], [3.0, 0.0], [9.0, 9.0], [0.0, 6.0])
    close(student.embedding_bag(ids, weight), numbers([1, 4]), what="the mean embedding")
    due = numbers([0, 0], [0, 0], [1, 2], [0, 0], [2, 4])
    close(student.embedding_bag_grad(numbers([3, 6]), ids, 5), due, what="the gradient of the table")


@check(hint="Where is there no room for the two special entries?")
def test_too_small(rejects):
    """a vocabulary of size 1 raises ValueError"""
    rejects(lambda m: m.build_vocab(TEXTS, max_size=1), what="max_size=1")
