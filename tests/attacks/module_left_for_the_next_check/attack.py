# A fresh import for each check: names, classes and caches of an earlier one must be gone, even if they are held.
# prelude
import linecache

tried("again") if not FIRST else None
for name in ("counted", "Kept"):
    if name in globals():
        loot(f"{name} of the check before")
counted = 1
Kept = type("Kept", (), {})
me = sys.modules[__name__]
if me.__dict__ is not globals():
    loot("another module has its name")
sys.held = me
sys.modules["owned"] = sys.modules[__name__] = me
linecache.cache[__file__] = (1, None, ["raise SystemExit(0)\n"], __file__)
linecache.clearcache()
for thing in gc.get_objects():
    if type(thing).__name__ == "Source" and thing.name == __name__ and FIRST:
        tried("source")
        thing._lines = ["owned\n"] * 1000
