"""Wrong and also-right programs of autograd_value."""

import torch

from grader.checks import correct, mistake

ONE_WALK = """        flow = {self: grad}
        for node in _users_first(self):
            arrived = flow[node]  # complete: everything that uses this node came before it
            node.grad += arrived
            for parent, slope in zip(node._parents, node._slopes):
                flow[parent] = flow.get(parent, 0.0) + slope * arrived
"""

SORTED = """    parents_first: list[Value] = []
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
"""

MISTAKES = [
    mistake(
        "overwrites_instead_of_adds",
        "Try y = x + x: two paths lead back to x, and only the last one survives.",
        swap=(
            ONE_WALK,
            """        self.grad = grad
        for node in _users_first(self):
            for parent, slope in zip(node._parents, node._slopes):
                parent.grad = slope * node.grad
""",
        ),
        caught_by="test_shared_nodes",
    ),
    mistake(
        "breadth_first",
        "A node may hand its gradient on only after everything that uses it is finished; the order of discovery is not that order.",
        swap=(
            SORTED,
            """    found = [root]
    seen = {root}
    for node in found:
        for parent in node._parents:
            if parent not in seen:
                seen.add(parent)
                found.append(parent)
    return found
""",
        ),
        caught_by="test_shared_nodes",
    ),
    mistake(
        "leaks_between_calls",
        "Call backward twice on the same result: gradients stored by the first call leak into the second.",
        swap=(
            ONE_WALK,
            """        self.grad += grad
        for node in _users_first(self):
            for parent, slope in zip(node._parents, node._slopes):
                parent.grad += slope * node.grad
""",
        ),
        caught_by="test_adds_up",
    ),
    mistake(
        "resets_old_gradients",
        "Two results that share an input should both leave their mark on it; what happens to the first one's?",
        swap=("node.grad += arrived", "node.grad = arrived"),
        caught_by="test_adds_up",
    ),
    mistake(
        "product_uses_own_factor",
        "For a product, the slope towards one factor is the other one.",
        swap=("(self, other.data), (other, self.data)", "(self, self.data), (other, other.data)"),
        caught_by="test_local_slopes",
    ),
    mistake(
        "power_rule_exponent",
        "Check x ** 2 at x = 3 by hand: how does the exponent change when you differentiate?",
        swap=("self.data ** (exponent - 1)", "self.data**exponent"),
        caught_by="test_local_slopes",
    ),
    mistake(
        "tanh_slope_from_input",
        "The short formula for the slope of tanh is written in terms of its output, not of its input.",
        swap=("1.0 - t * t", "1.0 - self.data * self.data"),
        caught_by="test_local_slopes",
    ),
    mistake(
        "relu_slope_at_zero",
        "At exactly zero this course takes the flat side.",
        swap=("1.0 if self.data > 0 else 0.0", "1.0 if self.data >= 0 else 0.0"),
        caught_by="test_local_slopes",
    ),
    mistake(
        "subtraction_sign_lost",
        "Raising the second term of a difference lowers the result.",
        swap=(
            "self.data - other.data, (self, 1.0), (other, -1.0)",
            "self.data - other.data, (self, 1.0), (other, 1.0)",
        ),
        caught_by="test_numbers_both_sides",
    ),
    mistake(
        "recursion",
        "Python's call stack is shallower than a long training graph: keep the nodes still to visit in a list of your own.",
        swap=(
            SORTED,
            """    parents_first: list[Value] = []
    seen: set[Value] = set()

    def visit(node: Value) -> None:
        if node in seen:
            return
        seen.add(node)
        for parent in node._parents:
            visit(parent)
        parents_first.append(node)

    visit(root)
    return parents_first[::-1]
""",
        ),
        caught_by="test_deep_chain",
    ),
    mistake(
        "sigmoid_mirrored",
        "For a large positive number the sigmoid should be close to one: where does yours end up?",
        swap=("math.exp(-self.data))  #", "math.exp(self.data))  #"),
        caught_by="test_forward_values",
    ),
]

