"""What a check does with the module under test reads the same over both transports."""

from __future__ import annotations

import gc
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from grader.checks import CheckFailed, named
from grader.checks.failure import StudentRaised
from grader.host import proxy, session
from grader.host.proxy import Remote, type_name_of
from grader.host.session import Session
from grader.wire.values import Named, Opaque

Connect = Callable[..., Session]

MODULE = '''
import contextlib
import math
from typing import NamedTuple

import torch

LIMIT = 3


class Pair(NamedTuple):
    left: object
    right: object


class Number:
    """A number with operators, as an exercise on automatic gradients has it."""

    living = 0

    def __init__(self, value):
        self.value = value
        self.tag = {"made": "here"}
        type(self).living += 1

    def __del__(self):
        type(self).living -= 1

    def _of(self, other):
        return other.value if isinstance(other, Number) else other

    def __add__(self, other): return Number(self.value + self._of(other))
    def __radd__(self, other): return Number(self._of(other) + self.value)
    def __sub__(self, other): return Number(self.value - self._of(other))
    def __rsub__(self, other): return Number(self._of(other) - self.value)
    def __mul__(self, other): return Number(self.value * self._of(other))
    def __rmul__(self, other): return Number(self._of(other) * self.value)
    def __truediv__(self, other): return Number(self.value / self._of(other))
    def __rtruediv__(self, other): return Number(self._of(other) / self.value)
    def __floordiv__(self, other): return Number(self.value // self._of(other))
    def __mod__(self, other): return Number(self.value % self._of(other))
    def __pow__(self, other): return Number(self.value ** self._of(other))
    def __rpow__(self, other): return Number(self._of(other) ** self.value)
    def __matmul__(self, other): return Number(100 * self.value + self._of(other))
    def __neg__(self): return Number(-self.value)
    def __pos__(self): return Number(+self.value)
    def __abs__(self): return Number(abs(self.value))
    def __lt__(self, other): return self.value < self._of(other)
    def __le__(self, other): return self.value <= self._of(other)
    def __gt__(self, other): return self.value > self._of(other)
    def __ge__(self, other): return self.value >= self._of(other)
    def __float__(self): return float(self.value)
    def __int__(self): return int(self.value)
    def __bool__(self): return bool(self.value)

    def bump(self, by=1):
        self.value += by
        return self.value

    @property
    def double(self):
        return 2 * self.value


class Box:
    def __init__(self, *items): self.items = list(items)
    def __len__(self): return len(self.items)
    def __getitem__(self, index): return self.items[index]
    def __setitem__(self, index, value): self.items[index] = value
    def __delitem__(self, index): del self.items[index]
    def __contains__(self, item): return item in self.items
    def __iter__(self): return iter(self.items)
    def __enter__(self):
        self.items.append("entered")
        return self
    def __exit__(self, *error):
        self.items.append("left")
        return False


class Liar:
    """Equal to everything, smaller and larger, and every difference is zero."""
    def __eq__(self, other): return True
    def __hash__(self): return 0
    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __eq__
    def __bool__(self): return True
    def __sub__(self, other=None): return 0
    __rsub__ = __abs__ = __neg__ = __sub__


class Empty:
    def __len__(self): return "three"
    def __int__(self): return 1


def living(): return Number.living
def number(value): return Number(value)
def box(*items): return Box(*items)
def empty(): return Empty()
def liar(): return Liar()
def total(a, b=0, *rest, scale=1.0, **more): return (a + b + sum(rest) + sum(more.values())) * scale
def count_to(n):
    yield from range(n)
def for_ever():
    while True:
        yield 1
def fails_after(n):
    yield from range(n)
    raise ValueError("the loop broke")
def batches(x):
    for row in x:
        yield row, {"first": row[0]}
def echo(value): return value
def pair(): return Pair(1, torch.ones(2))
def kinds(*values): return [type(value).__name__ for value in values]
def is_same(one, other): return one is other
def value_of(number): return number.value
def call(f, *args, **kwargs): return f(*args, **kwargs)
def add_one(t): return t.add_(1)
def call_often(f, n): return [f(i) for i in range(n)]
def call_and_tell(f):
    try:
        return f()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
def things():
    plain = {"set": {1}, "bytes": b"x", "dict": {1: 2}, "complex": 1j}
    return {**plain, "function": len, "module": math, "none": None}
def opaque(name):
    return {
        "sparse": torch.ones(2).to_sparse(),
        "meta": torch.empty(2, device="meta"),
        "huge": torch.ones(1).expand(10**6, 10**6),
        "long": "x" * 300_000,
    }[name]
def dtype_of(x): return x.dtype
def of_dtype(dtype): return torch.zeros(1, dtype=dtype)
def change(x, f):
    x += 1
    seen = f(x)
    return seen, x.clone()
@contextlib.contextmanager
def lent(x):
    x += 1
    yield "inside"
    x += 10
'''

