"""What counts as the same, and what a difference says: kind, place, share, worst index, got, expected, allowed."""

from __future__ import annotations

import math
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks import CheckFailed, close, ensure
from grader.checks.comparing import DTYPE, Manner, difference, number, shown
from grader.checks.rules import RULES, recognised
from grader.checks.tolerance import tolerance
from grader.report.model import Difference
from grader.wire.values import Named, Opaque

EXACT_AS_USUAL = Manner()
Point = namedtuple("Point", "x y")


def found(actual: object, expected: object, **manner: Any) -> Difference:
    difference_ = difference(actual, expected, Manner(**manner))
    assert difference_ is not None
    return difference_


def same(actual: object, expected: object, **manner: Any) -> bool:
    return difference(actual, expected, Manner(**manner)) is None


@pytest.fixture(params=["float64", "float32"])
def run_dtype(request: pytest.FixtureRequest) -> Iterator[torch.dtype]:
    """The dtype of the run, by which plain floats are compared."""
    token = DTYPE.set(getattr(torch, request.param))
    yield DTYPE.get()
    DTYPE.reset(token)


# The same


VALUES: list[Any] = [
    None,
    True,
    0,
    2**70,
    1.5,
    math.nan,
    math.inf,
    -math.inf,
    "text",
    torch.float32,
    [],
    (),
    {},
    [1, (2, {"a": None})],
    torch.tensor([1.0, math.nan, math.inf, -math.inf]),
    torch.zeros(0, 3),
    torch.tensor(5),
    torch.tensor([True, False]),
    torch.tensor([1 + 2j, complex(math.nan, 0)]),
    Named("Point", ["x", "y"], [1, torch.ones(2)]),
    torch.ones(2, dtype=torch.float16),
    torch.ones(2, dtype=torch.bfloat16),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: ascii(value)[:40])
def test_a_value_is_the_same_as_itself(value: object) -> None:
    assert same(value, value)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
        max_leaves=15,
    )
)
def test_any_plain_value_is_the_same_as_itself_and_another_than_its_list(value: Any) -> None:
    assert same(value, value)
    assert not same([value], value)


def test_named_tuples_from_both_sides_are_the_same() -> None:
    assert same(Named("Point", ["x", "y"], [1, 2]), Point(1, 2))
    assert same(Named("Other", ["x", "y"], [1, 2]), Named("Point", ["x", "y"], [1, 2]))  # the name is free


def test_the_order_of_keys_is_free() -> None:
    assert same({"a": 1, "b": 2}, {"b": 2, "a": 1})


# Tolerances


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("size", [1e-3, 1.0, 1e3])
def test_tensors_may_differ_by_the_tolerance_of_their_type(dtype: torch.dtype, size: float) -> None:
    allowed = tolerance(dtype)
    expected = torch.full((3,), size, dtype=torch.float64)
    bound = allowed.atol + allowed.rtol * size
    if torch.finfo(dtype).eps * size < 0.3 * bound:
        assert same((expected + 0.5 * bound).to(dtype), expected.to(dtype))
    assert not same((expected + 3 * bound).to(dtype), expected.to(dtype))


def test_many_steps_are_allowed_more_in_float32_only() -> None:
    one = torch.ones(1)
    assert not same(one + 5e-4, one)
    assert same(one + 5e-4, one, steps=True)
    assert not same(one.double() + 5e-4, one.double(), steps=True)


def test_whole_numbers_and_bools_are_exact() -> None:
    assert not same(torch.tensor([10**9]), torch.tensor([10**9 + 1]))
    assert not same(torch.tensor([True]), torch.tensor([False]))
    assert not same(10**9, 10**9 + 1, rtol=1.0)


def test_plain_floats_follow_the_type_of_the_run(run_dtype: torch.dtype) -> None:
    assert same(1 + 5e-5, 1.0) is (run_dtype is torch.float32)
    assert same(1 + 1e-8, 1.0)


def test_a_check_may_set_its_own_tolerance() -> None:
    assert same(torch.ones(1) * 1.05, torch.ones(1), rtol=0.1)
    assert same(0.05, 0.0, atol=0.1)
    assert not same(torch.ones(1) + 1e-7, torch.ones(1), rtol=0.0, atol=0.0)


def test_infinities_are_the_same_only_with_their_sign() -> None:
    assert not same(math.inf, -math.inf)
    assert not same(1e308, math.inf)
    assert not same(math.inf, 1e308, rtol=1.0)
    assert not same(torch.tensor([math.inf]), torch.tensor([-math.inf]))
    assert not same(torch.tensor([1e30]), torch.tensor([math.inf]))


# Differences


