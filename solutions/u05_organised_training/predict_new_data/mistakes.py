"""Known wrong ways to use a model with their hints, right ones that look different, and the probe."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "left_in_train_mode",
        "Ask twice for the same input: do you get the same answer? Dropout is still at work in your predictions.",
        swap=("    model.eval()\n", ""),
        caught_by="test_probabilities",
    ),
    mistake(
        "mode_not_restored",
        "Training goes on after this call; in which mode? Leave the model as you found it.",
        swap=("        model.train(was_training)\n", "        pass\n"),
        caught_by="test_mode_kept",
    ),
    mistake(
        "tracks_gradients",
        "Predictions that remember how to be differentiated fill the memory. Who needs these gradients?",
        swap=("with torch.no_grad():", "with torch.enable_grad():"),
        caught_by="test_no_graph",
    ),
    mistake(
        "softmax_over_batch",
        "The probabilities of one example should sum to one. Along which axis do yours?",
        swap=(".softmax(-1)", ".softmax(0)"),
        caught_by="test_probabilities",
    ),
    mistake(
        "returns_logits",
        "Some of your probabilities are negative: these are still the model's raw scores.",
        swap=(".softmax(-1)", ""),
        caught_by="test_probabilities",
    ),
    mistake(
        "short_batch_dropped",
        "Count your outputs: the rows behind the last full batch are missing.",
        swap=(
            "for rows in X.split(batch_size)]",
            "for rows in X.split(batch_size) if len(rows) == batch_size]",
        ),
        caught_by="test_batching",
    ),
    mistake(
        "uses_record_order",
        "A record may list its fields in any order; the model expects one. Who decides in your code?",
        swap=("[[record[name] for name in feature_names]]", "[list(record.values())]"),
        caught_by="test_record_to_vector",
    ),
    mistake(
        "scaling_forgotten",
        "The model has never seen unscaled numbers. Which units was it trained in?",
        swap=("return (values - mean) / std", "return values"),
        caught_by="test_record_to_vector",
    ),
    mistake(
        "statistics_from_new_data",
        "One example cannot tell you its own scale; use what training learned.",
        swap=(
            "return (values - mean) / std",
            "return (values - values.mean()) / values.std(correction=0).clamp(min=1e-12)",
        ),
        caught_by="test_record_to_vector",
    ),
    mistake(
        "missing_becomes_zero",
        "A missing measurement is not a measurement of zero. Say that it is missing.",
        swaps=[
            ("    if missing:\n", "    if False:\n"),
            ("record[name] for name in feature_names]]", "record.get(name, 0.0) for name in feature_names]]"),
        ],
        caught_by="test_bad_input",
    ),
    mistake(
        "threshold_itself_unknown",
        "A probability that equals the threshold is not below it: such a row keeps its name.",
        swap=("best >= threshold", "best > threshold"),
        caught_by="test_labels_and_unknown",
    ),
    mistake(
        "threshold_ignored",
        "With a threshold, rows of which the model is less sure than that are unknown.",
        swap=("if threshold is None:", "if True:"),
        caught_by="test_labels_and_unknown",
    ),
    mistake(
        "rounds_to_single",
        "The record's numbers go through single precision on their way. Take the type from the training statistics at once.",
        swap=("dtype=mean.dtype, device=mean.device)", "dtype=torch.float32, device=mean.device)"),
        caught_by="test_record_to_vector",
    ),
]

ALSO_CORRECT = [
    correct(
        "filled_in_place",
        source="""
import math

import torch


def vectorize_record(record, feature_names, mean, std):
    out = torch.empty_like(mean)
    for k, name in enumerate(feature_names):
        try:
            out[k] = record[name]
        except KeyError as error:
            raise ValueError(f"no {name}") from error
    out.sub_(mean).div_(std)
    return out.unsqueeze(0)


def predict_proba(model, X, batch_size=256):
    if batch_size <= 0:
        raise ValueError("batch_size")
    mode = "train" if model.training else "eval"
    result = None
    with torch.inference_mode():
        model.train(False)
        for k in range(math.ceil(len(X) / batch_size)):
            window = slice(k * batch_size, (k + 1) * batch_size)
            scores = model(X[window])
            scores = scores - scores.max(dim=-1, keepdim=True).values
            weights = scores.exp()
            probs = weights / weights.sum(dim=-1, keepdim=True)
            if result is None:
                result = X.new_empty((len(X), probs.shape[1]))
            result[window] = probs
        getattr(model, mode)()
    return result


