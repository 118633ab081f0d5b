"""A guest that lies: the session takes nothing from it but plain values, in turn, and never too many."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch

from grader.checks import on_cpu
from grader.checks.failure import StudentRaised
from grader.host import session as session_module
from grader.host.proxy import Remote
from grader.host.session import Session
from grader.wire.errors import WireClosed, WireError
from grader.wire.frames import Frame
from grader.wire.messages import (
    Callback,
    CallbackV,
    Change,
    Do,
    GeneratorV,
    HandleV,
    KnownV,
    Line,
    Load,
    Loaded,
    PublicV,
    Raised,
    Ready,
    Returned,
    TensorV,
    ToHost,
    decode_to_guest,
    encode,
)


class Scripted:
    """A channel whose far end says what a test wrote down. `sent` are the host's messages."""

    def __init__(self) -> None:
        self.replies: list[Frame] = []
        self.sent: list[Any] = []

    def say(self, message: ToHost, blobs: Sequence[bytes] = ()) -> None:
        self.replies.append((encode(message), [bytearray(blob) for blob in blobs]))

    def send(self, envelope: bytes, blobs: Sequence[bytes]) -> None:
        self.sent.append(decode_to_guest(envelope))

    def receive(self) -> Frame:
        if not self.replies:
            raise WireClosed("the script is over")
        return self.replies.pop(0)


@pytest.fixture
def guest() -> Scripted:
    return Scripted()


@pytest.fixture
def there(guest: Scripted) -> Session:
    return Session(guest)


def ones(known: int = 0, shape: list[int] | None = None, **more: Any) -> TensorV:
    return TensorV(0, "float32", [2] if shape is None else shape, "cpu", False, known=known, **more)


BYTES = torch.ones(2).numpy().tobytes()
LOAD = Load("task", b"", None, [], [], [], "cpu")

OUT_OF_TURN: dict[str, tuple[ToHost, Callable[[Session], object]]] = {
    "a value for a file": (Returned(1), lambda there: there.load(LOAD)),
    "ready for a file": (Ready(), lambda there: there.load(LOAD)),
    "an exception for a file": (Raised("E", [], ""), lambda there: there.load(LOAD)),
    "loaded for a beginning": (Loaded(), lambda there: there.begin(0)),
    "a value for a beginning": (Returned(1), lambda there: there.begin(0)),
    "loaded for a call": (Loaded(), lambda there: there.module.f()),
    "ready for a call": (Ready(), lambda there: there.module.f()),
    "a call of nothing": (Callback(0), lambda there: there.module.f()),
    "a call of a negative number": (Callback(-1), lambda there: there.module.f()),
    "a call while a file is loaded": (Callback(0), lambda there: there.load(LOAD)),
}


@pytest.mark.parametrize("name", OUT_OF_TURN)
def test_an_answer_out_of_turn_is_refused(there: Session, guest: Scripted, name: str) -> None:
    message, question = OUT_OF_TURN[name]
    guest.say(message)
    with pytest.raises(WireError):
        question(there)


