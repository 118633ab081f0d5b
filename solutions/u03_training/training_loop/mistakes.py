"""Known wrong training loops with their hints, right ones that look different, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "gradients_accumulate",
        "Each backward pass adds to the gradients that are already stored. Print the size of a gradient over the first batches.",
        swap=(
            "        optimizer.zero_grad()  # backward adds to .grad: whatever is left there belongs to another batch\n",
            "",
        ),
        caught_by="test_gradients_cleared",
    ),
    mistake(
        "zero_grad_before_step",
        "By the time the optimizer steps, there is nothing left to step on. Look at the order of clearing, backward and step.",
        swap=("        optimizer.step()\n", "        optimizer.zero_grad()\n        optimizer.step()\n"),
        caught_by="test_one_epoch_update",
    ),
    mistake(
        "softmax_before_loss",
        "This loss expects raw scores: it applies the softmax on its own. Hand it what the model returns.",
        swaps=[
            ("loss = loss_fn(model(x), y)", "loss = loss_fn(torch.softmax(model(x), -1), y)"),
            ("scores = model(x)", "scores = torch.softmax(model(x), -1)"),
        ],
        caught_by="test_one_epoch_update",
    ),
    mistake(
        "evaluates_in_train_mode",
        "Dropout and batch norm behave differently when you measure. Say so to the model before the first validation batch.",
        swap=("    model.eval()\n", ""),
        caught_by="test_modes",
    ),
    mistake(
        "never_back_to_train",
        "In which mode is the model at the start of epoch two? Every epoch of training has to begin in training mode.",
        swaps=[
            ("    model.train()\n    loss_sum, rows = 0.0, 0\n", "    loss_sum, rows = 0.0, 0\n"),
            ("        model.train(was_training)\n", "        pass\n"),
            ("    for _ in range(epochs):\n", "    model.train()\n    for _ in range(epochs):\n"),
        ],
        caught_by="test_modes",
    ),
    mistake(
        "mean_of_batch_means",
        "A batch of two rows should not weigh as much as a batch of four. How many rows does each batch loss stand for?",
        swaps=[
            ("loss_sum += loss.item() * len(x)  # the batch mean stands for len(x) rows", "loss_sum += loss.item()"),
            ("        rows += len(x)\n    if rows == 0:\n", "        rows += 1\n    if rows == 0:\n"),
        ],
        caught_by="test_one_epoch_update",
    ),
    mistake(
        "scheduler_steps_per_batch",
        "After three epochs your learning rate has fallen by far more than three steps. How often does the schedule move in one epoch?",
        swap=(
            "            scheduler.step()\n",
            "            for _ in train_batches:\n                scheduler.step()\n",
        ),
        caught_by="test_schedule",
    ),
    mistake(
        "lr_recorded_after_step",
        "The first entry of the recorded rates should be the rate you started with. When do you note it?",
        swaps=[
            ('        lr = float(optimizer.param_groups[0]["lr"])  # noted before the schedule moves on\n', ""),
            (
                "            scheduler.step()\n",
                '            scheduler.step()\n        lr = float(optimizer.param_groups[0]["lr"])\n',
            ),
        ],
        caught_by="test_schedule",
    ),
    mistake(
        "accuracy_of_batch_means",
        "Count the correct answers over all rows, then divide once. A batch of one row should not weigh as much as a batch of three.",
        swaps=[
            ("loss_sum, correct, rows = 0.0, 0, 0", "loss_sum, shares, rows = 0.0, [], 0"),
            (
                "correct += int((scores.argmax(-1) == y).sum())",
                "shares.append(int((scores.argmax(-1) == y).sum()) / len(x))",
            ),
            ("return loss_sum / rows, correct / rows", "return loss_sum / rows, sum(shares) / len(shares)"),
        ],
        caught_by="test_eval_values",
    ),
    mistake(
        "tracks_gradients_in_eval",
        "Measuring needs no gradients: here every validation batch builds a graph, and memory grows for nothing.",
        swap=("with torch.no_grad():", "with torch.enable_grad():"),
        caught_by="test_no_graph_in_eval",
    ),
    mistake(
        "no_rows_not_refused",
        "Over no rows at all there is no mean. Refuse that yourself, before a division by zero does.",
        swaps=[
            ('    if rows == 0:\n        raise ValueError("an epoch needs at least one batch")\n', ""),
            ('    if rows == 0:\n        raise ValueError("an evaluation needs at least one batch")\n', ""),
        ],
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "sums_at_the_end",
        source="""
import torch


def train_one_epoch(model, batches, loss_fn, optimizer):
    where = next(iter(model.parameters())).device
    model.train(True)
    losses, sizes = [], []
    for inputs, labels in batches:
        loss = loss_fn(model(inputs.to(where)), labels.to(where))
        for group in optimizer.param_groups:
            for p in group["params"]:
                p.grad = None
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
        sizes.append(inputs.shape[0])
    if not losses:
        raise ValueError("no batches")
    weights = torch.tensor(sizes, dtype=losses[0].dtype, device=where)
    return float((torch.stack(losses) * weights).sum() / weights.sum())


