"""What the checks of this exercise run beside your code. Use it for your own experiments too."""

import random


def run(Value, program, inputs, backwards=()):
    """Run a few lines of arithmetic on Values; return the data and the grad of every name in them.

    `inputs` maps names to numbers. `program` is lines such as "s = x * y" and "z = s + x". `backwards` lists the
    calls to make
    afterwards: ("z", None) means z.backward(), ("z", 2.0) means z.backward(grad=2.0).
    """
    names = {name: Value(number) for name, number in inputs.items()}
    exec(program, {}, names)  # noqa: S102 (the names that the program assigns join the inputs)
    for name, value in names.items():
        if not isinstance(value, Value):
            raise TypeError(f"{name!r} in {program!r} should be a Value, but it is of type {type(value).__name__}")
    for name, seed in backwards:
        if seed is None:
            names[name].backward()
        else:
            names[name].backward(grad=seed)
    return {
        "data": {name: float(value.data) for name, value in names.items()},
        "grad": {name: float(value.grad) for name, value in names.items()},
    }


def chain(Value, length):
    """Add the same Value `length` times to itself, one addition after the other."""
    x = Value(0.5)
    total = x
    for _ in range(length):
        total = total + x
    total.backward()
    return {"data": float(total.data), "grad": float(x.grad)}


def doublings(Value, times):
    """Double a Value `times` times: few nodes, but 2 ** times ways to walk from the result back to the start."""
    x = Value(1.0)
    y = x
    for _ in range(times):
        y = y + y
    y.backward()
    return {"data": float(y.data), "grad": float(x.grad)}


XOR = [((-1.0, -1.0), -1.0), ((-1.0, 1.0), 1.0), ((1.0, -1.0), 1.0), ((1.0, 1.0), -1.0)]


def train_xor(Value, steps=300, lr=0.2):
    """Train a network of 2 inputs, 4 tanh units and 1 plain output on XOR.

    Return the loss before each step and after the last.

    The loss is the mean squared error over the four rows. Every step makes new Values, so no gradient has to be
    cleared.
    """
    draw = random.Random(0).gauss
    numbers = [draw(0.0, 1.0) for _ in range(17)]  # per hidden unit two weights and a bias, then five for the output
    losses = []
    for _ in range(steps + 1):
        weights = [Value(number) for number in numbers]
        out, loss = weights[12:], Value(0.0)
        for (x0, x1), target in XOR:
            score = out[4]
            for unit in range(4):
                w0, w1, bias = weights[3 * unit : 3 * unit + 3]
                score = score + out[unit] * (w0 * x0 + w1 * x1 + bias).tanh()
            loss = loss + (score - target) ** 2 / 4
        losses.append(float(loss.data))
        loss.backward()
        numbers = [float(weight.data) - lr * float(weight.grad) for weight in weights]
    return losses
