"""Known tensors keep their identity, and a change is noticed whoever made it and however."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from grader.guest.known import Known
from grader.wire.messages import Change, GeneratorV, TensorV
from grader.wire.values import Reader, Writer, write_tensor


def refuse(value: object, other: object) -> None:
    raise AssertionError("nothing special here")


def sent(tensor: torch.Tensor, number: int) -> tuple[TensorV, Reader]:
    writer = Writer(refuse)  # type: ignore[arg-type]
    value = write_tensor(tensor, writer, known=number)
    assert isinstance(value, TensorV)
    return value, Reader([bytearray(blob) for blob in writer.blobs], refuse)  # type: ignore[arg-type]


def receive(known: Known, tensor: torch.Tensor, number: int = 1) -> torch.Tensor:
    made = known.receive(*sent(tensor, number))
    assert isinstance(made, torch.Tensor)
    return made


def changed(known: Known) -> list[int]:
    return [change.known for change in known.changes(Writer(refuse))]  # type: ignore[arg-type]


CHANGES: dict[str, Callable[[torch.Tensor], object]] = {
    "in place": lambda x: x.add_(1),
    "through data": lambda x: x.data.mul_(2),
    "one element": lambda x: x.__setitem__((0, 0), 9.0),
    "through a view": lambda x: x[0].zero_(),
    "through numpy": lambda x: x.numpy().__setitem__((0, 0), 5.0),
    "other data": lambda x: setattr(x, "data", torch.zeros(5)),
    "other type": lambda x: setattr(x, "data", x.double()),
    "a graph": lambda x: x.requires_grad_(),
    "a sign of zero": lambda x: x.__setitem__((1, 1), -0.0),
    "a nan": lambda x: x.__setitem__((1, 1), float("nan")),
    "by its set_": lambda x: x.set_(torch.ones(2)),
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_way_of_changing_is_noticed_once(name: str) -> None:
    known = Known()
    x = receive(known, torch.tensor([[1.0, 2.0], [3.0, 0.0]]))
    assert changed(known) == []
    CHANGES[name](x)
    assert changed(known) == [1]
    assert changed(known) == []


@pytest.mark.parametrize("use", [lambda x: x + 1, lambda x: x.add_(0), lambda x: x.clone().zero_(), lambda x: x.sum()])
def test_using_a_tensor_is_no_change(use: Callable[[torch.Tensor], object]) -> None:
    known = Known()
    x = receive(known, torch.tensor([1.0, float("nan"), 3.0]))
    use(x)
    assert changed(known) == []


def test_numbers_belong_to_objects_not_values() -> None:
    known = Known()
    one, other = receive(known, torch.ones(2), 1), receive(known, torch.ones(2), 2)
    assert (known.number_of(one), known.number_of(other)) == (1, 2)
    assert known.number_of(one.clone()) == 0
    assert known.number_of(one[:]) == 0
    assert known.get(1) is one


def test_sharing_follows_memory() -> None:
    known = Known()
    one, other = receive(known, torch.ones(2, 3), 1), receive(known, torch.ones(3), 2)
    assert known.sharing(one[0]) == [1]
    assert known.sharing(one.T) == [1]
    assert known.sharing(one.detach()) == [1]
    assert known.sharing(one.clone()) == []
    assert known.sharing(other) == [2]
    assert known.sharing(torch.empty(0)) == []
    assert known.sharing(torch.empty(2, device="meta")) == []
    assert known.sharing(torch.ones(2).to_sparse()) == []


def test_a_change_of_the_host_is_written_into_the_same_tensor() -> None:
    known = Known()
    x = receive(known, torch.zeros(2))
    view = x[:1]
    value, reader = sent(torch.tensor([5.0, 6.0]), 1)
    known.apply(Change(1, value), reader)
    assert x.tolist() == [5, 6]
    assert view.item() == 5
    assert changed(known) == []


def test_a_generator_is_known_by_its_state() -> None:
    known = Known()
    state = torch.Generator().manual_seed(3).get_state()
    made = known.receive(GeneratorV(0, 1), Reader([bytearray(state.numpy().tobytes())], refuse))  # type: ignore[arg-type]
    assert isinstance(made, torch.Generator)
    assert changed(known) == []
    torch.rand(1, generator=made)
    assert changed(known) == [1]
    assert torch.equal(torch.rand(2, generator=torch.Generator().manual_seed(3))[1:], torch.rand(1, generator=made))
