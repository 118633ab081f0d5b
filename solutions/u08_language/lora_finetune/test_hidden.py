"""Hidden checks of lora_finetune. What is done with layers and models is in kit.py, beside the student's code."""

import torch
import torch.nn.functional as F

from grader.checks import check, close

BOTH = ("float64", "float32")
WIDTH = 8


def seeded(generator):
    """A seed for generators that are made anew in every scenario."""
    return int(torch.randint(10_000, (), generator=generator))


def fresh(seed):
    return torch.Generator().manual_seed(seed)


@check(points=2.25, dtypes=BOTH, hint="Which numbers do A and B start from, and what does the adapter add then?")
def test_starts_equal(agree, student, tensors, generator):
    """first factors from a seeded generator, and the output of the old layer"""
    weight, bias, x = tensors((6, 9)), tensors((6,)), tensors((4, 9))
    seed = seeded(generator)

    def starts(m):
        generators = [fresh(seed) for _ in range(3)]
        layers = {
            "r 2": m.kit.adapter(m.LoRALinear, weight, bias, 2, 8.0, generators[0]),
            "r 1 without bias": m.kit.adapter(m.LoRALinear, weight, None, 1, 0.5, generators[1]),
            "r 3, alpha an int": m.kit.adapter(m.LoRALinear, weight, bias, 3, 6, generators[2]),
        }
        found = {name: m.kit.contents(layer) for name, layer in layers.items()}
        outputs = {f"output of {name}": m.kit.output(layer, x) for name, layer in layers.items()}
        return {
            **found,
            **outputs,
            "the next numbers of the generators": [torch.rand(2, generator=g) for g in generators],
        }

    agree(starts, pure=False)
    found = starts(student)
    close(found["output of r 2"], F.linear(x, weight, bias), what="the output at the start")
    close(found["output of r 1 without bias"], F.linear(x, weight), what="the output at the start, without bias")


@check(points=3, dtypes=BOTH, hint="Two paths from x to the output, added: which numbers does x meet on each?")
def test_forward_after_change(agree, tensors, generator):
    """output and gradients once B is not zero any more, for inputs with one, two and three axes"""
    weight, bias, x, top = tensors((4, 7)), tensors((4,)), tensors((3, 5, 7)), tensors((3, 5, 4), scale=0.5)
    two, three = tensors((4, 2)), tensors((4, 3))
    seed = seeded(generator)

    def changed(m):
        layer = m.kit.adapter(m.LoRALinear, weight, bias, 2, 3.0, fresh(seed), two)
        other = m.kit.adapter(m.LoRALinear, weight, None, 3, 1.5, fresh(seed), three)
        untrained = m.kit.adapter(m.LoRALinear, weight, bias, 2, 3.0, fresh(seed))
        return {
            "three axes": m.kit.backward(layer, x, top),
            "two axes": m.kit.backward(layer, x[:, 2], top[:, 2]),
            "one axis": m.kit.backward(layer, x[0, 1], top[0, 1]),
            "without bias": m.kit.backward(other, x[1], top[1]),
            "before any training": m.kit.backward(untrained, x[2], top[2]),
        }

    agree(changed, pure=False)


@check(points=3, dtypes=BOTH, hint="Put the same x into the adapted layer and into the merged one, before and after.")
def test_merge(agree, student, tensors, generator):
    """one layer with the same output, twice, and the adapted layer as it was"""
    weight, bias, x = tensors((4, 7)), tensors((4,)), tensors((3, 7))
    two, later = tensors((4, 2)), tensors((4, 2))
    seed = seeded(generator)

    def merge(m):
        layer = m.kit.adapter(m.LoRALinear, weight, bias, 2, 6.0, fresh(seed), two)
        bare = m.kit.adapter(m.LoRALinear, weight, None, 2, 0.5, fresh(seed), two)
        return {"with bias": m.kit.merge(layer, x, later), "without bias": m.kit.merge(bare, x, later)}

    agree(merge, pure=False)
    for name, found in merge(student).items():
        close(found["merged"], found["adapted after"], what=f"the merged layer {name}, against the adapted one")
        close(found["weight of the base after"], weight, what=f"the weight of the base {name}")


@check(points=1.5, hint="List the parameters of the adapted layer by name: which may move?")
def test_frozen(agree, tensors):
    """only A and B require gradients, with and without bias"""
    weight, bias = tensors((4, 7)), tensors((4,))

    def frozen(m):
        layers = [m.kit.adapter(m.LoRALinear, weight, b, 2, 8.0) for b in (bias, None)]
        return {
            "trained": [m.kit.trained(layer) for layer in layers],
            "the base": [m.kit.trained(layer.base) for layer in layers],
        }

    agree(frozen)