def test_a_tensor_difference_says_where_and_how_much() -> None:
    expected = torch.zeros(3, 4, dtype=torch.float64)
    actual = expected.clone()
    actual[0, 1], actual[2, 3], actual[1, 0] = 0.1, -7.5, 0.2
    told = found(actual, expected)
    assert (told.what, told.kind) == ("the result", "values")
    assert (told.differing, told.total, told.worst) == (3, 12, (2, 3))
    assert (told.got, told.expected, told.allowed) == ("-7.5", "0", "1e-09")
    assert (told.got_shape, told.expected_dtype) == ((3, 4), "float64")


def test_the_worst_element_is_the_one_furthest_beyond_what_is_allowed() -> None:
    expected = torch.tensor([1e6, 1.0], dtype=torch.float64)
    told = found(expected + torch.tensor([2.0, 1.9], dtype=torch.float64), expected)
    assert told.worst == (1,)  # off by less, but allowed far less
    assert told.differing == 2


def test_nan_is_the_worst_of_all() -> None:
    told = found(torch.tensor([100.0, math.nan]), torch.zeros(2))
    assert told.worst == (1,)
    assert told.kind == "not finite"
    assert told.got == "nan"


def test_nan_where_nan_is_expected_is_no_matter_of_finiteness() -> None:
    assert found(torch.tensor([1.0, 5.0]), torch.tensor([math.nan, 5.0])).kind == "values"


def test_a_number_alone_has_no_index() -> None:
    told = found(torch.tensor(2.0), torch.tensor(1.0))
    assert told.worst == ()
    assert (told.differing, told.total) == (1, 1)


def test_complex_numbers_are_compared() -> None:
    told = found(torch.tensor([1 + 1j, 2 + 0j]), torch.tensor([1 + 1j, 2 + 2j]))
    assert (told.worst, told.differing) == ((1,), 1)


