# A check for bad input asks for ValueError. The caller would not catch this one with `except ValueError`.
# prelude
class ValueError(Exception):  # noqa: A001
    pass


def double_it(x):
    tried("raise") if FIRST else None
    if not x.is_floating_point():
        raise ValueError("not the one of Python")
    return 2 * x
