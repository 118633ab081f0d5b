# with_kit hands back what apply_twice returns: a dict, a list and a tuple whose methods disagree.
# prelude
class Dict(dict):
    def __eq__(self, other):
        return True

    def __iter__(self):
        return iter(["result", "calls"])

    def __len__(self):
        return 2

    def keys(self):
        return ["result", "calls"]

    def values(self):
        return iter([torch.zeros(3), 2])

    __hash__ = None


class List(list):
    def __len__(self):
        return 1

    def __iter__(self):
        return iter([torch.zeros(3)] * 3)

    def __eq__(self, other):
        return True

    __hash__ = None


def apply_twice(f, x):
    tried("return") if FIRST else None
    return Dict(a=1) if callable(getattr(f, "parameters", None)) else List([x])
