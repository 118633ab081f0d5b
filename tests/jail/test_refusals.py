"""The wall, refusal by refusal: a submission tries to reach what it must not have, and tells what it found."""

from __future__ import annotations

import os
import platform
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course.model import Course, Exercise
from grader.guest.syscalls import REFUSED
from grader.jail.outer import outer_policy, scratch_folder
from grader.jail.policy import Outer

pytestmark = pytest.mark.jail

Look = Callable[..., Any]
REPOSITORY = Path(__file__).parents[2]


def all_refused(found: dict[str, str]) -> bool:
    return bool(found) and all(said.startswith("refused") for said in found.values())


# Files


def test_no_file_of_the_host_can_be_read(
    look: Look, tiny_course: Course, exercises: dict[str, Exercise], tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the answer is 42")
    solution = exercises["double_it"].solution
    assert solution is not None
    paths = [
        secret,
        solution / "test_hidden.py",
        solution / "mistakes.py",
        solution / "double_it.py",
        tiny_course.root / "course.toml",
        exercises["double_it"].stub,
        REPOSITORY / "grader" / "host" / "session.py",
        REPOSITORY / "grader" / "checks" / "bank.py",
        REPOSITORY / "pyproject.toml",
        REPOSITORY / ".git" / "HEAD",
        Path("/etc/passwd"),
        Path("/etc/shadow"),
        Path("/etc/hostname"),
        Path("/etc/machine-id"),
        Path("/var/log/dpkg.log"),
        Path.home() / ".bashrc",
        Path.home() / ".ssh" / "authorized_keys",
    ]
    assert sum(path.exists() for path in paths) > 8, "the test must ask for files that are there"
    found = look(f"def look():\n    return {{p: tried(open, p) for p in {[str(path) for path in paths]!r}}}")
    assert all_refused(found), found


def test_no_folder_of_the_host_can_be_listed(look: Look, tiny_course: Course) -> None:
    folders = ["/root", "/home", "/etc", "/var", "/srv", "/mnt", "/media", "/sys", "/run", "/boot", "/lost+found"]
    folders += [str(Path.home()), str(tiny_course.root), str(REPOSITORY / "grader"), str(REPOSITORY / "solutions")]
    found = look(
        "def look():\n"
        "    def names(path):\n"
        "        return sorted(os.listdir(path)) if os.path.isdir(path) else []\n"
        f"    return {{path: names(path) for path in {folders!r}}}"
    )
    shown = {path: names for path, names in found.items() if names}
    etc = set(shown.pop("/etc", []))
    assert etc <= {"ld.so.cache", "ld.so.conf", "ld.so.conf.d"}
    seen = {str(path) for path in (Path(sys.prefix), Path(sys.base_prefix))}
    for path, names in shown.items():  # only folders on the way to the interpreter
        assert all(any(place.startswith(f"{path}/{name}") for place in seen) for name in names), (path, names)


def test_no_check_and_no_solution_lies_anywhere(look: Look) -> None:
    """All that can be seen outside the interpreter's own folders is walked through."""
    found = look(
        """
def look():
    names = []
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if not name.startswith("python3") and name not in ("usr", "share")]
        names += [os.path.join(folder, name) for name in files]
    hits = [n for n in names if n.endswith(("test_hidden.py", "mistakes.py", "course.toml", "session.py", "bank.py"))]
    return {"files": len(names), "hits": hits, "ours": [n for n in names if n.startswith("/gradgym")]}
"""
    )
    assert found["hits"] == []
    assert found["files"] > 10
    assert all(
        name.startswith(("/gradgym/grader/wire/", "/gradgym/grader/guest/", "/gradgym/grader/__init__"))
        or "__pycache__" in name
        for name in found["ours"]
    )


def test_only_wire_and_guest_of_ours_can_be_imported(look: Look) -> None:
    found = look(
        """
import importlib
def look():
    names = ["grader.host", "grader.checks", "grader.course", "grader.api", "grader.jail", "grader.report", "webapp"]
    return {name: tried(importlib.import_module, name) for name in names}
"""
    )
    assert all_refused(found), found
    folder = look("def look():\n    return sorted(os.listdir('/gradgym/grader'))")
    assert [name for name in folder if name != "__pycache__"] == ["__init__.py", "guest", "wire"]


def test_nothing_can_be_written_outside_the_scratch_folders(look: Look) -> None:
    """A file is tried in every folder that can be seen (the interpreter's own at some depth are left out)."""
    found = look(
        """
def look():
    written, tried_ = [], 0
    for folder, folders, files in os.walk("/"):
        if folder in ("/tmp", "/dev/shm"):
            folders[:] = []
            continue
        if folder.count("/") >= 4:
            folders[:] = []
        tried_ += 1
        path = os.path.join(folder, "here")
        try:
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
            written.append(path)
        except OSError:
            pass
        try:
            os.mkdir(path + "_folder")
            written.append(path + "_folder")
        except OSError:
            pass
    return {"written": written, "tried": tried_}
"""
    )
    assert found["tried"] > 50
    assert found["written"] == []


def test_what_is_there_cannot_be_changed(look: Look) -> None:
    found = look(
        """
def look():
    torch_file, python = sys.modules["torch"].__file__, sys.executable
    ours = sys.modules["grader.wire.values"].__file__
    return {
        **{f"open {p}": tried(open, p, "r+b") for p in (torch_file, python, ours)},
        **{f"chmod {p}": tried(os.chmod, p, 0o777) for p in (torch_file, "/", "/usr", "/gradgym", "/dev")},
        **{f"rename {p}": tried(os.rename, p, p + "x") for p in (torch_file, "/gradgym/grader", "/usr/bin")},
        **{f"delete {p}": tried(os.unlink, p) for p in (torch_file, ours, "/dev/null")},
        "link": tried(os.link, torch_file, "/tmp/torch"),
        "chroot": tried(os.chroot, "/tmp"),
    }
"""
    )
    assert all_refused(found), found


def test_the_scratch_folders_can_be_used(look: Look) -> None:
    found = look(
        """
def look():
    for folder in ("/tmp", "/dev/shm"):
        with open(f"{folder}/mine", "w") as file:
            file.write("kept")
    return {"cwd": os.getcwd(), "read": [open(f"{f}/mine").read() for f in ("/tmp", "/dev/shm")]}
"""
    )
    assert found == {"cwd": scratch_folder(outer_policy()), "read": ["kept", "kept"]}


def test_proc_is_empty(look: Look) -> None:
    found = look(
        """
def look():
    return {
        "names": os.listdir("/proc"),
        "maps": tried(open, "/proc/self/maps"),
        "mem": tried(open, "/proc/self/mem"),
        "write": tried(open, "/proc/here", "w"),
    }
"""
    )
    assert found.pop("names") == []
    assert all_refused(found)


def test_devices_are_the_harmless_ones(look: Look) -> None:
    found = look(
        """
import stat
def look():
    return {name: oct(stat.S_IFMT(os.lstat("/dev/" + name).st_mode)) for name in os.listdir("/dev")}
"""
    )
    allowed = {"null", "zero", "full", "random", "urandom", "tty", "ptmx", "pts", "shm", "fd", "console", "core"}
    assert set(found) <= allowed | {"stdin", "stdout", "stderr", "mqueue"}


# Environment, descriptors, identity


def test_the_environment_is_the_policys_and_nothing_else(look: Look) -> None:
    found = look("def look():\n    return dict(os.environ)")
    scratch = scratch_folder(outer_policy())
    ours = {name: value.replace("/tmp", scratch) for name, value in Outer.environment}
    assert {name: value for name, value in found.items() if name in ours} == ours
    assert set(found) <= set(ours) | {"PWD", "LC_CTYPE"}  # bubblewrap and Python say where they are


def test_four_descriptors_are_open_and_no_more(look: Look) -> None:
    found = look(
        """
def look():
    kinds = {}
    for fd in range(70000):
        try:
            kinds[fd] = os.fstat(fd).st_mode & 0o170000
        except OSError:
            pass
    return kinds
"""
    )
    character, pipe, sock = 0o020000, 0o010000, 0o140000
    assert found == {"0": character, "1": pipe, "2": pipe, "3": sock}


def test_a_guest_is_nobody_without_any_capability(look: Look) -> None:
    found = look(
        """
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    head, data = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    libc.capget(head, data)
    bounding = [libc.prctl(23, number, 0, 0, 0) for number in range(41)]
    return {
        "ids": [*os.getresuid(), *os.getresgid()],
        "groups": os.getgroups(),
        "capabilities": list(data),
        "bounding": sum(value for value in bounding if value > 0),
        "no new privileges": libc.prctl(39, 0, 0, 0, 0),
        "to root": [tried(f, *a) for f, a in ((os.setuid, (0,)), (os.setresuid, (0, 0, 0)), (os.setgroups, ([0],)),
                                              (os.setgid, (0,)))],
    }
"""
    )
    assert found["ids"] == [65534] * 6
    assert set(found["groups"]) <= {65534}
    assert found["capabilities"] == [0] * 6
    assert found["bounding"] == 0
    assert found["no new privileges"] == 1
    assert all(said.startswith("refused") for said in found["to root"])


def test_set_user_id_programs_give_no_rights(look: Look) -> None:
    found = look(
        """
import glob, stat, subprocess
def look():
    paths = glob.glob("/usr/bin/*") + glob.glob("/bin/*") + glob.glob("/usr/sbin/*")
    special = [path for path in paths if os.path.isfile(path) and os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID)]
    nosuid = 2
    return {"special": len(special), "mounted nosuid": bool(os.statvfs("/usr").f_flag & nosuid),
            "mount": tried(subprocess.run, ["mount", "-t", "tmpfs", "x", "/tmp"], check=True, capture_output=True)}
"""
    )
    assert found["mounted nosuid"]
    assert found["mount"].startswith("refused")


# Other processes


def test_no_process_but_its_own_can_be_signalled(look: Look) -> None:
    here = [os.getpid(), os.getppid()]
    found = look(
        f"""
def look():
    numbers = set(range(2, 400)) | set({here!r})
    reached = [n for n in numbers if not tried(os.kill, n, 0).startswith("refused")]
    return {{
        "pid": os.getpid(), "parent": os.getppid(), "reached": reached,
        "groups": tried(os.killpg, {here[0]}, 0),
        "priority": tried(os.setpriority, os.PRIO_PROCESS, {here[0]}, 5),
        "limits": tried(__import__("resource").prlimit, {here[0]}, 7),
    }}
"""
    )
    assert (found["pid"], found["parent"]) == (1, 0)
    assert found["reached"] == []
    assert all(found[name].startswith("refused") for name in ("groups", "priority", "limits"))


def test_ending_everything_it_can_reach_ends_only_the_guests_own(look: Look) -> None:
    """kill(-1) from the first process of a pid namespace reaches that namespace only."""
    found = look(
        """
def look():
    child = os.fork()
    if child == 0:
        time.sleep(30)
    said = tried(os.kill, -1, signal.SIGKILL)
    return {"kill": said, "child": os.waitpid(child, 0)[1]}
"""
    )
    assert found == {"kill": "None", "child": 9}


# The network


@pytest.fixture
def listening() -> Iterator[dict[str, Any]]:
    """Servers on this machine: TCP, a Unix socket in /tmp and an abstract one. `heard` counts who came."""
    heard: list[str] = []
    name = f"gradgym-test-{os.getpid()}"
    folder = Path(f"/tmp/listening-{os.getpid()}")
    folder.mkdir()
    tcp = socket.create_server(("127.0.0.1", 0))
    unix, abstract = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    unix.bind(str(folder / "socket"))
    abstract.bind(f"\0{name}")
    servers = {"tcp": tcp, "unix": unix, "abstract": abstract}

    def serve(kind: str, server: socket.socket) -> None:
        server.listen()
        while True:
            try:
                server.accept()[0].close()
            except OSError:
                return
            heard.append(kind)

    threads = [threading.Thread(target=serve, args=item) for item in servers.items()]
    for thread in threads:
        thread.start()
    yield {"port": tcp.getsockname()[1], "path": str(folder / "socket"), "name": name, "heard": heard}
    for server in servers.values():
        server.shutdown(socket.SHUT_RDWR)
        server.close()
    for thread in threads:
        thread.join()
    (folder / "socket").unlink()
    folder.rmdir()


def test_no_socket_can_be_made(look: Look) -> None:
    found = look(
        """
def look():
    kinds = {"inet": (2, 1), "inet udp": (2, 2), "inet6": (10, 1), "unix": (1, 1), "netlink": (16, 3),
             "packet": (17, 3), "vsock": (40, 1), "raw": (2, 3), "bluetooth": (31, 3), "alg": (38, 5)}
    return {**{name: tried(socket.socket, *kind) for name, kind in kinds.items()},
            "pair": tried(socket.socketpair),
            "name": tried(socket.getaddrinfo, "localhost", 80), "dns": tried(socket.gethostbyname, "example.org"),
            "connect": tried(socket.create_connection, ("127.0.0.1", 80), 1)}
"""
    )
    assert all_refused(found), found


def test_the_one_socket_reaches_nobody_else(look: Look, listening: dict[str, Any]) -> None:
    found = look(
        f"""
def look():
    wire = socket.socket(fileno=os.dup(3))
    addresses = [{listening["path"]!r}, "\\0" + {listening["name"]!r}]
    return {{
        **{{f"connect {{a!r}}": tried(wire.connect, a) for a in addresses}},
        **{{f"send {{a!r}}": tried(wire.sendto, b"x", a) for a in addresses}},
        "tcp": tried(wire.connect, ("127.0.0.1", {listening["port"]})),
        "bind": tried(wire.bind, "\\0mine"), "listen": tried(wire.listen), "accept": tried(wire.accept),
    }}
"""
    )
    assert all_refused(found), found
    assert listening["heard"] == []


# System calls

# Names and numbers, as in the kernel's table for x86_64.
NUMBERS = """
ptrace 101, process_vm_readv 310, process_vm_writev 311, pidfd_getfd 438, pidfd_open 434, kcmp 312,
process_madvise 440, mount 165, umount2 166, pivot_root 155, chroot 161, unshare 272, setns 308, open_tree 428,
move_mount 429, fsopen 430, fsconfig 431, fsmount 432, fspick 433, mount_setattr 442, name_to_handle_at 303,
open_by_handle_at 304, mknod 133, mknodat 259, bpf 321, perf_event_open 298, io_uring_setup 425,
io_uring_enter 426, io_uring_register 427, userfaultfd 323, syslog 103, add_key 248, request_key 249,
keyctl 250, init_module 175, finit_module 313, delete_module 176, kexec_load 246, reboot 169, swapon 167,
swapoff 168, acct 163, quotactl 179, fanotify_init 300, personality 135, vmsplice 278, socket 41,
socketpair 53, bind 49, connect 42, listen 50, accept 43, accept4 288, memfd_create 319, memfd_secret 447,
shmget 29, semget 64, msgget 68, inotify_init 253, inotify_init1 294, flock 73,
fanotify_mark 301, io_setup 206, mq_open 240, modify_ldt 154, kexec_file_load 320, settimeofday 164, clock_settime 227,
clock_adjtime 305, adjtimex 159, mbind 237, set_mempolicy 238, migrate_pages 256, move_pages 279
"""
X86_64 = {name: int(number) for name, number in (pair.split() for pair in NUMBERS.split(","))}
on_x86_64 = pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of system calls are those of x86_64")


@on_x86_64
def test_every_system_call_of_the_list_is_refused(look: Look) -> None:
    """Each is made with nothing for arguments; EPERM comes before the kernel looks at them."""
    assert set(X86_64) >= set(REFUSED), "a new name on the list needs its number here"
    found = look(
        f"""
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    found = {{}}
    for name, number in {X86_64!r}.items():
        ctypes.set_errno(0)
        result = libc.syscall(number, 0, 0, 0, 0, 0, 0)
        found[name] = errno.errorcode.get(ctypes.get_errno()) if result == -1 else "allowed"
    return found
"""
    )
    assert {name: said for name, said in found.items() if said != "EPERM"} == {}


@on_x86_64
def test_the_same_calls_under_their_other_numbers_are_refused(look: Look) -> None:
    """The x32 numbers, and the 32-bit ways in."""
    found = look(
        f"""
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    found = {{}}
    for name, number in {X86_64!r}.items():
        ctypes.set_errno(0)
        result = libc.syscall(0x40000000 | number, 0, 0, 0, 0, 0, 0)
        found[name] = errno.errorcode.get(ctypes.get_errno()) if result == -1 else "allowed"
    return found
"""
    )
    assert set(found.values()) <= {"ENOSYS", "EPERM"}


@on_x86_64
def test_no_new_namespace_can_be_had(look: Look) -> None:
    found = look(
        """
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    flags = {"cgroup": 0x02000000, "uts": 0x04000000, "ipc": 0x08000000, "user": 0x10000000, "pid": 0x20000000,
             "net": 0x40000000, "mount": 0x20000, "user and mount": 0x10020000}
    found = {}
    for name, flag in flags.items():
        for call in ("unshare", "clone"):
            ctypes.set_errno(0)
            result = libc.syscall(272, flag) if call == "unshare" else libc.syscall(56, flag | 17, 0, 0, 0, 0)
            if result == 0 and call == "clone":
                os._exit(0)
            found[f"{call} {name}"] = errno.errorcode.get(ctypes.get_errno()) if result == -1 else "allowed"
    ctypes.set_errno(0)
    libc.syscall(435, 0, 0)
    found["clone3"] = errno.errorcode.get(ctypes.get_errno())
    return found
"""
    )
    assert found.pop("clone3") == "ENOSYS"
    assert set(found.values()) == {"EPERM"}


def test_mounts_are_refused(look: Look) -> None:
    found = look(
        """
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    def call(name, *args):
        ctypes.set_errno(0)
        return errno.errorcode.get(ctypes.get_errno()) if getattr(libc, name)(*args) != 0 else "done"
    return {
        "proc": call("mount", b"proc", b"/tmp", b"proc", 0, None),
        "tmpfs": call("mount", b"tmpfs", b"/tmp", b"tmpfs", 0, b"size=4g"),
        "bind": call("mount", b"/", b"/tmp", None, 4096, None),
        "remount": call("mount", None, b"/usr", None, 32 | 4096, None),
        "umount proc": call("umount2", b"/proc", 2),
        "umount tmp": call("umount2", b"/tmp", 2),
    }
"""
    )
    assert set(found.values()) == {"EPERM"}


def test_filters_cannot_be_taken_off(look: Look) -> None:
    found = look(
        """
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    return {"strict": libc.prctl(22, 0, 0, 0, 0), "mode": libc.prctl(21, 0, 0, 0, 0)}
"""
    )
    assert found["strict"] == -1
    assert found["mode"] == 2


def test_what_honest_code_needs_still_works(look: Look) -> None:
    found = look(
        """
import subprocess, threading, tempfile, random
import torch
def look():
    done = []
    thread = threading.Thread(target=lambda: done.append("thread"))
    thread.start()
    thread.join()
    child = os.fork()
    if child == 0:
        os._exit(7)
    with tempfile.TemporaryDirectory() as folder:
        torch.save(torch.ones(3), f"{folder}/x.pt")
        loaded = torch.load(f"{folder}/x.pt").sum().item()
    return {
        "thread": done,
        "child": os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]),
        "shell": subprocess.run(["echo", "hi"], capture_output=True, text=True).stdout,
        "saved": loaded,
        "random": len(os.urandom(8)),
        "linalg": tuple(torch.linalg.svd(torch.eye(3))[1].tolist()),
    }
"""
    )
    assert found == {
        "thread": ["thread"],
        "child": 7,
        "shell": "hi\n",
        "saved": 3.0,
        "random": 8,
        "linalg": [1.0, 1.0, 1.0],
    }


def test_the_order_of_a_set_of_texts_is_the_same_in_every_grading(look: Look) -> None:
    """A grade can be replayed: hashes of text do not depend on which warm process was at hand."""
    words = [sys.executable, "-c", "print(hash('gradgym'))"]
    said = subprocess.run(words, env={"PYTHONHASHSEED": "0"}, capture_output=True, text=True, check=True).stdout
    assert look("def look():\n    return hash('gradgym')") == int(said)


# What is left out of the policy


def test_the_policy_of_this_machine_holds_nothing_of_the_course(tiny_course: Course) -> None:
    for path in outer_policy().read_only:
        for ours in (tiny_course.root, tiny_course.solutions, REPOSITORY / "grader", Path.home()):
            assert ours is not None
            assert not ours.is_relative_to(path), f"{path} would show {ours}"
