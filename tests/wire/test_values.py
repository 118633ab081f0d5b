"""Every kind of value crosses in both directions and is the same afterwards; what can't cross is said in words."""

from __future__ import annotations

import math
from collections import OrderedDict, namedtuple
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.wire.ceilings import Ceilings
from grader.wire.errors import WireError
from grader.wire.messages import Do, OpaqueV, Returned, TensorV, Value, decode_to_guest, decode_to_host, encode
from grader.wire.values import DTYPES, Named, Opaque, Reader, Writer, write_tensor

Cross = Callable[[object], Any]


def special_out(value: object, writer: Writer) -> Value:
    if isinstance(value, torch.Tensor):
        return write_tensor(value, writer)
    raise TypeError(f"{type(value).__name__} is not a plain value")


def special_in(value: Value, reader: Reader) -> object:
    if isinstance(value, TensorV):
        return reader.tensor(value)
    raise WireError("not a plain value")


def to_host(value: object) -> object:
    writer = Writer(special_out)
    message = decode_to_host(encode(Returned(writer.write(value))))
    assert isinstance(message, Returned)
    return Reader(writer.blobs, special_in).read(message.value)


def to_guest(value: object) -> object:
    writer = Writer(special_out)
    message = decode_to_guest(encode(Do("call", 0, args=[writer.write(value)])))
    assert isinstance(message, Do)
    return Reader([bytearray(blob) for blob in writer.blobs], special_in).read(message.args[0])


@pytest.fixture(params=[to_host, to_guest], ids=["to the host", "to the guest"])
def cross(request: pytest.FixtureRequest) -> Cross:
    return request.param  # type: ignore[no-any-return]


