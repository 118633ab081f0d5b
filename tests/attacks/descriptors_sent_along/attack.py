# Descriptors can travel with bytes (SCM_RIGHTS). The other side must neither keep nor run out of them.
# prelude
import array

if FIRST:
    tried("send")
    with socket.socket(fileno=os.dup(3)) as wire:
        for _ in range(20):
            ends = [fd for pair in [os.pipe() for _ in range(5)] for fd in pair] + [3, 1, 0]
            wire.sendmsg([b"G"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", ends))])
            for fd in ends[:10]:
                os.close(fd)
