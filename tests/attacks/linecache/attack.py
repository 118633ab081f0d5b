# Tracebacks and inspect read source through linecache; what does it know, and can it be led to the hidden files?
# prelude
import inspect, linecache, tokenize

if FIRST:
    tried("cache")
    for file, entry in linecache.cache.items():
        if not file.startswith(("/submission", "/gradgym/grader/guest", "/gradgym/grader/wire")) and "site-packages" not in file and "python3" not in file:
            loot(f"lines of {file}")
        look_through(str(entry), file)
    for name in ("test_hidden.py", "mistakes.py", "double_it.py"):
        path = os.path.join(WORLD["solution"], name)
        tried("lines")
        if linecache.getlines(path) or linecache.getline(path, 1) or linecache.updatecache(path):
            loot(path)
        tried("lazy")
        if linecache.lazycache(path, {"__name__": name[:-3], "__spec__": None}):
            loot(path)
        attempt("tokenize", tokenize.open, path)
        code = compile("def f(): pass", path, "exec")
        space = {}
        exec(code, space)
        attempt("inspect", inspect.getsource, space["f"])
        tried("traceback")
        text = "".join(traceback.format_list([traceback.FrameSummary(path, 5, "f", lookup_line=True)]))
        if len(text.splitlines()) > 1:
            loot(text)
