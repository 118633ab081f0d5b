"""Callbacks that write down their calls, and a caller that uses one dict for all epochs."""


class Answering:
    """A callback whose hooks write a line into a journal and return a given answer."""

    def __init__(self, name, answer, journal):
        self.name, self.answer, self.journal = name, answer, journal

    def on_epoch_end(self, *args):
        self.journal.append(f"{self.name}: on_epoch_end{args}")
        return self.answer

    def on_fit_start(self, *args):
        self.journal.append(f"{self.name}: on_fit_start{args}")
        return self.answer


class OnlyFitStart:
    """A callback that cares about one moment only, and asks to stop at it."""

    def __init__(self, name, journal):
        self.name, self.journal = name, journal

    def on_fit_start(self, *args):
        self.journal.append(f"{self.name}: on_fit_start{args}")
        return True


class Nothing:
    """A callback without any hook."""


def run_fire(CallbackList, answers, hook="on_epoch_end", args=(0,)):
    """Fire a hook at one callback per answer.

    The answers "only_fit_start" and "nothing" make callbacks that lack hooks.
    """
    journal, callbacks = [], []
    for k, answer in enumerate(answers):
        if answer == "only_fit_start":
            callbacks.append(OnlyFitStart(f"callback {k}", journal))
        elif answer == "nothing":
            callbacks.append(Nothing())
        else:
            callbacks.append(Answering(f"callback {k}", answer, journal))
    result = CallbackList(callbacks).fire(hook, *args)
    return {"result": result, "calls": journal}


def run_history(History, rows):
    """A history of these rows of logs."""
    history = History()
    for epoch, logs in enumerate(rows):
        history.on_epoch_end(epoch, dict(logs))
    return history


def run_reused_dict(History, losses):
    """A caller that fills one and the same dict again for every epoch, and empties it in the end."""
    history, logs = History(), {}
    for epoch, loss in enumerate(losses):
        logs["loss"] = loss
        history.on_epoch_end(epoch, logs)
    left = dict(logs)
    logs.clear()
    return {"rows": [dict(row) for row in history.rows], "the caller's dict": left}


def run_two(Class, first, second):
    """Two objects of one class that get different logs."""
    one, two = run_history(Class, first), run_history(Class, second)
    kept = "rows" if hasattr(one, "rows") else "gaps"
    return {"first": list(getattr(one, kept)), "second": list(getattr(two, kept))}


def run_gaps(GapTracker, accuracies):
    """The gaps of these pairs (train_acc, val_acc), and the worst epoch after each."""
    tracker, worst = GapTracker(), []
    for epoch, (train_acc, val_acc) in enumerate(accuracies):
        tracker.on_epoch_end(epoch, {"loss": 0.1, "val_acc": val_acc, "train_acc": train_acc})
        worst.append(tracker.worst_epoch)
    return {"gaps": list(tracker.gaps), "worst epoch after each epoch": worst}


def run_together(CallbackList, History, GapTracker, rows):
    """History and GapTracker behind a CallbackList, with a callback behind them that asks to stop."""
    history, tracker, journal = History(), GapTracker(), []
    everyone = CallbackList([history, Nothing(), tracker, Answering("last", True, journal)])
    started = everyone.fire("on_fit_start")
    stops = [everyone.fire("on_epoch_end", epoch, dict(logs)) for epoch, logs in enumerate(rows)]
    return {
        "answers": [started, *stops],
        "rows": list(history.rows),
        "gaps": list(tracker.gaps),
        "calls": len(journal),
    }


def run_smooth(smooth, values, **settings):
    """The smoothed values, and the values that the caller has afterwards."""
    given = list(values)
    return {"smoothed": smooth(given, **settings), "the caller's list": given}
