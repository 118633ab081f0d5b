"""What a guest may use up, and that it takes everything it started along when it ends."""

from __future__ import annotations

import resource
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.model import Exercise
from grader.jail.outer import outer_policy, scratch_folder
from grader.jail.policy import Inner
from grader.report import Report, Verdict

pytestmark = pytest.mark.jail

Look = Callable[..., Any]
Below = Callable[[int], list[int]]
SCRATCH = scratch_folder(outer_policy())
POLICY = Inner()


@pytest.fixture
def guests_below(grader: Grader, processes_below: Below) -> Callable[[], int]:
    """How many processes there are below the warm guest parents (the parents' own are always there)."""
    return lambda: sum(len(processes_below(guests.pid)) for guests in grader._guests.values())


def test_a_file_has_its_limit(look: Look) -> None:
    found = look(
        """
def look():
    said = {}
    for folder in ("/tmp", "/dev/shm"):
        with open(f"{folder}/large", "wb", buffering=0) as file:
            said[folder] = tried(lambda: [file.write(bytes(1 << 20)) for _ in range(40)])
            said[folder + " size"] = os.fstat(file.fileno()).st_size >> 20
            said[folder + " truncate"] = tried(file.truncate, 1 << 30)
    return said
"""
    )
    for folder in (SCRATCH, "/dev/shm"):
        assert found[f"{folder} size"] == POLICY.file_mb
        assert "File too large" in found[folder]
        assert "File too large" in found[f"{folder} truncate"]


@pytest.mark.parametrize("folder", [SCRATCH, "/dev/shm"])
def test_a_scratch_folder_has_its_limit(look: Look, folder: str) -> None:
    found = look(
        f"""
def look():
    written = 0
    try:
        for number in range(40):
            with open(f"{folder}/part{{number}}", "wb", buffering=0) as file:
                for _ in range(8):
                    written += file.write(bytes(1 << 20))
    except OSError as full:
        return {{"written": written >> 20, "full": errno.errorcode[full.errno]}}
    return {{"written": written >> 20}}
"""
    )
    assert found["full"] == "ENOSPC"
    assert found["written"] <= POLICY.tmp_mb


def test_files_have_their_number(look: Look) -> None:
    found = look(
        """
def look():
    made = 0
    try:
        for number in range(10_000):
            open(f"/tmp/{number}", "w").close()
            made += 1
    except OSError as full:
        return {"made": made, "full": errno.errorcode[full.errno]}
"""
    )
    assert found["full"] == "ENOSPC"
    assert found["made"] < POLICY.tmp_files


def test_open_files_have_their_number(look: Look) -> None:
    found = look(
        """
def look():
    held = []
    try:
        while len(held) < 1000:
            held.append(open("/dev/null"))
    except OSError as full:
        return {"held": len(held), "full": errno.errorcode[full.errno]}
    finally:
        for file in held:
            file.close()
"""
    )
    assert found == {"held": POLICY.files - 4, "full": "EMFILE"}


def test_limits_cannot_be_raised(look: Look) -> None:
    found = look(
        """
import resource
def look():
    names = ["DATA", "CPU", "NPROC", "NOFILE", "FSIZE", "CORE"]
    limits = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}
    raised = {name: tried(resource.setrlimit, getattr(resource, "RLIMIT_" + name), (limits[name][1] + 1,) * 2)
              for name in names}
    return {"limits": limits, "raised": raised}
"""
    )
    assert all(said.startswith("refused") for said in found["raised"].values())
    limits = found["limits"]
    assert all(soft == hard for soft, hard in limits.values())
    assert limits["CORE"] == [1, 1]  # no file, and nothing piped to a program of the host
    assert limits["NPROC"] == [POLICY.processes] * 2
    assert limits["NOFILE"] == [POLICY.files] * 2
    assert limits["FSIZE"] == [POLICY.file_mb << 20] * 2
    assert limits["CPU"] == [22, 22]  # six times the two seconds of a check, and ten more
    assert 0 < limits["DATA"][0] < 4 << 30


@pytest.fixture(scope="module")
def bounded(exercises: dict[str, Exercise]) -> Iterator[Grader]:
    """A grader with a second bound on processes, from outside: were ours missing, a fork bomb would still end here."""
    which = resource.RLIMIT_NPROC
    soft, hard = resource.getrlimit(which)
    resource.setrlimit(which, (2000 if hard == resource.RLIM_INFINITY else min(2000, hard), hard))
    try:
        with Grader(Settings(seed=0)) as grader:
            grader.warm(exercises["double_it"])
            yield grader
    finally:
        resource.setrlimit(which, (soft, hard))


@pytest.fixture
def bomb(
    bounded: Grader,
    exercises: dict[str, Exercise],
    looking: Callable[[str], str],
    found_in: Callable[[Report], Any],
    processes_below: Below,
) -> Callable[[str], Any]:
    """Like `look`, with the bounded grader; no process may be left below its guest parent."""

    def looked(program: str) -> Any:
        (guests,) = bounded._guests.values()
        before = set(processes_below(guests.pid))
        report = bounded.grade(Submission("mallory.py", looking(program).encode()), exercises["double_it"])
        assert set(processes_below(guests.pid)) == before
        return found_in(report)

    return looked


def test_a_fork_bomb_is_bounded_and_gone_afterwards(bomb: Callable[[str], Any]) -> None:
    found = bomb(
        """
def look():
    made = 0
    try:
        for _ in range(300):
            if os.fork() == 0:
                time.sleep(60)
                os._exit(0)
            made += 1
    except OSError as full:
        return {"made": made, "full": errno.errorcode[full.errno]}
    return {"made": made}
"""
    )
    assert found["full"] == "EAGAIN"
    assert found["made"] < POLICY.processes


