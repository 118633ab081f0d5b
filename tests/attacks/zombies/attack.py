# A dead process keeps its number until it is waited for. There are only so many numbers.
# prelude
if FIRST:
    tried("zombies")
    made = 0
    try:
        for _ in range(400):
            if os.fork() == 0:
                os._exit(0)
            made += 1
    except OSError:
        tried("full")
    if made > 64:
        loot(f"{made} dead processes")
