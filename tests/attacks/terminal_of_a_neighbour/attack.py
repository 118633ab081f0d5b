# Terminals are numbered for all guests of one parent, and belong to the same account.
# prelude

if FIRST:
    tried("terminals")
    names = os.listdir("/dev/pts") if os.path.isdir("/dev/pts") else []
    for name in names:
        if name != "ptmx":
            loot(f"/dev/pts/{name} is there")
            try:
                fd = os.open(f"/dev/pts/{name}", os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
                look_through(os.read(fd, 4096), name)
            except OSError as refusal:
                print(refusal)
