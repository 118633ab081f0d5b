"""Known wrong answers to counter."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "counts_elsewhere",
        "Your counter moves, and the caller's tensor stays where it was.",
        swap=("self.value += self.by", "self.value = self.value + self.by"),
        caught_by="test_counts_in_place",
    ),
    mistake(
        "counts_for_all",
        "All counters share one number of steps.",
        swaps=[
            ("self.steps = 0", "pass"),
            ("self.steps += 1", "Counter.steps += 1"),
            ('how often."""\n', 'how often."""\n\n    steps = 0\n'),
        ],
        caught_by="test_two_counters",
    ),
    mistake(
        "never_counts",
        "The steps are taken, and nobody counts them.",
        swap=("        self.steps += 1\n", ""),
        caught_by="test_says_how_often",
    ),
]

ALSO_CORRECT = [
    correct("adds_in_place", swap=("self.value += self.by", "self.value.add_(self.by)")),
    correct("copies_back", swap=("self.value += self.by", "self.value.copy_(self.value + self.by)")),
]


def probe(m):
    def two_steps():
        start = torch.zeros(2, dtype=torch.float64)
        counter = m.Counter(start, by=2.0)
        counter.step()
        counter.step()
        return {"start": start, "steps": counter.steps}

    def two_counters():
        one = m.Counter(torch.zeros(1))
        one.step()
        return m.Counter(torch.zeros(1)).steps

    return {"two steps": two_steps, "two counters": two_counters}