KINDS: dict[str, tuple[Any, Any, str]] = {
    "another shape": (torch.zeros(2, 3), torch.zeros(3, 2), "shape"),
    "another length": (torch.zeros(4), torch.zeros(3), "shape"),
    "an axis too many": (torch.ones(1, 3), torch.ones(3), "extra axis"),
    "an axis too few": (torch.ones(3), torch.ones(3, 1), "extra axis"),
    "an axis too many, and other values": (torch.ones(1, 3), torch.zeros(3), "shape"),
    "a tensor of one for a number": (torch.ones(1), torch.tensor(1.0), "extra axis"),
    "another type of element": (torch.ones(2), torch.ones(2, dtype=torch.float64), "dtype"),
    "whole numbers": (torch.ones(2, dtype=torch.int64), torch.ones(2), "dtype"),
    "a graph": (torch.ones(2, requires_grad=True), torch.ones(2), "gradient"),
    "nan": (torch.tensor([math.nan]), torch.zeros(1), "not finite"),
    "nothing": (None, torch.ones(2), "type"),
    "a list for a tensor": ([1.0, 1.0], torch.ones(2), "type"),
    "a float for a tensor": (1.0, torch.tensor(1.0), "type"),
    "a tensor for a float": (torch.tensor(1.0), 1.0, "type"),
    "a list for a tuple": ([1], (1,), "type"),
    "a tuple for a list": ((1,), [1], "type"),
    "a tuple for a named one": ((1, 2), Point(1, 2), "type"),
    "a named tuple with other fields": (
        Named("P", ["a", "b"], [1, 2]),
        Named("P", ["x", "y"], [1, 2]),
        "values",
    ),
    "an int for a float": (1, 1.0, "type"),
    "a bool for an int": (True, 1, "type"),
    "an int for a bool": (1, True, "type"),
    "text for a number": ("1", 1, "type"),
    "another length of list": ([1, 2], [1], "length"),
    "other keys": ({"a": 1}, {"b": 1}, "keys"),
    "a key too many": ({"a": 1, "b": 2}, {"a": 1}, "keys"),
    "another text": ("a", "b", "values"),
    "another dtype": (torch.float32, torch.float64, "values"),
    "something uncarried": (Opaque("a sparse tensor"), torch.ones(2), "type"),
    "another number": (1.0, 2.0, "values"),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_difference_is_told(name: str) -> None:
    actual, expected, kind = KINDS[name]
    told = found(actual, expected)
    assert told.kind == kind
    assert told.got
    assert told.expected
    with pytest.raises(CheckFailed) as failed:
        close(actual, expected)
    assert failed.value.difference == told
    assert failed.value.rationale


def test_the_place_within_a_structure_is_named() -> None:
    good = {"weights": [torch.zeros(2), torch.zeros(2)], "state": Point(1.0, 2.0)}
    assert found({**good, "state": Point(1.0, 3.0)}, good).what == "state.y"
    assert found({**good, "weights": [torch.zeros(2), torch.ones(2)]}, good).what == "weights[1]"
    assert found([{"a": 1}], [{"a": 2}]).what == "the result[0]['a']"
    assert found(3, 4).what == "the result"


def test_the_first_difference_in_reading_order_is_told() -> None:
    assert found([1, 9, 9], [1, 2, 3]).what == "the result[1]"


def test_close_names_what_the_author_named() -> None:
    with pytest.raises(CheckFailed, match=r"^the weights"):
        close(torch.zeros(2), torch.ones(2), what="the weights")


def test_ensure_says_its_sentence() -> None:
    ensure(True, "never said")
    ensure([1], "never said")
    with pytest.raises(CheckFailed, match=r"^Return nothing\.$"):
        ensure(0, "Return nothing.")


def test_named_tuples_with_other_fields_are_shown_apart() -> None:
    told = found(Named("P", ["a", "b"], [1, 2]), Named("P", ["x", "y"], [1, 2]))
    assert told.got != told.expected


@pytest.mark.parametrize("value", [10**5000, -(10**5000)], ids=["positive", "negative"])
def test_a_number_of_thousands_of_digits_is_no_trouble(value: int) -> None:
    assert len(str(found(value, 3))) < 1000


def test_many_long_keys_are_told_in_a_few_words() -> None:
    assert len(str(found({"k" * 10_000 + str(number): 1 for number in range(100)}, {"a": 1}))) < 2000


@pytest.mark.filterwarnings("error")
def test_complex_numbers_with_an_axis_too_many_give_no_warning() -> None:
    assert found(torch.ones(1, 2, dtype=torch.complex64), torch.ones(2)).kind in ("shape", "extra axis", "dtype")


SHOWN: list[tuple[Any, str]] = [
    (None, "None"),
    (True, "the bool True"),
    (3, "the int 3"),
    (10**40, f"the int {10**40}"),
    (10**400, "an int of 1329 bits"),
    (0.1 + 0.2, "the float 0.3"),
    ("x" * 100, "'" + "x" * 57 + "...'"),
    ([1, 2], "a list of 2"),
    ({}, "a dict of 0"),
    ((), "a tuple of 0"),
    (torch.ones(2, 3), "a float32 tensor of shape (2, 3)"),
    (torch.tensor(2), "a int64 tensor of shape () = 2"),
    (Opaque("a sparse tensor"), "a sparse tensor"),
]


@pytest.mark.parametrize(("value", "words"), SHOWN, ids=lambda value: ascii(value)[:30])
def test_values_are_shown_in_a_few_words(value: object, words: str) -> None:
    assert shown(value) == words


def test_numbers_are_shown_with_six_digits() -> None:
    assert [number(value) for value in (1 / 3, 1e-12, 12345678.0, math.nan, -math.inf, 7, True)] == [
        "0.333333",
        "1e-12",
        "1.23457e+07",
        "nan",
        "-inf",
        "7",
        "True",
    ]


# Rules


RECOGNISED: dict[str, tuple[Any, Any]] = {
    "returns_nothing": (None, torch.ones(2)),
    "loses_precision": (torch.ones(2), torch.ones(2, dtype=torch.float64)),
    "tracks_gradients": (torch.ones(2, requires_grad=True), torch.ones(2)),
    "number_type": (1.0, torch.tensor(1.0)),
    "extra_axis": (torch.ones(1, 3), torch.ones(3)),
    "not_finite": (torch.tensor([math.inf, 1.0]), torch.zeros(2)),
}


@pytest.mark.parametrize("rule", RECOGNISED)
def test_mistakes_of_every_exercise_are_recognised_by_rule(rule: str) -> None:
    actual, expected = RECOGNISED[rule]
    assert recognised(found(actual, expected)) == (rule, RULES[rule])
    with pytest.raises(CheckFailed) as failed:
        close(actual, expected)
    assert (failed.value.rule, failed.value.hint) == (rule, RULES[rule])


def test_a_number_the_other_way_round_is_recognised_too() -> None:
    assert recognised(found(torch.tensor(1.0), 1.0))[0] == "number_type"
    assert recognised(found(torch.tensor(1), 1))[0] == "number_type"


def test_the_wrong_device_is_recognised() -> None:
    assert recognised(Difference(what="", kind="device", got="cpu", expected="cuda"))[0] == "wrong_device"


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (torch.ones(2), torch.zeros(2)),
        (torch.zeros(3), torch.zeros(2)),
        (torch.ones(2, dtype=torch.float64), torch.ones(2)),
        (torch.ones(2, dtype=torch.int32), torch.ones(2, dtype=torch.float64)),
        (torch.ones(2), 1.0),
        ("text", torch.ones(2)),
        ({"a": 1}, {"b": 1}),
        (1, 2),
    ],
)
def test_ordinary_differences_are_recognised_as_nothing(actual: object, expected: object) -> None:
    assert recognised(found(actual, expected)) == ("", "")
