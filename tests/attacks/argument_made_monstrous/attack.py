# What an argument has become is sent back. x.data may become anything.
# prelude
def double_it(x):
    if x.numel() == 6:
        tried("expanded")
        x.data = torch.zeros(1, dtype=x.dtype).expand(10**6, 10**6)
    elif x.numel() == 3:
        tried("other")
        x.data = torch.zeros(5, 5, dtype=torch.complex64)
    elif x.numel() == 2:
        tried("empty")
        x.data = torch.zeros(0, 1 << 40, dtype=x.dtype)
    else:
        x.data = torch.zeros(2, dtype=x.dtype, device="meta")
    return 2
