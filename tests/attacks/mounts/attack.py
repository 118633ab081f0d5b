# Take the empty /proc away and the full one is below it; mount one's own and the host's processes stand in it.
# prelude

MS_BIND, MS_REMOUNT, MS_MOVE, MS_REC, MS_PRIVATE, MS_SHARED = 4096, 32, 8192, 16384, 1 << 18, 1 << 20

if FIRST:
    os.makedirs(f"{SCRATCH}/owned", exist_ok=True)
    target = f"{SCRATCH}/owned".encode()
    for kind in (b"proc", b"tmpfs", b"sysfs", b"devpts", b"devtmpfs", b"overlay", b"cgroup2", b"cgroup", b"mqueue", b"fuse", b"ext4", b"debugfs", b"binfmt_misc"):
        refused("mount", 165, kind, target, kind, 0, 0)
        refused("fsopen", 430, kind, 0)
    refused("bind", 165, b"/", target, 0, MS_BIND | MS_REC, 0)
    refused("remount", 165, 0, b"/usr", 0, MS_REMOUNT | MS_BIND, 0)
    refused("move", 165, b"/proc", target, 0, MS_MOVE, 0)
    refused("shared", 165, 0, b"/", 0, MS_REC | MS_SHARED, 0)
    for place in (b"/proc", b"/tmp", b"/dev/shm", b"/dev", b"/", b"/usr", SCRATCH.encode()):
        for flags in (0, 1, 2, 4, 8):
            refused("umount", 166, place, flags)
    refused("pivot", 155, b"/", target)
    refused("open_tree", 428, -100, b"/proc", 1)
    refused("move_mount", 429, -100, b"/proc", -100, target, 0)
    refused("fsconfig", 431, 3, 6, 0, 0, 0)
    refused("fsmount", 432, 3, 0, 0)
    refused("fspick", 433, -100, b"/", 0)
    refused("mount_setattr", 442, -100, b"/", 0, ctypes.create_string_buffer(32), 32)
    refused("open_tree_attr", 467, -100, b"/", 1, ctypes.create_string_buffer(32), 32, by=("EPERM", "ENOSYS"))
    attempt("program", subprocess.run, ["mount", "-t", "proc", "proc", target], check=True, capture_output=True)
    attempt("umount program", subprocess.run, ["umount", "/proc"], check=True, capture_output=True)
    tried("proc")
    if os.listdir("/proc") or os.listdir(target):
        loot("something is mounted")
