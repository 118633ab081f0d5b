"""Known wrong answers to lora_finetune with their hints, other right answers, and the probe that tells them apart."""

import torch

from grader.checks import correct, mistake

ZEROS = "base.weight.new_zeros(base.out_features, r)"
MERGED_WEIGHT = "layer.weight.copy_(weight + self.scale * self.B @ self.A)"
FOUND = """        if isinstance(layer, nn.Linear) and path.rpartition(".")[2] in names
"""
LAST = "last = places.masked_fill(~mask, -1).amax(dim=1)"
POOLED = "return hidden[torch.arange(len(hidden), device=hidden.device), last.to(hidden.device)]"
NOTHING = """    if not found:
        raise ValueError(f"the model has no linear layer with a name in {sorted(names)}")
"""
EMPTY = """    if not mask.any(dim=1).all():
        raise ValueError("a sequence without any token has no last one")
"""

MISTAKES = [
    mistake(
        "both_factors_random",
        "At the start the adapted model should be the old one. What must the product of the two factors be then?",
        swap=(ZEROS, "torch.randn((base.out_features, r), generator=generator, dtype=torch.float64).to(base.weight)"),
        caught_by="test_starts_equal",
    ),
    mistake(
        "scaling_left_out",
        "Two numbers set how strongly the adapter speaks, the rank and alpha; yours always speaks at the same volume.",
        swap=("self.scale = alpha / r", "self.scale = 1.0"),
        caught_by="test_forward_after_change",
    ),
    mistake(
        "multiplies_by_rank",
        "A higher rank should not shout louder by itself: which of the two numbers is divided by the other?",
        swap=("self.scale = alpha / r", "self.scale = float(alpha * r)"),
        caught_by="test_forward_after_change",
    ),
    mistake(
        "base_still_trainable",
        "The point was to train few numbers, but the old weights would move along.",
        swap=("base.requires_grad_(False)", "base"),
        caught_by="test_frozen",
    ),
    mistake(
        "base_output_dropped",
        "The adapter adds to the old layer; yours has taken its place.",
        swap=("return self.base(x) + self.scale", "return self.scale"),
        caught_by="test_forward_after_change",
    ),
    mistake(
        "merge_forgets_scaling",
        "Merged and unmerged layers should agree. Which factor did the adapter's output have that its matrix has not?",
        swap=(MERGED_WEIGHT, "layer.weight.copy_(weight + self.B @ self.A)"),
        caught_by="test_merge",
    ),
    mistake(
        "merges_into_base",
        "After merging, the adapted layer counts the update twice: the base was changed on the way.",
        swap=(MERGED_WEIGHT, "layer.weight.copy_(weight.add_(self.scale * self.B @ self.A))"),
        caught_by="test_merge",
    ),
    mistake(
        "pools_last_column",
        "The last column is often filler. Where does the mask say that the text ends?",
        swap=(POOLED, "return hidden[:, -1]"),
        caught_by="test_pooling",
    ),
    mistake(
        "other_layers_still_trainable",
        "Count what would be trained: the layers that you did not wrap still take part.",
        swap=(
            "    model.requires_grad_(False)  # the adapters are not part of the model yet, so they stay trainable\n",
            "",
        ),
        caught_by="test_add_to_model",
    ),
    mistake(
        "pools_mean",
        "One position has seen all others; you mix it with those that have seen less.",
        swap=(POOLED, "return (hidden * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True)"),
        caught_by="test_pooling",
    ),
    mistake(
        "counts_tokens_for_position",
        "With filler in front, counting the tokens gives the wrong place.",
        swap=(LAST, "last = mask.sum(dim=1) - 1"),
        caught_by="test_pooling",
    ),
    mistake(
        "first_token_pooled",
        "You found the first token of the text; it has seen nothing but itself.",
        swap=(LAST, "last = places.masked_fill(~mask, mask.shape[1]).amin(dim=1)"),
        caught_by="test_pooling",
    ),
    mistake(
        "factor_not_scaled",
        "The wider the layer, the louder your adapter starts to learn: the first factor is divided by a root.",
        swap=("drawn / math.sqrt(base.in_features)", "drawn"),
        caught_by="test_starts_equal",
    ),
    mistake(
        "drawn_in_the_dtype_of_the_layer",
        "The same seed gives other numbers in another precision. In which one are they drawn, before they are cast?",
        swap=(
            "generator=generator, dtype=torch.float64)\n        self.A",
            "generator=generator, dtype=base.weight.dtype)\n        self.A",
        ),
        caught_by="test_starts_equal",
    ),
    mistake(
        "merge_loses_bias",
        "The merged layer gives other numbers by a constant: what else did the old layer have?",
        swap=("            layer.bias.copy_(bias)\n", "            layer.bias.zero_()\n"),
        caught_by="test_merge",
    ),
    mistake(
        "only_direct_children",
        "The layers that matter sit deep inside of other modules; you looked at the outermost only.",
        swap=("in model.named_modules()\n", "in model.named_children()\n"),
        caught_by="test_add_to_model",
    ),
    mistake(
        "matches_endings",
        "A layer whose name only ends like one of the names was wrapped as well. Compare the whole attribute name.",
        swap=(FOUND, "        if isinstance(layer, nn.Linear) and path.endswith(tuple(names))\n"),
        caught_by="test_add_to_model",
    ),
    mistake(
        "wrapped_name_by_name",
        "The order decides which adapter gets which numbers: that of the modules, not that of the names.",
        swap=(
            "    adapters = [",
            '    found.sort(key=lambda pair: pair[0].rpartition(".")[2])\n    adapters = [',
        ),
        caught_by="test_add_to_model",
    ),
    mistake(
        "fraction_of_tensors",
        "A matrix counts with all of its entries, not as one.",
        swaps=[
            (
                "sum(p.numel() for p in model.parameters() if p.requires_grad)",
                "sum(1 for p in model.parameters() if p.requires_grad)",
            ),
            ("trainable / sum(p.numel() for", "trainable / sum(1 for"),
        ],
        caught_by="test_add_to_model",
    ),
    mistake(
        "fraction_of_the_frozen",
        "Divide by all parameters, the trained ones included.",
        swap=(
            "return trainable / sum(p.numel() for p in model.parameters())",
            "return trainable / max(1, sum(p.numel() for p in model.parameters() if not p.requires_grad))",
        ),
        caught_by="test_add_to_model",
    ),
    mistake(
        "nothing_replaced_accepted",
        "A misspelt name would leave a model in which nothing is trained. Say so instead.",
        swap=(NOTHING, ""),
        caught_by="test_bad_input",
    ),
    mistake(
        "empty_text_accepted",
        "A row without any token has no last one; what you return for it is filler.",
        swap=(EMPTY, ""),
        caught_by="test_bad_input",
    ),
]

