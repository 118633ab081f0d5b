"""Hidden checks of callbacks_logging. The callbacks are in kit.py, beside the student's code."""

from grader.checks import check, close, ensure

LOGS = [
    {"loss": 0.7, "acc": 0.5},
    {"loss": 0.1 + 0.2, "val_loss": 1e-07},
    {"acc": 1, "lr": 123456789.5, "val_loss": -2.0},
    {"loss": float("inf"), "lr": 3, "acc": 1 / 3, "val_loss": 0.0},
]


def curve(tensors, n):
    """A falling curve with noise, as Python floats."""
    return [5.0 / (k + 1) + 0.5 * noise for k, noise in enumerate(tensors((n,)).tolist())]


@check(points=3, hint="Everybody who has the hook is called, whatever the others answered.")
def test_dispatch(agree):
    """every callback that has the hook is called, in order, with all arguments"""

    def calls(m):
        def fire(answers, *more):
            return m.kit.run_fire(m.CallbackList, answers, *more)["calls"]

        return {
            "calls when the first asks to stop": fire([True, None, True, False]),
            "calls when some lack the hook": fire(["nothing", None, "only_fit_start", False, "nothing"]),
            "calls of another hook": fire(["only_fit_start", True, "nothing", None], "on_fit_start", ()),
            "calls with several arguments": fire([None, None], "on_epoch_end", (3, "two", 0.5)),
            "calls of a hook that nobody has": fire([None, True], "on_test_end"),
            "calls without callbacks": fire([]),
        }

    agree(calls)


@check(points=2.25, hint="One vote is enough, whoever casts it; but only a real True is a vote.")
def test_stop_votes(agree):
    """True if at least one callback returned exactly True"""
    votes = [
        [True, False, None],
        [None, True, False],
        [False, None, True],
        [True, True],
        [False, None],
        [1, 1.0],
        ["stop", [True], None],
        ["only_fit_start", "nothing", None],
        ["nothing"],
        [],
    ]

    def results(m):
        seen = {
            f"result of the answers {answers}": m.kit.run_fire(m.CallbackList, answers)["result"] for answers in votes
        }
        other = m.kit.run_fire(m.CallbackList, ["only_fit_start", None], "on_fit_start", ())
        return {**seen, "result when only another hook of it asks to stop": other["result"]}

    agree(results)


@check(points=1.5, hint="Whose dict is it that you keep, and which objects share your list?")
def test_history_copies(agree):
    """rows that stay when the caller reuses the dict, columns with gaps, and two histories side by side"""
    floats = [{key: float(value) for key, value in logs.items()} for logs in LOGS]

    def histories(m):
        history = m.kit.run_history(m.History, floats)
        return {
            "one dict for all epochs": m.kit.run_reused_dict(m.History, [0.9, 0.5, 0.4]),
            "two histories": m.kit.run_two(m.History, floats[:1], floats[1:3]),
            "rows": history.rows,
            **{f"column {key!r}": history.column(key) for key in ("loss", "acc", "lr", "val_loss", "f1")},
            "a column without epochs": m.History().column("loss"),
        }

    agree(histories)


@check(points=3, hint="Draw the table first: which columns does it have, and what stands in a cell without a value?")
def test_csv_text(agree, student):
    """the exact text, with missing cells, late keys and numbers of all sizes"""

    def texts(m):
        return {
            "four epochs": m.kit.run_history(m.History, LOGS).to_csv(),
            "one epoch": m.kit.run_history(m.History, LOGS[1:2]).to_csv(),
            "one key": m.kit.run_history(m.History, [{"loss": 2.5}, {"loss": 2.25}]).to_csv(),
            "a late key": m.kit.run_history(m.History, [{"a": 1.0}, {"b": 2.0, "a": 3.0}, {"b": 4.0}]).to_csv(),
        }

    agree(texts)
    history = student.kit.run_history(student.History, LOGS)
    first, second = history.to_csv(), history.to_csv()
    ensure(first == second, "Two calls of `to_csv` in a row give different texts. Writing must not change the history.")


@check(points=2.25, hint="Which sign should overfitting have, and which of two equal gaps counts?")
def test_gaps(agree):
    """gaps with their sign, the worst epoch with equal gaps, and everything behind a CallbackList"""
    accuracies = [(0.5, 0.625), (0.5, 0.5), (0.75, 0.5), (0.875, 0.625), (0.6, 0.1), (0.9, 0.7)]
    falling = [(0.5, 0.75), (0.25, 0.75), (0.5, 0.75)]
    logs = [{"train_acc": train, "val_acc": val} for train, val in accuracies]

    def gaps(m):
        return {
            "rising": m.kit.run_gaps(m.GapTracker, accuracies),
            "all negative": m.kit.run_gaps(m.GapTracker, falling),
            "two trackers": m.kit.run_two(m.GapTracker, logs[:2], logs[2:]),
            "together": m.kit.run_together(m.CallbackList, m.History, m.GapTracker, logs),
        }

    agree(gaps)


@check(points=2.25, hint="After one value the average is that value; write down the weights of the first three.")
def test_smoothing(agree, student, tensors):
    """a noisy curve with several betas, an empty one, a constant one"""
    values = curve(tensors, 40)

    def curves(m):
        seen = {f"beta {beta}": m.kit.run_smooth(m.smooth, values, beta=beta) for beta in (0.0, 0.3, 0.9, 0.99)}
        return {**seen, "by default": m.kit.run_smooth(m.smooth, values), "no values": m.smooth([], beta=0.5)}

    agree(curves)
    close(student.smooth([2.5] * 6, beta=0.95), [2.5] * 6, what="a smoothed constant")
    close(student.smooth(values, beta=0.0), values, what="the values smoothed with beta 0")


@check(points=0.75, hint="For which beta does the average never move, or never settle?")
def test_bad_input(rejects):
    """a beta outside [0, 1) is refused"""
    for beta in (1.0, 1.5, -0.1):
        rejects(lambda m, b=beta: m.smooth([1.0, 2.0], beta=b), what=f"beta={beta}")
