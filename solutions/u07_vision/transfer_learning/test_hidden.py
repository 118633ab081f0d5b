"""Hidden checks of transfer_learning. The models are those of kit.py."""

import torch

from grader.checks import check, close, ensure

BOTH = ("float64", "float32")
FUNCTIONS = ("replace_head", "freeze_backbone", "finetune_mode", "param_groups")
IN_SMALL = ["conv.weight", "bn.weight", "bn.bias", "fc_pre.weight", "fc_pre.bias", "fc.weight", "fc.bias"]


@check(points=3, dtypes=BOTH, hint="What does the new layer share with the old one, and what not?")
def test_new_head(agree, tensors, generator, dtype, student):
    """widths, weight, bias and place of the new layer, for fewer and for more classes"""
    like = tensors((1,))
    seed = int(torch.randint(1000, (), generator=generator))
    for classes in (2, 3, 9):
        draw = torch.Generator().manual_seed(seed)
        model = student.kit.Small(like)
        body = {name: tensor for name, tensor in student.kit.state(model).items() if not name.startswith("fc.")}
        layer = student.replace_head(model, "fc", classes, generator=draw)
        facts = student.kit.head_facts(model, "fc", layer)
        same = torch.Generator().manual_seed(seed)
        weight = (torch.randn(classes, 6, generator=same, dtype=torch.float64) * 0.01).to(dtype)
        close(facts["weight"], weight, what=f"the weight for {classes} classes")
        close(facts["bias"], torch.zeros(classes, dtype=dtype), what=f"the bias for {classes} classes")
        close(facts["trains"], [True, True], what="whether weight and bias of the new head train")
        close(facts["widths"], [6, classes], what="the input and output width that the new layer reports")
        ensure(facts["kind"] == "Linear", "The new head should be an nn.Linear. Put one into the model.")
        ensure(facts["is what was returned"], "The layer returned is not the one in the model. Return that one.")
        after = {name: tensor for name, tensor in student.kit.state(model).items() if not name.startswith("fc.")}
        close(after, body, rtol=0, atol=0, what="the body")

    def another_name(m):
        model = m.kit.Small(like)
        m.kit.set_trainable(model, [False] * 7)
        layer = m.replace_head(model, "fc_pre", 5, generator=torch.Generator().manual_seed(seed))
        return {"the layer fc_pre, replaced in a frozen model": m.kit.head_facts(model, "fc_pre", layer)}

    agree(another_name)
    model = student.kit.Small(like)
    wide = student.kit.head_facts(model, "fc", student.replace_head(model, "fc", 400))["weight"]
    ensure(
        0.005 < float(wide.std()) < 0.02,
        f"Without a generator, the weights spread by {float(wide.std()):.2g}; 0.01 is due. Use the same scale there.",
    )


@check(points=3, hint="Count the parameters that require gradients before and after.")
def test_frozen_names(agree, tensors):
    """what trains after freezing, and which names are returned, for heads of one layer, of several, and of one number"""
    like = tensors((1,))

    def frozen(m):
        found = {}
        for make, count, head in ((m.kit.Small, 7, "fc_pre"), (m.kit.Large, 15, "body"), (m.kit.Large, 15, "scale")):
            for flag in (True, False):
                model = make(like)
                m.kit.set_trainable(model, [flag] * count)
                returned = m.freeze_backbone(model, head)
                key = f"head {head}, all {'trainable' if flag else 'frozen'} before"
                found[key] = {"returned": returned, "trainable": m.kit.trainable(model)}
        return found

    agree(frozen)


@check(points=1.5, hint="Is fc_pre a part of fc, or does its name only begin with the same letters?")
def test_similar_names(agree, tensors):
    """layers whose names begin with the name of the head are no part of it"""
    like = tensors((1,))

    def similar(m):
        small, large = m.kit.Small(like), m.kit.Large(like)
        found = {
            "fc: returned": m.freeze_backbone(small, "fc"),
            "head: returned": m.freeze_backbone(large, "head"),
            "fc: trainable": m.kit.trainable(small),
            "head: trainable": m.kit.trainable(large),
            "fc: groups": m.kit.named_groups(m.param_groups, m.kit.Small(like), "fc", 0.1, 0.01),
            "head: groups": m.kit.named_groups(m.param_groups, m.kit.Large(like), "head", 0.1, 0.01),
        }
        m.finetune_mode(large, "head")
        return {**found, "head: which layers are in training mode": m.kit.modes(large)}

    agree(similar)