ALSO_CORRECT = [
    correct(
        "one_matrix_and_recursion",
        source="""
import copy

import torch
import torch.nn.functional as F
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base, r, alpha, generator=None):
        super().__init__()
        if r <= 0 or alpha <= 0:
            raise ValueError("r and alpha")
        for p in base.parameters():
            p.requires_grad = False
        self.base = base
        out_features, in_features = base.weight.shape
        A = torch.randn((r, in_features), generator=generator, dtype=torch.float64) * in_features**-0.5
        self.register_parameter("B", nn.Parameter(torch.zeros(out_features, r).to(base.weight)))
        self.register_parameter("A", nn.Parameter(A.to(dtype=base.weight.dtype, device=base.weight.device)))
        self.r, self.alpha = r, alpha

    @property
    def scale(self):
        return self.alpha / self.r

    def weight(self):
        return torch.addmm(self.base.weight, self.B, self.A, alpha=self.scale)

    def forward(self, x):
        return F.linear(x, self.weight(), self.base.bias)

    def merged(self):
        layer = copy.deepcopy(self.base)
        layer.weight = nn.Parameter(self.weight().detach())
        return layer


def wrap(module, make, names):
    count = 0
    for name, child in list(module.named_children()):
        if name in names and isinstance(child, nn.Linear):
            setattr(module, name, make(child))
            count += 1
        else:
            count += wrap(child, make, names)
    return count


def add_lora(model, r, alpha, names, generator=None):
    if r < 1 or alpha <= 0:
        raise ValueError("r and alpha")
    count = wrap(model, lambda base: LoRALinear(base, r, alpha, generator), names)
    if count == 0:
        raise ValueError("no layer")
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            p.requires_grad_(isinstance(module, LoRALinear) and name in ("A", "B"))
    return count


def trainable_fraction(model):
    sizes = {flag: 0 for flag in (True, False)}
    for p in model.parameters():
        sizes[p.requires_grad] += p.nelement()
    return sizes[True] / (sizes[True] + sizes[False])


def last_token_pool(hidden, mask):
    B, T, C = hidden.shape
    if tuple(mask.shape) != (B, T):
        raise ValueError("shape")
    # How many tokens come from here on: 1 and a token itself only at the last one.
    from_here = mask.int().flip(1).cumsum(1).flip(1)
    chosen = mask & (from_here == 1)
    if int(chosen.sum()) != B:
        raise ValueError("empty")
    return hidden[chosen]
""",
    ),
    correct(
        "row_by_row",
        source="""
import math

import torch
from torch import nn


class LoRALinear(nn.Module):
    def __init__(self, base: nn.Linear, r: int, alpha: float, generator=None):
        nn.Module.__init__(self)
        if not r >= 1:
            raise ValueError("r")
        if not alpha > 0:
            raise ValueError("alpha")
        self.base = base
        self.base.weight.requires_grad_(False)
        if self.base.bias is not None:
            self.base.bias.requires_grad_(False)
        width = base.weight.size(1)
        self.A = nn.Parameter(torch.empty(r, width, dtype=base.weight.dtype, device=base.weight.device))
        self.B = nn.Parameter(torch.zeros_like(base.weight[:, :1]).repeat(1, r))
        with torch.no_grad():
            self.A.copy_(torch.randn((r, width), generator=generator, dtype=torch.float64).div_(math.sqrt(width)))
        self.scale = float(alpha) / r

    def forward(self, x):
        small = torch.einsum("...i,ri->...r", x, self.A)
        return self.base(x) + torch.einsum("...r,or->...o", small * self.scale, self.B)

    def merged(self):
        update = sum(torch.outer(self.B[:, k], self.A[k]) for k in range(len(self.A))) * self.scale
        layer = nn.Linear(self.base.in_features, self.base.out_features, bias=self.base.bias is not None)
        layer = layer.to(self.base.weight)
        layer.weight.data = self.base.weight.data + update.data
        if self.base.bias is not None:
            layer.bias = self.base.bias
        return layer


def add_lora(model, r, alpha, names, generator=None):
    todo = []
    for parent in model.modules():
        for name, child in parent.named_children():
            if type(child) is nn.Linear and name in names:
                todo.append((parent, name))
    if not todo or r < 1 or not alpha > 0:
        raise ValueError("nothing to do")
    order = [id(module) for module in model.modules()]
    todo.sort(key=lambda pair: order.index(id(getattr(*pair))))
    for p in model.parameters():
        p.requires_grad = False
    for parent, name in todo:
        parent._modules[name] = LoRALinear(getattr(parent, name), r, alpha, generator=generator)
    return len(todo)


def trainable_fraction(model):
    flags = [torch.full_like(p, float(p.requires_grad), dtype=torch.float64).flatten() for p in model.parameters()]
    return torch.cat(flags).mean().item()


def last_token_pool(hidden, mask):
    if mask.ndim != 2 or mask.shape[0] != hidden.shape[0] or mask.shape[1] != hidden.shape[1]:
        raise ValueError("mask")
    vectors = []
    for row, keep in zip(hidden, mask):
        real = row[keep]
        if len(real) == 0:
            raise ValueError("no token")
        vectors.append(real[-1])
    return torch.stack(vectors)
""",
    ),
]


