# Shared anonymous pages are refused. A shared mapping of /dev/zero is just that, by another name.
# prelude

if FIRST:
    tried("map")
    fd = os.open("/dev/zero", os.O_RDWR)
    pages = mmap.mmap(fd, 500 << 20, mmap.MAP_SHARED)
    for place in range(0, 500 << 20, 1 << 20):
        pages[place : place + (1 << 20)] = b"x" * (1 << 20)
    time.sleep(0.5)
    loot("500 MB where 96 MB are allowed")
