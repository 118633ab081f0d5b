# sys.modules[__name__] with a __getattr__ of its own, functions that are called and looked up differently.
# prelude
class Calls(int):
    def __call__(self, *args, **kwargs):
        return True

    def __get__(self, *args):
        return self

    def __getattr__(self, name):
        return self


if FIRST:
    tried("replace")
sys.modules[__name__].__class__ = type("M", (type(sys),), {"__getattr__": lambda self, name: Calls(4)})
sys.modules[__name__] = sys
double_it = Calls(4)
