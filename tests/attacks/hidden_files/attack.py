# The hidden checks lie on this machine, readable by everybody, and the attacker knows where.
# prelude
import glob, linecache, runpy
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location

if FIRST:
    names = ("test_hidden.py", "mistakes.py", "double_it.py")
    for path in [os.path.join(WORLD["solution"], name) for name in names]:
        attempt("open", lambda: open(path).read())
        attempt("os.open", os.open, path, os.O_RDONLY)
        attempt("O_PATH", os.open, path, os.O_PATH)
        attempt("stat", os.stat, path)
        attempt("libc", lambda: os.read(os.dup(check(libc.open(path.encode(), 0))), 9) if False else check(libc.open(path.encode(), 0)))
        attempt("torch", lambda: torch.from_file(path, size=64, dtype=torch.uint8).tolist())
        attempt("loader", SourceFileLoader("stolen", path).get_data, path)
        attempt("run", runpy.run_path, path)
        spec = spec_from_file_location("stolen", path)
        attempt("module", spec.loader.exec_module, module_from_spec(spec))
        attempt("cat", subprocess.run, ["cat", path], check=True, capture_output=True)
        attempt("listdir", os.listdir, os.path.dirname(path))
        tried("glob")
        if glob.glob(os.path.dirname(path) + "/*") or os.access(path, os.F_OK) or linecache.getlines(path):
            loot(path)
    for root in WORLD["courses"].values():
        attempt("walk", lambda: next(os.walk(root)))
