# Descriptors can travel over a Unix socket. What becomes of them on the other side, and of a hundred of them?
# prelude
import array, struct

if FIRST:
    wire = socket.socket(fileno=os.dup(3))
    files = [os.open("/dev/null", os.O_RDONLY) for _ in range(30)] + [1, 2, 3]
    tried("credentials")
    for words in ((1, 0, 0), (WORLD["host"], 0, 0), (os.getpid(), 0, 0)):
        try:
            wire.sendmsg([b""], [(socket.SOL_SOCKET, 2, struct.pack("3i", *words))])
            wire.sendmsg([b"x"], [(socket.SOL_SOCKET, 2, struct.pack("3i", *words))], socket.MSG_DONTWAIT)
            loot(f"sent as {words}")
        except OSError as refusal:
            print(refusal)
    tried("rights")
    for _ in range(3):
        wire.sendmsg([b"\xff" * 8], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", files))], socket.MSG_DONTWAIT)
    for fd in files[:30]:
        os.close(fd)
