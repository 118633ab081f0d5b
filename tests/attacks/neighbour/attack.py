# bob's guest is a process beside this one, of the same account, a child of the same parent.
# prelude

if FIRST:
    tried("processes")
    for number in range(2, 3000):
        try:
            os.kill(number, 0)
            loot(f"process {number}")
        except OSError:
            pass
    tried("files")
    for folder in ("/tmp", "/dev/shm", "/dev/mqueue", "/scratch", "/proc"):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            leads_home(f"{folder}/{name}") or loot(f"{folder}/{name}")
    tried("segments")
    for key in range(1, 200):
        for call, args in ((29, (key, 0, 0)), (68, (key, 0)), (64, (key, 0, 0))):
            if system_call(call, *args)[0] >= 0:
                loot(f"segment {call} {key}")
    tried("children")
    try:
        loot(os.waitpid(-1, os.WNOHANG))
    except ChildProcessError:
        pass
    tried("sessions")
    for name in ("getsid", "getpgid"):
        for number in (*WORLD["guests"], *WORLD["examiners"], WORLD["host"]):
            try:
                getattr(os, name)(number)
                loot(f"{name} {number}")
            except OSError:
                pass
