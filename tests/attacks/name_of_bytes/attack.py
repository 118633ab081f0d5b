# A process names itself with any 15 bytes. Whoever watches it reads that name in /proc: as text, and up to which bracket?
# prelude

NAMES = [b"\xff\xfe\x80owned", b"x) R 1 1 1 (", b"VmRSS:\t1 kB", b"\nNSpid:\t1\t1\t1", b"a\\nb\tc:\td", b"\x1b[2J"]

if FIRST:
    tried("names")
    children = []
    for name in NAMES:
        child = os.fork()
        if child == 0:
            libc.prctl(15, name, 0, 0, 0)
            time.sleep(0.6)
            os._exit(0)
        children.append(child)
    libc.prctl(15, NAMES[0], 0, 0, 0)
    for child in children:
        os.waitpid(child, 0)
