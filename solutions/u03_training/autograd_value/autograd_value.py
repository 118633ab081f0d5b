"""Reverse-mode automatic differentiation of scalars.

The method is described in "Automatic Differentiation in Machine Learning: a Survey" (Baydin, Pearlmutter, Radul, Siskind,
2018), section 3.2. Every operation notes its operands and the slope towards each of them; `backward` is then the same for
all operations.
"""

import math


class Value:
    """A float and its place in a computation: `data`, `grad`, and privately the operands with their local slopes."""

    def __init__(self, data: float, _parents: tuple["Value", ...] = (), _op: str = ""):
        self.data = float(data)
        self.grad = 0.0
        self._parents = _parents
        self._slopes: tuple[float, ...] = ()  # d(self)/d(parent), one for each parent
        self._op = _op

    def __add__(self, other: "Value | float") -> "Value":
        other = _wrap(other)
        return _node("+", self.data + other.data, (self, 1.0), (other, 1.0))

    def __radd__(self, other: float) -> "Value":
        return self + other

    def __mul__(self, other: "Value | float") -> "Value":
        other = _wrap(other)
        return _node("*", self.data * other.data, (self, other.data), (other, self.data))

    def __rmul__(self, other: float) -> "Value":
        return self * other

    def __neg__(self) -> "Value":
        return _node("neg", -self.data, (self, -1.0))

    def __sub__(self, other: "Value | float") -> "Value":
        other = _wrap(other)
        return _node("-", self.data - other.data, (self, 1.0), (other, -1.0))

    def __rsub__(self, other: float) -> "Value":
        return _wrap(other) - self

    def __truediv__(self, other: "Value | float") -> "Value":
        other = _wrap(other)
        quotient = self.data / other.data
        return _node("/", quotient, (self, 1.0 / other.data), (other, -quotient / other.data))

    def __rtruediv__(self, other: float) -> "Value":
        return _wrap(other) / self

    def __pow__(self, exponent: float) -> "Value":
        return _node("**", self.data**exponent, (self, exponent * self.data ** (exponent - 1)))

    def exp(self) -> "Value":
        result = math.exp(self.data)
        return _node("exp", result, (self, result))

    def log(self) -> "Value":
        """The natural logarithm; math.log raises the ValueError for numbers that are not positive."""
        return _node("log", math.log(self.data), (self, 1.0 / self.data))

    def tanh(self) -> "Value":
        t = math.tanh(self.data)
        return _node("tanh", t, (self, 1.0 - t * t))

    def sigmoid(self) -> "Value":
        s = 1.0 / (1.0 + math.exp(-self.data))  # math.exp overflows only above 709
        return _node("sigmoid", s, (self, s * (1.0 - s)))

    def relu(self) -> "Value":
        return _node("relu", max(self.data, 0.0), (self, 1.0 if self.data > 0 else 0.0))

    def backward(self, grad: float = 1.0) -> None:
        """Add grad * d(self)/d(node) to `node.grad` of every node that self depends on.

        What flows in this call is kept apart from `node.grad`, which may still hold the sums of earlier calls.
        """
        flow = {self: grad}
        for node in _users_first(self):
            arrived = flow[node]  # complete: everything that uses this node came before it
            node.grad += arrived
            for parent, slope in zip(node._parents, node._slopes):
                flow[parent] = flow.get(parent, 0.0) + slope * arrived


def _wrap(number: "Value | float") -> Value:
    """A plain number becomes a constant in the graph; a Value stays what it is."""
    return number if isinstance(number, Value) else Value(number)


def _node(op: str, data: float, *operands: tuple[Value, float]) -> Value:
    """The result of an operation, with its operands and the slope towards each."""
    out = Value(data, tuple(parent for parent, _ in operands), op)
    out._slopes = tuple(slope for _, slope in operands)
    return out


def _users_first(root: Value) -> list[Value]:
    """All nodes under `root`, each after every node that uses it (reverse topological order).

    Depth first with a stack of our own, because a training graph is deeper than Python's call stack. A node is put on the
    stack twice: the second time, below its parents, it comes up when all of them are listed.
    """
    parents_first: list[Value] = []
    seen: set[Value] = set()
    stack = [(root, False)]
    while stack:
        node, parents_listed = stack.pop()
        if parents_listed:
            parents_first.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            stack.extend((parent, False) for parent in node._parents)
    return parents_first[::-1]
