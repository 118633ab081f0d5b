# Tracebacks look source lines up by file name. This code says that it stands in the hidden checks, and fails there.
# prelude
import linecache

HIDDEN = os.path.join(WORLD["solution"], "test_hidden.py")
if FIRST:
    tried("raise")


def claim(text, line, name="/submission/double_it.py"):
    space = {"__file__": HIDDEN, "__name__": "test_hidden"}
    exec(compile("\n" * (line - 1) + text, name, "exec"), space)
    return space


def double_it(x):
    linecache.cache.clear()
    if x.numel() == 4:
        claim("def f(): raise RuntimeError('mallory\\'s own')", 9, HIDDEN)["f"]()
    if x.numel() == 3:
        claim("def f(): raise RuntimeError('mallory\\'s own')", 9)["f"]()
    raise SyntaxError("mallory's own", (HIDDEN, 9, 1, None, 12, 5))
