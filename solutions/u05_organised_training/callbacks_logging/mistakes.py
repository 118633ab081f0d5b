"""Known wrong callbacks and logs with their hints, right ones that look different, and the probe."""

from grader.checks import correct, mistake

ANSWERS = """        answers = [getattr(callback, hook)(*args) for callback in self.callbacks if hasattr(callback, hook)]
        return any(answer is True for answer in answers)
"""

MISTAKES = [
    mistake(
        "stops_calling_after_first_true",
        "A vote to stop must not keep the others from doing their work. Who is called after the first one?",
        swap=(
            ANSWERS,
            """        for callback in self.callbacks:
            if hasattr(callback, hook) and getattr(callback, hook)(*args) is True:
                return True
        return False
""",
        ),
        caught_by="test_dispatch",
    ),
    mistake(
        "only_last_vote_counts",
        "One vote is enough, whoever casts it. What becomes of an earlier True?",
        swap=("return any(answer is True for answer in answers)", "return bool(answers) and answers[-1] is True"),
        caught_by="test_stop_votes",
    ),
    mistake(
        "missing_hook_crashes",
        "Not every callback cares about every moment: some lack the hook.",
        swap=(" for callback in self.callbacks if hasattr(callback, hook)]", " for callback in self.callbacks]"),
        caught_by="test_dispatch",
    ),
    mistake(
        "keeps_callers_dict",
        "The caller reuses the dictionary; your history changes behind your back.",
        swap=("self.rows.append(dict(logs))", "self.rows.append(logs)"),
        caught_by="test_history_copies",
    ),
    mistake(
        "columns_from_first_row",
        "A metric may appear for the first time in epoch two. Which epochs do you ask for their keys?",
        swap=(
            "list(dict.fromkeys(key for row in self.rows for key in row))",
            "list(self.rows[0])",
        ),
        caught_by="test_csv_text",
    ),
    mistake(
        "missing_cells_skipped",
        "An empty cell still needs its comma: here the values behind it move to the left.",
        swap=(
            '",".join(repr(float(row[key])) if key in row else "" for key in keys)',
            '",".join(repr(float(row[key])) for key in keys if key in row)',
        ),
        caught_by="test_csv_text",
    ),
    mistake(
        "gap_sign_flipped",
        "Overfitting should show as a positive gap. Which of the two accuracies is the larger one then?",
        swap=('logs["train_acc"] - logs["val_acc"]', 'logs["val_acc"] - logs["train_acc"]'),
        caught_by="test_gaps",
    ),
    mistake(
        "no_bias_correction",
        "The average starts from nothing, so your curve starts near 0; correct for the weight it has not collected yet.",
        swap=("average / (1 - beta**t)", "average"),
        caught_by="test_smoothing",
    ),
    mistake(
        "starts_from_first_value",
        "Started like this, the first value keeps too much weight in the following ones. Where does the average begin?",
        swaps=[
            ("average, smoothed = 0.0, []", "average, smoothed = values[0] if values else 0.0, []"),
            ("average / (1 - beta**t)", "average"),
        ],
        caught_by="test_smoothing",
    ),
    mistake(
        "smoothing_weights_swapped",
        "A larger beta should give a smoother line. Which of the two weights belongs to the new value?",
        swap=("average = beta * average + (1 - beta) * value", "average = (1 - beta) * average + beta * value"),
        caught_by="test_smoothing",
    ),
    mistake(
        "anything_truthy_stops",
        "A hook may return all sorts of things. Only exactly True is a vote to stop.",
        swap=("any(answer is True for answer in answers)", "any(bool(answer) for answer in answers)"),
        caught_by="test_stop_votes",
    ),
    mistake(
        "shared_between_objects",
        "Make two objects and log into one of them: the other one has heard it, too. To whom does the list belong?",
        swaps=[
            (
                "    def __init__(self) -> None:\n        self.rows: list[dict[str, float]] = []\n",
                "    rows: list[dict[str, float]] = []\n",
            ),
            ("    def __init__(self) -> None:\n        self.gaps: list[float] = []\n", "    gaps: list[float] = []\n"),
        ],
        caught_by="test_history_copies",
    ),
    mistake(
        "last_of_equal_gaps",
        "When two gaps are equally large, the first one counts.",
        swap=(
            "self.gaps.index(max(self.gaps))",
            "max(range(len(self.gaps)), key=lambda epoch: (self.gaps[epoch], epoch))",
        ),
        caught_by="test_gaps",
    ),
    mistake(
        "beta_unchecked",
        "With a beta of 1 the average never moves, and above 1 it runs away. Look before you average.",
        swap=("if not 0 <= beta < 1:", "if False:"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "plain_loops",
        source="""
class CallbackList:
    def __init__(self, callbacks):
        self.items = callbacks

    def fire(self, hook, *args):
        stop = False
        for item in self.items:
            method = getattr(item, hook, None)
            if method is None:
                continue
            answer = method(*args)
            if answer is True:
                stop = True
        return stop


class History:
    def __init__(self):
        self.rows = []
        self.keys = []

    def on_epoch_end(self, epoch, logs):
        self.rows = self.rows + [{**logs}]
        for key in logs:
            if key not in self.keys:
                self.keys.append(key)

    def column(self, key):
        found = []
        for row in self.rows:
            if key in row:
                found.append(row[key])
            else:
                found.append(None)
        return found

    def to_csv(self):
        text = ",".join(self.keys) + "\\n"
        for row in self.rows:
            cells = []
            for key in self.keys:
                try:
                    cells.append(repr(float(row[key])))
                except KeyError:
                    cells.append("")
            text += ",".join(cells) + "\\n"
        return text


class GapTracker:
    def __init__(self):
        self.gaps, self.worst_epoch = [], None

    def on_epoch_end(self, epoch, logs):
        gap = logs["train_acc"] - logs["val_acc"]
        if self.worst_epoch is None or gap > self.gaps[self.worst_epoch]:
            self.worst_epoch = len(self.gaps)
        self.gaps.append(gap)


def smooth(values, beta=0.9):
    if beta < 0 or beta >= 1:
        raise ValueError("beta")
    out, total, weight = [], 0.0, 0.0
    for value in values:
        total = total * beta + value
        weight = weight * beta + 1.0
        out.append(total / weight)
    return out
""",
    ),
    correct(
        "columns_inside",
        source="""
from copy import deepcopy
from itertools import zip_longest

import torch


class CallbackList:
    def __init__(self, callbacks: list):
        self.callbacks = tuple(callbacks)

    def fire(self, hook: str, *args) -> bool:
        able = [callback for callback in self.callbacks if callable(getattr(callback, hook, None))]
        return [True for callback in able if type(a := getattr(callback, hook)(*args)) is bool and a] != []


class History:
    @property
    def rows(self):
        return self.__dict__.setdefault("kept", [])

    def on_epoch_end(self, epoch, logs):
        self.rows.append(deepcopy(logs))

    def column(self, key):
        return [row[key] if key in row else None for row in self.rows]

    def to_csv(self):
        header = {}
        for row in self.rows:
            header |= dict.fromkeys(row)
        columns = [["" if v is None else repr(float(v)) for v in self.column(key)] for key in header]
        lines = zip_longest(*([key, *cells] for key, cells in zip(header, columns)), fillvalue="")
        return "\\n".join(",".join(line) for line in lines) + "\\n"


class GapTracker:
    def __init__(self):
        self.pairs = []

    def on_epoch_end(self, epoch, logs):
        self.pairs.append((float(logs["train_acc"]), float(logs["val_acc"])))

    @property
    def gaps(self):
        return [train - val for train, val in self.pairs]

    @property
    def worst_epoch(self):
        gaps = torch.tensor(self.gaps, dtype=torch.float64)
        return int((gaps == gaps.max()).nonzero()[0])


def smooth(values, beta=0.9):
    if not (beta >= 0 and beta < 1):
        raise ValueError("beta")
    x = torch.tensor(values, dtype=torch.float64)
    steps = torch.arange(len(values))
    age = steps[:, None] - steps
    weights = torch.where(age >= 0, torch.tensor(float(beta), dtype=torch.float64) ** age.clamp(min=0), 0.0)
    return ((weights @ x) / weights.sum(1)).tolist()
""",
    ),
]


def probe(m):
    """Votes, callbacks that lack the hook, logs with a key missing in each epoch, gaps, one smoothed list."""
    rows = [{"loss": 0.5, "acc": 0.25}, {"loss": 0.125, "lr": 1.0}, {"acc": 0.75, "lr": 0.5}]

    def fire(answers):
        return m.kit.run_fire(m.CallbackList, answers)

    return {
        "calls": lambda: len(fire([None, True, False])["calls"]),
        "votes": lambda: [fire(answers)["result"] for answers in ([None, True, False], [False, True], [None])],
        "answers that are no vote": lambda: fire([1, "stop"])["result"],
        "missing hooks": lambda: len(fire(["nothing", None, "only_fit_start"])["calls"]),
        "reused dict": lambda: m.kit.run_reused_dict(m.History, [3.0, 2.0])["rows"],
        "csv": lambda: m.kit.run_history(m.History, rows).to_csv(),
        "csv of full rows": lambda: m.kit.run_history(m.History, rows[:1]).to_csv(),
        "two histories": lambda: m.kit.run_two(m.History, rows[:1], rows[1:])["second"] == rows[1:],
        "gaps": lambda: m.kit.run_gaps(m.GapTracker, [(0.5, 0.6), (0.9, 0.7), (0.95, 0.9)])["gaps"][-3:],
        "equal gaps": lambda: m.kit.run_gaps(m.GapTracker, [(0.75, 0.5), (0.5, 0.25)])["worst epoch after each epoch"][
            -1
        ],
        "smooth": lambda: m.smooth([3.0, 1.0, 4.0, 1.0, 5.0], beta=0.8),
        "beta 1.5": lambda: m.smooth([3.0, 1.0], beta=1.5),
    }