def predict_labels(probs, class_names, threshold=None):
    n, c = probs.shape
    if c != len(class_names):
        raise ValueError("names")
    labels = []
    for row in probs.tolist():
        top = max(row)
        labels.append("unknown" if threshold is not None and top < threshold else class_names[row.index(top)])
    return labels
""",
    ),
    correct(
        "decorated",
        source="""
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@contextmanager
def evaluating(model: nn.Module):
    flags = {module: module.training for module in model.modules()}
    model.eval()
    yield model
    for module, flag in flags.items():
        module.training = flag


def vectorize_record(record: dict, feature_names: list, mean: Tensor, std: Tensor) -> Tensor:
    if not set(feature_names) <= record.keys():
        raise ValueError("missing features")
    columns = [mean.new_tensor(record[name]) for name in feature_names]
    return torch.stack(columns)[None].sub(mean) * std.reciprocal()


@torch.no_grad()
def predict_proba(model: nn.Module, X: Tensor, batch_size: int = 256) -> Tensor:
    if not batch_size >= 1:
        raise ValueError("batch_size")
    scores = []
    with evaluating(model):
        start = 0
        while start < X.size(0):
            scores.append(model(X.narrow(0, start, min(batch_size, X.size(0) - start))))
            start += batch_size
    return F.log_softmax(torch.cat(scores, dim=0), dim=1).exp().to(X.device)


def predict_labels(probs: Tensor, class_names: list, threshold: float | None = None) -> list:
    if probs.size(1) != len(class_names):
        raise ValueError("names")
    names = [*class_names, "unknown"]
    index = probs.argmax(dim=-1)
    if threshold is not None:
        index[probs.amax(dim=-1) < threshold] = len(class_names)
    return [names[int(i)] for i in index]
""",
    ),
]


def probe(m):
    """Five rows in batches of two, flags, and records in another order, with an extra and with a missing key."""
    weight = torch.tensor([[0.4, -0.3], [-0.2, 0.5], [0.1, 0.2]], dtype=torch.float64)
    bias = torch.tensor([0.1, -0.1, 0.0], dtype=torch.float64)
    X = torch.sin(torch.arange(10, dtype=torch.float64)).reshape(5, 2)
    mean = torch.tensor([40.0, 170.0, 3.0], dtype=torch.float64)
    std = torch.tensor([10.0, 8.0, 0.5], dtype=torch.float64)
    names = ["age", "height", "visits"]
    raw = torch.tensor([[35.0, 182.0, 4.0]], dtype=torch.float64)
    in_order = {"age": 35.0, "height": 182.0, "visits": 4.0}

    def ran(*keys, training=True):
        found = m.kit.run_predict(m.predict_proba, weight.clone(), bias.clone(), X, training=training, batch_size=2)
        return [found[key] for key in keys]

    def vector(record):
        # Properties: an example's own scale can be taken in several ways.
        found = m.vectorize_record(record, names, mean, std)
        scaled = torch.allclose(found, (raw - mean) / std)
        return {"scaled": scaled, "raw": torch.allclose(found, raw), "own mean": abs(float(found.mean())) < 1e-9}

    def precise():
        large = torch.tensor([1e7], dtype=torch.float64)
        return m.vectorize_record({"a": 1e7 + 0.25}, ["a"], large, torch.ones_like(large))

    def labels(**settings):
        probs = torch.tensor([[0.25, 0.75], [0.5, 0.5], [0.625, 0.375]], dtype=torch.float64)
        return m.predict_labels(probs, ["no", "yes"], **settings)

    return {
        "probabilities": lambda: ran("probabilities", "rows of each batch"),
        "in evaluation mode": lambda: ran("probabilities", training=False),
        "mode afterwards": lambda: ran("mode afterwards"),
        "gradients": lambda: ran("gradients while predicting", "the result requires gradients"),
        "record": lambda: vector(in_order),
        "record in another order": lambda: vector(dict(reversed(in_order.items()))),
        "record with another key": lambda: vector({**in_order, "id": 7.0}),
        "record with a missing key": lambda: vector({"age": 35.0, "visits": 4.0}),
        "precise": precise,
        "labels": lambda: labels(),
        "threshold 0.5": lambda: labels(threshold=0.5),
        "threshold 0.75": lambda: labels(threshold=0.75),
    }
