"""What a guest may see, use and do. One frozen object; nothing here touches the system."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Inner:
    """Of one submission's guest.

    `memory_mb` is what it may add to the warm process (0: no limit); `processes` 0 means no limit.
    """

    memory_mb: int = 1024
    cpu_seconds: int = 60
    processes: int = 64
    files: int = 64
    file_mb: int = 16
    tmp_mb: int = 64
    tmp_files: int = 4096
    scratch: tuple[str, ...] = ("/tmp", "/dev/shm")
    emptied: tuple[str, ...] = ("/proc",)
    device: str = "cpu"

    def as_data(self) -> dict[str, Any]:
        """Plain data for the control line."""
        return dataclasses.asdict(self)


@dataclass(frozen=True, kw_only=True)
class Outer:
    """Of the guest parent: read-only folders it sees at their own paths, device files, and its whole environment."""

    read_only: tuple[str, ...]
    hidden: tuple[str, ...]
    devices: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = (
        ("HOME", "/tmp"),
        ("TMPDIR", "/tmp"),
        ("LANG", "C.UTF-8"),
        ("PATH", "/usr/bin:/bin"),
        ("OMP_NUM_THREADS", "1"),
        ("MKL_NUM_THREADS", "1"),
        ("OPENBLAS_NUM_THREADS", "1"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONHASHSEED", "0"),
        ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"),  # huge pages: a warm process forks in a quarter of the time
        ("PYTHONMALLOC", "malloc"),
        ("TORCHINDUCTOR_CACHE_DIR", "/tmp/inductor"),
    )


# What a check may use beside its own limits: the interpreter's folders are added at run time.
SYSTEM_FOLDERS = (
    "/usr",
    "/lib",
    "/lib64",
    "/lib32",
    "/bin",
    "/sbin",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
)
DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
GPU_DEVICES = ("/dev/nvidia0", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools")
GPU_FOLDERS = ("/usr/local/nvidia", "/sys")
