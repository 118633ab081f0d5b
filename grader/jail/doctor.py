"""What this machine enforces, found by trying: a guest is put behind the wall and asked what it can still reach."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

from grader.jail.cgroup import SETTING, NoGroups, groups_here
from grader.jail.outer import NoWall, find_bwrap


@dataclass(frozen=True)
class Finding:
    """One layer or need: whether it holds, in a sentence, and what to do when it doesn't.

    `needed`: grading refuses without it.
    """

    name: str
    holds: bool
    says: str
    remedy: str = ""
    needed: bool = True


def static_findings() -> list[Finding]:
    """What can be told without starting anything."""
    found = [_system(), _bubblewrap(), _user_namespaces(), _cgroups()]
    return [finding for finding in found if finding is not None]


def _system() -> Finding:
    system = platform.system()
    if system == "Linux":
        return Finding("system", True, f"Linux {platform.release()} on {platform.machine()}")
    return Finding(
        "system",
        False,
        f"{system} has no wall: `gradgym check` works here, grading does not",
        "Grade on Linux, or in a Linux virtual machine.",
    )


def _bubblewrap() -> Finding:
    try:
        return Finding("bubblewrap", True, f"found at {find_bwrap()}")
    except NoWall as missing:
        return Finding("bubblewrap", False, "not found", str(missing))


def _user_namespaces() -> Finding | None:
    limit = _number("/proc/sys/user/max_user_namespaces")
    allowed = _number("/proc/sys/kernel/unprivileged_userns_clone")
    apparmor = _number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
    if limit == 0:
        remedy = "sysctl -w user.max_user_namespaces=15000"
    elif allowed == 0:
        remedy = "sysctl -w kernel.unprivileged_userns_clone=1"
    elif apparmor == 1 and os.getuid() != 0:
        remedy = (
            "Give bwrap an AppArmor profile that allows user namespaces, or switch the restriction off: "
            "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
        )
    elif limit is None:
        return None
    else:
        return Finding("user namespaces", True, f"allowed (up to {limit})")
    return Finding("user namespaces", False, "switched off for ordinary users", remedy)


def _cgroups() -> Finding:
    try:
        groups = groups_here()
    except NoGroups as none:
        if none.asked_for:
            return Finding("cgroups", False, str(none), f"Mend {SETTING}, or set it to off.")
        return Finding("cgroups", True, f"{none} (not needed: limits are kept without)", needed=False)
    kept = ", ".join(groups.controllers) or "nothing, for no controller is there"
    return Finding("cgroups", True, f"each guest has its own, which limits {kept}", needed=False)


def _number(path: str) -> int | None:
    try:
        return int(Path(path).read_text())
    except (OSError, ValueError):
        return None
