"""The nursery: torch and pytest imported once, forked into an examiner parent for each of many exercises.

It hears {"fork": true} with two descriptors, a control line and a file for what the process says to stderr, and answers
{"pid": n}. It holds nothing of any exercise.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys

from grader.host import examiner
from grader.wire.control import Control


def main(fd: int) -> None:
    """Entry: `fd` is the control line to the host."""
    control = Control(socket.socket(fileno=fd))
    examiner.warm(["optim"])
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    control.send({"ready": True})
    while (request := control.receive()) is not None:
        line, said = request[1]
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.close()
                os.dup2(said, 2)
                os.close(said)
                examiner.main(line)
                status = 0
            finally:
                os._exit(status)
        os.close(line)
        os.close(said)
        control.send({"pid": pid})
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
