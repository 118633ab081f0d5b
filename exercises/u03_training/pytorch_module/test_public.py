"""Checks to work with: the network of the statement, and what a model should know of itself."""

import torch

from grader.checks import check, close, ensure


def rows(*numbers):
    """A float64 tensor."""
    return torch.tensor(numbers, dtype=torch.float64)


def example():
    """Weights and biases of the worked example, and its two rows."""
    values = [rows((1.0, -1.0), (0.5, 1.0)), rows(0.0, -1.0), rows((1.0, -2.0), (-1.0, 1.0)), rows(0.5, -0.75)]
    return values, rows((2.0, 1.0), (-1.0, 2.0))


@check(hint="Which of its tensors does the model list by itself, and under which names?")
def test_names(student):
    """the model knows its parameters by name and shape"""
    found = student.kit.names_and_shapes(student.MLP([3, 4, 2]))
    due = {"layers.0.weight": [4, 3], "layers.0.bias": [4], "layers.1.weight": [2, 4], "layers.1.bias": [2]}
    close(found, {"named_parameters": due, "state_dict": due})


@check(hint="The random numbers lie between 0 and 1; where should the smallest and the largest of them land?")
def test_first_values(student):
    """the first values of a layer with four inputs, from a generator with seed 0"""
    layer = student.Dense(4, 1, generator=torch.Generator().manual_seed(0))
    found = student.kit.starting_values(layer, rows(0.0))
    close(found["weight"], torch.tensor([[-0.003743, 0.268222, -0.411523, -0.367970]]), atol=1e-5, what="the weight")
    close(found["bias"], torch.tensor([-0.192577]), atol=1e-5, what="the bias")


@check(hint="Follow the first row through both layers on paper; nothing comes after the second layer.")
def test_worked_example(student):
    """the scores and labels of the worked example"""
    values, x = example()
    close(student.kit.scores(student.MLP([2, 2, 2]), values, x)["scores"], rows((-0.5, -0.75), (-0.5, -0.25)))
    labels = student.kit.predictions(student.MLP([2, 2, 2]), values, x, True)["labels"]
    close(labels, torch.tensor([0, 1]), what="the labels")


@check(hint="Every entry counts, of weights and of biases.")
def test_count(student):
    """the network of the worked example has 12 parameters"""
    count = student.count_parameters(student.MLP([2, 2, 2]))
    ensure(count == 12, f"Two layers of 2 x 2 weights and 2 biases have 12 entries, you count {count}. List them.")


@check(hint="Compare the name with the three that exist.")
def test_unknown_activation(rejects):
    """an activation that does not exist raises ValueError"""
    rejects(lambda m: m.kit.make_and_use(m.MLP, [2, 3, 2], "step", rows((1.0, 2.0))))