@check(
    points=2.25,
    dtypes=BOTH,
    hint="Walk through the named modules of the model: which are linear layers of that very name?",
)
def test_add_to_model(agree, tensors, generator):
    """layers found at any depth, wrapped in order, and all the rest frozen"""
    idx = torch.randint(20, (2, 5), generator=generator)
    like, seed = tensors((1,)), seeded(generator)

    def adapted(m):
        found = {}
        for names, r in ((["q", "v"], 2), (["k", "o", "0", "nowhere"], 1), (["head"], 3)):
            model, draws = m.kit.reader(WIDTH, like), fresh(seed)
            before = m.trainable_fraction(model)
            found[f"{', '.join(names)} with r {r}"] = {
                **m.kit.adapt(m.add_lora, m.LoRALinear, model, r, 4.0, names, idx, draws),
                "fractions before and after": [before, m.trainable_fraction(model)],
                "first factors": m.kit.factors(model),
                "next number of the generator": torch.rand(1, generator=draws),
            }
        return found

    agree(adapted, pure=False)


@check(points=2.25, dtypes=BOTH, hint="Where is the last True of each row?")
def test_pooling(agree, tensors):
    """the vector of the last token, with padding behind, in front, on both sides and in between"""
    mask = torch.tensor(
        [
            [1, 1, 1, 1, 1, 1],
            [1, 1, 1, 0, 0, 0],
            [0, 0, 0, 1, 1, 1],
            [0, 1, 1, 1, 0, 0],
            [1, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 1],
            [1, 0, 1, 0, 1, 0],
        ]
    ).bool()
    hidden, top = tensors((6, 7, 3)).transpose(0, 1), tensors((7, 3))

    def pooled(m):
        return {
            "seven rows": m.last_token_pool(hidden, mask),
            "one row": m.last_token_pool(hidden[3:4], mask[3:4]),
            "one place": m.last_token_pool(hidden[:, :1], mask[:1, :1].expand(7, 1)),
            "with a gradient": m.kit.pool(m.last_token_pool, hidden, mask, top),
        }

    agree(pooled)


@check(points=0.75, hint="What is a matrix of rank zero, and what is there to pool in an empty text?")
def test_bad_input(agree, student, rejects, tensors):
    """ranks, scales, names and masks that make no sense raise ValueError and change nothing"""
    weight, bias, hidden = tensors((4, 5)), tensors((4,)), tensors((2, 3, 4))
    mask = torch.tensor([[True, True, False], [False, False, True]])
    for r in (0, -1):
        rejects(lambda m, r=r: m.kit.adapter(m.LoRALinear, weight, bias, r, 8.0), what=f"r={r}")
    for alpha in (0.0, -2.0):
        rejects(lambda m, alpha=alpha: m.kit.adapter(m.LoRALinear, weight, bias, 2, alpha), what=f"alpha={alpha}")

    model = student.kit.reader(4, weight)
    before = student.kit.shape_of(model)
    for names, r, alpha in ((["nowhere"], 2, 8.0), (["k"], 2, 8.0), ([], 2, 8.0), (["q"], 0, 8.0), (["q"], 2, 0.0)):
        what = f"names {names}, r={r}, alpha={alpha}"
        rejects(lambda m, n=names, r=r, a=alpha: m.kit.add(m.add_lora, model, r, a, n), what=what)
        close(student.kit.shape_of(model), before, what=f"the model after it was refused {what}")

    empty = mask.clone()
    empty[1] = False
    for other, what in (
        (empty, "a row without a token"),
        (mask[:, :2], "a mask that is too short"),
        (mask[:1], "one row"),
    ):
        rejects(lambda m, o=other: m.last_token_pool(hidden, o), unchanged=[hidden], what=what)

    def limits(m):
        layer = m.kit.adapter(m.LoRALinear, weight, bias, 1, 0.001, fresh(5), weight[:, :1])
        single = torch.tensor([[True, False, False], [False, False, True]])
        return {
            "r 1, alpha 0.001": m.kit.contents(layer),
            "r above the width": m.kit.contents(m.kit.adapter(m.LoRALinear, weight, bias, 6, 6.0, fresh(5))),
            "one layer of that name": m.kit.add(m.add_lora, m.kit.reader(4, weight), 1, 1.0, ["head"]),
            "one token a row": m.last_token_pool(hidden, single),
        }

    agree(limits)
