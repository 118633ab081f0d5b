"""Hidden checks of streaming_metrics."""

import torch

from grader.checks import check, close

CLASSES = 4


def labelled(generator, n, right):
    """Targets (n,) of CLASSES classes and predictions of which the first `right` are right, all others one class off."""
    target = torch.randint(CLASSES, (n,), generator=generator)
    preds = target.clone()
    preds[right:] = (preds[right:] + 1) % CLASSES
    return preds, target


def scores_for(preds, tensors):
    """Scores (n, CLASSES) whose largest entry is clearly the one of the prediction."""
    scores = 0.1 * tensors((len(preds), CLASSES))
    scores[torch.arange(len(preds)), preds] += 3.0
    return scores


def uneven_table(generator):
    """A table (4, 4) far from symmetric, with a common class and class 2 empty: never present, never predicted."""
    table = torch.tensor([[60, 9, 0, 2], [3, 20, 0, 14], [0, 0, 0, 0], [8, 1, 0, 5]])
    noise = torch.randint(0, 2, (4, 4), generator=generator)
    noise[2, :] = noise[:, 2] = 0
    return table + noise


@check(points=1.5, dtypes=("float64", "float32"), hint="Which two sums does a weighted mean need?")
def test_weighted_mean(agree, tensors, dtype):
    """numbers and tensors with weights, one of them 0, read twice on the way"""
    noise = [float(v) for v in tensors((5,), scale=0.1).double()]
    values = [v + n for v, n in zip((1.0, -2.0, 30.0, 4.0, 0.5), noise)]

    def means(m):
        metric = m.MeanMetric()
        seen = []
        for k, (value, weight) in enumerate(zip(values, (1.0, 2.5, 0.0, 4.0, 7.0))):
            metric.update(torch.tensor(value, dtype=dtype) if k % 2 else value, weight=weight)
            seen.append(metric.compute())
        plain = m.MeanMetric()
        for value in values:
            plain.update(value)
        mixed = m.MeanMetric()
        mixed.update(values[0])
        mixed.update(values[1], weight=3.0)
        return {
            "weighted means on the way": seen,
            "the last one again": metric.compute(),
            "plain": plain.compute(),
            "with and without a weight": mixed.compute(),
        }

    agree(means)


@check(points=2, dtypes=("float64", "float32"), hint="Count over all batches, then divide once.")
def test_accuracy_over_batches(agree, tensors, generator, dtype):
    """batches of 5, 2 and 1 rows as labels and as scores, a square batch, and equal scores"""
    batches = [labelled(generator, n, right) for n, right in ((5, 4), (2, 0), (1, 1))]
    as_scores = [(scores_for(preds, tensors), target) for preds, target in batches]
    square = torch.tensor([[0.1, 0.7, 0.2], [0.1, 0.8, 0.1], [0.6, 0.3, 0.1]], dtype=dtype)
    equal = torch.tensor([[1.0, 1.0, 0.0], [0.0, 2.0, 2.0], [-1.0, -3.0, -1.0]], dtype=dtype)

    def accuracies(m):
        def over(*batches):
            metric, seen = m.Accuracy(), []
            for preds, target in batches:
                metric.update(preds, target)
                seen.append(metric.compute())
            return seen

        return {
            "from labels": over(*batches),
            "from scores": over(*as_scores),
            "from labels and scores in turn": over(batches[0], as_scores[1], as_scores[2], batches[1]),
            "with three rows and three classes": over((square, torch.tensor([1, 1, 0]))),
            "with equal scores": over((equal, torch.tensor([0, 1, 0]))),
        }

    agree(accuracies)


@check(points=1, hint="After a reset, is anything left of what was seen before?")
def test_reset_works(agree, rejects, generator):
    """all three metrics start over after reset"""
    first, second = labelled(generator, 6, 4), labelled(generator, 4, 1)

    def start_over(m):
        mean, accuracy, matrix = m.MeanMetric(), m.Accuracy(), m.ConfusionMatrix(CLASSES)
        mean.update(5.0, weight=3.0)
        accuracy.update(*first)
        matrix.update(*first)
        for metric in (mean, accuracy, matrix):
            metric.reset()
        emptied = m.kit.look(matrix)["counts"]
        mean.update(2.0, weight=0.5)
        accuracy.update(*second)
        matrix.update(*second)
        return {
            "mean": mean.compute(),
            "accuracy": accuracy.compute(),
            "table after reset": emptied,
            "table": m.kit.look(matrix)["counts"],
        }

    agree(start_over)

    def read_after_reset(metric, *update):
        metric.update(*update)
        metric.reset()
        metric.compute()

    rejects(lambda m: read_after_reset(m.MeanMetric(), 5.0), what="compute after reset")
    rejects(lambda m: read_after_reset(m.Accuracy(), *first), what="compute after reset")


