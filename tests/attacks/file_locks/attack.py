# A lock belongs to the file, not to the namespace: two guests that work together could talk through it.
# prelude
import fcntl

if FIRST:
    tried("flock")
    fd = os.open(json.__file__, os.O_RDONLY)
    for _ in range(20):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            fcntl.flock(fd, fcntl.LOCK_UN)
        except BlockingIOError:
            loot("a neighbour holds the lock")
            break
        except OSError as refusal:
            print(refusal)
            break
        time.sleep(0.02)
    tried("lease")
    for kind in (fcntl.F_WRLCK, fcntl.F_RDLCK):
        try:
            fcntl.fcntl(fd, fcntl.F_SETLEASE, kind)
            loot("a lease on a file of the interpreter")
        except OSError:
            pass
