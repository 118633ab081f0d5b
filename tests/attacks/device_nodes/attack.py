# A device file is the device, wherever it lies.
# prelude

if FIRST:
    for number, (kind, major, minor) in enumerate(((0o20666, 1, 1), (0o20666, 1, 11), (0o60666, 8, 0), (0o60666, 254, 0), (0o20666, 10, 229))):
        path = f"{SCRATCH}/owned_device{number}"
        attempt("mknod", os.mknod, path, kind, os.makedev(major, minor))
        refused("mknodat", 259, -100, path.encode(), kind, os.makedev(major, minor))
    names = "mem kmem port kcore sda sda1 vda vda1 nvme0n1 loop0 loop-control dm-0 mapper/control fuse kvm vhost-net"
    names += " net/tun snapshot mcelog hpet rtc rtc0 cpu/0/msr uinput input/event0 dri/card0 fb0 snd/seq vfio/vfio ppp"
    names += " userfaultfd autofs btrfs-control hwrng watchdog mqueue nvidia0 nvidiactl kmsg initctl log random_owned"
    for name in names.split():
        attempt("open", os.open, f"/dev/{name}", os.O_RDONLY)
    tried("list")
    for name in os.listdir("/dev"):
        mode = os.lstat(f"/dev/{name}").st_mode
        if stat.S_ISBLK(mode) or (stat.S_ISCHR(mode) and name not in ("null", "zero", "full", "random", "urandom", "tty", "console", "ptmx")):
            loot(f"/dev/{name}")
    attempt("make", open, "/dev/owned", "w")
    attempt("remove", os.unlink, "/dev/null")
    refused("iopl", 172, 3, by=("EPERM", "ENOSYS"))
    refused("ioperm", 173, 0x70, 1, 1, by=("EPERM", "ENOSYS"))
    tried("entropy")
    import fcntl

    with open("/dev/urandom") as file:
        for request in (0x5203, 0x5204, 0x5206, 0x40045201):
            try:
                fcntl.ioctl(file, request, 0)
                loot(f"ioctl {request:#x}")
            except OSError:
                pass