@check(points=2, hint="Rows are true classes, columns are predicted ones; whose table is it that you return?")
def test_confusion(agree, tensors, generator):
    """counts over batches of labels and of scores, returned as a copy"""
    preds, target = labelled(generator, 9, 5)
    rest = labelled(generator, 3, 1)

    def tables(m):
        one, many, wide = m.ConfusionMatrix(CLASSES), m.ConfusionMatrix(CLASSES), m.ConfusionMatrix(CLASSES + 2)
        one.update(preds, target)
        for rows in (slice(0, 5), slice(5, 6), slice(6, 9)):
            many.update(scores[rows], target[rows])
        wide.update(preds, target)
        wide.update(*rest)
        return {
            "empty": m.kit.look(m.ConfusionMatrix(3)),
            "one batch": m.kit.look(one),
            "three batches of scores": m.kit.look(many),
            "with two classes that never occur": m.kit.look(wide),
            **m.kit.look_after_writing(one, *rest),
        }

    scores = scores_for(preds, tensors)
    agree(tables)


@check(points=1.5, hint="Of all that you called positive, or of all that are positive: which is which?")
def test_per_class(agree, student, generator):
    """precision, recall and F1 of every class, with classes never present or never predicted"""
    never_both = uneven_table(generator)
    never_predicted, never_present = torch.tensor([[5, 0, 2], [1, 0, 3], [0, 0, 4]]), torch.tensor([[3, 2], [0, 0]])
    single = torch.tensor([[1, 0], [0, 3]])
    cases = {
        "one class empty": never_both,
        "one never predicted": never_predicted,
        "one never present": never_present,
        "one with a single row": single,
    }
    agree(lambda m: {name: m.precision_recall_f1(cm, average="none") for name, cm in cases.items()})
    zeros = torch.zeros(3, dtype=torch.float64)
    nothing = student.precision_recall_f1(torch.zeros(3, 3, dtype=torch.int64), average="none")
    close(nothing, (zeros, zeros, zeros), what="precision, recall and F1 of an empty table")


@check(
    points=1.5, hint="A rare class weighs as much as a common one in one of the averages; F1 is averaged like the rest."
)
def test_macro_micro(agree, student, generator):
    """macro and micro averages of an uneven table with an empty class"""
    cm = uneven_table(generator)

    def averages(m):
        return {
            "macro": m.precision_recall_f1(cm, average="macro"),
            "by default": m.precision_recall_f1(cm),
            "micro": m.precision_recall_f1(cm, average="micro"),
            "macro of the transposed table": m.precision_recall_f1(cm.T, average="macro"),
        }

    agree(averages)
    share = cm.diagonal().sum().double() / cm.sum()
    close(student.precision_recall_f1(cm, average="micro"), (share, share, share), what="the three micro averages")


@check(points=0.5, hint="No data, lengths that differ, labels that are no class: look before you count.")
def test_bad_input(rejects):
    """nothing to compute, negative weights, wrong lengths, unknown labels and averages are refused"""
    one, three = torch.tensor([1]), torch.tensor([0, 1, 2])
    rejects(lambda m: m.MeanMetric().compute(), what="a mean of nothing")
    rejects(lambda m: m.Accuracy().compute(), what="an accuracy of nothing")
    rejects(lambda m: m.MeanMetric().update(1.0, weight=-0.5), what="a negative weight")
    rejects(lambda m: m.precision_recall_f1(torch.eye(3, dtype=torch.int64), average="median"), what="average='median'")

    def only_weight_zero(m):
        metric = m.MeanMetric()
        metric.update(1.0, weight=0.0)
        metric.compute()

    rejects(only_weight_zero, what="a mean whose weights are all 0")
    for preds, target in ((one, three), (three, one), (torch.zeros(2, 3), three)):
        rejects(lambda m, p=preds, t=target: m.Accuracy().update(p, t), what="an accuracy with lengths that differ")
        rejects(
            lambda m, p=preds, t=target: m.ConfusionMatrix(3).update(p, t), what="a matrix with lengths that differ"
        )
    for preds, target in (
        ([0, 1, 3], [0, 1, 2]),
        ([0, 1, 2], [0, 3, 2]),
        ([0, -1, 2], [0, 1, 2]),
        ([0, 1, 2], [-1, 1, 2]),
    ):
        kept = []

        def update(m, p=preds, t=target, kept=kept):
            kept.append(m.ConfusionMatrix(3))
            kept[0].update(three, three)
            kept[0].update(torch.tensor(p), torch.tensor(t))

        rejects(update, what=f"predictions {preds} and targets {target} with 3 classes")
        close(kept[0].compute().tolist(), [[1, 0, 0], [0, 1, 0], [0, 0, 1]], what="the table after a refused update")
