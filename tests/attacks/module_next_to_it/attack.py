# A submission is one file. Where does Python look when it imports more?
# prelude
import sqlite3, zipfile

if FIRST:
    tried("imports")
    for name in ("test_hidden", "mistakes", "u01_tiny", "double_it.test_hidden", "solutions.u01_tiny", "kit", "conftest", "exercises"):
        try:
            loot(f"{name}: {importlib.import_module(name)}")
        except ImportError:
            pass
        try:
            loot(f".{name}: {importlib.import_module('.' + name, package='double_it')}")
        except (ImportError, TypeError):
            pass
    tried("sys.path")
    for place in sys.path:
        if place in ("", ".", "/submission", WORLD["solution"]) or os.access(place, os.W_OK):
            loot(f"sys.path holds {place!r}")
    attempt("data base", lambda: sqlite3.connect(WORLD["secret_file"]).execute("select 1 from sqlite_master").fetchall())
    attempt("archive", zipfile.ZipFile, WORLD["secret_file"])
    attempt("library", ctypes.CDLL, WORLD["secret_file"])
    attempt("torch", torch.load, WORLD["secret_file"])
    attempt("classes", torch.classes.load_library, WORLD["secret_file"])
    attempt("operators", torch.ops.load_library, WORLD["secret_file"])
