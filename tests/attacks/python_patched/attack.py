# All of Python's global state that a program can reach, left as it should not be.
# prelude
import builtins
import warnings

if FIRST:
    tried("sys")
    sys.path[:] = ["/dev/shm"]
    sys.meta_path.insert(0, type("Finder", (), {"find_spec": staticmethod(lambda *args: None)}))
    sys.path_hooks.clear()
    sys.setrecursionlimit(200)
    sys.excepthook = sys.unraisablehook = sys.displayhook = lambda *args: None
    sys.addaudithook(lambda *args: None)
    sys.settrace(lambda *args: None)
    sys.setprofile(lambda *args: None)
    sys.setswitchinterval(1e-6)
    sys.set_int_max_str_digits(0)
    tried("builtins")
    builtins.owned = 42
    builtins.sum = lambda *args: 42
    builtins.__build_class__ = builtins.__build_class__
    tried("modules")
    for name in ("statistics", "decimal", "pytest", "conftest", "owned"):
        sys.modules[name] = sys
    tried("rest")
    gc.disable()
    gc.set_threshold(1)
    gc.callbacks.append(lambda *args: None)
    warnings.simplefilter("error")
    sys.stdout, sys.stderr, sys.stdin = io.StringIO(), None, None
    os.close(0)
    threading.stack_size(1 << 20)
    threading.excepthook = lambda *args: None
    sys.set_asyncgen_hooks(lambda *args: None)
    sys.settrace(None)