KIT = """
def apply(f, *args):
    return f(*args)

def make(cls, *args):
    return cls(*args)

class Recorder:
    def __init__(self):
        self.seen = []
    def __call__(self, x):
        self.seen.append(float(x))
        return x
"""


@pytest.fixture
def there(connect: Connect) -> Session:
    return connect(MODULE, kit=KIT)


@pytest.fixture
def module(there: Session) -> Any:
    return there.module


# Calls


def test_functions_are_called_with_every_kind_of_argument(module: Any) -> None:
    assert module.total(1) == 1.0
    assert module.total(1, 2, 3, 4) == 10.0
    assert module.total(1, b=2, scale=10, extra=4) == 70
    assert module.total(a=0.5) == 0.5
    assert module.echo(None) is None


VALUES = [None, True, 2**70, -0.0, math.inf, "text", [1, [2]], (1, (2,)), {"a": {"b": []}}]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_plain_values_go_there_and_back(module: Any, value: object) -> None:
    came = module.echo(value)
    assert came == value
    assert type(came) is type(value)
    assert module.kinds(value) == [type(value).__name__]


def test_nan_goes_there_and_back(module: Any) -> None:
    assert math.isnan(module.echo(math.nan))


def test_dtypes_go_there_and_back(module: Any) -> None:
    assert module.dtype_of(torch.zeros(1, dtype=torch.bfloat16)) is torch.bfloat16
    assert module.of_dtype(torch.complex64).dtype is torch.complex64


def test_named_tuples_come_with_names(module: Any) -> None:
    pair = module.pair()
    assert isinstance(pair, Named)
    assert pair.left == 1
    assert pair[1] is pair.right


def test_a_named_tuple_that_was_read_can_be_passed_on(module: Any) -> None:
    assert module.kinds(module.pair()) == ["tuple"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sparse", "a sparse tensor"),
        ("meta", "no values"),
        ("huge", "1000000000000 elements"),
        ("long", "a string of 300000 characters"),
    ],
)
def test_results_that_cannot_be_carried_come_as_words(module: Any, name: str, words: str) -> None:
    came = module.opaque(name)
    assert isinstance(came, Opaque)
    assert words in came.text


def test_all_else_stays_there(module: Any) -> None:
    came = module.things()
    assert {name: type_name_of(thing) for name, thing in came.items() if isinstance(thing, Remote)} == {
        "set": "set",
        "bytes": "bytes",
        "dict": "dict",
        "complex": "complex",
        "function": "function",
        "module": "module",
    }
    assert came["none"] is None
    assert repr(came["set"]) == "<a set object>"


# Objects


def test_objects_are_made_read_written_and_called(module: Any) -> None:
    one = module.Number(3)
    assert one.value == 3
    assert one.double == 6
    assert one.tag == {"made": "here"}
    assert one.bump() == 4
    assert one.bump(by=6) == 10
    one.value = 0.5
    assert one.value == 0.5
    one.fresh = [1, 2]
    assert one.fresh == [1, 2]
    assert repr(one) == "<a Number object>"


def test_an_attribute_is_read_as_of_now(module: Any) -> None:
    box = module.box(torch.zeros(2))
    before = box.items
    box.items.append(1)
    assert before[0].tolist() == [0, 0]
    assert len(box) == 1  # what was read is a copy


def test_an_object_can_be_passed_back(module: Any) -> None:
    one = module.number(5)
    assert module.value_of(one) == 5
    assert module.is_same(one, one)
    assert module.value_of(module.echo(one)) == 5
    assert module.kinds(one, [one]) == ["Number", "list"]


def test_functions_and_classes_can_be_passed_back(module: Any) -> None:
    assert module.call(module.total, 1, 2, scale=2) == 6
    assert module.value_of(module.call(module.Number, 8)) == 8
    assert module.kit.apply(module.value_of, module.number(5)) == 5


