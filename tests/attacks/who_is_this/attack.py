# The name of the machine and of its accounts help to attack it from elsewhere.
# prelude
import platform, pwd

if FIRST:
    tried("names")
    for name in (os.uname().nodename, socket.gethostname(), platform.node()):
        if name == WORLD["hostname"] or name != "guest":
            loot(name)
    tried("accounts")
    if [entry for entry in pwd.getpwall() if entry.pw_uid not in (0, 65534)]:
        loot(pwd.getpwall())
    attempt("login", os.getlogin)
    tried("ids")
    if {*os.getresuid(), *os.getresgid(), *os.getgroups()} != {65534}:
        loot((os.getresuid(), os.getresgid(), os.getgroups()))
    for kind in (2, 3, 4, 9, 10):
        refused("kernel messages", 103, kind, ctypes.create_string_buffer(100), 100)
    for path in ("/dev/kmsg", "/var/run/utmp", "/var/log/wtmp", "/etc/group"):
        attempt("files", open, path, "rb")
    attempt("address", socket.gethostbyname, "localhost")
    attempt("interfaces", socket.if_nameindex)
    tried("home")
    if os.path.expanduser("~") not in (SCRATCH, "/tmp") or os.path.expanduser("~root") not in ("~root", "/root"):
        loot(os.path.expanduser("~"))
