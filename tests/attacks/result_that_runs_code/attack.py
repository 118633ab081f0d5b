# __reduce__, __deepcopy__, __repr__, __format__, __del__: none of it may run on the other side.
# prelude
class Runs:
    def __reduce__(self):
        return os.system, ("touch /tmp/owned_by_reduce",)

    def __repr__(self):
        os.system("touch /tmp/owned_by_repr")
        return "torch.load('/etc/passwd')"

    __str__ = __deepcopy__ = __copy__ = __format__ = __repr__

    def __del__(self):
        open(f"{SCRATCH}/owned_by_del", "w").close()


def double_it(x):
    tried("return")
    return {6: Runs(), 3: [Runs()] * 10, 2: {"a": Runs(), 3: Runs()}}.get(x.numel(), Runs)
