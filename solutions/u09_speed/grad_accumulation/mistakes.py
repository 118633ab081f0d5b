"""Known wrong answers to grad_accumulation with their hints, right ones, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

CLIP = """        # Once per group, when the gradient is complete: clipped pieces would add up to something else.
        norm = nn.utils.clip_grad_norm_(model.parameters(), limit)
"""

MISTAKES = [
    mistake(
        "sums_micro_losses",
        "Your step grows with the number of pieces: what is the mean of two means over three rows each?",
        swap=("(loss * len(x) / rows).backward()", "loss.backward()"),
        caught_by="test_equals_big_batch",
    ),
    mistake(
        "divides_by_accum_steps",
        "A short or uneven group does not weigh what you assume: how many rows does it really have?",
        swap=("(loss * len(x) / rows).backward()", "(loss / accum_steps).backward()"),
        caught_by="test_equals_big_batch",
    ),
    mistake(
        "divides_by_group_length",
        "A piece with one sample should weigh less than one with five.",
        swap=("(loss * len(x) / rows).backward()", "(loss / len(group)).backward()"),
        caught_by="test_equals_big_batch",
    ),
    mistake(
        "clears_every_micro_batch",
        "Only the last piece of each group survives: when are the gradients cleared?",
        swap=(
            "            loss = loss_fn(model(x), y)\n",
            "            optimizer.zero_grad()\n            loss = loss_fn(model(x), y)\n",
        ),
        caught_by="test_equals_big_batch",
    ),
    mistake(
        "never_clears_between_groups",
        "After the step, start from zero: the second group still carries the gradient of the first.",
        swaps=[
            ("        optimizer.zero_grad()\n", ""),
            ("    model.train()\n", "    model.train()\n    optimizer.zero_grad()\n"),
        ],
        caught_by="test_equals_big_batch",
    ),
    mistake(
        "last_short_group_dropped",
        "The last samples never teach anything: what happens when the pieces run out in the middle of a group?",
        swap=(
            "        rows = sum(len(x) for x, _ in group)\n",
            "        if len(group) < accum_steps:\n            break\n        rows = sum(len(x) for x, _ in group)\n",
        ),
        caught_by="test_last_group",
    ),
    mistake(
        "steps_every_micro_batch",
        "One update for every piece: then it is just training with a small batch size.",
        swap=("islice(stream, accum_steps)", "islice(stream, 1)"),
        caught_by="test_step_count",
    ),
    mistake(
        "steps_inside_the_group",
        "The weights move while the group is still being added up: which weights should all its pieces see?",
        swaps=[
            (CLIP + "        norms.append(norm.item())\n        optimizer.step()\n", ""),
            (
                "            (loss * len(x) / rows).backward()\n",
                "            (loss * len(x) / rows).backward()\n"
                "            norm = nn.utils.clip_grad_norm_(model.parameters(), limit)\n"
                "            norms.append(norm.item())\n            optimizer.step()\n",
            ),
        ],
        caught_by="test_step_count",
    ),
    mistake(
        "clips_each_micro_batch",
        "The limit is meant for the whole gradient of the group, not for its pieces.",
        swaps=[
            (CLIP, ""),
            (
                "            (loss * len(x) / rows).backward()\n",
                "            (loss * len(x) / rows).backward()\n"
                "            norm = nn.utils.clip_grad_norm_(model.parameters(), limit)\n",
            ),
        ],
        caught_by="test_clipped_once",
    ),
    mistake(
        "clipping_forgotten",
        "The limit has no effect: try a very small one and look at the step.",
        swap=("limit = math.inf if max_norm is None else max_norm", "limit = math.inf"),
        caught_by="test_clipped_once",
    ),
    mistake(
        "clips_each_parameter",
        "Clipped one by one, the gradients turn into another direction: the norm is that of all of them together.",
        swap=(
            "norm = nn.utils.clip_grad_norm_(model.parameters(), limit)",
            "norm = nn.utils.clip_grad_norm_(model.parameters(), math.inf)\n"
            "        for p in model.parameters():\n            nn.utils.clip_grad_norm_([p], limit)",
        ),
        caught_by="test_clipped_once",
    ),
    mistake(
        "norms_after_clipping",
        "Your list never shows more than the limit: note the norm before the gradient is cut.",
        swap=("norms.append(norm.item())", "norms.append(min(norm.item(), limit))"),
        caught_by="test_clipped_once",
    ),
    mistake(
        "one_backward_per_group",
        "All graphs of a group wait for the end of the group: that takes the memory of the big batch.",
        swaps=[
            ("        for x, y in group:\n", "        total = 0.0\n        for x, y in group:\n"),
            ("            (loss * len(x) / rows).backward()\n", "            total = total + loss * len(x) / rows\n"),
            (CLIP, "        total.backward()\n" + CLIP),
        ],
        caught_by="test_graph_freed",
    ),
    mistake(
        "mode_not_set",
        "The model comes in evaluation mode and is trained in it: who tells it otherwise?",
        swap=("    model.train()\n", ""),
        caught_by="test_step_count",
    ),
    mistake(
        "all_pieces_are_one_group",
        "However many pieces there are, you make one update: how many of them belong into one?",
        swap=("islice(stream, accum_steps)", "islice(stream, None)"),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "divides_at_the_end",
        source='''
import torch


def train_accumulated(model, micro_batches, loss_fn, optimizer, accum_steps, max_norm=None):
    """One piece at a time: sums of losses are accumulated, and divided by the number of rows before the step."""
    if accum_steps <= 0:
        raise ValueError("accum_steps")
    norms = []

    def update(rows):
        grads = [p.grad for p in model.parameters() if p.grad is not None]
        for g in grads:
            g /= rows
        total = torch.sqrt(sum((g * g).sum() for g in grads))
        if max_norm is not None:
            factor = max_norm / (total + 1e-6)
            if factor < 1:
                for g in grads:
                    g *= factor
        norms.append(float(total))
        optimizer.step()

    model.train(True)
    optimizer.zero_grad()
    waiting = rows = 0
    for x, y in micro_batches:
        loss = loss_fn(model(x), y) * x.shape[0]
        loss.backward()
        waiting, rows = waiting + 1, rows + x.shape[0]
        if waiting == accum_steps:
            update(rows)
            optimizer.zero_grad()
            waiting = rows = 0
    if waiting:
        update(rows)
    return len(norms), norms
''',
    ),
    correct(
        "running_mean",
        source='''
import math
from itertools import chain

import torch
from torch import Tensor, nn


def train_accumulated(model, micro_batches, loss_fn, optimizer, accum_steps, max_norm=None):
    """The gradients are kept outside of .grad, as a running mean over the rows seen so far."""
    if not accum_steps >= 1:
        raise ValueError("at least one micro-batch makes a group")
    params = [p for group in optimizer.param_groups for p in group["params"]]
    pieces = list(micro_batches)
    norms: list[float] = []
    model.train()
    for start in range(0, len(pieces), accum_steps):
        mean, rows = [torch.zeros_like(p) for p in params], 0
        for x, y in pieces[start : start + accum_steps]:
            grads = torch.autograd.grad(loss_fn(model(x), y), params)
            rows += len(x)
            for average, g in zip(mean, grads):
                average.add_(g - average, alpha=len(x) / rows)
        norm = math.sqrt(math.fsum(average.pow(2).sum().item() for average in mean))
        factor = 1.0 if max_norm is None else min(1.0, max_norm / (norm + 1e-6))
        for p, average in zip(params, mean):
            p.grad = average * factor
        norms.append(norm)
        optimizer.step()
    return len(norms), norms
''',
    ),
    correct(
        "hands_the_factor_to_backward",
        swap=(
            "(loss * len(x) / rows).backward()",
            "loss.backward(loss.new_tensor(y.shape[0] / rows))\n            del loss",
        ),
    ),
]


def probe(m):
    """Pieces of 4, 2, 3, 5, 1 rows in groups of 3, SGD with rate 0.5, without clipping and with a limit of 0.1."""
    x = torch.sin(torch.arange(30, dtype=torch.float64)).reshape(15, 2)
    y = torch.cos(torch.arange(30, dtype=torch.float64) ** 2).reshape(15, 2)
    pieces = list(zip(x.split([4, 2, 3, 5, 1]), y.split([4, 2, 3, 5, 1])))

    def ran(**settings):
        weight = torch.tensor([[0.4, -0.3], [-0.2, 0.5]], dtype=torch.float64)
        bias = torch.tensor([0.1, -0.1], dtype=torch.float64)
        return m.kit.run(m.train_accumulated, weight, bias, pieces, 3, lr=0.5, **settings)

    def some(*keys, **settings):
        seen = ran(**settings)
        return [seen[key] for key in keys]

    def updates():
        seen = ran()
        return [seen["result"][0], seen["steps of the optimizer"], len(seen["result"][1])]

    return {
        "weights": lambda: some("weights"),
        "weights after clipping": lambda: some("weights", max_norm=0.1),
        "norms": lambda: ran()["result"][1],
        "norms before clipping": lambda: ran(max_norm=0.1)["result"][1],
        "updates": updates,
        "modes": lambda: some("modes", training=False),
        "graphs": lambda: ran()["graphs waiting at once"] > 1,
    }