def test_a_bomb_of_threads_is_bounded(bomb: Callable[[str], Any]) -> None:
    found = bomb(
        """
import threading
def look():
    made = 0
    try:
        for _ in range(300):
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
            made += 1
    except RuntimeError as full:
        return {"made": made, "full": str(full)}
    return {"made": made}
"""
    )
    assert "can't start new thread" in found["full"]
    assert found["made"] < POLICY.processes


def test_shared_memory_that_no_limit_counts_is_refused(look: Look) -> None:
    found = look(
        """
import mmap
def look():
    libc = ctypes.CDLL(None, use_errno=True)
    return {
        "shared pages": tried(mmap.mmap, -1, 1 << 30),
        "memfd": tried(os.memfd_create, "x"),
        "system v": str(libc.shmget(0, 1 << 20, 0o1600)).replace("-1", "refused"),
    }
"""
    )
    assert all(said.startswith("refused") for said in found.values()), found


def test_private_pages_count(look: Look) -> None:
    found = look(
        """
import mmap
def look():
    return {"private": tried(mmap.mmap, -1, 1 << 30, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)}
"""
    )
    assert found["private"].startswith("refused")


def test_the_memory_of_the_scratch_folders_is_bounded_too(look: Look) -> None:
    """Mapping a file of /tmp shared is fine: the folder has its size."""
    found = look(
        """
import mmap
def look():
    with open("/tmp/mapped", "w+b") as file:
        file.truncate(8 << 20)
        pages = mmap.mmap(file.fileno(), 8 << 20)
        pages[:] = b"x" * (8 << 20)
        return {"size": len(pages), "more": tried(file.truncate, 17 << 20)}
"""
    )
    assert found["size"] == 8 << 20
    assert found["more"].startswith("refused")


# What is left when a guest ends


DAEMON = """
def look():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                time.sleep(1)
        os._exit(0)
    return {"daemon": True}
"""


def test_children_that_hide_end_with_the_guest(look: Look, guests_below: Callable[[], int]) -> None:
    before = guests_below()
    began = time.monotonic()
    assert look(DAEMON) == {"daemon": True}
    assert time.monotonic() - began < 5  # though the daemon holds the guest's output open
    assert guests_below() == before


def test_threads_that_never_end_end_with_the_guest(look: Look, guests_below: Callable[[], int]) -> None:
    before = guests_below()
    found = look(
        """
import threading
def look():
    def spin():
        while True:
            time.sleep(0.01)
    for daemon in (True, False):
        threading.Thread(target=spin, daemon=daemon).start()
    return threading.active_count()
"""
    )
    assert found == 3
    assert guests_below() == before


def test_hooks_at_the_end_of_python_cannot_hold_a_grading_up(
    grade: Callable[..., Report], guests_below: Callable[[], int]
) -> None:
    before = guests_below()
    source = """
import atexit, sys, time
class Late:
    def __del__(self):
        time.sleep(60)
if not hasattr(sys, "late"):
    atexit.register(lambda: time.sleep(60))
    sys.late = Late()
def double_it(x):
    if not x.is_floating_point():
        raise ValueError
    return 2 * x
"""
    began = time.monotonic()
    report = grade("double_it", source)
    assert report.verdict is Verdict.PASSED
    assert time.monotonic() - began < 10
    assert guests_below() == before


# The next submission, and the one beside


LEAVE = """
def look():
    for folder in ("/tmp", "/dev/shm"):
        os.makedirs(f"{folder}/deep/er", exist_ok=True)
        open(f"{folder}/note", "w").write("the answer is 42")
        open(f"{folder}/deep/er/.hidden", "w").write("42")
    import torch, builtins
    torch.note = builtins.note = sys.note = "42"
    torch.equal = lambda *args: True
    os.environ["NOTE"] = "42"
    sys.modules["note"] = sys
    return sorted(os.listdir("/tmp"))
"""
SEARCH = """
def look():
    import torch, builtins
    return {
        "files": [os.listdir(folder) for folder in ("/tmp", "/dev/shm")],
        "notes": [hasattr(thing, "note") for thing in (torch, builtins, sys)],
        "environment": "NOTE" in os.environ,
        "modules": "note" in sys.modules,
        "torch": torch.equal(torch.ones(1), torch.zeros(1)),
    }
"""
NOTHING = {
    "files": [[], []],
    "notes": [False] * 3,
    "environment": False,
    "modules": False,
    "torch": False,
}


def test_the_next_submission_finds_nothing_of_the_one_before(look: Look) -> None:
    assert look(LEAVE) == ["deep", "note"]
    assert look(SEARCH) == NOTHING


def test_two_submissions_at_a_time_see_nothing_of_each_other(
    grade: Callable[..., Report], looking: Callable[[str], str], found_in: Callable[[Report], Any]
) -> None:
    """bob's submission looks while ada's, which has left notes everywhere, is held within a check."""
    written, looked = threading.Event(), threading.Event()
    reports: list[Report] = []

    def hold(*_: object) -> None:
        written.set()
        looked.wait(20)

    def grade_ada() -> None:
        reports.append(grade("double_it", looking(LEAVE), on_check=hold))

    ada = threading.Thread(target=grade_ada)
    ada.start()
    try:
        assert written.wait(20)
        bob = found_in(
            grade(
                "double_it",
                looking(
                    SEARCH.replace(
                        '"torch":',
                        '"processes": [n for n in range(2, 300) if not tried(os.kill, n, 0).startswith("refused")],\n'
                        '        "torch":',
                    )
                ),
            )
        )
    finally:
        looked.set()
        ada.join()
    assert bob == NOTHING | {"processes": []}
    assert found_in(reports[0]) == ["deep", "note"]
    assert reports[0].verdict is Verdict.PASSED
