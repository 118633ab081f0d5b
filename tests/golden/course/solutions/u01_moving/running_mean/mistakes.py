"""Known wrong answers to running_mean, and other right ones."""

import torch

from grader.checks import correct, mistake

STAYS = "(1 - self.momentum) * self.value + self.momentum * mean"

MISTAKES = [
    mistake(
        "starts_at_zero",
        "The first batch is blended with a zero that nobody has seen.",
        swap=(
            "mean if self.value is None else " + STAYS,
            STAYS.replace("self.value", "(0 * mean if self.value is None else self.value)"),
        ),
        caught_by="test_first_batch",
    ),
    mistake(
        "momentum_on_the_old_value",
        "With a momentum of 0.01 the value should hardly move; yours jumps.",
        swap=(STAYS, "self.momentum * self.value + (1 - self.momentum) * mean"),
        caught_by="test_later_batches",
    ),
    mistake(
        "squared_distance",
        "Distances are measured in the unit of the points, not in its square.",
        swap=("(point - self.value).norm().item()", "((point - self.value) ** 2).sum().item()"),
        caught_by="test_distance",
    ),
    mistake(
        "counts_batches",
        "One batch of three rows is three rows.",
        swap=("self.seen += len(batch)", "self.seen += 1"),
        caught_by="test_rows_seen",
    ),
    mistake(
        "accepts_any_momentum",
        "A momentum above 1 swings past the new value: look at it in the constructor.",
        swap=("not 0 <= momentum <= 1", "momentum < 0"),
        caught_by="test_bad_momentum",
    ),
]

ALSO_CORRECT = [correct("moves_towards", swap=(STAYS, "self.value + self.momentum * (mean - self.value)"))]


def probe(m):
    """Fixed questions that the reference and each mistake answer differently."""
    batches = [torch.tensor([[1.0, 2.0], [3.0, 5.0]], dtype=torch.float64), torch.tensor([[4.0, 4.0]]).double()]

    def two():
        mean = m.RunningMean(0.25)
        values = []
        for batch in batches:
            mean.update(batch)
            values.append(mean.value)
        return [*values, mean.seen, mean.distance(batches[0][0])]

    return {"two batches": two, "a momentum of 2": lambda: m.RunningMean(2.0).seen}
