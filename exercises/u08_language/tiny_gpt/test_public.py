"""Checks to work with: the numbers of the statement."""

import math

import torch

from grader.checks import check, close, ensure

LOGITS = torch.tensor([[2.0, 1.0, 0.0, -1.0]], dtype=torch.float64)


def zeros(vocab, block, layers, width):
    """As many zeros as such a model has numbers."""
    count = (vocab + block + 2) * width + layers * (12 * width * width + 13 * width)
    return torch.zeros(count, dtype=torch.float64)


@check(hint="Which layers does the model list, and which parameter has two names?")
def test_numbers_to_hold(student):
    """the model of the statement holds 1896 numbers, with one matrix for both ends"""
    model = student.TinyGPT(11, 6, 2, 2, 8)
    found = student.kit.inside(model)["how many numbers"]
    ensure(found == 1896, f"Your model holds {found} numbers where 1896 are due. List its parameters by name.")
    ensure(student.kit.tied(model), "The head has a matrix of its own. Give it the parameter of the token embedding.")


@check(hint="When all logits are equal, how probable is the right token?")
def test_zero_model(student):
    """a model of zeros has the loss ln 11"""
    model = student.kit.make(student.TinyGPT, [11, 6, 2, 2, 8], zeros(11, 6, 2, 8))
    tokens = torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]])
    ran = student.kit.losses(model, tokens[:, :-1], tokens[:, 1:])
    close(ran["logits"], torch.zeros(2, 4, 11, dtype=torch.float64), what="the logits")
    close(ran["loss"], torch.tensor(math.log(11), dtype=torch.float64), what="the loss")


@check(hint="Work through the table of the statement, one filter at a time.")
def test_filters(student):
    """temperature, top-k and top-p on four logits"""
    gone = -math.inf
    close(student.filter_logits(LOGITS, temperature=2.0), LOGITS / 2, what="at temperature 2")
    first_two = torch.tensor([[2.0, 1.0, gone, gone]], dtype=torch.float64)
    close(student.filter_logits(LOGITS, top_k=2), first_two, what="with top-k 2")
    close(student.filter_logits(LOGITS, top_p=0.8), first_two, what="with top-p 0.8")


@check(hint="Lay the probabilities side by side: how many ends of pieces has u passed?")
def test_draws(student):
    """the draws of the statement, and three tokens from a model of zeros"""
    u = torch.tensor([0.5, 0.7, 0.95, 0.99], dtype=torch.float64)
    close(student.sample_tokens(LOGITS.expand(4, 4), u), torch.tensor([0, 1, 2, 3]), what="the drawn tokens")
    model = student.kit.make(student.TinyGPT, [5, 2, 1, 1, 4], zeros(5, 2, 1, 4))
    u = torch.tensor([[0.1, 0.5, 0.9]], dtype=torch.float64)
    ran = student.kit.continued(student.generate, model, torch.tensor([[3]]), u)
    close(ran["tokens"], torch.tensor([[3, 0, 2, 4]]), what="the generated tokens")


@check(hint="Which temperatures make no sense?")
def test_no_temperature(rejects):
    """a temperature of zero raises ValueError"""
    rejects(lambda m: m.filter_logits(LOGITS, temperature=0.0))
