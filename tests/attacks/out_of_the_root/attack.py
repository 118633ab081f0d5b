# The classic ways out of a chroot, and into what lies below the mounts that hide it.
# prelude

if FIRST:
    here = os.open("/", os.O_RDONLY | os.O_DIRECTORY)
    refused("chroot", 161, SCRATCH.encode())
    attempt("python's chroot", os.chroot, SCRATCH)
    tried("up")
    place = "/" + "../" * 50
    if os.stat(place).st_ino != os.stat("/").st_ino or os.path.exists(place + WORLD["secret_file"]):
        loot("up")
    os.fchdir(here)
    for _ in range(50):
        os.chdir("..")
    if os.path.exists("." + WORLD["secret_file"]):
        loot("chdir")
    os.chdir(SCRATCH)
    tried("links")
    for index, target in enumerate((WORLD["secret_file"], "/proc/1/root", "../../../../../.." + WORLD["secret_file"], "/proc/self/cwd")):
        link = f"{SCRATCH}/owned_link{index}"
        os.symlink(target, link)
        if os.path.exists(link):
            loot(target)
        os.unlink(link)
    for how in (0, 1, 2, 4, 8, 16):
        refused("openat2", 437, here, WORLD["secret_file"].lstrip("/").encode(), (ctypes.c_uint64 * 3)(0, 0, how), 24, by=())
    tried("below the mounts")
    for folder in ("/proc", "/dev/shm", SCRATCH):
        if os.stat(folder).st_dev == os.stat("/").st_dev:
            loot(f"{folder} is not covered")
    attempt("hard link", os.link, "/usr/bin/env", f"{SCRATCH}/owned_env")
    attempt("root of others", os.listdir, f"/proc/{WORLD['host']}/root")
    for folder in ("/", "/usr", "/gradgym", "/dev", "/etc", "/lib", sys.prefix):
        attempt("write", lambda: os.close(os.open(f"{folder}/owned", os.O_CREAT | os.O_WRONLY)))
        attempt("folder", os.mkdir, f"{folder}/owned")
        attempt("owner", os.chown, folder, 65534, 65534)
        attempt("rights", os.chmod, folder, 0o777)
        attempt("times", os.utime, folder, (1, 1))
    os.close(here)
