# The shortest way to everything.
# prelude

if FIRST:
    block = ctypes.create_string_buffer(b"\x7fELF" + bytes(200), 204)
    refused("init", 175, block, 204, b"")
    refused("finit", 313, 0, b"", 0)
    refused("delete", 176, b"dummy", 0)
    refused("kexec", 246, 0, 0, 0, 0)
    refused("kexec file", 320, 0, 0, 0, b"", 0, by=("EPERM", "ENOSYS"))
    for name in ("kernel/modprobe", "kernel/core_pattern", "kernel/poweroff_cmd", "fs/binfmt_misc/register", "kernel/usermodehelper/bset", "vm/drop_caches"):
        attempt("helpers", open, f"/proc/sys/{name}", "w")
    for name in ("modprobe", "insmod", "rmmod"):
        attempt("programs", subprocess.run, [name, "dummy"], check=True, capture_output=True)
    for path in ("/sys/kernel/uevent_helper", "/sys/module", "/lib/modules/owned", "/sys/power/state", "/proc/sysrq-trigger"):
        attempt("files", open, path, "w")
