"""Known wrong answers to transfer_learning with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

MISTAKES = [
    mistake(
        "freezes_everything",
        "The head is frozen as well: what is left to learn then?",
        swaps=[
            ("p.requires_grad_(name in in_head)", "p.requires_grad_(False)"),
            ("return in_head", "return [name for name, p in model.named_parameters() if p.requires_grad]"),
        ],
        caught_by="test_frozen_names",
    ),
    mistake(
        "freezes_nothing",
        "Count the parameters that require gradients before and after: it is the same number.",
        swaps=[
            ("p.requires_grad_(name in in_head)", "p.requires_grad_(True)"),
            ("return in_head", "return [name for name, p in model.named_parameters() if p.requires_grad]"),
        ],
        caught_by="test_frozen_names",
    ),
    mistake(
        "name_prefix_too_greedy",
        "The name of another layer begins with the same letters as the head's. What comes after the head's own name?",
        swap=('name.startswith(head + ".")', "name.startswith(head)"),
        caught_by="test_similar_names",
    ),
    mistake(
        "new_head_wrong_width",
        "The new head still reads the same features: how many numbers come in?",
        swaps=[
            ("nn.Linear(old.in_features, num_classes,", "nn.Linear(old.out_features, num_classes,"),
        ],
        caught_by="test_new_head",
    ),
    mistake(
        "keeps_old_rows",
        "The old classes mean nothing for the new task; begin with fresh weights for every class.",
        swap=(
            "new.weight.copy_(draw * 0.01)",
            "new.weight.copy_(draw * 0.01)\n"
            "        kept = min(num_classes, old.out_features)\n"
            "        new.weight[:kept] = old.weight[:kept]",
        ),
        caught_by="test_new_head",
    ),
    mistake(
        "batchnorm_keeps_updating",
        "Frozen weights are not everything: some layers of the body change just by being run in training mode.",
        swap=("            layer.eval()\n", "            pass\n"),
        caught_by="test_batchnorm_stays",
    ),
    mistake(
        "learning_rates_swapped",
        "The fresh part should learn faster than the trained one; your two rates are exchanged.",
        swaps=[
            ('"params": head_params, "lr": head_lr', '"params": head_params, "lr": backbone_lr'),
            ('"params": body_params, "lr": backbone_lr', '"params": body_params, "lr": head_lr'),
        ],
        caught_by="test_groups",
    ),
    mistake(
        "head_listed_twice",
        "Each parameter belongs to exactly one group; the head's are in both of yours.",
        swaps=[
            ("        elif p.requires_grad:\n", "        if p.requires_grad:\n"),
        ],
        caught_by="test_groups",
    ),
    mistake(
        "whole_backbone_in_eval",
        "Only the layers with running statistics need protection; your body has lost its dropout as well.",
        swap=(
            "if isinstance(layer, _BatchNorm) and not _in_head(name, head):",
            "if name and not list(layer.children()) and not _in_head(name, head):",
        ),
        caught_by="test_batchnorm_stays",
    ),
    mistake(
        "frozen_parameters_listed",
        "A frozen parameter has no business in the optimizer.",
        swap=("        elif p.requires_grad:\n", "        else:\n"),
        caught_by="test_groups",
    ),
]

ALSO_CORRECT = [
    correct(
        "modules_instead_of_names",
        source='''
import torch
from torch import nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def _head_ids(model, head):
    """The identities of the head's parameters."""
    part = getattr(model, head, None)
    if isinstance(part, nn.Parameter):
        return {id(part)}
    return {id(p) for p in part.parameters()} if isinstance(part, nn.Module) else set()


def replace_head(model, head, num_classes, generator=None):
    if num_classes <= 1 or type(model._modules.get(head)) is not nn.Linear:
        raise ValueError("head or num_classes")
    old = model._modules[head]
    layer = nn.Linear(old.weight.size(1), num_classes).to(old.weight)
    numbers = torch.randn(num_classes, old.weight.size(1), generator=generator, dtype=torch.float64)
    layer.weight.data = (0.01 * numbers).to(old.weight)
    nn.init.zeros_(layer.bias)
    model.add_module(head, layer)
    return layer


def freeze_backbone(model, head):
    ids = _head_ids(model, head)
    if len(ids) == 0:
        raise ValueError("no head")
    model.requires_grad_(False)
    for p in model.parameters():
        if id(p) in ids:
            p.requires_grad = True
    return [name for name, p in model.named_parameters() if p.requires_grad]


