"""What crosses the wire, both ways, on the direct transport and over a real process boundary behind the wall."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch

from grader.checks import named, on_cpu, shares_memory
from grader.checks.failure import CheckFailed, StudentRaised
from grader.wire.values import DTYPES, Named, Opaque

ECHO = "def echo(x): return x\n"


@pytest.mark.parametrize(
    "value",
    [
        *(None, True, False, 0, -1, 2**63, 2**200, -(2**90), 0.5, -0.0, math.inf, "text", "", "ü€\n"),
        *([], [1, [2, (3, "x")]], (), (1,), {}, {"a": [None, {"b": (1.5,)}]}),
    ],
)
def test_plain_values_come_back_as_they_were(far: Any, value: object) -> None:
    m = far.load(ECHO)
    back = m.echo(value)
    assert back == value
    assert type(back) is type(value)
    if isinstance(value, float):
        assert math.copysign(1, back) == math.copysign(1, value)


def test_nan_and_lone_surrogates_cross(far: Any) -> None:
    m = far.load("def odd(): return float('nan'), 'a' + chr(0xD800)\n")
    number, text = m.odd()
    assert math.isnan(number)
    assert text.startswith("a")


@pytest.mark.parametrize("dtype", DTYPES.values(), ids=str)
@pytest.mark.parametrize("shape", [(), (0,), (2, 3), (1, 0, 2)], ids=str)
def test_tensors_of_every_dtype_and_shape_come_back(far: Any, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    m = far.load("def copy(x): return x.clone()\n")
    sent = (torch.rand(shape) * 3).to(dtype)
    back = m.copy(sent)
    assert back.dtype == dtype
    assert torch.equal(back, sent)


def test_a_named_tuple_comes_back_with_its_fields(far: Any) -> None:
    m = far.load(
        "from typing import NamedTuple\nclass Fit(NamedTuple):\n    w: int\n    history: list\n"
        "def fit(): return Fit(3, [1.0])\n"
    )
    fit = m.fit()
    assert isinstance(fit, Named)
    assert (fit.w, fit.history, fit.fields) == (3, [1.0], ("w", "history"))


def test_a_tensor_changed_in_place_changes_on_our_side_also_through_data(far: Any) -> None:
    m = far.load("def add(x):\n    x += 1\ndef sneak(x):\n    x.data = x.data * 2\n")
    mine = torch.tensor([1.0, 2.0])
    assert m.add(mine) is None
    assert mine.tolist() == [2.0, 3.0]
    m.sneak(mine)
    assert mine.tolist() == [4.0, 6.0]


def test_an_object_that_keeps_a_tensor_changes_it_in_a_later_call(far: Any) -> None:
    m = far.load(
        "class Opt:\n    def __init__(self, params): self.params = params; self.t = 0\n"
        "    def step(self):\n        self.t += 1\n        for p in self.params: p.sub_(1)\n"
    )
    mine = torch.zeros(3)
    opt = m.Opt([mine])
    opt.step()
    opt.step()
    assert mine.tolist() == [-2.0] * 3
    assert opt.t == 2


def test_what_we_change_is_seen_over_there(far: Any) -> None:
    m = far.load(
        "class Keep:\n    def __init__(self, x): self.x = x\n    def total(self): return float(self.x.sum())\n"
    )
    mine = torch.ones(3)
    keep = m.Keep(mine)
    mine.mul_(5)
    assert keep.total() == 15.0


def test_the_very_tensor_comes_back_as_itself_and_views_say_whose_memory_they_share(far: Any) -> None:
    m = far.load("def same(x): return x\ndef view(x): return x[1:]\ndef copy(x): return x + 0\n")
    mine = torch.arange(4.0)
    assert m.same(mine) is mine
    assert shares_memory(m.view(mine), mine)
    assert not shares_memory(m.copy(mine), mine)


def test_a_non_contiguous_tensor_stays_non_contiguous(far: Any) -> None:
    m = far.load("def stride(x):\n    x.mul_(2)\n    return x.stride(), x.is_contiguous()\n")
    base = torch.arange(6.0).reshape(2, 3)
    turned = base.T
    assert m.stride(turned) == ((1, 3), False)
    assert torch.equal(base, torch.arange(6.0).reshape(2, 3) * 2)


def test_a_generator_moves_on_as_if_it_had_been_used_here(far: Any) -> None:
    m = far.load("import torch\ndef draw(g): return torch.rand(3, generator=g)\n")
    mine, twin = torch.Generator().manual_seed(7), torch.Generator().manual_seed(7)
    assert torch.equal(m.draw(mine), torch.rand(3, generator=twin))
    assert torch.equal(m.draw(mine), torch.rand(3, generator=twin))
    assert torch.equal(mine.get_state(), twin.get_state())


def test_iterators_context_managers_items_and_operators_work(far: Any) -> None:
    m = far.load(
        "class V:\n    def __init__(self, x): self.x = x\n"
        "    def __add__(self, o): return V(self.x + getattr(o, 'x', o))\n"
        "    __radd__ = __add__\n    def __neg__(self): return V(-self.x)\n    def __len__(self): return 4\n"
        "    def __getitem__(self, i): return self.x * i\n    def __iter__(self): return iter([1, 2])\n"
        "    def __enter__(self): self.x = 100; return self\n    def __exit__(self, *e): self.x = -1\n"
        "    def __float__(self): return float(self.x)\n"
        "def count(n):\n    for i in range(n): yield i\n"
    )
    v = m.V(3)
    assert (v + m.V(4)).x == 7
    assert (2 + v).x == 5
    assert (-v).x == -3
    assert len(v) == 4
    assert v[5] == 15
    assert list(v) == [1, 2]
    assert list(m.count(3)) == [0, 1, 2]
    assert float(v) == 3.0
    v.x = 8
    assert v.x == 8
    with v as entered:
        assert entered.x == 100
    assert v.x == -1


def test_a_temporary_object_lives_as_long_as_its_method_call(far: Any) -> None:
    m = far.load("class A:\n    def __init__(self): self.n = 1\n    def get(self): return self.n\n")
    assert [m.A().get() for _ in range(20)] == [1] * 20


def test_functions_and_objects_can_be_passed_back(far: Any) -> None:
    m = far.load("def twice(f, x): return f(f(x))\ndef inc(x): return x + 1\ndef both(f, g, x): return f(x), g(x)\n")
    assert m.twice(m.inc, 1) == 3
    assert m.both(m.inc, m.inc, 1) == (2, 2)


def test_a_function_of_the_check_is_called_back_with_plain_values(far: Any) -> None:
    m = far.load("def apply(f, x): return f(x, scale=2) + 1\n")
    seen = []

    def ours(x: torch.Tensor, scale: int) -> torch.Tensor:
        seen.append(scale)
        return x * scale

    assert m.apply(ours, torch.ones(2)).tolist() == [3.0, 3.0]
    assert seen == [2]


def test_public_names_and_cpu_marks_pass_as_arguments(far: Any) -> None:
    m = far.load("def use(f, a, b, perm): return f(a, b), perm.device.type\n")
    loss, device = m.use(named(torch.nn.functional.mse_loss), torch.zeros(2), torch.ones(2), on_cpu(torch.arange(2)))
    assert float(loss) == 1.0
    assert device == "cpu"
    with pytest.raises(ValueError, match="not a public name"):
        named(print)


def test_an_exception_comes_as_text_with_the_students_own_line(far: Any) -> None:
    m = far.load("def deep(x):\n    return inner(x)\ndef inner(x):\n    return x / 0\n")
    with pytest.raises(StudentRaised) as caught:
        m.deep(1)
    assert caught.value.type_name == "ZeroDivisionError"
    assert caught.value.where is not None
    assert (caught.value.where.line, caught.value.where.source) == (4, "return x / 0")


def test_a_huge_message_is_cut(far: Any) -> None:
    m = far.load("def shout(): raise RuntimeError('x' * 10**6)\n")
    with pytest.raises(StudentRaised) as caught:
        m.shout()
    assert len(caught.value.message) <= 2000


def test_what_has_no_plain_value_comes_as_words(far: Any) -> None:
    m = far.load(
        "import torch\ndef sparse(): return torch.eye(2).to_sparse()\n"
        "def meta(): return torch.empty(2, device='meta')\n"
        "def vast(): return torch.zeros(1).expand(10**12)\ndef big(): return 1 << 10**6\n"
    )
    for name, words in (("sparse", "sparse"), ("meta", "meta"), ("vast", "too large"), ("big", "bits")):
        result = getattr(m, name)()
        assert isinstance(result, Opaque)
        assert words in result.text


def test_each_check_begins_with_a_fresh_module_and_a_reset_torch(far: Any) -> None:
    m = far.load(
        "import torch\nseen = []\ndef once():\n    seen.append(1)\n    return len(seen)\n"
        "def meddle():\n    torch.set_default_dtype(torch.float64)\n    torch.set_grad_enabled(False)\n"
        "def state(): return str(torch.get_default_dtype()), torch.is_grad_enabled(), float(torch.rand(()))\n"
    )
    first = m.state()
    assert m.once() == 1
    m.meddle()
    far.session.begin(0)
    assert m.once() == 1
    assert m.state() == first


def test_comparisons_never_run_on_the_students_side(far: Any) -> None:
    m = far.load(
        "class Liar:\n    def __eq__(self, o): return True\n    def __lt__(self, o): return True\n    __gt__ = __lt__\n"
        "    def __sub__(self, o): return 0.0\n    def __bool__(self): return True\ndef lie(): return Liar()\n"
    )
    liar = m.lie()
    for forged in (lambda: liar == 1, lambda: liar != 1, lambda: liar < 1, lambda: bool(liar), lambda: liar - 3.0):
        with pytest.raises(CheckFailed):
            forged()


def test_a_lying_tensor_subclass_arrives_as_the_numbers_it_holds(far: Any) -> None:
    m = far.load(
        "import torch\nclass Lying(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None): return True\n"
        "def lie(): return torch.zeros(3).as_subclass(Lying)\n"
    )
    result = m.lie()
    assert type(result) is torch.Tensor
    assert result.tolist() == [0.0] * 3


def test_an_endless_iterator_is_ended(far: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.host.proxy._MAX_ITEMS", 50)
    m = far.load("def forever():\n    while True: yield 1\n")
    with pytest.raises(CheckFailed, match="more than 50 items"):
        list(m.forever())
