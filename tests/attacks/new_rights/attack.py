# root, or one capability, and the walls are paper.
# prelude

if FIRST:
    for call, args in ((os.setuid, (0,)), (os.seteuid, (0,)), (os.setreuid, (0, 0)), (os.setresuid, (0, 0, 0)), (os.setgid, (0,)), (os.setegid, (0,)), (os.setresgid, (0, 0, 0)), (os.setgroups, ([0],)), (os.initgroups, ("root", 0)), (os.setuid, (1000,)), (os.setgroups, ([],))):
        attempt("numbers", call, *args)
    tried("file system number")
    libc.setfsuid(0)
    libc.setfsgid(0)
    if libc.setfsuid(-1) != 65534 or libc.setfsgid(-1) != 65534:
        loot("setfsuid")
    head, every = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    refused("capset", 126, head, every)
    for capability in range(41):
        for effective in ((1 << capability, 0, 0, 0, 0, 0), (1 << capability, 1 << capability, 0, 0, 0, 0)):
            if capability < 32:
                refused("one capability", 126, head, (ctypes.c_uint32 * 6)(*effective))
        tried("bounding")
        if libc.prctl(23, capability, 0, 0, 0) > 0:
            loot(f"capability {capability} is in the bounding set")
        refused("ambient", 157, 47, 2, capability, 0, 0)
    refused("securebits", 157, 28, 0x2F, 0, 0, 0)
    refused("new privileges", 157, 38, 0, 0, 0, 0, by=("EINVAL",))
    tried("programs")
    for folder in ("/usr/bin", "/bin", "/usr/sbin", "/usr/lib/openssh", "/usr/lib/dbus-1.0", "/usr/local/bin"):
        for name in os.listdir(folder) if os.path.isdir(folder) else ():
            path = f"{folder}/{name}"
            mode = os.stat(path).st_mode if os.path.isfile(path) else 0
            if mode & (stat.S_ISUID | stat.S_ISGID) and not os.statvfs(path).f_flag & os.ST_NOSUID:
                loot(f"{path} keeps its set-user-id bit")
    for words in (["su", "-c", "id"], ["sudo", "-n", "id"], ["mount"], ["passwd", "-S", "root"], ["newuidmap", "1", "0", "0", "1"], ["pkexec", "id"], ["chfn", "-f", "x"], ["crontab", "-l"]):
        done = subprocess.run(["/usr/bin/env", *words], capture_output=True, stdin=subprocess.DEVNULL, timeout=5)
        if b"uid=0" in done.stdout or b"euid=0" in done.stdout:
            loot(words)
    copy = f"{SCRATCH}/owned_id"
    with open("/usr/bin/id", "rb") as source, open(copy, "wb") as target:
        target.write(source.read())
    os.chmod(copy, 0o6755)
    if b"=0" in subprocess.run([copy], capture_output=True).stdout:
        loot("a set-user-id copy")
    attempt("file capability", os.setxattr, copy, "security.capability", b"\x01\x00\x00\x02\xff\xff\xff\xff" + bytes(12))
    os.unlink(copy)
