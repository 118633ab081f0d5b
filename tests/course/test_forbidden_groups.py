"""The groups of forbidden names, held against the torch that is installed."""

from __future__ import annotations

import importlib
import inspect

import pytest

from grader.course.forbidden import GROUPS, expand, in_words
from grader.course.model import CourseError


def resolve(name: str) -> object:
    """The object behind a dotted name; modules below a package are imported."""
    root, *rest = name.split(".")
    found, path = importlib.import_module(root), root
    for part in rest:
        path = f"{path}.{part}"
        if not hasattr(found, part):
            importlib.import_module(path)
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("group", GROUPS)
def test_every_name_of_a_group_exists_in_torch(group):
    for name in GROUPS[group]:
        if "=" not in name:
            assert resolve(name.removesuffix(".*")) is not None


@pytest.mark.parametrize("group", GROUPS)
def test_no_group_names_a_thing_twice(group):
    assert len(set(GROUPS[group])) == len(GROUPS[group])


def test_losses_hold_every_loss_class_and_function_of_torch():
    import torch.nn.functional

    classes = {f"torch.nn.{name}" for name in dir(torch.nn) if name.endswith("Loss") or "oftmax" in name}
    functions = {
        f"{module.__name__}.{name}"
        for module in (torch, torch.nn.functional, torch.special, torch.masked, torch.sparse)
        for name in dir(module)
        if name.endswith(("_loss", "softmax", "softmin", "sumexp", "cross_entropy", "cross_entropy_with_logits"))
        and not name.startswith(("_", "miopen"))
        and not inspect.isclass(getattr(module, name))
    }
    methods = {f"torch.Tensor.{name}" for name in dir(torch.Tensor) if name.endswith(("softmax", "sumexp"))}
    assert (classes | functions | methods) - set(GROUPS["LOSSES"]) == set()


def test_what_the_course_allows_is_in_no_group():
    names = {name for names in GROUPS.values() for name in names}
    allowed = {"no_grad", "inference_mode", "logaddexp", "logaddexp2", "erf", "erfc", "exp", "tanh", "log1p", "expm1"}
    assert not names & {f"torch.{name}" for name in allowed}


def test_groups_names_and_exceptions_are_expanded_in_order_and_once():
    assert expand(["OPTIM", "torch.randint", "OPTIM", "torch.optim.*"]) == ("torch.optim.*", "torch.randint")
    assert expand(["NN", "!torch.nn.functional.pad"]) == ("torch.nn.*", "!torch.nn.functional.pad")
    assert expand(["requires_grad=True", "random"]) == ("requires_grad=True", "random")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("AUTGRAD", 'there is no group "AUTGRAD". Did you mean `AUTOGRAD`?'),
        (
            "POOLS",
            'there is no group "POOLS". Choose from: AUTOGRAD, OPTIM, NN, FUNCTIONAL, LOSSES, SIGMOIDS, DATA.',
        ),
        ("torch.conv*", '"torch.conv*" is no name that can be forbidden. Write a dotted name such as "torch.optim.*".'),
        ("for loops", '"for loops" is no name that can be forbidden. Write a dotted name such as "torch.optim.*".'),
        ("!NN", '"!NN" re-allows too much: an exception is one name, such as "!torch.sigmoid".'),
        ("!torch.nn.*", '"!torch.nn.*" re-allows too much: an exception is one name, such as "!torch.sigmoid".'),
        ("!torch.sigmoid", '"!torch.sigmoid" re-allows what no other rule forbids. Remove it, or correct the name.'),
    ],
)
def test_a_rule_that_can_not_work_is_told(name, sentence):
    with pytest.raises(CourseError) as caught:
        expand(["NN", name] if name != "!NN" else [name])
    assert str(caught.value) == sentence


def test_rules_are_put_in_words_for_a_reader():
    rules = expand(["AUTOGRAD", "LOSSES", "torch.utils.data.*", "torch.randint", "SIGMOIDS", "!torch.sigmoid"])
    assert in_words(rules) == (
        "automatic gradients",
        "ready-made losses and softmax",
        "ready-made sigmoids",
        "torch.utils.data",
        "torch.randint",
        "but torch.sigmoid is allowed",
    )
