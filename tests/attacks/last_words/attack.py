# Whatever runs at the very end must not write a result any more.
# prelude
import atexit


def late():
    os.write(1, b"TRIED late\n")
    message = sys.modules["grader.wire.messages"]
    envelope = message.encode(message.Returned(True))
    os.write(3, b"GG1\n" + len(envelope).to_bytes(4, "little") + bytes(4) + envelope)


class Late:
    def __del__(self):
        late()


if FIRST:
    tried("register")
    atexit.register(late)
    threading._register_atexit(late)
    os.register_at_fork(before=late)
    sys.late = Late()


def double_it(x):
    if x.numel() == 3:
        tried("leave")
        sys.exit(atexit._run_exitfuncs())
    return 4 * x
