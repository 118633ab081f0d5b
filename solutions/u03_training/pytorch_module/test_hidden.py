"""Hidden checks of pytorch_module. What is done with the modules is in kit.py, beside the student's code."""

import torch
import torch.nn.functional as F

from grader.checks import check, close

ACTIVATIONS = ("relu", "tanh", "sigmoid")
SIZES = [3, 5, 4, 2]


def draw_values(tensors, sizes):
    """Weight, bias, weight, bias ... for a network of these sizes."""
    return [part for d, m in zip(sizes, sizes[1:]) for part in (tensors((m, d)), tensors((m,)))]


def scores_of(values, x, activation):
    """The raw scores that F.linear and the activation give."""
    pairs = list(zip(values[::2], values[1::2]))
    for weight, bias in pairs[:-1]:
        x = getattr(torch, activation)(F.linear(x, weight, bias))
    return F.linear(x, *pairs[-1])


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@check(points=2.5, hint="Make a model and ask it for its parameters: which are missing, and which have another shape?")
def test_registered(agree):
    """names and shapes of parameters and state, with and without bias"""

    def inside(m):
        model = m.MLP([3, 4, 2])
        return {
            "Dense(3, 2)": m.kit.names_and_shapes(m.Dense(3, 2)),
            "Dense(3, 2, bias=False)": m.kit.names_and_shapes(m.Dense(3, 2, bias=False)),
            "the bias of Dense(3, 2, bias=False)": m.Dense(3, 2, bias=False).bias,
            "MLP([3, 4, 2])": m.kit.names_and_shapes(model),
            "MLP([3, 2])": m.kit.names_and_shapes(m.MLP([3, 2], activation="tanh")),
            "kinds": m.kit.kinds(model, m.Dense),
        }

    agree(inside)


@check(points=1.5, hint="From which numbers to which do yours reach, and who draws them, in which order?")
def test_initial_values(agree, tensors, generator):
    """first values from a seeded generator, and where the generator is afterwards"""
    like = tensors((1,))
    seed = int(torch.randint(10_000, (), generator=generator))

    def starts(m):
        generators = [seeded(seed) for _ in range(3)]
        dense = m.Dense(9, 4, generator=generators[0])
        bare = m.Dense(4, 6, bias=False, generator=generators[1])
        model = m.MLP([5, 7, 3], activation="sigmoid", generator=generators[2])
        found = {
            "Dense(9, 4)": m.kit.starting_values(dense, like),
            "Dense(4, 6, bias=False)": m.kit.starting_values(bare, like),
            "MLP([5, 7, 3])": m.kit.starting_values(model, like),
        }
        return {**found, "the next numbers of the generators": [torch.rand(3, generator=g) for g in generators]}

    agree(starts, pure=False)

    def without_generator(m):
        values = m.kit.starting_values(m.Dense(4, 50), like)
        return {name: {"largest is at most 1/2": bool(value.abs().max() <= 0.5)} for name, value in values.items()}

    agree(without_generator)


@check(
    points=2,
    dtypes=("float64", "float32"),
    hint="Weights are (out, in): which of the two axes meets the features of x? And what comes between the layers?",
)
def test_forward_values(agree, tensors, student):
    """scores of several rows and of one row, for three activations, as with F.linear"""
    values = draw_values(tensors, SIZES)
    batches = {"six rows": tensors((3, 6)).T, "one row": tensors((1, 3))}  # the first is not contiguous
    weight, bias = tensors((4, 3)), tensors((4,))

    def forward(m):
        found = {
            f"{name}, {activation}": m.kit.scores(m.MLP(SIZES, activation=activation), values, x)
            for name, x in batches.items()
            for activation in ACTIVATIONS
        }
        found["a single Dense"] = m.kit.scores(m.Dense(3, 4), [weight, bias], batches["six rows"])
        found["a Dense without bias"] = m.kit.scores(m.Dense(3, 4, bias=False), [weight], batches["six rows"])
        return found

    agree(forward)
    found = {name: ran["scores"] for name, ran in forward(student).items()}
    expected = {f"{name}, {a}": scores_of(values, x, a) for name, x in batches.items() for a in ACTIVATIONS}
    expected["a single Dense"] = F.linear(batches["six rows"], weight, bias)
    expected["a Dense without bias"] = F.linear(batches["six rows"], weight)
    close(found, expected)


