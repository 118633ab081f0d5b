# Keys that differ are named in the message: a few of them, and each with a few of its letters.
# prelude
import grader.guest.operations

if FIRST:
    real = grader.guest.operations.OPERATIONS["method"]

    def method(target, name, *rest):
        if name != "run":
            return real(target, name, *rest)
        tried("keys")
        return {f"owned{number}" + "z" * 1000: 0 for number in range(7000)}

    grader.guest.operations.OPERATIONS["method"] = method


def apply_twice(f, x):
    return f(f(x))
