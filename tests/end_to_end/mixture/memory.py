# out_of_memory or timed_out
import torch


def double_it(x):
    if x.numel() == 6:
        return bytearray(1 << 40)
    held = [torch.empty(4 << 20) for _ in range(4000)]
    return len(held)
