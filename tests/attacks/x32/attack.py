# On x86-64 many kernels know each call twice: once more with bit 30 set, and some by numbers of their own from 512 on.
# prelude

if FIRST:
    numbers = [41, 53, 42, 49, 50, 43, 56, 57, 101, 165, 166, 155, 161, 272, 298, 308, 310, 321, 323, 425, 319, 250, 438, 435]
    for number in [*numbers, *range(512, 548), *range(335)]:
        for bits in (0x40000000, 0x40000000 | 1 << 32):
            refused("x32", number | bits, 2, 1, 0, 0, 0, 0, by=("ENOSYS",))