@check(points=2.25, hint="Run the model once in training mode, without any step: what has changed?")
def test_batchnorm_stays(agree, tensors):
    """running statistics of the body stay, dropout is on, and norms inside the head go on learning"""
    like, images, rows = tensors((1,)), tensors((4, 1, 5, 6)), tensors((5, 3))

    def modes(m):
        found = {}
        for before in ("training", "evaluation"):
            small, large = m.kit.Small(like), m.kit.Large(like)
            small.train(before == "training")
            large.train(before == "training")
            m.finetune_mode(small, "fc_pre")
            m.finetune_mode(large, "body")
            found[f"which layers are in training mode ({before} before)"] = [m.kit.modes(small), m.kit.modes(large)]
        found["what changes when Small is run"] = m.kit.moved_by_running(small, images)
        found["what changes when Large is run"] = m.kit.moved_by_running(large, rows)
        return found

    agree(modes)


@check(points=3, hint="Each parameter that trains belongs to exactly one group: which one, and with which rate?")
def test_groups(agree, tensors):
    """parameters and rates of the groups, with a free, a partly frozen and a frozen body"""
    like = tensors((1,))
    flags = {
        "nothing frozen": [True] * 7,
        "only conv free": [name.startswith(("fc_pre.", "conv.")) for name in IN_SMALL],
        "one parameter free": [name in ("bn.bias", "fc_pre.weight", "fc_pre.bias") for name in IN_SMALL],
        "body frozen": [name.startswith("fc_pre.") for name in IN_SMALL],
    }

    def groups(m):
        found = {}
        for name, trains in flags.items():
            model = m.kit.Small(like)
            m.kit.set_trainable(model, trains)
            found[name] = m.kit.named_groups(m.param_groups, model, "fc_pre", 0.1, 0.001)
        found["head of several layers"] = m.kit.named_groups(m.param_groups, m.kit.Large(like), "body", 0.5, 0.25)
        return found

    agree(groups)


@check(points=1.5, dtypes=BOTH, hint="All four functions together: what should five steps of training leave alone?")
def test_training_moves_head_only(agree, tensors, generator):
    """five steps with a new head on a frozen body change the head and nothing else"""
    like, x = tensors((1,)), tensors((6, 1, 5, 5))
    y = torch.tensor([0, 1, 2, 0, 1, 2])

    def tuned(m):
        functions = {name: getattr(m, name) for name in FUNCTIONS}
        return {"what has changed": m.kit.fine_tune(functions, m.kit.Small(like), "fc", x, y, 5)}

    agree(tuned)


@check(
    points=0.75, hint="What can be wrong with a head, with a number of classes, with a rate, and what is just allowed?"
)
def test_bad_input(agree, rejects, tensors, student):
    """missing and unfit heads, too few classes and negative rates raise ValueError; limits work"""
    like = tensors((1,))
    model = student.kit.Small(like)
    large = student.kit.Large(like)
    before = student.kit.state(model)
    for head in ("classifier", "conv", "bn", "f"):
        rejects(lambda m, head=head: m.replace_head(model, head, 3), what=f"the head {head!r} of the Small model")
    rejects(lambda m: m.replace_head(large, "head", 3), what="a head of several layers in replace_head")
    for classes in (1, 0, -2):
        rejects(lambda m, n=classes: m.replace_head(model, "fc", n), what=f"num_classes={classes}")
    for head in ("classifier", "drop", "f", "fc_"):
        rejects(lambda m, head=head: m.freeze_backbone(model, head), what=f"the head {head!r} in freeze_backbone")
    for rates in ((-0.1, 0.1), (0.1, -0.1), (-1.0, -1.0)):
        rejects(lambda m, rates=rates: m.param_groups(model, "fc", *rates), what=f"the rates {rates}")
    close(student.kit.state(model), before, rtol=0, atol=0, what="the model after all these errors")
    close(student.kit.trainable(model), IN_SMALL, what="the trainable names after all these errors")

    def at_the_limits(m):
        fresh = m.kit.Small(like)
        layer = m.replace_head(fresh, "fc", 2, generator=torch.Generator().manual_seed(3))
        return {
            "a head for two classes": m.kit.head_facts(fresh, "fc", layer),
            "groups with the rates 0": m.kit.named_groups(m.param_groups, fresh, "fc", 0.0, 0.0),
        }

    agree(at_the_limits)
