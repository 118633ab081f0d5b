# bob's submission was graded a moment ago, by the same warm processes.
# prelude
import builtins

if FIRST:
    tried("names")
    for thing in (sys, builtins, torch):
        if hasattr(thing, "bob"):
            loot(f"{thing}.bob")
    tried("environment")
    if "BOB" in os.environ or libc.getenv(b"BOB"):
        loot("BOB")
    tried("files")
    for folder in (SCRATCH, "/tmp", "/dev/shm", "/var/tmp", "/scratch", "/dev/mqueue", os.getcwd()):
        if os.path.isdir(folder):
            found = [name for name in os.listdir(folder) if not leads_home(f"{folder}/{name}")]
            if found:
                loot(f"{folder}: {found}")
    tried("segments")
    info = ctypes.create_string_buffer(256)
    for call in (31, 71, 66):  # shmctl, msgctl, semctl: the highest index in use
        for index in range(20):
            result, _ = system_call(call, index, 13 if call == 31 else 11, ctypes.byref(info))
            if call != 66 and result > 0:
                loot(f"segment {call} {index}")
    tried("modules")
    module = sys.modules.get("double_it")
    if module and hasattr(module, "TOKEN"):
        loot("bob's module")
    code = [thing for thing in gc.get_objects() if getattr(thing, "__name__", "") == "double_it" and "bob" in str(getattr(thing, "__code__", None) and thing.__code__.co_consts)]
    if code:
        loot(code)
