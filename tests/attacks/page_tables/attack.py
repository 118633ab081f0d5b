# Reading an empty page costs no page, but a table of 4 KB for each 2 MB. 200 GB of nothing are 400 MB of tables.
# prelude

if FIRST:
    tried("touch")
    size = 200 << 30
    pages = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, mmap.PROT_READ)
    touched = len(pages[:: 2 << 20])
    time.sleep(0.5)
    loot(f"{touched >> 8} MB of page tables where 96 MB are allowed")