CLOSURES = '''"""Every node carries a function that hands its gradient on; it is never called on a gradient of an earlier call."""

import math
from typing import Callable


class Value:
    """A number with a function that says how much of a gradient goes to which operand."""

    def __init__(self, data, _parents=(), _op=""):
        self.data = data
        self.grad = 0.0
        self._prev = _parents
        self._shares: Callable = lambda g: ()

    def _new(self, data, parents, shares):
        out = Value(data, parents)
        out._shares = shares
        return out

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._new(self.data + other.data, (self, other), lambda g: (g, g))

    __radd__ = __add__

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return self._new(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data))

    __rmul__ = __mul__

    def __pow__(self, exponent):
        return self._new(self.data**exponent, (self,), lambda g: (g * exponent * self.data ** (exponent - 1),))

    def __neg__(self):
        return self * -1

    def __sub__(self, other):
        return self + (-other)

    def __rsub__(self, other):
        return (-self) + other

    def __truediv__(self, other):
        return self * other**-1

    def __rtruediv__(self, other):
        return other * self**-1

    def exp(self):
        out = self._new(math.exp(self.data), (self,), lambda g: (g * out.data,))
        return out

    def log(self):
        return self._new(math.log(self.data), (self,), lambda g: (g / self.data,))

    def tanh(self):
        out = self._new(math.tanh(self.data), (self,), lambda g: (g * (1 - out.data**2),))
        return out

    def sigmoid(self):
        x = self.data
        s = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
        return self._new(s, (self,), lambda g: (g * s * (1 - s),))

    def relu(self):
        return self._new(max(0, self.data), (self,), lambda g: (g * (self.data > 0),))

    def backward(self, grad=1.0):
        order, state, todo = [], {}, [self]
        while todo:
            node = todo[-1]
            if id(node) not in state:
                state[id(node)] = "open"
                todo.extend(parent for parent in node._prev if id(parent) not in state)
            else:
                todo.pop()
                if state[id(node)] == "open":
                    state[id(node)] = "listed"
                    order.append(node)
        stored = [node.grad for node in order]
        for node in order:
            node.grad = 0.0
        self.grad = grad
        for node in reversed(order):
            for parent, share in zip(node._prev, node._shares(node.grad)):
                parent.grad += share
        for node, before in zip(order, stored):
            node.grad += before
'''

COUNTED = '''"""A node is handed on as soon as the last of its users has reported (counting users, after Kahn 1962)."""

import math
from collections import Counter, deque


class Value:
    """A number, the numbers it came from, and the slopes towards them."""

    __slots__ = ("data", "grad", "_parents", "_op", "_edges")

    def __init__(self, data: float, _parents: tuple["Value", ...] = (), _op: str = ""):
        self.data, self.grad, self._parents, self._op = data, 0.0, _parents, _op
        self._edges = ()

    @staticmethod
    def _make(data, *edges):
        out = Value(data, tuple(node for node, _ in edges if isinstance(node, Value)))
        out._edges = tuple((node, slope) for node, slope in edges if isinstance(node, Value))
        return out

    @staticmethod
    def _number(thing):
        return thing.data if isinstance(thing, Value) else thing

    def __add__(self, other):
        return self._make(self.data + self._number(other), (self, 1), (other, 1))

    def __radd__(self, other):
        return self._make(other + self.data, (self, 1))

    def __mul__(self, other):
        b = self._number(other)
        return self._make(self.data * b, (self, b), (other, self.data))

    def __rmul__(self, other):
        return self._make(other * self.data, (self, other))

    def __neg__(self):
        return self._make(-self.data, (self, -1))

    def __sub__(self, other):
        return self._make(self.data - self._number(other), (self, 1), (other, -1))

    def __rsub__(self, other):
        return self._make(other - self.data, (self, -1))

    def __truediv__(self, other):
        b = self._number(other)
        return self._make(self.data / b, (self, 1 / b), (other, -self.data / b**2))

    def __rtruediv__(self, other):
        return self._make(other / self.data, (self, -other / self.data**2))

    def __pow__(self, exponent):
        return self._make(math.pow(self.data, exponent), (self, exponent * math.pow(self.data, exponent - 1)))

    def exp(self):
        return self._make(math.exp(self.data), (self, math.exp(self.data)))

    def log(self):
        if self.data <= 0:
            raise ValueError("log needs a number above 0")
        return self._make(math.log(self.data), (self, 1 / self.data))

    def tanh(self):
        return self._make(math.tanh(self.data), (self, 1 - math.tanh(self.data) ** 2))

    def sigmoid(self):
        s = 0.5 * (1 + math.tanh(self.data / 2))
        return self._make(s, (self, s * (1 - s)))

    def relu(self):
        return self._make(self.data if self.data > 0 else 0.0, (self, 1 if self.data > 0 else 0))

    def backward(self, grad: float = 1.0) -> None:
        waiting = Counter()
        found, stack = {self}, [self]
        while stack:
            for parent, _ in stack.pop()._edges:
                waiting[parent] += 1
                if parent not in found:
                    found.add(parent)
                    stack.append(parent)
        sums = dict.fromkeys(found, 0.0)
        sums[self] = grad
        ready = deque([self])
        while ready:
            node = ready.popleft()
            node.grad += sums[node]
            for parent, slope in node._edges:
                sums[parent] += slope * sums[node]
                waiting[parent] -= 1
                if not waiting[parent]:
                    ready.append(parent)
'''

