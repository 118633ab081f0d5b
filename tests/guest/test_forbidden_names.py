"""What an exercise forbids is found by reading the source and refused when the student's own code calls it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys

import pytest

from grader.guest.forbidden import Forbidden, builds_it_yourself, names_used, scan

RULES = Forbidden(
    ["torch.optim.*", "torch.Tensor.backward", "torch.softmax", "requires_grad=True", "torch.nn.*", "!torch.nn.Module"],
    ["torch", "math"],
)

FOUND: dict[str, tuple[str, int, str]] = {
    "a dotted name": ("import torch\ny = torch.softmax(x)\n", 2, "torch.softmax"),
    "an alias of a module": ("import torch as t\nt.softmax(x)\n", 2, "torch.softmax"),
    "an alias of a submodule": ("import torch.optim as o\n", 1, "torch.optim"),
    "a name from a module": ("from torch import softmax\n", 1, "torch.softmax"),
    "a name under another": ("from torch import softmax as s\n", 1, "torch.softmax"),
    "a package": ("from torch import optim\n", 1, "torch.optim"),
    "something below a package": ("import torch\ntorch.optim.lr_scheduler.StepLR\n", 2, "torch.optim.lr_scheduler"),
    "a class of a package": ("from torch.optim import SGD\n", 1, "torch.optim.SGD"),
    "a method of the class": ("import torch\ntorch.Tensor.backward(x)\n", 2, "torch.Tensor.backward"),
    "a keyword": ("import torch\ntorch.zeros(\n    3,\n    requires_grad=True,\n)\n", 4, "requires_grad=True"),
    "a keyword that is computed": ("import torch\ntorch.zeros(3, requires_grad=flag)\n", 2, "requires_grad=True"),
    "within a function": ("import torch\ndef f(x):\n    return torch.softmax(x, 0)\n", 3, "torch.softmax"),
    "within a class": ("import torch\nclass A:\n    def f(self): return torch.softmax\n", 3, "torch.softmax"),
    "another module": ("import os\n", 1, "doesn't use os"),
    "another module's name": ("from os.path import join\n", 1, "doesn't use os"),
    "a module within a function": ("def f():\n    import numpy as np\n", 2, "doesn't use numpy"),
    "a folder beside": ("from .solution import f\n", 1, "one file"),
    "the first of several": ("import os\nimport sys\n", 1, "doesn't use os"),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_forbidden_name_is_found_with_its_line(name: str) -> None:
    source, line, words = FOUND[name]
    finding = scan(ast.parse(source), RULES)
    assert finding is not None
    assert finding.line == line
    assert words in finding.message


ALLOWED = {
    "other names": "import torch\nimport math\ntorch.relu(x)\nmath.sqrt(2)\n",
    "an exception, imported": "from torch.nn import Module\n",
    "the way to an exception": "from torch import nn\nclass M(nn.Module):\n    pass\n",
    "a name of the student's own": "def softmax(x):\n    return x\nsoftmax(1)\n",
    "an attribute of an object": "class A:\n    optim = 1\nA().optim\n",
    "a keyword that is off": "import torch\ntorch.zeros(3, requires_grad=False)\n",
    "the future": "from __future__ import annotations\n",
    "a main guard": "import torch\nif __name__ == '__main__':\n    import os\n    torch.softmax(1)\n",
    "a main guard the other way round": "if '__main__' == __name__:\n    import os\n",
    "text": "'''import os; torch.softmax'''\n# import os\n",
    "nothing": "",
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_not_found(name: str) -> None:
    assert scan(ast.parse(ALLOWED[name]), RULES) is None


def test_an_exception_to_a_rule_can_be_written_in_full() -> None:
    assert scan(ast.parse("import torch\nclass M(torch.nn.Module):\n    pass\n"), RULES) is None


COVERED = {
    "torch.optim": True,
    "torch.optim.SGD": True,
    "torch.optim.lr_scheduler.StepLR": True,
    "torch.optimizer": False,
    "torch.softmax": True,
    "torch.softmax_": False,
    "torch.Tensor.backward": True,
    "torch.Tensor": False,
    "torch.nn.Module": False,
    "torch.nn.Linear": True,
    "torch": False,
}


@pytest.mark.parametrize("name", COVERED)
def test_rules_cover_names_and_what_lies_below(name: str) -> None:
    assert RULES.covers(name) is COVERED[name]


def test_the_message_says_what_to_do() -> None:
    assert builds_it_yourself("torch.softmax").endswith("take it out and write that part by hand.")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a.b.c = d", {"a", "b", "c", "d"}),
        ("from torch import softmax as s", {"softmax"}),
        ("f('softmax', 'not a name')", {"f", "softmax"}),
        ("getattr(a, b)", None),
        ("x.__dict__", None),
        ("eval('1')", None),
        ("import importlib\nimportlib.import_module('x')", None),
    ],
)
def test_names_that_a_source_may_use_are_collected(source: str, names: set[str] | None) -> None:
    found = names_used(ast.parse(source))
    assert found == names if names is None else found is not None and names <= found


GUARDED = '''
import json, sys
import torch
from grader.guest.forbidden import Forbidden, ForbiddenUse, guard, names_used
import ast

SOURCE = """
import torch
def direct(x): return torch.softmax(x, 0)
def by_name(x): return getattr(torch, "soft" + "max")(x, 0)
def method(x): return x.add(x)
def method_of_class(x): return getattr(torch.Tensor, "ad" + "d")(x, x)
def construct(): return vars(torch.optim)["SG" + "D"]([torch.zeros(1)], lr=0.1)
def inner(x): return torch.nn.functional.softmax(x, 0)
def allowed(x): return torch.relu(x)
def within(f, x): return f(x)
"""
rules = Forbidden(["torch.softmax", "torch.Tensor.add", "torch.optim.*"], ["torch"])
module = {"__name__": "task", "__file__": "/submission/task.py"}
exec(SOURCE, module)
guard(rules, names_used(ast.parse(SOURCE)), lambda names: names.get("__file__") == "/submission/task.py")

def tried(f, *args):
    try:
        f(*args)
        return "fine"
    except ForbiddenUse as refused:
        return "refused"

x = torch.ones(3)
names = ("direct", "by_name", "method", "method_of_class", "inner", "allowed")
found = {name: tried(module[name], x) for name in names}
found["construct"] = tried(module["construct"])
found["ours"] = tried(lambda: (torch.softmax(x, 0), x.add(x), torch.optim.SGD([x], lr=1)))
found["caught by except Exception"] = issubclass(ForbiddenUse, Exception)
print(json.dumps(found))
'''


def test_calls_of_forbidden_names_are_refused_from_the_students_module_only() -> None:
    """In a process of its own: guarding can't be undone."""
    done = subprocess.run([sys.executable, "-c", GUARDED], capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == {
        "direct": "refused",
        "by_name": "refused",
        "method": "refused",
        "method_of_class": "refused",
        "construct": "refused",
        "inner": "fine",
        "allowed": "fine",
        "ours": "fine",
        "caught by except Exception": False,
    }
