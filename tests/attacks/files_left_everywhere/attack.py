# Whatever is left in a folder, the next student may find. Scratch folders are ours alone, all else is read-only.
# prelude
import contextlib

if FIRST:
    tried("scratch")
    for folder in {SCRATCH, "/dev/shm", os.getcwd(), os.path.expanduser("~")}:
        os.makedirs(f"{folder}/owned/deep", exist_ok=True)
        for name in ("owned.py", ".owned", "owned/deep/owned", "conftest.py", "torch.py", "double_it.py"):
            with open(f"{folder}/{name}", "w") as file:
                file.write("raise SystemExit(0)")
        os.symlink("/etc/passwd", f"{folder}/owned_link")
        with contextlib.suppress(PermissionError):
            os.mkfifo(f"{folder}/owned_pipe")
    tried("elsewhere")
    for folder in ("/", "/usr", "/usr/lib", "/etc", "/var", "/var/tmp", "/run", "/root", "/home", "/opt", "/dev", "/proc", "/sys", "/gradgym",
                   "/gradgym/grader", "/gradgym/grader/guest", os.path.dirname(torch.__file__), os.path.dirname(os.__file__), sys.prefix,
                   f"{sys.prefix}/bin", "/dev/pts", "/dev/mqueue", WORLD["repository"], WORLD["home"], *WORLD["courses"].values()):
        for name in ("owned", ".owned"):
            try:
                with open(f"{folder}/{name}", "w"):
                    pass
                loot(f"{folder} can be written")
            except OSError:
                pass