VALUES: dict[str, ToHost] = {
    "a tensor that was never sent": Returned(KnownV(1)),
    "a change of what was never sent": Returned(1, [Change(1, ones(1))]),
    "a change of number 0": Returned(1, [Change(0, ones())]),
    "a name of torch": Returned(PublicV("torch.load")),
    "a function of the check": Returned(CallbackV(0)),
    "a generator of its own": Returned(GeneratorV(0, 1)),
    "a change that is no value": Raised("E", [], "", None, [Change(9, ones(9))]),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_the_wrong_direction_is_refused(there: Session, guest: Scripted, name: str) -> None:
    guest.say(VALUES[name], [BYTES])
    with pytest.raises(WireError):
        there.module.f()


def test_a_tensor_cannot_become_a_generator(there: Session, guest: Scripted) -> None:
    x, generator = torch.zeros(2), torch.Generator()
    state = bytes(generator.get_state().numpy())
    for change, blob in [(Change(1, GeneratorV(0, 1)), state), (Change(2, ones(2)), BYTES)]:
        guest.say(Returned(1, [change]), [blob])
        with pytest.raises(WireError, match="changed its kind"):
            there.module.f(x, generator)
    assert x.tolist() == [0, 0]


@pytest.mark.parametrize("length", [0, 1, 5055, 5057, 100_000])
def test_a_state_of_a_generator_with_another_length_is_refused(there: Session, guest: Scripted, length: int) -> None:
    generator = torch.Generator().manual_seed(3)
    before = generator.get_state()
    guest.say(Returned(1, [Change(1, GeneratorV(0, 1))]), [bytes(length)])
    with pytest.raises(WireError):
        there.module.f(generator)
    assert torch.equal(generator.get_state(), before)


def test_a_state_of_a_generator_that_is_nonsense_is_refused(there: Session, guest: Scripted) -> None:
    guest.say(Returned(1, [Change(1, GeneratorV(0, 1))]), [b"\xff" * 5056])
    with pytest.raises(WireError):
        there.module.f(torch.Generator())


def test_a_change_of_shape_and_type_is_taken_as_the_students(there: Session, guest: Scripted) -> None:
    x = torch.zeros(3)
    guest.say(Returned(1, [Change(1, ones(1))]), [BYTES])
    there.module.f(x)
    assert x.tolist() == [1, 1]


def test_strides_of_a_guest_are_not_believed(there: Session, guest: Scripted) -> None:
    guest.say(Returned(ones(stride=[1 << 40])), [BYTES])
    assert there.module.f().stride() == (1,)


def test_shares_of_what_was_never_sent_are_ignored(there: Session, guest: Scripted) -> None:
    guest.say(Returned(ones(shares=[1, 7, -3])), [BYTES])
    came = there.module.f()
    assert came.origin.shares == []


def test_gradients_of_whole_numbers_are_ignored(there: Session, guest: Scripted) -> None:
    guest.say(Returned(TensorV(0, "int32", [2], "cpu", True)), [BYTES])
    assert not there.module.f().requires_grad


def test_names_and_messages_are_cut(there: Session, guest: Scripted) -> None:
    long = "x" * 1_000_000
    guest.say(Raised(long, ["ValueError"], long, Line(3, long, long)))
    with pytest.raises(StudentRaised) as caught:
        there.module.f()
    raised = caught.value
    assert (len(raised.type_name), len(raised.message)) == (100, 2000)
    assert raised.where is not None
    assert (len(raised.where.source), len(raised.where.function)) == (300, 100)
    guest.say(Returned(HandleV(5, long)))
    assert len(repr(there.module.f())) < 200
    guest.say(Returned(ones().__class__(0, "float32", [2], long, False)), [BYTES])
    assert len(there.module.f().origin.device) == 16


def test_bases_of_an_exception_are_bounded(there: Session, guest: Scripted) -> None:
    guest.say(Raised("E", ["x" * 1000] * 5000, ""))
    with pytest.raises(StudentRaised) as caught:
        there.module.f()
    assert sum(map(len, caught.value.bases)) < 10_000


def test_missing_names_are_names_that_were_asked_for(there: Session, guest: Scripted) -> None:
    guest.say(Loaded())
    there.load(Load("task", b"", None, ["f"], [], [], "cpu"))
    guest.say(Ready(["f", "x" * 1_000_000, "g"]))
    assert there.begin(0) == ["f"]


@pytest.mark.parametrize("handle", [2, 2**62, -5, -1, 0, 1])
def test_a_handle_is_only_a_number(there: Session, guest: Scripted, handle: int) -> None:
    guest.say(Returned(HandleV(handle, "Thing")))
    thing = there.module.f()
    assert isinstance(thing, Remote)
    guest.say(Raised("KeyError", ["KeyError"], str(handle)))
    with pytest.raises(StudentRaised):
        thing.method()


def test_a_line_that_is_no_line_is_only_a_number(there: Session, guest: Scripted) -> None:
    guest.say(Raised("E", [], "", Line(-(2**63))))
    with pytest.raises(StudentRaised):
        there.module.f()


def test_calls_back_without_end_are_ended(there: Session, guest: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "_MAX_CALLBACKS", 50)
    calls: list[int] = []
    for _ in range(60):
        guest.say(Callback(0))
    with pytest.raises(WireError, match="more than 50 times"):
        there.module.f(lambda: calls.append(1))
    assert len(calls) == 50


def test_a_call_back_with_more_names_than_values_is_harmless(there: Session, guest: Scripted) -> None:
    seen: list[dict[str, object]] = []
    guest.say(Callback(0, [1], ["a", "b", "c"], [2]))
    guest.say(Returned("done"))
    assert there.module.f(lambda *args, **kwargs: seen.append(kwargs)) == "done"
    assert seen in ([{"a": 2}], [])


def test_a_call_back_of_an_earlier_check_is_refused(there: Session, guest: Scripted) -> None:
    guest.say(Returned(1))
    there.module.f(lambda: 1)
    guest.say(Ready())
    there.begin(0)
    guest.say(Callback(0))
    with pytest.raises(WireError):
        there.module.f()


def test_a_line_that_closes_ends_a_call(there: Session) -> None:
    with pytest.raises(WireClosed):
        there.module.f()


# What a guest is told


def test_tensors_go_to_the_device_of_the_grading_and_marked_ones_stay(guest: Scripted) -> None:
    there = Session(guest, device="cuda")
    guest.say(Returned(1))
    there.module.f(torch.zeros(2), on_cpu(torch.zeros(2)), torch.Generator())
    (request,) = guest.sent
    assert isinstance(request, Do)
    kinds = [value.device if isinstance(value, TensorV) else type(value).__name__ for value in request.args]
    assert kinds == ["cuda", "cpu", "GeneratorV"]


def test_a_tensor_is_sent_once_and_named_afterwards(there: Session, guest: Scripted) -> None:
    x = torch.zeros(2)
    for _ in range(3):
        guest.say(Returned(1))
        there.module.f(x)
    first, second, third = guest.sent
    assert isinstance(first.args[0], TensorV)
    assert second.args == third.args == [KnownV(1)]
    assert second.changed == []


def test_what_the_check_changed_is_sent_once(there: Session, guest: Scripted) -> None:
    x = torch.zeros(2)
    for _ in range(3):
        guest.say(Returned(1))
    there.module.f(x)
    x += 1
    there.module.f()
    there.module.f()
    assert [len(request.changed) for request in guest.sent] == [0, 1, 0]


def test_a_guest_is_told_nothing_of_the_check(there: Session, guest: Scripted) -> None:
    """Of a function only a number crosses, of a check's failure not even its message."""

    def secret_name(x: object) -> None:
        raise KeyError("the expected value is 42")

    guest.say(Callback(0, [1]))
    guest.say(Returned(None))
    there.module.f(secret_name)
    assert "secret_name" not in str(guest.sent)
    assert "42" not in str(guest.sent)
