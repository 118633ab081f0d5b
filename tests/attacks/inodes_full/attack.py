# No bytes, only names.
# prelude
if FIRST:
    for folder in (SCRATCH, "/dev/shm"):
        made = 0
        os.chdir(folder)
        try:
            for number in range(3000):
                os.mkdir("owned")
                os.symlink("x" * 4000, "link")
                os.link("link", "again")
                os.chdir("owned")
                made += 3
        except OSError as full:
            tried(errno.errorcode[full.errno])
        if made > 5000:
            loot(f"{made} names in {folder}")
    os.chdir("/")