def finetune_mode(model, head):
    """Child by child; the head is never visited."""
    model.train()

    def visit(part):
        if isinstance(part, NORMS):
            part.train(False)
        for child in part.children():
            visit(child)

    for name, child in model.named_children():
        if name != head:
            visit(child)


def param_groups(model, head, head_lr, backbone_lr):
    if min(head_lr, backbone_lr) < 0:
        raise ValueError("rate")
    ids = _head_ids(model, head)
    groups = [
        dict(lr=head_lr, params=[p for p in model.parameters() if id(p) in ids]),
        dict(lr=backbone_lr, params=[p for p in model.parameters() if id(p) not in ids and p.requires_grad]),
    ]
    return groups if groups[1]["params"] else groups[:1]
''',
    ),
    correct(
        "first_part_of_the_name",
        source="""
import torch
from torch import nn


def belongs(name, head):
    return name.split(".")[0] == head


def replace_head(model, head, num_classes, generator=None):
    if not hasattr(model, head) or not isinstance(getattr(model, head), nn.Linear):
        raise ValueError("no such head")
    if num_classes < 2:
        raise ValueError("at least two classes")
    old = getattr(model, head)
    new = nn.utils.skip_init(nn.Linear, old.in_features, num_classes, dtype=old.weight.dtype, device=old.weight.device)
    weight = torch.randn((num_classes, old.in_features), generator=generator, dtype=torch.float64).mul_(0.01)
    new.weight = nn.Parameter(weight.to(device=old.weight.device, dtype=old.weight.dtype))
    new.bias = nn.Parameter(torch.zeros(num_classes, dtype=old.weight.dtype, device=old.weight.device))
    setattr(model, head, new)
    return getattr(model, head)


def freeze_backbone(model, head):
    everything = dict(model.named_parameters())
    names = list(filter(lambda name: belongs(name, head), everything))
    if not names:
        raise ValueError("no parameters")
    for name, p in everything.items():
        p.requires_grad = belongs(name, head)
    return names


def finetune_mode(model, head):
    for name, layer in model.named_modules():
        norm = hasattr(layer, "running_mean") and hasattr(layer, "num_batches_tracked")
        layer.training = not norm or belongs(name, head)


def param_groups(model, head, head_lr, backbone_lr):
    if head_lr < 0 or backbone_lr < 0:
        raise ValueError("negative")
    parts = {True: [], False: []}
    for name, p in model.named_parameters():
        parts[belongs(name, head)].append(p)
    body = [p for p in parts[False] if p.requires_grad]
    result = [{"params": parts[True], "lr": head_lr}]
    return result + [{"params": body, "lr": backbone_lr}] * bool(body)
""",
    ),
]


def probe(m):
    """The Small model: a new head, names and flags after freezing, modes, and groups.

    What a head that keeps old rows does with the others, and with the bias, is up to its author: those weights are told by
    a property.
    """
    like = torch.zeros(1, dtype=torch.float64)
    images = torch.linspace(-1, 1, 2 * 5 * 5, dtype=torch.float64).reshape(2, 1, 5, 5)

    def new_head():
        model = m.kit.Small(like)
        old = m.kit.state(model)["fc.weight"]
        layer = m.replace_head(model, "fc", 3, generator=torch.Generator().manual_seed(5))
        facts = m.kit.head_facts(model, "fc", layer)
        weight, bias = facts["weight"], facts["bias"]
        if weight.shape != (3, 6):
            return "the shape is wrong" if weight.shape[0] == 3 else list(weight.shape)
        if any(torch.equal(row, other) for row in weight for other in old):
            return "old rows"
        return {"weight": weight, "bias": bias, "trains": facts["trains"]}

    def frozen():
        model = m.kit.Small(like)
        returned = m.freeze_backbone(model, "fc")
        return model, returned

    def modes():
        model = m.kit.Small(like)
        m.finetune_mode(model, "fc")
        return {"modes": m.kit.modes(model), "changed": m.kit.moved_by_running(model, images)}

    def groups(flags):
        model = m.kit.Small(like)
        m.kit.set_trainable(model, flags)
        return m.kit.named_groups(m.param_groups, model, "fc", 0.1, 0.001)

    return {
        "new head": new_head,
        "names after freezing": lambda: frozen()[1],
        "trainable after freezing": lambda: m.kit.trainable(frozen()[0]),
        "modes": modes,
        "groups before freezing": lambda: groups([True] * 7),
        "groups after freezing": lambda: groups([False] * 5 + [True] * 2),
    }
