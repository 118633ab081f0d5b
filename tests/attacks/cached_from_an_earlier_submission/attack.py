# bob was graded just before, in a child of the same warm process. Look at every place where a result could wait.
# prelude
import glob

if FIRST:
    tried("look")
    for owner in (sys, torch, gc, os, json, sys.modules):
        if hasattr(owner, "owned") or "owned" in getattr(owner, "__dict__", {}):
            loot(f"a note in {owner}")
    found = [path for folder in (SCRATCH, "/dev/shm", "/tmp", os.getcwd(), os.path.expanduser("~")) for path in glob.glob(f"{folder}/**", recursive=True) if not leads_home(path)]
    if set(found) - {f"{folder}/" for folder in (SCRATCH, "/dev/shm", "/tmp", os.getcwd(), os.path.expanduser("~"))}:
        loot(f"files: {found}")
    if "double_it" in [name for name in sys.modules if sys.modules[name] is not sys.modules.get(__name__)]:
        loot("an earlier module")
    for thing in gc.get_objects():
        if type(thing).__name__ == "Source" and getattr(thing, "name", "") == "double_it" and "cached_from" not in "".join(thing._lines):
            loot("an earlier source") if "bobs" in "".join(thing._lines) else None
    tried("leave")
    for owner in (sys, torch, gc, os, json):
        owner.owned = {"answers": [4.0]}
    with open(f"{SCRATCH}/owned_answers", "w") as file:
        file.write("[4.0]")