def probe(m):
    """A 5 to 4 layer with r 2 and alpha 8, a nested model, four masks.

    How random first factors differ is recorded as properties only: there are many ways to draw them otherwise.
    """
    waves = torch.sin(torch.arange(1, 200, dtype=torch.float64) ** 1.2)
    weight, bias, x, B = waves[:20].reshape(4, 5), waves[20:24], waves[24:39].reshape(3, 5), waves[40:48].reshape(4, 2)
    hidden = waves[50:122].reshape(4, 6, 3)
    mask = torch.tensor([[1, 1, 1, 0, 0, 0], [0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]).bool()
    A = torch.randn((2, 5), generator=torch.Generator().manual_seed(7), dtype=torch.float64) / 5**0.5

    def layer(B=None):
        return m.kit.adapter(m.LoRALinear, weight, bias, 2, 8.0, torch.Generator().manual_seed(7), B)

    def merged(key):
        return m.kit.merge(layer(B), x, 2 * B)[key]

    def close_to(values, due):
        return values.shape == due.shape and torch.allclose(values, due)

    def first_of_single():
        wide, draws = waves[:40].reshape(2, 20).float(), torch.Generator().manual_seed(7)
        due = torch.randn((2, 20), generator=torch.Generator().manual_seed(7), dtype=torch.float64) / 20**0.5
        found = m.kit.contents(m.kit.adapter(m.LoRALinear, wide, None, 2, 8.0, draws))["A"]
        return torch.allclose(found, due.float(), atol=1e-4)

    def adapted(key):
        like, idx = waves[:1], torch.tensor([[3, 1, 4], [1, 5, 9]])
        model = m.kit.reader(4, like)
        found = m.kit.adapt(m.add_lora, m.LoRALinear, model, 2, 4.0, ["q", "v"], idx, torch.Generator().manual_seed(7))
        if key == "fraction":
            return m.trainable_fraction(model)
        if key == "drawn in order":
            draws = torch.Generator().manual_seed(7)
            due = [torch.randn((2, 4), generator=draws, dtype=torch.float64) / 2 for _ in range(5)]
            paths = ["mixers.0.v", "mixers.0.q", "mixers.1.v", "mixers.1.q", "q"]
            factors = m.kit.factors(model)
            return [f"{path}.A" in factors and close_to(factors[f"{path}.A"], a) for path, a in zip(paths, due)]
        return found[key]

    def refused(names):
        return m.kit.add(m.add_lora, m.kit.reader(4, waves[:1]), 2, 4.0, names)

    return {
        "unchanged at the start": lambda: close_to(m.kit.output(layer(), x), x @ weight.T + bias),
        "A as drawn": lambda: close_to(m.kit.contents(layer())["A"], A),
        "A as drawn, cast": first_of_single,
        "scale": lambda: m.kit.contents(layer())["scale"],
        "output": lambda: m.kit.output(layer(B), x),
        "merged": lambda: merged("merged"),
        "merged once more": lambda: merged("merged once more"),
        "adapted after": lambda: merged("adapted after"),
        "trained in a layer": lambda: m.kit.trained(layer()),
        "replaced": lambda: adapted("replaced"),
        "adapters": lambda: adapted("adapters"),
        "trained": lambda: adapted("trained"),
        "fraction": lambda: adapted("fraction"),
        "drawn in order": lambda: adapted("drawn in order"),
        "fraction of a layer": lambda: m.trainable_fraction(m.kit.linear(weight, bias)),
        "nothing of that name": lambda: refused(["nowhere"]),
        "pooled": lambda: m.last_token_pool(hidden[:3], mask[:3]),
        "pooled with an empty row": lambda: m.last_token_pool(hidden, mask).shape == (4, 3),
    }
