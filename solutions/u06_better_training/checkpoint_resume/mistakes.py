"""Known wrong answers to checkpoint_resume with their hints, other right ones, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "keeps_live_references",
        "Train on after saving and look at the checkpoint again: it moved.",
        swaps=[
            ("_copy_to_cpu(model.state_dict())", "model.state_dict()"),
            ("_copy_to_cpu(optimizer.state_dict())", "optimizer.state_dict()"),
        ],
        caught_by="test_snapshot_is_frozen",
    ),
    mistake(
        "optimizer_left_out",
        "After resuming, the first steps differ; what else has a memory besides the weights?",
        swap=('optimizer.load_state_dict(copy.deepcopy(ckpt["optimizer"]))', "pass"),
        caught_by="test_resume_equals_uninterrupted",
    ),
    mistake(
        "only_parameters_saved",
        "Batch norm carries numbers that are not parameters: are they in your checkpoint?",
        swaps=[
            ("_copy_to_cpu(model.state_dict())", "_copy_to_cpu(dict(model.named_parameters()))"),
            ('model.load_state_dict(ckpt["model"])', 'model.load_state_dict(ckpt["model"], strict=False)'),
        ],
        caught_by="test_resume_equals_uninterrupted",
    ),
    mistake(
        "rng_not_restored",
        "Dropout draws different masks after your resume: where do its random numbers come from?",
        swap=('    torch.set_rng_state(ckpt["rng"])\n', ""),
        caught_by="test_resume_equals_uninterrupted",
    ),
    mistake(
        "repeats_saved_epoch",
        "The saved epoch is finished; which one comes next?",
        swap=('return ckpt["epoch"] + 1', 'return ckpt["epoch"]'),
        caught_by="test_returns_next_epoch",
    ),
    mistake(
        "mode_ignored",
        "For an accuracy, larger is better; your keeper treats every score like a loss.",
        swap=('score < other if self.mode == "min" else score > other', "score < other"),
        caught_by="test_best_min_and_max",
    ),
    mistake(
        "ties_replace_older",
        "No improvement, no new snapshot: what does your keeper do with a score that it has already?",
        swap=(
            "sum(not self._better(score, other) for other, _, _ in self.kept)",
            "sum(self._better(other, score) for other, _, _ in self.kept)",
        ),
        caught_by="test_ties_and_nan",
    ),
    mistake(
        "best_state_aliased",
        "All your kept snapshots show the same weights, the latest ones: whose tensors are they?",
        swap=("copy.deepcopy(state)", "state"),
        caught_by="test_state_copied",
    ),
    mistake(
        "keeps_worst",
        "The list is sorted; which end of it do you throw away?",
        swap=("del self.kept[self.top_k :]", "del self.kept[: -self.top_k]"),
        caught_by="test_best_min_and_max",
    ),
    mistake(
        "nan_kept",
        "A score that is not a number is never good, not even when there is room left.",
        swap=("if math.isnan(score):", "if False:"),
        caught_by="test_ties_and_nan",
    ),
    mistake(
        "loading_shares_tensors",
        "Resume, train on, and look at the checkpoint again: the optimizer now works on the tensors you have saved.",
        swap=('copy.deepcopy(ckpt["optimizer"])', 'ckpt["optimizer"]'),
        caught_by="test_snapshot_is_frozen",
    ),
    mistake(
        "loads_loosely",
        "A checkpoint of another model should be refused, not loaded as far as it happens to fit.",
        swap=('model.load_state_dict(ckpt["model"])', 'model.load_state_dict(ckpt["model"], strict=False)'),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "copies_of_the_objects",
        source='''
from copy import deepcopy

import torch
from torch import Tensor, nn


def save_checkpoint(model, optimizer, epoch, extra=None):
    """The model is copied as a whole; the optimizer's tensors are moved one by one in a copy of its state dict."""
    if epoch < 0:
        raise ValueError("epoch")
    ckpt = dict(epoch=epoch, rng=torch.get_rng_state().clone(), extra=deepcopy(extra or {}))
    ckpt["model"] = deepcopy(model).to("cpu").state_dict()
    ckpt["optimizer"] = deepcopy(optimizer.state_dict())
    for state in ckpt["optimizer"]["state"].values():
        for name, value in state.items():
            if torch.is_tensor(value):
                state[name] = value.cpu()
    return ckpt


def load_checkpoint(ckpt, model, optimizer=None):
    ckpt = deepcopy(ckpt)
    torch.random.set_rng_state(ckpt["rng"])
    if optimizer is not None:
        optimizer.load_state_dict(ckpt["optimizer"])
    missing, unexpected = model.load_state_dict(ckpt["model"], strict=True)
    return 1 + ckpt["epoch"]


