"""Checks to work with: the record of the statement on its way to a label."""

import math

import torch

from grader.checks import check, close

FEATURES = ["age", "height"]
MEAN, STD = torch.tensor([40.0, 170.0], dtype=torch.float64), torch.tensor([10.0, 8.0], dtype=torch.float64)
WEIGHT = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]], dtype=torch.float64)
INPUT = torch.tensor([[-0.5, 1.5]], dtype=torch.float64)


def zeros():
    """The biases of the statement's model."""
    return torch.zeros(3, dtype=torch.float64)


@check(hint="The names decide the order, the training data decide the units.")
def test_record(student):
    """the record of the statement as a model input"""
    record = {"height": 182, "id": 7, "age": 35}
    close(student.vectorize_record(record, FEATURES, MEAN, STD), INPUT, what="the model input")


@check(hint="Scores -0.5, 1.5 and -1 in evaluation mode, then the softmax.")
def test_record_probabilities(student):
    """its probabilities, and a model that is left as it was"""
    ran = student.kit.run_predict(student.predict_proba, WEIGHT.clone(), zeros(), INPUT)
    weights = [math.exp(score) for score in (-0.5, 1.5, -1.0)]
    due = torch.tensor([[weight / sum(weights) for weight in weights]], dtype=torch.float64)
    close(ran["probabilities"], due, what="the probabilities")
    close(ran["modes while predicting"], ["evaluation"], what="the modes of the model while it predicts")
    close(ran["mode afterwards"], "training", what="the mode of the model afterwards")


@check(hint="Five rows in batches of two: three batches.")
def test_five_rows(student):
    """five rows in batches of two"""
    ran = student.kit.run_predict(student.predict_proba, WEIGHT.clone(), zeros(), INPUT.repeat(5, 1), batch_size=2)
    close(ran["rows of each batch"], [2, 2, 1], what="the rows of each batch")
    close(list(ran["probabilities"].shape), [5, 3], what="the shape of the probabilities")


@check(hint="A probability that equals the threshold is not below it.")
def test_names(student):
    """names, with and without a threshold"""
    probs = torch.tensor([[0.1, 0.8, 0.1], [0.5, 0.25, 0.25], [0.25, 0.375, 0.375]], dtype=torch.float64)
    names = ["red", "green", "blue"]
    close(student.predict_labels(probs, names), ["green", "red", "green"], what="the labels")
    close(student.predict_labels(probs, names, threshold=0.5), ["green", "red", "unknown"], what="the labels")


@check(hint="Which of the features does the record lack?")
def test_missing_feature(rejects):
    """a record without the height is refused"""
    rejects(lambda m: m.vectorize_record({"age": 35.0}, FEATURES, MEAN, STD), what="a record without the height")
