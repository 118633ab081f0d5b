"""Hidden checks of autograd_value.

A program is a few lines of arithmetic. The exercise's kit runs it on Values beside the student's code; here the same lines
run on float64 tensors of torch, which knows all the same operations.
"""

import time

import torch

from grader.checks import check, close, ensure

OPERATIONS = (
    "z = x + y",
    "z = x * y",
    "z = -x",
    "z = x - y",
    "z = x / y",
    "z = x ** 2",
    "z = y ** 3",
    "z = y ** -1",
    "z = x ** 0.5",
    "z = x.exp()",
    "z = x.log()",
    "z = x.tanh()",
    "z = y.sigmoid()",
    "z = x.relu()",
    "z = y.relu()",
)

# every operation, numbers on either side, and four names that are used both early and late
LARGE = """
p = a * b + c
q = (p - d) / (a ** 2 + 1)
r = q.tanh() + p.sigmoid() * q
s = (r * r + 1.5).log() - 2 / d
t = (p + r + 3).relu() + (s * 0.3).exp() + (-p).relu()
z = t * q - -s + (3 - b) * c ** 1.5
"""


def draw(generator, low, high):
    """A float between low and high."""
    return low + (high - low) * torch.rand((), generator=generator, dtype=torch.float64).item()


def two_numbers(generator):
    """x above 1 and y below -2: away from every kink, and no slope is another one by accident."""
    return {"x": draw(generator, 1.2, 2.0), "y": draw(generator, -3.0, -2.3)}


def by_torch(program, inputs, backwards=()):
    """What kit.run returns, found by torch."""
    names = {name: torch.tensor(number, dtype=torch.float64, requires_grad=True) for name, number in inputs.items()}
    exec(program, {}, names)  # noqa: S102
    for tensor in names.values():
        tensor.retain_grad()
    for name, seed in backwards:
        names[name].backward(torch.tensor(1.0 if seed is None else seed, dtype=torch.float64), retain_graph=True)
    return {
        "data": {name: tensor.item() for name, tensor in names.items()},
        "grad": {name: 0.0 if tensor.grad is None else tensor.grad.item() for name, tensor in names.items()},
    }


def as_torch_does(student, program, inputs, backwards):
    """Run one program on both sides and compare the gradient of every name."""
    got = student.kit.run(student.Value, program, inputs, backwards)
    expected = by_torch(program, inputs, backwards)
    close(got["grad"], expected["grad"], what=f"after `{'; '.join(program.strip().splitlines())}`: grad")


@check(points=2.0, hint="Compute each operation with a pocket calculator and compare it with `data`.")
def test_forward_values(student, generator, rejects):
    """every operation gives the right number, and log refuses what has no logarithm"""
    inputs = two_numbers(generator)
    got, expected = {}, {}
    for program in OPERATIONS:
        got[program] = student.kit.run(student.Value, program, inputs)["data"]["z"]
        expected[program] = by_torch(program, inputs)["data"]["z"]
    close(got, expected, what="data")

    for number, result in ((700.0, 1.0), (-700.0, 0.0), (0.0, 0.5)):
        sigmoid = student.kit.run(student.Value, "z = x.sigmoid()", {"x": number})["data"]["z"]
        close(sigmoid, result, what=f"the sigmoid of {number:g}")

    rejects(lambda m: m.Value(-1.5).log())
    rejects(lambda m: m.Value(0.0).log())


@check(
    points=4.0, hint="Move one operand by a hair and see how far the result moves: that is the slope to multiply by."
)
def test_local_slopes(student, generator):
    """the slopes of each operation are those of central differences"""
    inputs = two_numbers(generator)
    h = 1e-5
    got, expected = {}, {}
    for program in OPERATIONS:
        slopes = student.kit.run(student.Value, program, inputs, [("z", None)])["grad"]
        for name, number in inputs.items():
            above = by_torch(program, {**inputs, name: number + h})["data"]["z"]
            below = by_torch(program, {**inputs, name: number - h})["data"]["z"]
            label = f"{program}, towards {name}"
            got[label], expected[label] = slopes[name], (above - below) / (2 * h)
    close(got, expected, atol=1e-8, what="the slope")

    for program, number, due in (
        ("z = x.relu()", 0.0, 0.0),
        ("z = x.relu()", 0.25, 1.0),
        ("z = x.sigmoid()", 700.0, 0.0),
        ("z = x.sigmoid()", -700.0, 0.0),
    ):
        slope = student.kit.run(student.Value, program, {"x": number}, [("z", None)])["grad"]["x"]
        close(slope, due, what=f"the slope of `{program}` at x = {number:g}")


