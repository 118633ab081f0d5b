"""Hidden checks of predict_new_data. The model is in kit.py, beside the student's code."""

import torch

from grader.checks import check, close

CLASSES, FEATURES = 4, 3
NAMES = ["age", "income", "height", "visits", "score"]


def draw_model(tensors):
    """Weights (4, 3) and biases (4,) of a Scorer."""
    return tensors((CLASSES, FEATURES)), tensors((CLASSES,))


def run(m, model, X, **settings):
    """One prediction with fresh copies of the weights."""
    return m.kit.run_predict(m.predict_proba, *(w.clone() for w in model), X, **settings)


@check(points=2, dtypes=("float64", "float32"), hint="Whose order, whose mean, whose deviation does the model expect?")
def test_record_to_vector(agree, tensors, dtype):
    """records in other orders, with more keys than features, and with large numbers"""
    mean, std = 3 + tensors((5,)), 1.5 + tensors((5,)).abs()
    values = (2 * tensors((5,))).tolist()
    record = dict(zip(NAMES, values))
    backwards = {name: record[name] for name in reversed(NAMES)}
    more = {"id": 17, "height": record["height"], "name_length": 4.0, **record}
    far = torch.tensor([1e7, 50.0], dtype=dtype)

    def vectors(m):
        return {
            "in order": m.vectorize_record(record, NAMES, mean, std),
            "in reverse order": m.vectorize_record(backwards, NAMES, mean, std),
            "with more keys": m.vectorize_record(more, NAMES, mean, std),
            "two features of five": m.vectorize_record(record, ["visits", "age"], mean[:2], std[:2]),
            "one feature": m.vectorize_record({"age": 4}, ["age"], mean[:1], std[:1]),
            "a large number and an int": m.vectorize_record({"b": 30, "a": 1e7 + 3.0}, ["a", "b"], far, std[:2]),
        }

    agree(vectors)
    if dtype == torch.float64:
        fine = {"a": 10_000_000.25, "b": 50.125}  # in single precision the quarter would be lost
        agree(lambda m: {"close to a large mean": m.vectorize_record(fine, ["a", "b"], far, torch.ones_like(far))})


@check(
    points=2.5,
    dtypes=("float64", "float32"),
    hint="One row at a time: which numbers must sum to one, and which face of the model do you see?",
)
def test_probabilities(agree, student, tensors, dtype):
    """the probabilities of one big batch, for models with dropout and batch norm in training mode, and for large scores"""
    model, X = draw_model(tensors), tensors((FEATURES, 11)).T
    agree(
        lambda m: {
            f"{kind} model": run(m, model, X, kind=kind, batch_size=4)["probabilities"]
            for kind in ("plain", "dropout", "batch_norm")
        }
    )
    due = torch.softmax(X @ model[0].T + model[1], dim=-1)
    close(run(student, model, X, kind="dropout", batch_size=5)["probabilities"], due, what="the probabilities")
    if dtype == torch.float64:  # the same number more in every score; single precision would round it
        found = run(student, (model[0], model[1] + 800), X)["probabilities"]
        close(found, due, what="the probabilities for scores around 800")


@check(points=1.5, hint="In which mode was the model before you asked, and did asking change anything in it?")
def test_mode_kept(agree, tensors):
    """evaluation mode while predicting, the old mode afterwards, weights and buffers untouched"""
    model, X = draw_model(tensors), tensors((7, FEATURES))
    keys = ("modes while predicting", "mode afterwards", "weights and buffers changed")

    def modes(m):
        seen = {}
        for training in (True, False):
            ran = run(m, model, X, kind="batch_norm", training=training, batch_size=3)
            start = "training" if training else "evaluation"
            seen |= {f"{key}, started in {start} mode": ran[key] for key in keys}
        return seen

    agree(modes)


@check(points=1, hint="Nobody will differentiate a prediction: who tells PyTorch so, and for how long?")
def test_no_graph(agree, tensors):
    """no gradients tracked while predicting, none on the result, and tracking as before afterwards"""
    model, X = draw_model(tensors), tensors((5, FEATURES))
    keys = ("gradients while predicting", "the result requires gradients", "gradients afterwards")

    def flags(m):
        ran = run(m, model, X, batch_size=2)
        return {key: ran[key] for key in keys}

    agree(flags)


@check(points=1, hint="Count the rows that go in and the rows that come out.")
def test_batching(agree, tensors):
    """batches of 1, 2, 5 and 1000 rows, and of the default size"""
    model, X, many = draw_model(tensors), tensors((5, FEATURES)), tensors((300, FEATURES))

    def batches(m):
        seen = {}
        for size in (1, 2, 5, 1000):
            ran = run(m, model, X, batch_size=size)
            seen[f"rows of each batch, batch_size={size}"] = ran["rows of each batch"]
            seen[f"probabilities, batch_size={size}"] = ran["probabilities"]
        by_default = run(m, model, many)
        seen["rows of each batch by default"] = by_default["rows of each batch"]
        seen["probabilities by default"] = by_default["probabilities"]
        return seen

    agree(batches)


@check(
    points=1.5,
    dtypes=("float64", "float32"),
    hint="What happens to equals: two equal classes, and a probability that equals the threshold?",
)
def test_labels_and_unknown(student, dtype):
    """names of the most probable classes, equal probabilities, and thresholds of 0.5 and 0.25"""
    names = ["cat", "dog", "fish", "bird"]
    probs = torch.tensor(
        [
            [0.125, 0.625, 0.125, 0.125],
            [0.5, 0.25, 0.125, 0.125],
            [0.125, 0.375, 0.375, 0.125],
            [0.25, 0.25, 0.25, 0.25],
            [0.0, 0.0, 0.0, 1.0],
        ],
        dtype=dtype,
    )
    due = {
        None: ["dog", "cat", "dog", "cat", "bird"],
        0.5: ["dog", "cat", "unknown", "unknown", "bird"],
        0.25: ["dog", "cat", "dog", "cat", "bird"],
    }
    for threshold, labels in due.items():
        found = student.predict_labels(probs, names, threshold=threshold)
        close(found, labels, what=f"the labels with threshold {threshold}")
    close(student.predict_labels(probs, names), due[None], what="the labels without a threshold")
    turned = student.predict_labels(probs[:2].flip(1), names[::-1])
    close(turned, due[None][:2], what="the labels with all classes in reverse order")


@check(points=0.5, hint="What is missing, too small, or does not fit together?")
def test_bad_input(rejects, tensors):
    """missing features, batches of no rows, and names that don't fit the classes are refused"""
    mean, std, probs = tensors((2,)), 1 + tensors((2,)).abs(), torch.full((3, 4), 0.25)
    model, X = draw_model(tensors), tensors((5, FEATURES))
    for record in ({"a": 1.0}, {}, {"a": 1.0, "B": 2.0, "c": 3.0}):
        rejects(lambda m, r=record: m.vectorize_record(r, ["a", "b"], mean, std), what=f"the record {record}")
    for size in (0, -3):
        rejects(lambda m, s=size: run(m, model, X, batch_size=s), what=f"batch_size={size}")
    for names in (["a", "b", "c"], ["a", "b", "c", "d", "e"], []):
        rejects(lambda m, n=names: m.predict_labels(probs, n), what=f"{len(names)} names for 4 classes")