ALSO_CORRECT = [
    correct("closures", source=CLOSURES),
    correct("counts_users", source=COUNTED),
    correct(  # operands exist before results: serial numbers are an order that needs no search
        "creation_order",
        swaps=[
            (
                SORTED,
                SORTED.replace(
                    "return parents_first[::-1]", "return sorted(seen, key=lambda n: n._serial, reverse=True)"
                ),
            ),
            ("import math\n", "import itertools\nimport math\n\n_serials = itertools.count()\n"),
            ("        self.grad = 0.0\n", "        self.grad = 0.0\n        self._serial = next(_serials)\n"),
        ],
    ),
]

LARGE = """
p = a * b + c
q = (p - d) / (a ** 2 + 1)
r = q.tanh() + p.sigmoid() * q
s = (r * r + 1.5).log() - 2 / d
t = (p + r + 3).relu() + (s * 0.3).exp() + (-p).relu()
z = t * q - -s + (3 - b) * c ** 1.5
"""


def probe(m):
    """Small programs, each about one idea; where wrong ideas come in several versions, only a property is recorded."""

    def run(program, backwards=(("z", None),), **inputs):
        return m.kit.run(m.Value, program, inputs, list(backwards))

    def slopes(program, backwards=(("z", None),), **inputs):
        grad = run(program, backwards, **inputs)["grad"]
        return {name: grad[name] for name in inputs}

    def large_is_right():
        inputs = {"a": 0.8, "b": 1.3, "c": 0.4, "d": 2.1}
        leaves = {
            name: torch.tensor(number, dtype=torch.float64, requires_grad=True) for name, number in inputs.items()
        }
        names = dict(leaves)
        exec(LARGE, {}, names)  # noqa: S102
        names["z"].backward()
        got = run(LARGE, **inputs)
        return abs(got["data"]["z"] - names["z"].item()) < 1e-9 and all(
            abs(got["grad"][name] - leaf.grad.item()) < 1e-6 for name, leaf in leaves.items()
        )

    def second_call():
        once, twice = (
            slopes("s = x * y\nt = s * 3\nz = t + s", [("z", None)] * calls, x=2.0, y=5.0) for calls in (1, 2)
        )
        for word, factor in (("doubles", 2), ("changes nothing", 1)):
            if all(abs(twice[name] - factor * once[name]) < 1e-9 for name in once):
                return word
        return "something else"

    return {
        "large expression is right": large_is_right,
        "a second backward": second_call,
        "shared, grad 2": lambda: slopes("s = x * x\nz = s + s * x", [("z", 2.0)], x=3.0),
        "two roots over one leaf": lambda: slopes("u = x * y\nv = x + y", [("u", None), ("v", None)], x=2.0, y=5.0),
        "product": lambda: slopes("z = x * y", x=2.0, y=5.0),
        # at -1 a subtraction made of a product by -1 does not care for a wrong product rule
        "difference": lambda: slopes("z = x - y", x=2.0, y=-1.0),
        "square at 3": lambda: slopes("z = x ** 2", x=3.0),
        "tanh": lambda: slopes("z = x.tanh()", x=0.7),
        "relu at 0": lambda: slopes("z = x.relu()", x=0.0),
        "sigmoid of 2": lambda: run("z = x.sigmoid()", x=2.0)["data"]["z"],
        "chain of 20,000": lambda: m.kit.chain(m.Value, 20_000)["data"],
    }