@torch.inference_mode()
def evaluate(model, batches, loss_fn):
    where = next(iter(model.parameters())).device
    mode = model.training
    model.train(False)
    try:
        pairs = [(model(inputs.to(where)), labels.to(where)) for inputs, labels in batches]
        if not pairs:
            raise ValueError("no batches")
        n = sum(len(labels) for _, labels in pairs)
        loss = sum(float(loss_fn(scores, labels)) * len(labels) for scores, labels in pairs) / n
    finally:
        if mode:
            model.train()
    right = torch.cat([scores for scores, _ in pairs]).max(-1).indices == torch.cat([labels for _, labels in pairs])
    return loss, right.double().mean().item()


def fit(model, train_batches, val_batches, loss_fn, optimizer, epochs, scheduler=None):
    if epochs <= 0 or len(train_batches) == 0 or len(val_batches) == 0:
        raise ValueError("nothing to do")
    rows = []
    for _ in range(epochs):
        rate = optimizer.param_groups[0]["lr"]
        rows.append((train_one_epoch(model, train_batches, loss_fn, optimizer), *evaluate(model, val_batches, loss_fn), rate))
        if scheduler:
            scheduler.step()
    return dict(zip(("train_loss", "val_loss", "val_acc", "lr"), map(list, zip(*rows))))
""",
    ),
    correct(
        "one_loop_for_both",
        source="""
from contextlib import contextmanager

import torch


@contextmanager
def mode(model, training):
    before = model.training
    model.train(training)
    try:
        with torch.set_grad_enabled(training):
            yield
    finally:
        model.train(before)


def walk(model, batches, loss_fn, optimizer=None):
    device = next(model.parameters()).device
    n = hits = 0
    mean = torch.zeros((), dtype=torch.float64)
    for x, y in batches:
        x, y = x.to(device), y.to(device)
        out = model(x)
        loss = loss_fn(out, y)
        if optimizer is not None:
            model.zero_grad(set_to_none=False)
            loss.backward()
            optimizer.step()
        n += x.size(0)
        mean += (loss.detach().double().cpu() - mean) * x.size(0) / n
        hits += torch.eq(out.argmax(dim=-1), y).sum().item()
    if n == 0:
        raise ValueError("no batch")
    return mean.item(), hits / n


def train_one_epoch(model, batches, loss_fn, optimizer):
    model.train()
    return walk(model, batches, loss_fn, optimizer)[0]


def evaluate(model, batches, loss_fn):
    with mode(model, False):
        return walk(model, batches, loss_fn)


def fit(model, train_batches, val_batches, loss_fn, optimizer, epochs, scheduler=None):
    if epochs < 1 or [] in (train_batches, val_batches):
        raise ValueError("epochs")
    history = {key: [] for key in ("train_loss", "val_loss", "val_acc", "lr")}
    epoch = 0
    while epoch < epochs:
        history["lr"].append(optimizer.param_groups[0]["lr"])
        history["train_loss"].append(train_one_epoch(model, train_batches, loss_fn, optimizer))
        loss, accuracy = evaluate(model, val_batches, loss_fn)
        history["val_loss"].append(loss)
        history["val_acc"].append(accuracy)
        if scheduler is not None:
            scheduler.step()
        epoch += 1
    return history
""",
    ),
    correct("inference_mode", swap=("with torch.no_grad():", "with torch.inference_mode():")),
]


def probe(m):
    """A model that sees other inputs in training mode; batches of 4, 4, 2 rows, validation batches of 3 and 1."""
    weight = torch.tensor([[0.4, -0.3], [-0.2, 0.5], [0.1, 0.2]], dtype=torch.float64)
    bias = torch.tensor([0.1, -0.1, 0.0], dtype=torch.float64)
    x = torch.sin(torch.arange(28, dtype=torch.float64)).reshape(14, 2)
    y = torch.tensor([0, 2, 1, 1, 0, 2, 2, 0, 1, 0, 1, 0, 2, 1])
    train = [(x[:4], y[:4]), (x[4:8], y[4:8]), (x[8:10], y[8:10])]
    val = [(x[10:13], y[10:13]), (x[13:], y[13:])]

    def start():
        return weight.clone(), bias.clone()

    def trained():
        ran = m.kit.run_train(m.train_one_epoch, *start(), train, model="two_faced")
        return {"losses": ran["losses"], "weights": ran["weights"]}

    def evaluated():
        return m.kit.run_evaluate(m.evaluate, *start(), val, model="two_faced")

    def fitted():
        # Without the validation values: `evaluate` shows them for given weights, here they would only mix the two causes.
        ran = m.kit.run_fit(m.fit, *start(), train, val, epochs=3, model="two_faced")
        seen = {key: ran[key] for key in ("weights", "modes", "training_after")}
        return {**seen, "keys": list(ran["history"]), "train_loss": ran["history"]["train_loss"]}

    def scheduled():
        # Only the rates: a schedule that moves with every batch trains differently in each of its versions.
        ran = m.kit.run_fit(m.fit, *start(), train, val, epochs=3, model="two_faced", step_size=1)
        return {"lr": ran["history"]["lr"], "lr_after": ran["lr_after"]}

    return {
        "train": trained,
        "evaluate": lambda: evaluated()["result"],
        "evaluate_modes": lambda: [evaluated()[key] for key in ("modes", "training_after")],
        "evaluate_grad_enabled": lambda: evaluated()["grad_enabled"],
        "fit": fitted,
        "schedule": scheduled,
        "no batches": lambda: m.kit.run_train(m.train_one_epoch, *start(), []),
    }
