# TIOCSTI puts letters into a terminal as if somebody had typed them. Is there a terminal in reach?
# prelude
import fcntl

if FIRST:
    for name in ("/dev/tty", "/dev/console", "/dev/tty0", "/dev/tty1", "/dev/pts/0", "/dev/pts/1", "/dev/vcs"):
        attempt("open", os.open, name, os.O_RDWR)
    for fd in range(4):
        for request in (0x5412, 0x541C, 0x541D, 0x540E, 0x5410, 0x5422):  # TIOCSTI, LINUX, CONS, SCTTY, SPGRP, NOTTY
            tried("ioctl")
            try:
                fcntl.ioctl(fd, request, b"x")
                loot(f"ioctl {request:#x} on {fd}")
            except OSError:
                pass
    attempt("name", os.ctermid if False else os.ttyname, 0)
    attempt("foreground", os.tcgetpgrp, 0)
    tried("own")
    try:
        mine, other = os.openpty()
    except OSError as refusal:
        print(refusal)
    else:
        for request in (0x540E, 0x541D):
            try:
                fcntl.ioctl(other, request, 0)
                loot(f"ioctl {request:#x} on a terminal of its own")
            except OSError:
                pass
        os.close(mine)
        os.close(other)
