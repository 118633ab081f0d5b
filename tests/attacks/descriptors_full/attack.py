# The wire must work on, and the grader's side must not be short of any.
# prelude
if FIRST:
    sys.held = []
    tried("open")
    try:
        for _ in range(1000):
            sys.held += [os.open("/dev/null", os.O_RDONLY), os.dup(1), *os.pipe()]
    except OSError as full:
        tried(errno.errorcode[full.errno])
    try:
        while True:
            sys.held.append(os.dup(0))
    except OSError:
        if max(sys.held) >= 64:
            loot(f"descriptor {max(sys.held)}")
