# Each below its own ceiling, together above the frame's.
# prelude
right = double_it


def double_it(x):
    if x.numel() == 6:
        tried("tensors")
        return [torch.zeros(7_000_000, dtype=torch.int8)] * 15
    if x.numel() == 3:
        tried("numbers")
        return {"a": [list(range(100_000))] * 9}
    return right(x)