@check(points=4.0, hint="Draw the graph; a node with two arrows out of it gets the sum of what comes back along both.")
def test_shared_nodes(student, generator):
    """nodes that are used several times get the sum over all paths"""
    programs = (
        "z = x + x",
        "z = x * x",
        "z = x - x",
        "z = x / x",
        "s = x * x\nz = s + s * x",
        "s = x * x\nz = s * x + s",
        "s = x * y\nt = s.tanh()\nu = t * s + x\nz = u * t + s",
        "s = x + 1\nt = s * s\nu = t * t\nz = s + (u + (t + s * u))",
        "c = y * 0.5 + 2\nz = (c + x) * (c - x) * c",
    )
    inputs = {"x": draw(generator, 0.4, 0.9), "y": draw(generator, -0.9, -0.4)}
    for program in programs:
        used = {name: number for name, number in inputs.items() if name in program}
        as_torch_does(student, program, used, [("z", None)])
        as_torch_does(student, program, used, [("z", -1.7)])


@check(
    points=3.0,
    hint="Where small programs are right and this one is not, follow one name through the lines that use it.",
)
def test_large_expression(student, generator):
    """all operations together, four inputs, names used early and late, as torch computes them"""
    inputs = {
        "a": draw(generator, 0.5, 1.5),
        "b": draw(generator, 0.5, 1.5),
        "c": draw(generator, 0.2, 1.0),
        "d": draw(generator, 1.5, 2.5),
    }
    as_torch_does(student, LARGE, inputs, [("z", None)])


@check(points=2.0, hint="What is already stored in `grad` belongs to earlier calls; does it reach anything new?")
def test_adds_up(student, generator):
    """each backward adds its own share, to the same graph or to another one over the same nodes"""
    inputs = {"x": draw(generator, 0.4, 0.9), "y": draw(generator, 1.1, 1.6)}
    program = "s = x * y\nt = s.exp() * x\nz = t + s * t"
    as_torch_does(student, program, inputs, [("z", None), ("z", None)])
    as_torch_does(student, program, inputs, [("z", None), ("z", 0.5), ("z", None)])
    as_torch_does(student, program, inputs, [("s", None), ("t", 2.0), ("z", None)])

    two_roots = "s = x * y\nu = s.tanh() + x\nv = x ** 3 - y"
    as_torch_does(student, two_roots, inputs, [("u", None), ("v", None)])
    as_torch_does(student, two_roots, inputs, [("v", 3.0), ("u", None), ("s", None)])


@check(points=2.0, hint="How deep does your walk over the graph nest calls, and how long does it look for each node?")
def test_deep_chain(student):
    """20,000 additions in a row, forwards and backwards, within two seconds"""
    started = time.perf_counter()
    result = student.kit.chain(student.Value, 20_000)
    seconds = time.perf_counter() - started

    close(result, {"data": 0.5 * 20_001, "grad": 20_001.0}, what="after 20,000 additions")
    ensure(
        seconds < 2.0,
        f"A chain of 20,000 additions took {seconds:.1f} s; 2 s are allowed. Look for a search through a list inside a loop.",
    )


@check(points=1.0, hint="Sum up at a node first, then walk on from it once; do not walk every path for itself.")
def test_linear_cost(student):
    """40 doublings have 2 ** 40 paths but only 41 nodes, each visited once"""
    close(student.kit.doublings(student.Value, 40), {"data": 2.0**40, "grad": 2.0**40}, what="after 40 doublings")


@check(points=1.0, hint="Which of the two operands is `self` when Python calls the method whose name begins with r?")
def test_numbers_both_sides(student, generator):
    """plain numbers stand on either side of +, -, * and /"""
    inputs = {"x": draw(generator, 1.2, 2.0)}
    for number in (3, 2.5):
        for symbol in "+-*/":
            for program in (f"z = {number} {symbol} x", f"z = x {symbol} {number}"):
                got = student.kit.run(student.Value, program, inputs, [("z", None)])
                expected = by_torch(program, inputs, [("z", None)])
                for kind in ("data", "grad"):
                    close(got[kind], expected[kind], what=f"after `{program}`: {kind}")


@check(points=1.0, hint="This one fails only as long as another check does: begin with the first that is wrong.")
def test_trains_xor(student):
    """a small network made of Values learns XOR in 300 steps"""
    losses = student.kit.train_xor(student.Value, steps=300)
    ensure(
        losses[-1] < 0.05,
        f"The loss is {losses[0]:.3f} before the first step and {losses[-1]:.3g} after 300; it should end below 0.05. "
        "Run kit.train_xor with fewer steps and compare a gradient with a central difference.",
    )
