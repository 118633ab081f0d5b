"""Public checks of transfer_learning: the small model of kit.py, as in the statement."""

import torch

from grader.checks import check, close, ensure

LIKE = torch.zeros(1, dtype=torch.float64)


@check(hint="Same input width as before, three outputs; what does the statement say about weight and bias?")
def test_new_head(student):
    """a head for three classes in place of one for five"""
    model = student.kit.Small(LIKE)
    layer = student.replace_head(model, "fc", 3, generator=torch.Generator().manual_seed(7))
    facts = student.kit.head_facts(model, "fc", layer)
    due = torch.randn(3, 6, generator=torch.Generator().manual_seed(7), dtype=torch.float64) * 0.01
    close(facts["weight"], due, what="the weight of the new head")
    close(facts["bias"], torch.zeros(3, dtype=torch.float64), what="the bias of the new head")


@check(hint="Which of the seven names belong to fc?")
def test_trainable_names(student):
    """after freezing, two parameters are left to train"""
    model = student.kit.Small(LIKE)
    names = student.freeze_backbone(model, "fc")
    close(names, ["fc.weight", "fc.bias"], what="the names returned")
    close(student.kit.trainable(model), ["fc.weight", "fc.bias"], what="the names of parameters that require gradients")


@check(hint="Training mode for everything, and then one kind of layer back.")
def test_modes(student):
    """the batch norm in evaluation mode, the dropout in training mode"""
    model = student.kit.Small(LIKE)
    student.finetune_mode(model, "fc")
    modes = student.kit.modes(model)
    ensure(modes["drop"], "The dropout should be in training mode. Put back only the batch norms.")
    ensure(not modes["bn"], "The batch norm should be in evaluation mode: it changes just by being run. Put it back.")


@check(hint="The fresh part should learn faster than the trained one.")
def test_two_groups(student):
    """head and body with their learning rates"""
    model = student.kit.Small(LIKE)
    groups = student.kit.named_groups(student.param_groups, model, "fc", 0.1, 0.001)
    body = ["bn.bias", "bn.weight", "conv.weight", "fc_pre.bias", "fc_pre.weight"]
    due = [{"params": ["fc.bias", "fc.weight"], "lr": 0.1}, {"params": body, "lr": 0.001}]
    close(groups, due, what="the groups, with sorted names")


@check(hint="Ask the model for the attribute, and look at what it is.")
def test_no_such_head(rejects):
    """a head that the model doesn't have raises ValueError"""
    rejects(lambda m: m.replace_head(m.kit.Small(LIKE), "classifier", 3), what="a head that is missing")
