"""A number that remembers where it came from, and finds every derivative in one walk back."""

import math


class Value:
    """A float and its place in a computation.

    `data` is the number (a float). `grad` is 0.0 at first; `backward` adds derivatives to it. Everything else is
    yours to
    design: nobody outside the class looks at it. Operations take Values or plain numbers and return new Values.
    """

    def __init__(self, data: float, _parents: tuple["Value", ...] = (), _op: str = ""):
        """Hold `data`.

        `_parents` are the Values it was computed from and `_op` the name of the operation, for your own use.
        """
        raise NotImplementedError

    def __add__(self, other: "Value | float") -> "Value":
        """Return self + other."""
        raise NotImplementedError

    def __radd__(self, other: float) -> "Value":
        """Return other + self, where other is a plain number."""
        raise NotImplementedError

    def __mul__(self, other: "Value | float") -> "Value":
        """Return self * other."""
        raise NotImplementedError

    def __rmul__(self, other: float) -> "Value":
        """Return other * self, where other is a plain number."""
        raise NotImplementedError

    def __neg__(self) -> "Value":
        """Return -self."""
        raise NotImplementedError

    def __sub__(self, other: "Value | float") -> "Value":
        """Return self - other."""
        raise NotImplementedError

    def __rsub__(self, other: float) -> "Value":
        """Return other - self, where other is a plain number."""
        raise NotImplementedError

    def __truediv__(self, other: "Value | float") -> "Value":
        """Return self / other."""
        raise NotImplementedError

    def __rtruediv__(self, other: float) -> "Value":
        """Return other / self, where other is a plain number."""
        raise NotImplementedError

    def __pow__(self, exponent: float) -> "Value":
        """Return self ** exponent; the exponent is a plain number, not a Value."""
        raise NotImplementedError

    def exp(self) -> "Value":
        """Return e to the power of self."""
        raise NotImplementedError

    def log(self) -> "Value":
        """Return the natural logarithm of self. Raise ValueError where self is not positive."""
        raise NotImplementedError

    def tanh(self) -> "Value":
        """Return the hyperbolic tangent of self."""
        raise NotImplementedError

    def sigmoid(self) -> "Value":
        """Return 1 / (1 + e^-self). Neither the value nor its slope overflows for numbers between -700 and 700."""
        raise NotImplementedError

    def relu(self) -> "Value":
        """Return the larger of self and 0. The slope at exactly 0 is 0."""
        raise NotImplementedError

    def backward(self, grad: float = 1.0) -> None:
        """Add grad * d(self)/d(node) to `node.grad` of every node that self depends on, itself included.

        It adds exactly that on every call: gradients stored earlier stay, and never enter the computation. Each node is
        visited once, so the time is linear in the size of the graph; chains of 20,000 operations work.
        """
        raise NotImplementedError
