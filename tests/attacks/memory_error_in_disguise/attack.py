# As above with other classes that mean something to the grader: none of them may pass a check for ValueError alone.
# prelude
class Both(ValueError, MemoryError):
    pass


def double_it(x):
    tried("both")
    raise Both("out of memory")
