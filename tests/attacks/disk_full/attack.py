# /tmp and /dev/shm are memory of the machine.
# prelude
if FIRST:
    held = []
    for folder in (SCRATCH, "/dev/shm"):
        tried(folder)
        written = 0
        try:
            for number in range(100):
                file = open(f"{folder}/owned{number}", "wb", buffering=0)
                held.append(file)
                if number % 2:
                    os.unlink(file.name)
                os.posix_fallocate(file.fileno(), 0, 4 << 20)
                for _ in range(4):
                    written += file.write(bytes(1 << 20))
        except OSError as full:
            tried(errno.errorcode[full.errno])
        if written > 64 << 20:
            loot(f"{written >> 20} MB in {folder}")
    for file in held:
        file.close()
    try:
        open(f"{SCRATCH}/owned_hole", "wb").truncate(1 << 40)
        loot("a file of a terabyte")
    except OSError:
        tried("hole")