def same(one: object, other: object) -> bool:
    """The very same value and type, bit for bit: nan is nan, -0.0 is not 0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float) and isinstance(other, float):
        return (math.isnan(one) and math.isnan(other)) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return one == other


PLAIN = [
    None,
    True,
    False,
    0,
    1,
    -1,
    2**63 - 1,
    -(2**63),
    2**63,
    2**64 - 1,
    2**64,
    -(2**63) - 1,
    10**100,
    -(10**100),
    2**16_383,
    0.0,
    -0.0,
    1.5,
    5e-324,
    1.7976931348623157e308,
    math.inf,
    -math.inf,
    math.nan,
    "",
    "plain",
    "ünïcode 梯度 🙂",
    "null \0 inside",
    "line\nbreak\ttab\x1b[31m",
    [],
    (),
    {},
    [1, 2.0, "three", None, True],
    (1, (2, (3, ()))),
    [[[[]]]],
    {"a": 1, "": 2, "b": {"c": [(), {}]}},
    [{"x": (1,)}, {"x": [1]}],
]


@pytest.mark.parametrize(
    "value", PLAIN, ids=lambda value: (hex(value) if isinstance(value, int) else ascii(value))[:30]
)
def test_plain_values_come_out_as_they_went_in(cross: Cross, value: object) -> None:
    assert same(cross(value), value)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner)
            | st.lists(inner).map(tuple)
            | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
        ),
        max_leaves=20,
    )
)
def test_any_plain_value_comes_out_as_it_went_in(value: object) -> None:
    assert same(to_host(value), value)
    assert same(to_guest(value), value)


def test_lone_surrogates_become_question_marks(cross: Cross) -> None:
    assert cross("a\ud800b") == "a?b"
    assert cross({"key\udfff": 1}) == {"key?": 1}


def test_a_bool_stays_a_bool_and_an_int_an_int(cross: Cross) -> None:
    assert type(cross(True)) is bool
    assert type(cross(1)) is int
    assert type(cross(1.0)) is float


def test_kinds_derived_from_plain_ones_become_plain(cross: Cross) -> None:
    class Whole(int):
        pass

    class Text(str):
        pass

    class Real(float):
        pass

    for value, plain in [(Whole(3), 3), (Text("x"), "x"), (Real(0.5), 0.5), (OrderedDict(b=1, a=2), {"b": 1, "a": 2})]:
        assert same(cross(value), plain)


class Step(NamedTuple):
    size: float
    direction: Any


def test_named_tuples_keep_their_names_and_fields(cross: Cross) -> None:
    came = cross(Step(0.5, [1, 2]))
    assert isinstance(came, Named)
    assert (came.type_name, came.fields) == ("Step", ("size", "direction"))
    assert came == (0.5, [1, 2])
    assert came.size == 0.5
    assert came.direction == [1, 2]
    with pytest.raises(AttributeError, match=r"Step has no field 'speed'"):
        _ = came.speed


def test_named_tuples_made_by_the_old_function_and_empty_ones_cross(cross: Cross) -> None:
    assert cross(namedtuple("Old", "a b")(1, 2)).b == 2
    assert cross(namedtuple("Nothing", "")()) == ()


@pytest.mark.parametrize("name", sorted(DTYPES))
def test_dtypes_cross_as_themselves(cross: Cross, name: str) -> None:
    assert cross(DTYPES[name]) is getattr(torch, name)


def of_dtype(dtype: torch.dtype) -> torch.Tensor:
    """A tensor of this dtype with its awkward values."""
    if dtype == torch.bool:
        return torch.tensor([[True, False], [False, True]])
    if dtype.is_floating_point or dtype.is_complex:
        awkward = torch.tensor([0.0, -0.0, math.inf, -math.inf, math.nan, 1.5, -2.25, 6e-5])
        return (awkward * (1 + 1j) if dtype.is_complex else awkward).to(dtype).reshape(2, 4)
    low, high = torch.iinfo(dtype).min, torch.iinfo(dtype).max
    return torch.tensor([[low, high, 0, 1]], dtype=dtype)


def bits(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().reshape(-1).view(torch.uint8).numpy().tobytes() if tensor.numel() else b""


@pytest.mark.parametrize("name", sorted(DTYPES))
@pytest.mark.parametrize("shape", ["whole", "0-dim", "empty"])
def test_tensors_of_every_type_keep_every_bit(cross: Cross, name: str, shape: str) -> None:
    tensor = of_dtype(DTYPES[name])
    tensor = {"whole": tensor, "0-dim": tensor.reshape(-1)[1].clone(), "empty": tensor[:0]}[shape]
    came = cross(tensor)
    assert (came.dtype, came.shape) == (tensor.dtype, tensor.shape)
    assert bits(came) == bits(tensor)


@pytest.mark.parametrize("shape", [(0,), (3, 0, 2), (0, 0), (1,) * 16, (2, 3, 4, 5)])
def test_tensors_keep_their_shape(cross: Cross, shape: tuple[int, ...]) -> None:
    assert cross(torch.zeros(shape)).shape == shape


def views() -> dict[str, torch.Tensor]:
    whole = torch.arange(24, dtype=torch.float64).reshape(4, 6)
    complex_numbers = torch.complex(whole, -whole)
    return {
        "transposed": whole.T,
        "every second column": whole[:, ::2],
        "one column": whole[:, 3],
        "expanded": whole[:1].expand(5, 6),
        "flipped": whole.flip(0),
        "permuted": whole.reshape(2, 3, 4).permute(2, 0, 1),
        "unfolded": whole.reshape(-1).unfold(0, 5, 2),
        "an offset into memory": whole.reshape(-1)[7:],
        "conjugated": complex_numbers.conj(),
        "the imaginary part of a conjugate": complex_numbers.conj().imag,
        "channels last": torch.arange(48.0).reshape(1, 3, 4, 4).to(memory_format=torch.channels_last),
    }


@pytest.mark.parametrize("name", sorted(views()))
def test_views_arrive_with_the_values_they_show(cross: Cross, name: str) -> None:
    view = views()[name]
    came = cross(view)
    assert came.shape == view.shape
    assert torch.equal(came, view.resolve_conj().resolve_neg())


def test_a_tensor_with_a_graph_arrives_without_it(cross: Cross) -> None:
    leaf = torch.ones(2, requires_grad=True)
    came = cross([leaf, leaf * 2])
    assert [tensor.requires_grad for tensor in came] == [False, False]  # a side's hook decides about gradients
    assert torch.equal(came[1], torch.tensor([2.0, 2.0]))


def test_what_arrives_has_memory_of_its_own(cross: Cross) -> None:
    tensor = torch.zeros(3)
    came = cross(tensor)
    came += 1
    assert torch.equal(tensor, torch.zeros(3))


UNCARRIED: dict[str, Callable[[], object]] = {
    "a sparse tensor": lambda: torch.ones(2, 2).to_sparse(),
    "a tensor on the meta device, which has no values": lambda: torch.empty(3, device="meta"),
    "1000000000000 elements, too large to compare": lambda: torch.ones(1).expand(10**6, 10**6),
    "8000001 elements, too large to compare": lambda: torch.ones(8_000_001, dtype=torch.bool),
    "a tensor with 17 axes": lambda: torch.ones((1,) * 17),
    "a quantised tensor": lambda: torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.quint8),
    "a tensor of type torch.complex32": lambda: torch.zeros(2, dtype=torch.complex32),
    "a tensor of type torch.float8_e4m3fn": lambda: torch.zeros(2).to(torch.float8_e4m3fn),
    "a tensor of type torch.uint16": lambda: torch.zeros(2, dtype=torch.uint16),
    "an int of 16386 bits": lambda: 2**16_385,
    "a string of 300000 characters": lambda: "x" * 300_000,
    "a list of 200001 items": lambda: [None] * 200_001,
    "a tuple of 200001 items": lambda: (None,) * 200_001,
    "a dict of 200001 items": lambda: {str(number): number for number in range(200_001)},
}


@pytest.mark.parametrize("words", UNCARRIED)
@pytest.mark.filterwarnings("ignore:.*quantize_per_tensor:UserWarning", "ignore:.*ComplexHalf:UserWarning")
def test_what_cannot_be_carried_is_said_in_words(cross: Cross, words: str) -> None:
    came = cross(UNCARRIED[words]())
    assert isinstance(came, Opaque)
    assert words in came.text
    assert repr(came) == came.text


@pytest.mark.filterwarnings("ignore:.*nested tensors:UserWarning")
def test_a_nested_tensor_is_said_in_words(cross: Cross) -> None:
    nested = torch.nested.nested_tensor([torch.ones(2), torch.ones(3)], layout=torch.strided)
    assert cross(nested).text == "a nested tensor"


def test_containers_nested_too_deeply_are_said_in_words_at_that_depth(cross: Cross) -> None:
    deep: list[Any] = []
    for _ in range(40):
        deep = [deep]
    came, depth = cross(deep), 0
    while isinstance(came, list):
        came, depth = came[0], depth + 1
    assert isinstance(came, Opaque)
    assert (came.text, depth) == ("a list nested more than 32 deep", 32)


def test_a_list_that_holds_itself_ends_at_the_depth_ceiling(cross: Cross) -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    assert "nested more than 32 deep" in str(cross(loop))


def test_a_dict_with_other_keys_than_text_is_left_to_the_side(cross: Cross) -> None:
    with pytest.raises(TypeError, match="dict is not a plain value"):
        cross({1: 2})
    with pytest.raises(TypeError, match="dict is not a plain value"):
        cross({"a": 1, None: 2})


@pytest.mark.parametrize("value", [1j, b"bytes", {1, 2}, object(), len, range(3), slice(1), ..., bytearray(b"x")])
def test_everything_else_is_left_to_the_side(cross: Cross, value: object) -> None:
    with pytest.raises(TypeError, match="not a plain value"):
        cross(value)


def test_smaller_ceilings_hold_for_a_writer_that_is_given_them() -> None:
    writer = Writer(special_out, Ceilings(depth=1, items=2, text=40, int_bits=80))
    assert writer.write([[1]]) == writer.write([[1]])
    for value in ([[1]], [1, 2, 3], "more than ten characters", 2**81):
        written = writer.write(value)
        assert isinstance(written, OpaqueV) or isinstance(written.items[0], OpaqueV)  # type: ignore[union-attr]