def test_a_method_can_be_held_and_called_later(module: Any) -> None:
    one = module.number(7)
    bound = one.bump
    assert bound() == 8
    assert bound(2) == 10
    assert one.value == 10


def test_a_method_can_be_passed_back(module: Any) -> None:
    one = module.number(5)
    assert module.call(one.bump, 2) == 7


def test_the_kit_lives_beside_the_module(module: Any) -> None:
    recorder = module.kit.Recorder()
    assert module.call(recorder, 2.5) == 2.5
    module.call_often(recorder, 3)
    assert recorder.seen == [2.5, 0, 1, 2]
    assert module.value_of(module.kit.make(module.Number, 4)) == 4


def test_the_kit_of_an_exercise_without_one_is_empty(connect: Connect) -> None:
    module = connect("def f(): return 1").module
    with pytest.raises(StudentRaised) as caught:
        module.kit.run()
    assert caught.value.type_name == "AttributeError"


def test_private_names_are_not_reached(module: Any) -> None:
    one = module.number(1)
    with pytest.raises(AttributeError, match="private name _of"):
        one._of(1)
    with pytest.raises(AttributeError, match="private name"):
        _ = module._hidden


def test_a_name_that_is_not_there_raises_as_it_would_here(module: Any) -> None:
    with pytest.raises(StudentRaised) as caught:
        module.nothing()
    assert caught.value.type_name == "AttributeError"
    with pytest.raises(StudentRaised):
        _ = module.number(1).nothing


# Operators


def test_arithmetic_works_on_both_sides_of_an_operator(module: Any) -> None:
    six, four = module.number(6), module.number(4)
    found = {
        "add": six + four,
        "radd": 1 + six,
        "sub": six - 1,
        "rsub": 1 - six,
        "mul": six * four,
        "rmul": 2 * six,
        "truediv": six / four,
        "rtruediv": 3 / six,
        "floordiv": six // 4,
        "mod": six % 4,
        "pow": six**2,
        "rpow": 2**four,
        "matmul": six @ four,
        "neg": -six,
        "pos": +six,
        "abs": abs(-six),
    }
    assert {name: number.value for name, number in found.items()} == {
        "add": 10,
        "radd": 7,
        "sub": 5,
        "rsub": -5,
        "mul": 24,
        "rmul": 12,
        "truediv": 1.5,
        "rtruediv": 0.5,
        "floordiv": 1,
        "mod": 2,
        "pow": 36,
        "rpow": 16,
        "matmul": 604,
        "neg": -6,
        "pos": 6,
        "abs": 6,
    }


def test_conversions_to_numbers_work(module: Any) -> None:
    two = module.number(2)
    assert float(two) == 2.0
    assert type(float(two)) is float
    assert int(two) == 2
    assert type(int(two)) is int


COMPARISONS: dict[str, Callable[[Any], object]] = {
    "equal": lambda liar: liar == 1,
    "equal to itself": lambda liar: liar == liar,
    "not equal": lambda liar: liar != 1,
    "less": lambda liar: liar < 1,
    "at most": lambda liar: liar <= 1,
    "more": lambda liar: liar > 1,
    "at least": lambda liar: liar >= 1,
    "truth": bool,
    "its opposite": lambda liar: not liar,
    "membership": lambda liar: 1 in liar,
    "membership in a list": lambda liar: liar in [1],
    "equal to a tensor": lambda liar: liar == torch.ones(1),
}


@pytest.mark.parametrize("name", COMPARISONS)
def test_an_object_is_never_asked_whether_it_is_equal(module: Any, name: str) -> None:
    """Its answer would be the student's own words: a liar equals everything."""
    with pytest.raises(CheckFailed, match="Liar object where a plain value"):
        COMPARISONS[name](module.liar())


def test_arithmetic_that_gives_plain_numbers_is_refused(module: Any) -> None:
    """Were a plain zero accepted, any difference could claim to be zero."""
    for compute in (lambda liar: liar - 1, lambda liar: 1 - liar, abs, lambda liar: -liar):
        with pytest.raises(CheckFailed, match="gave int instead of such an object"):
            compute(module.liar())


