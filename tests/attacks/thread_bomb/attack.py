# Threads count like processes.
# prelude
def start(depth):
    if depth:
        for _ in range(30):
            try:
                threading.Thread(target=start, args=(depth - 1,), daemon=True).start()
            except RuntimeError:
                break
    time.sleep(20)


if FIRST:
    tried("threads")
    for _ in range(300):
        try:
            threading.Thread(target=start, args=(1,), daemon=True).start()
        except RuntimeError:
            tried("full")
            break
    time.sleep(0.1)
    if threading.active_count() > 64:
        loot(f"{threading.active_count()} threads")
