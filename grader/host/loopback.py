"""The direct transport: the same frames and the same runner, without a second process and without a wall.

For trusted code (references, mistakes) and for a person's own code under plain pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.guest.runner import Runner
from grader.wire.frames import Frame


class LoopbackChannel:
    """A channel whose other end is a Runner in this process. `answer` is called for the runner's questions."""

    def __init__(self) -> None:
        self.answer: Callable[[Frame], Frame] | None = None
        self._runner = Runner(self._ask, guarded=False)
        self._reply: Frame | None = None

    def send(self, envelope: bytes, blobs: Sequence[bytes]) -> None:
        self._reply = self._runner.handle((envelope, [bytearray(blob) for blob in blobs]))

    def receive(self) -> Frame:
        assert self._reply is not None, "receive comes after send"
        reply, self._reply = self._reply, None
        return reply[0], [bytearray(blob) for blob in reply[1]]

    def _ask(self, frame: Frame) -> Frame:
        assert self.answer is not None, "a session sets answer"
        return self.answer((frame[0], [bytearray(blob) for blob in frame[1]]))