class BestKeeper:
    """Everything goes into the list, which is sorted (stably) and cut."""

    def __init__(self, mode="min", top_k=1):
        if mode not in {"min", "max"} or top_k < 1:
            raise ValueError("setting")
        self.sign = 1 if mode == "min" else -1
        self.top_k = top_k
        self.kept = []

    def update(self, score, epoch, state):
        if score != score:
            return False
        entry = (score, epoch, deepcopy(state))
        self.kept = sorted(self.kept + [entry], key=lambda kept: self.sign * kept[0])[: self.top_k]
        return any(kept is entry for kept in self.kept)
''',
    ),
    correct(
        "byte_copies_and_pushing_up",
        source='''
import copy
import math
from collections import OrderedDict

import torch
from torch import Tensor, nn


def save_checkpoint(model, optimizer, epoch, extra=None):
    """Buffers and parameters are collected by hand; the random state is taken from the default generator."""
    if not epoch >= 0:
        raise ValueError("epoch")
    entries = OrderedDict()
    for name, tensor in [*model.named_parameters(), *model.named_buffers()]:
        entries[name] = torch.empty(tensor.shape, dtype=tensor.dtype).copy_(tensor.detach())
    plain = optimizer.state_dict()
    states = {
        number: {name: torch.clone(v).cpu() if isinstance(v, Tensor) else v for name, v in state.items()}
        for number, state in plain["state"].items()
    }
    groups = [{name: copy.copy(v) for name, v in group.items()} for group in plain["param_groups"]]
    return {
        "epoch": epoch,
        "extra": {} if extra is None else copy.deepcopy(extra),
        "rng": torch.default_generator.get_state(),
        "model": entries,
        "optimizer": {"state": states, "param_groups": groups},
    }


def load_checkpoint(ckpt, model, optimizer=None):
    targets = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    if set(targets) != set(ckpt["model"]):
        raise KeyError("the entries differ")
    with torch.no_grad():
        for name, tensor in targets.items():
            tensor.copy_(ckpt["model"][name])
    if optimizer:
        optimizer.load_state_dict(ckpt["optimizer"])
        for state in optimizer.state.values():
            for name, v in state.items():
                if isinstance(v, Tensor):
                    state[name] = v.clone()
    torch.default_generator.set_state(ckpt["rng"])
    return ckpt["epoch"] + 1


class BestKeeper:
    """The new snapshot comes in at the end and is pushed up past all that are worse."""

    def __init__(self, mode="min", top_k=1):
        try:
            self.sign = {"min": 1.0, "max": -1.0}[mode]
        except KeyError:
            raise ValueError(mode) from None
        if top_k <= 0:
            raise ValueError("top_k")
        self.places = top_k
        self._kept = []

    @property
    def kept(self):
        return list(self._kept)

    def update(self, score, epoch, state):
        if math.isnan(score):
            return False
        full = len(self._kept) == self.places
        if full and self.sign * score >= self.sign * self._kept[-1][0]:
            return False
        if full:
            self._kept.pop()
        self._kept.append((score, epoch, copy.deepcopy(state)))
        i = len(self._kept) - 1
        while i > 0 and self.sign * self._kept[i][0] < self.sign * self._kept[i - 1][0]:
            self._kept[i - 1], self._kept[i] = self._kept[i], self._kept[i - 1]
            i -= 1
        return True
''',
    ),
]

NAN = float("nan")


def probe(m):
    """Three epochs, save, three more; a keeper for the two largest of six scores, with one state used again."""
    rows = torch.sin(torch.arange(24, dtype=torch.float64)).reshape(8, 3)
    first = torch.cos(torch.arange(15, dtype=torch.float64)).reshape(5, 3)
    last = torch.cos(2 * torch.arange(10, dtype=torch.float64)).reshape(2, 5)
    run = (first, last, rows, rows[:, :2] * rows[:, 1:])

    def frozen():
        seen = m.kit.snapshots(m.save_checkpoint, m.load_checkpoint, *run)
        return {name: {k: v for k, v in contents.items() if k.startswith(("model", "optimizer.state"))}
                for name, contents in seen.items()}  # fmt: skip

    def kept(scores, **settings):
        seen = m.kit.keep(m.BestKeeper, scores, **settings)
        return {name: seen[name] for name in ("answers", "scores", "epochs", "weights")}

    return {
        "resumed": lambda: m.kit.resume(m.save_checkpoint, m.load_checkpoint, *run)["resumed"],
        "checkpoint": frozen,
        "next epoch": lambda: m.kit.next_epoch(m.save_checkpoint, m.load_checkpoint, first, last, epoch=4)[
            "next epoch"
        ],
        "another model": lambda: m.kit.load_into_another(m.save_checkpoint, m.load_checkpoint, first, last),
        "best two": lambda: kept([0.5, 0.7, 0.7, NAN, 0.6, 0.9], mode="max", top_k=2),
        "one state for all": lambda: kept([0.5, 0.7, 0.6], mode="max", top_k=2, reuse=True),
        "nan and room": lambda: kept([NAN, 0.25], top_k=3),
    }