@check(points=1, hint="What happens to the scores between the last layer and the end of forward?")
def test_logits_out(student, tensors):
    """nothing follows after the last layer: large and negative scores come out as they are"""
    deep, flat = draw_values(tensors, [3, 4, 2]), draw_values(tensors, [3, 2])
    for values in (deep, flat):
        values[-1].copy_(torch.tensor([-30.0, 20.0]))  # with both signs, and of no activation's range
    x = tensors((5, 3))
    for activation in ACTIVATIONS:
        for sizes, values in (([3, 4, 2], deep), ([3, 2], flat)):
            found = student.kit.scores(student.MLP(sizes, activation=activation), values, x)["scores"]
            close(found, scores_of(values, x, activation), what=f"the scores of MLP({sizes}) with {activation}")


@check(
    points=1,
    dtypes=("float64", "float32"),
    hint="Is there anything in your forward pass through which no gradient can pass?",
)
def test_gradients_flow(student, tensors, generator):
    """a backward pass fills the gradient of every weight and bias"""
    values, x = draw_values(tensors, SIZES), tensors((6, 3))
    y = torch.randint(2, (6,), generator=generator)
    for activation in ("tanh", "sigmoid"):
        leaves = [value.clone().requires_grad_() for value in values]
        due = torch.autograd.grad(F.cross_entropy(scores_of(leaves, x, activation), y), leaves)
        names = [f"layers.{i}.{part}.grad" for i in range(3) for part in ("weight", "bias")]
        found = student.kit.gradients(student.MLP(SIZES, activation=activation), values, x, y)
        close(found, dict(zip(names, due)), what=f"the gradients with {activation}")


@check(points=0.5, hint="A question should change nothing: neither the mode nor the memory that is in use.")
def test_predict(agree, tensors):
    """labels of six rows without a graph, in training and in evaluation mode, and the mode kept"""
    values, x = draw_values(tensors, [3, 5, 4]), tensors((6, 3))

    def predict(m):
        return {
            "in training mode": m.kit.predictions(m.MLP([3, 5, 4]), values, x, True),
            "in evaluation mode": m.kit.predictions(m.MLP([3, 5, 4], activation="tanh"), values, x, False),
        }

    agree(predict)


@check(
    points=0.5,
    dtypes=("float64", "float32"),
    hint="What does the module know of, and what is made anew in every call?",
)
def test_moves(agree, tensors):
    """after .to, parameters and scores have the new type and device"""
    x = tensors((2, 3))
    agree(lambda m: {a: m.kit.moved(m.MLP([3, 4, 2], activation=a), x) for a in ACTIVATIONS})


@check(points=0.5, hint="How many numbers does a weight of shape (5, 3) hold, and which of them may move?")
def test_counts(agree):
    """entries of a network, of a layer and of a batch norm, with and without frozen ones"""

    def counts(m):
        return {
            "MLP([3, 5, 4, 2])": m.kit.counts(m.count_parameters, m.MLP(SIZES)),
            "with two frozen": m.kit.counts(m.count_parameters, m.MLP(SIZES), ("layers.0.weight", "layers.2.bias")),
            "Dense(3, 2, bias=False)": m.kit.counts(m.count_parameters, m.Dense(3, 2, bias=False)),
            "with all frozen": m.kit.counts(m.count_parameters, m.Dense(3, 2), ("weight", "bias")),
            "batch norm": m.kit.counts(m.count_parameters, m.kit.make_normed()),
        }

    agree(counts)


@check(points=0.5, hint="How many sizes does the smallest network need, and which names does it know?")
def test_bad_input(rejects, tensors):
    """fewer than two sizes and an unknown activation raise ValueError"""
    x = tensors((2, 3))
    for sizes in ([], [3]):
        rejects(lambda m, s=sizes: m.kit.make_and_use(m.MLP, s, "relu", x), what=f"sizes {sizes}")
    for name in ("softplus", "ReLU", ""):
        rejects(lambda m, n=name: m.kit.make_and_use(m.MLP, [3, 4, 2], n, x), what=f"the activation {name!r}")
