# A tensor with __torch_dispatch__ and no storage: whoever reads its bytes reads at address nought.
# prelude
class Wrapper(torch.Tensor):
    @staticmethod
    def __new__(cls, shape, dtype):
        return torch.Tensor._make_wrapper_subclass(cls, shape, dtype=dtype)

    @classmethod
    def __torch_dispatch__(cls, function, types, args=(), kwargs=None):
        return args[0] if args and isinstance(args[0], Wrapper) else True


def double_it(x):
    tried("return") if FIRST else None
    return Wrapper(x.shape, x.dtype)