def test_an_operator_that_the_object_lacks_raises_there(module: Any) -> None:
    with pytest.raises(StudentRaised) as caught:
        _ = module.box() + 1
    assert caught.value.type_name == "TypeError"


def test_containers_are_read_and_written(module: Any) -> None:
    box = module.box(1, 2, 3)
    assert len(box) == 3
    assert box[0] == 1
    assert box[-1] == 3
    box[0] = [7]
    assert box[0] == [7]
    del box[0]
    assert list(box) == [2, 3]


def test_a_slice_of_an_object_is_refused_here(module: Any) -> None:
    with pytest.raises(TypeError, match="slice"):
        _ = module.box(1, 2, 3)[1:]


def test_a_length_that_is_no_number_is_the_students_fault(module: Any) -> None:
    with pytest.raises((CheckFailed, StudentRaised, TypeError)):
        len(module.empty())


# Iterators


def items(loop: Any) -> list[object]:
    """What a loop gives, without asking for its length first."""
    came = []
    for item in loop:
        came.append(item)
    return came


def test_a_list_can_be_made_from_an_iterator(module: Any) -> None:
    assert list(module.count_to(4)) == [0, 1, 2, 3]


def test_iterators_give_their_items(module: Any) -> None:
    assert items(module.count_to(4)) == [0, 1, 2, 3]
    assert items(module.count_to(0)) == []
    loop = module.count_to(2)
    assert next(loop) == 0
    assert next(loop) == 1
    with pytest.raises(StopIteration):
        next(loop)
    with pytest.raises(StopIteration):
        next(loop)


def test_a_loop_gives_tensors_and_containers(module: Any) -> None:
    x = torch.arange(4.0).reshape(2, 2)
    came = [(row.tolist(), more["first"].item()) for row, more in module.batches(x)]
    assert came == [([0, 1], 0), ([2, 3], 2)]


def test_two_loops_over_one_object_are_two(module: Any) -> None:
    box = module.box(1, 2)
    assert [(a, b) for a in box for b in box] == [(1, 1), (1, 2), (2, 1), (2, 2)]


def test_a_loop_that_breaks_raises_after_its_items(module: Any) -> None:
    came = []

    def collect() -> None:
        for item in module.fails_after(2):
            came.append(item)

    with pytest.raises(StudentRaised, match="the loop broke"):
        collect()
    assert came == [0, 1]


def test_a_loop_that_never_ends_is_ended(module: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proxy, "_MAX_ITEMS", 40)
    with pytest.raises(CheckFailed, match="more than 40 items"):
        items(module.for_ever())


def test_a_loop_over_what_is_no_loop_raises(module: Any) -> None:
    with pytest.raises(StudentRaised) as caught:
        list(module.number(1))
    assert caught.value.type_name == "TypeError"


# Context managers


def test_context_managers_are_entered_and_left(module: Any) -> None:
    box = module.box()
    with box as inside:
        assert box.items == ["entered"]
        assert inside.items == ["entered"]
    assert box.items == ["entered", "left"]


def test_a_context_manager_made_from_a_function_works(module: Any) -> None:
    x = torch.zeros(1)
    with module.lent(x) as word:
        assert word == "inside"
        assert x.item() == 1
    assert x.item() == 11


def test_a_context_manager_is_left_when_the_check_fails_within(module: Any) -> None:
    box = module.box()

    def fails() -> None:
        with box:
            raise CheckFailed("within")

    with pytest.raises(CheckFailed, match="within"):
        fails()
    assert box.items == ["entered", "left"]


# Callbacks


def test_a_function_of_the_check_is_called_with_plain_values(module: Any) -> None:
    seen: list[object] = []

    def note(*args: object, **kwargs: object) -> object:
        seen.append((args, kwargs))
        return {"n": len(seen)}

    assert module.call(note, 1, "two", three=[3]) == {"n": 1}
    assert module.call(note) == {"n": 2}
    assert seen == [((1, "two"), {"three": [3]}), ((), {})]


def test_tensors_cross_in_a_callback(module: Any) -> None:
    x = torch.zeros(2)
    values = []

    def look(y: torch.Tensor) -> float:
        values.append((y is x, y.tolist()))
        return y.sum()

    seen, after = module.change(x, look)
    assert values == [(True, [1, 1])]
    assert seen.item() == 2
    assert after.tolist() == [1, 1]


