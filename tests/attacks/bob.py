# Another student's submission. It is right, and leaves its token wherever a submission can leave something.
import builtins
import fcntl
import json
import os
import sys
import time

TOKEN = "BOBS_TOKEN"
SLOW = False

if not hasattr(sys, "bob"):
    sys.bob = builtins.bob = TOKEN
    os.environ["BOB"] = TOKEN
    for folder in (os.getcwd(), "/dev/shm"):
        os.makedirs(f"{folder}/bob", exist_ok=True)
        with open(f"{folder}/bob/notes", "w") as file:
            file.write(TOKEN * 100)


def be_there():
    """Take a while, with a terminal and a lock in use, and open a file of the interpreter now and then."""
    lines = []
    try:
        lines = list(os.openpty())
        os.write(lines[1], TOKEN.encode())
        os.write(lines[0], TOKEN.encode() + b"\n")
    except OSError:
        pass  # there are no terminals
    lines.append(os.open(json.__file__, os.O_RDONLY))
    try:
        fcntl.flock(lines[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pass  # no locks are had
    for _ in range(12):
        time.sleep(0.1)
        with open(json.__file__) as file:
            file.read(10)
    for fd in lines:
        os.close(fd)


def double_it(x):
    if SLOW and not hasattr(sys, "slept") and x.numel() == 4:
        sys.slept = True
        be_there()
    if not x.is_floating_point():
        raise ValueError("a floating type is needed, says bob")
    return 2 * x
