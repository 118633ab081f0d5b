# What isn't dumpable shows others neither its namespaces nor its maps. Six processes of 60 MB, where 96 MB are allowed.
# prelude

if FIRST:
    tried("hide")
    libc.prctl(4, 0, 0, 0, 0)
    tried("hoard")
    full, said = os.pipe()
    children = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            libc.prctl(4, 0, 0, 0, 0)
            kept = b"x" * (60 << 20)
            os.write(said, b"x")
            time.sleep(15)
            os._exit(0)
        children.append(child)
    for _ in children:
        os.read(full, 1)
    time.sleep(0.5)
    loot("360 MB were held where 96 MB are allowed")
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