def test_what_a_callback_changes_in_a_tensor_is_seen_there(module: Any) -> None:
    x = torch.zeros(2)
    _, after = module.change(x, lambda y: y.add_(10))
    assert after.tolist() == [11, 11]
    assert x.tolist() == [11, 11]


def test_what_a_callback_changes_and_returns_is_the_very_tensor(module: Any) -> None:
    x = torch.zeros(1)
    assert module.is_same(x, x)
    assert module.call(lambda y: y, x) is x


def test_an_object_reaches_a_callback_as_a_handle(module: Any) -> None:
    one = module.number(3)
    assert module.call(lambda n: type_name_of(n), one) == "Number"
    assert module.value_of(module.call(lambda n: n, one)) == 3


def test_an_error_in_a_callback_is_an_error_there(module: Any) -> None:
    def breaks() -> None:
        raise KeyError("a secret of the check")

    said = module.call_and_tell(breaks)
    assert said == "RuntimeError: a function given by the check raised KeyError"


def test_a_failed_check_within_a_callback_fails_the_check(module: Any) -> None:
    def fails(x: object) -> None:
        raise CheckFailed("your function was called with the wrong thing")

    with pytest.raises(CheckFailed, match="the wrong thing"):
        module.call(fails, 1)


def test_the_check_after_one_that_failed_in_a_callback_is_not_disturbed(there: Session) -> None:
    def fails() -> None:
        raise CheckFailed("no")

    with pytest.raises((CheckFailed, StudentRaised)):
        there.module.call(fails)
    assert there.begin(1) == []
    assert there.module.total(1, 2) == 3


def test_a_callback_may_use_the_module_again(module: Any) -> None:
    one = module.number(20)
    assert module.call(lambda: module.total(1, 2) + one.value) == 23


def test_a_callback_may_use_the_module_which_calls_back(module: Any) -> None:
    assert module.call(lambda: module.call(lambda: module.call(lambda: module.total(1, 2)))) == 3
    assert module.total(3, 4) == 7


def test_what_the_module_raises_within_a_callback_is_raised_in_the_check(module: Any) -> None:
    def uses() -> None:
        with pytest.raises(StudentRaised, match="TypeError"):
            module.total()

    assert module.call(uses) is None
    with pytest.raises(StudentRaised, match="TypeError"):
        module.call(lambda: module.total())
    assert module.total(1, 2) == 3


def test_tensors_stay_in_step_within_a_callback(module: Any) -> None:
    weight, seen = torch.zeros(2), []

    def uses(given: torch.Tensor) -> None:
        given += 1
        assert module.add_one(given) is given
        seen.append(given.tolist())

    assert module.call(uses, weight) is None
    assert seen == [[2.0, 2.0]] and weight.tolist() == [2.0, 2.0]


def test_callbacks_within_callbacks_are_bounded_in_depth(module: Any) -> None:
    def deeper() -> object:
        return module.call(deeper)

    with pytest.raises(CheckFailed, match="more than 20 deep"):
        module.call(deeper)
    assert module.total(1, 2) == 3


def test_callbacks_are_bounded_in_number(there: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "_MAX_CALLBACKS", 30)
    assert there.module.call_often(lambda i: i, 30) == list(range(30))
    with pytest.raises(Exception, match="called more than 30 times"):
        there.module.call(lambda: 1)


# Public names of torch


def test_public_names_of_torch_are_passed_by_name(module: Any) -> None:
    x = torch.tensor([-1.0, 2.0])
    assert module.call(named(torch.nn.functional.relu), x).tolist() == [0, 2]
    assert type_name_of(module.call(named(torch.nn.Linear), 2, 3)) == "Linear"


@pytest.mark.parametrize(
    "name", ["os.system", "torch._C._cuda_init", "torch.nn.functional._x", "builtins.eval", "torch.__builtins__", ""]
)
def test_names_that_are_not_public_in_torch_are_refused_there(module: Any, name: str) -> None:
    from grader.checks.marks import Public

    with pytest.raises(Exception):  # noqa: B017, PT011 - refused, whatever the transport calls it
        module.call(Public(name))


@pytest.mark.parametrize("thing", [len, math.sqrt, torch.nn.functional._verify_batch_size, CheckFailed, 3])
def test_only_public_names_of_torch_can_be_named(thing: object) -> None:
    with pytest.raises(ValueError, match="not a public name of torch"):
        named(thing)


