"""Public checks of activation_functions: the table of the statement."""

import torch

from grader.checks import check, close

# name: values at -2, 0 and 1, slopes at -2, 0 and 1
TABLE = {
    "sigmoid": ([0.1192029220, 0.5, 0.7310585786], [0.1049935854, 0.25, 0.1966119332]),
    "tanh": ([-0.9640275801, 0.0, 0.7615941560], [0.0706508249, 1.0, 0.4199743416]),
    "relu": ([0.0, 0.0, 1.0], [0.0, 0.0, 1.0]),
    "leaky_relu": ([-0.02, 0.0, 1.0], [0.01, 0.01, 1.0]),
    "elu": ([-0.8646647168, 0.0, 1.0], [0.1353352832, 1.0, 1.0]),
    "softplus": ([0.1269280110, 0.6931471806, 1.3132616875], [0.1192029220, 0.5, 0.7310585786]),
}


def points():
    return torch.tensor([-2.0, 0.0, 1.0], dtype=torch.float64)


@check(hint="Put the three numbers into the formula by hand.")
def test_values(student):
    """the values of six activations at -2, 0 and 1"""
    for name, (values, _) in TABLE.items():
        close(student.activate(name, points()), torch.tensor(values, dtype=torch.float64), what=f"{name} at -2, 0, 1")


@check(hint="Differentiate the formula, then put in the numbers: z is the input of the function.")
def test_slopes(student):
    """the slopes of six activations at -2, 0 and 1"""
    for name, (_, slopes) in TABLE.items():
        expected = torch.tensor(slopes, dtype=torch.float64)
        close(student.activate_grad(name, points()), expected, what=f"the slope of {name} at -2, 0, 1")


@check(hint="Which exponential gets too large, and is there another way to write the fraction?")
def test_large_input(student):
    """sigmoid and softplus at 800 and -800"""
    z = torch.tensor([800.0, -800.0], dtype=torch.float64)
    close(student.activate("sigmoid", z), torch.tensor([1.0, 0.0], dtype=torch.float64), what="sigmoid at 800, -800")
    close(
        student.activate("softplus", z), torch.tensor([800.0, 0.0], dtype=torch.float64), what="softplus at 800, -800"
    )


@check(hint="What should a caller hear who has misspelt a name?")
def test_unknown_name(rejects):
    """an unknown name raises ValueError"""
    rejects(lambda m: m.activate("sigmoyd", points()))
