# Each object stays here and has a number there.
# prelude
class Thing:
    pass


right = double_it


def double_it(x):
    if x.numel() == 6:
        tried("things")
        return [Thing() for _ in range(150_000)]
    return right(x)