# What can't be passed


def test_an_object_of_the_check_cannot_be_passed(module: Any) -> None:
    with pytest.raises(TypeError, match=r"can't cross the wire: build it in kit\.py"):
        module.echo(object())


def test_a_sparse_tensor_of_the_check_cannot_be_passed(module: Any) -> None:
    with pytest.raises(TypeError, match="a sparse tensor"):
        module.echo(torch.ones(2).to_sparse())


def test_objects_of_two_modules_do_not_mix(connect: Connect) -> None:
    one, other = connect(MODULE).module, connect(MODULE).module
    with pytest.raises(TypeError, match="don't mix"):
        other.value_of(one.number(1))


# Handles and imports


def test_handles_that_are_dropped_here_are_dropped_there(module: Any) -> None:
    numbers = [module.number(i) for i in range(20)]
    assert module.living() == 20
    del numbers[5:]
    gc.collect()
    module.living()  # tells of the dropped ones
    assert module.living() == 5
    del numbers
    gc.collect()
    module.living()
    assert module.living() == 0


def test_results_that_are_never_kept_do_not_pile_up(module: Any) -> None:
    for _ in range(50):
        module.number(1)
    gc.collect()
    module.living()
    assert module.living() == 0


def test_each_check_begins_with_a_fresh_import(connect: Connect) -> None:
    there = connect("seen = []\ndef see(x):\n    seen.append(x)\n    return list(seen)\n")
    assert there.module.see(1) == [1]
    assert there.module.see(2) == [1, 2]
    there.begin(0)
    assert there.module.see(3) == [3]
    there.module.see = 5
    there.begin(0)
    assert there.module.see(4) == [4]


def test_objects_of_an_earlier_check_are_gone(there: Session) -> None:
    old = there.module.number(1)
    there.begin(0)
    with pytest.raises(StudentRaised):
        old.bump()
    assert there.module.number(2).value == 2


def test_names_that_are_missing_are_told_at_the_start(connect: Connect) -> None:
    there = connect("def one(): pass\ntwo = None\n", provides=["one", "two", "three", "four"], begin=False)
    assert there.begin(0) == ["three", "four"]


STATE = """
import random
import torch

def spoil():
    torch.set_default_dtype(torch.float64)
    torch.set_grad_enabled(False)
    torch.manual_seed(99)
    random.seed(99)

def state():
    return str(torch.get_default_dtype()), torch.is_grad_enabled(), str(torch.tensor(1.0).dtype)

def draws():
    return torch.rand(3), random.random()
"""


def test_global_settings_of_torch_are_reset_for_each_check(connect: Connect) -> None:
    there = connect(STATE)
    fresh = ("torch.float32", True, "torch.float32")
    try:
        assert there.module.state() == fresh
        there.module.spoil()
        assert there.module.state() == ("torch.float64", False, "torch.float64")
    finally:
        there.begin(0)
    assert there.module.state() == fresh


def test_random_numbers_follow_the_seed_of_a_check(connect: Connect) -> None:
    there = connect(STATE, seed=5)
    first = there.module.draws()
    there.module.spoil()
    there.begin(5)
    second = there.module.draws()
    there.begin(6)
    third = there.module.draws()
    assert torch.equal(first[0], second[0])
    assert first[1] == second[1]
    assert not torch.equal(first[0], third[0])
    assert first[1] != third[1]


# Large results


LARGE = """
import torch

def losses(n):
    return [torch.tensor(float(i)) for i in range(n)]

def texts(n):
    return ["x" * 200_000 for _ in range(n)]

def matrices(n):
    return [torch.zeros(1000, 1000, dtype=torch.float64) for _ in range(n)]
"""


def test_a_list_of_many_small_tensors_comes_over(connect: Connect) -> None:
    came = connect(LARGE).module.losses(4000)
    assert [item.item() for item in came] == list(range(4000))


@pytest.mark.parametrize(("name", "n"), [("losses", 5000), ("texts", 60), ("matrices", 13)])
def test_a_result_over_a_ceiling_leaves_the_module_alive(connect: Connect, name: str, n: int) -> None:
    """A list of 5000 losses is an honest answer: it comes over, or as words, and the module goes on."""
    module = connect(LARGE).module
    getattr(module, name)(n)
    assert len(module.losses(3)) == 3
