"""Guests on a device are spares with their context made. A fake stands in for the GPU; all else is as it is for one."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.api import Grader, Settings, Submission
from grader.course.load import load_course
from grader.course.model import Course, CourseError, Exercise, Limits
from grader.host import processes
from grader.host.processes import GuestParent
from grader.jail.policy import Inner
from grader.proof import prove
from grader.report import Report, Verdict

TINY = Path(__file__).parents[1] / "tiny_course"
FAKE = (Path(__file__).parent / "fake_gpu.py").read_text("utf-8")
HEAD = "import os, sys, time, json, torch\n"
RIGHT = "def double_it(x):\n    if not x.is_floating_point():\n        raise ValueError\n    return 2 * x\n"
TELLS = 'print("CONTEXT", json.dumps([torch.fake.id, torch.fake.made_at]), flush=True)\n'
WAIT_SECONDS = 60.0

Below = Callable[[int], list[int]]
Instead = Callable[..., None]


@pytest.fixture(scope="module")
def fake_instead() -> Iterator[Instead]:
    """From here on, guest parents for cuda have the fake in its place; `fake_instead(text)` adds to what it does."""
    patch = pytest.MonkeyPatch()
    real = processes.parent_command

    def instead(more: str = "") -> None:
        def command(fd: str, packages: Any, **facts: Any) -> list[str]:
            *words, start = real(fd, packages, **facts)
            assert facts["device"] == "cuda"
            first, then = start.split("from grader.guest.parent", 1)
            return [*words, f"{first}exec({FAKE + more!r}); from grader.guest.parent{then}"]

        patch.setattr(processes, "parent_command", command)

    instead()
    yield instead
    patch.undo()


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The tiny course, with one check that is for the cpu only."""
    place = tmp_path_factory.mktemp("course")
    shutil.copytree(TINY, place, dirs_exist_ok=True)
    checks = place / "solutions" / "u01_tiny" / "double_it" / "test_hidden.py"
    text = checks.read_text("utf-8")
    assert text.count("points=0.75, ") == 1
    checks.write_text(text.replace("points=0.75, ", 'points=0.75, devices=("cpu",), '), "utf-8")
    return load_course(place / "exercises")


@pytest.fixture(scope="module")
def exercise(course: Course) -> Exercise:
    (found,) = [exercise for exercise in course.exercises if exercise.slug == "double_it"]
    assert found.devices == ("cpu", "cuda")
    return found


@pytest.fixture(scope="module")
def on_device(fake_instead: Instead, exercise: Exercise) -> Iterator[Grader]:
    with Grader(Settings(seed=0, device="cuda")) as grader:
        grader.warm(exercise)
        yield grader


def grade(grader: Grader, exercise: Exercise, source: str = RIGHT) -> Report:
    return grader.grade(Submission("ada.py", (HEAD + source).encode()), exercise)


def verdicts(report: Report) -> dict[str, Verdict]:
    return {check.name.removeprefix("test_"): check.verdict for check in report.checks}


def contexts(report: Report) -> list[list[Any]]:
    """[id, when it was made] of the context, once for each import of the submission."""
    lines = [line for line in report.stdout.splitlines() if line.startswith("CONTEXT ")]
    return [json.loads(line.removeprefix("CONTEXT ")) for line in lines]


def in_namespaces(pid: int) -> list[str]:
    """A process's numbers, from ours inwards."""
    with open(f"/proc/{pid}/status") as status:
        return next(line.split()[1:] for line in status if line.startswith("NSpid"))


def waiting(grader: Grader, below: Below, *, other_than: int = 0) -> int:
    """The spare that waits with its context made (there must be one before long)."""
    (guests,) = grader._guests.values()
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        found = []
        for pid in below(guests.pid):
            try:
                if Path(f"/proc/{pid}/comm").read_text().strip() == "has-context" and in_namespaces(pid)[-1] == "1":
                    found.append(pid)
            except (OSError, StopIteration):
                continue  # it has ended meanwhile
        if len(found) == 1 and found[0] != other_than:
            time.sleep(0.1)  # its word that it is ready is under way
            return found[0]
        time.sleep(0.02)
    pytest.fail("no spare is waiting")


pytestmark = pytest.mark.jail


def test_checks_run_on_the_device_and_those_for_the_cpu_are_left_out(on_device: Grader, exercise: Exercise) -> None:
    report = grade(on_device, exercise, RIGHT.replace("    return", "    print(x.device)\n    return"))
    assert verdicts(report) == {
        "values": Verdict.PASSED,
        "twice_in_a_row": Verdict.PASSED,
        "input_kept": Verdict.SKIPPED,
        "bad_input": Verdict.PASSED,
    }, (report.message, report.stderr)
    assert set(report.stdout.split()) == {"cuda:0"}
    assert report.device == "cuda"
    (skipped,) = [check for check in report.checks if check.verdict is Verdict.SKIPPED]
    assert skipped.rationale == "This check doesn't run on cuda."


def test_a_proof_on_a_device_says_what_it_skipped_there(fake_instead: Instead, exercise: Exercise) -> None:
    unhurried = dataclasses.replace(exercise, limits=dataclasses.replace(exercise.limits, seconds=60))
    with Grader(Settings(checks="all", seed=0, device="cuda")) as grader:
        proof = prove(unhurried, grader, jobs=1, seeds=1)
    assert proof.problems == []
    assert proof.notes == [
        "skipped, because they don't run on cuda: input_kept, "
        "so nothing is proved here of the mistakes doubles_in_place."
    ]
    assert proof.table["triples"]["values"]


def test_a_grading_gets_a_context_that_was_made_before_it_began(
    on_device: Grader, exercise: Exercise, processes_below: Below
) -> None:
    spare = waiting(on_device, processes_below)
    began = time.monotonic()
    first = contexts(grade(on_device, exercise, TELLS + RIGHT))
    assert len(first) > 2
    assert all(context == first[0] for context in first), "one guest for the whole submission"
    assert first[0][1] < began
    assert not Path(f"/proc/{spare}").exists(), "the spare that waited was the guest, and has ended with it"
    other = waiting(on_device, processes_below, other_than=spare)
    second = contexts(grade(on_device, exercise, TELLS + RIGHT))
    assert second[0][0] != first[0][0], "one submission a context"
    waiting(on_device, processes_below, other_than=other)


def test_a_spare_that_dies_while_it_waits_is_replaced(
    on_device: Grader, exercise: Exercise, processes_below: Below
) -> None:
    spare = waiting(on_device, processes_below)
    parent = next(iter(on_device._guests.values())).pid
    os.kill(spare, signal.SIGKILL)
    waiting(on_device, processes_below, other_than=spare)
    assert grade(on_device, exercise).score == 2250
    assert next(iter(on_device._guests.values())).pid == parent


def test_a_guest_that_dies_in_a_check_costs_that_check_and_the_next_has_a_new_context(
    on_device: Grader, exercise: Exercise
) -> None:
    dies = RIGHT.replace("    return", "    x.numel() == 6 and os._exit(3)\n    return")
    report = grade(on_device, exercise, TELLS + dies)
    found = verdicts(report)
    assert (found["values"], found["bad_input"]) == (Verdict.CRASHED, Verdict.PASSED), report.message
    assert len({context for context, _ in contexts(report)}) == 2


def test_the_tolerance_is_the_devices(on_device: Grader, exercise: Exercise) -> None:
    """Off by 5 in 10,000 in float32: within what a GPU may be, and not within what a CPU may be."""
    off = RIGHT.replace("return 2 * x", "return 2 * x * (1.0005 if x.dtype == torch.float32 else 1.0)")
    assert verdicts(grade(on_device, exercise, off))["values"] is Verdict.PASSED
    further = off.replace("1.0005", "1.005")
    assert verdicts(grade(on_device, exercise, further))["values"] is Verdict.WRONG


@pytest.mark.parametrize(
    ("result", "verdict"),
    [("torch.tensor((2 * x).tolist(), dtype=x.dtype)", "wrong"), ("x + torch.ones(x.shape, dtype=x.dtype)", "crashed")],
)
def test_what_is_made_on_the_cpu_has_the_wrong_device(
    on_device: Grader, exercise: Exercise, result: str, verdict: str
) -> None:
    report = grade(on_device, exercise, RIGHT.replace("2 * x", result))
    check = report.checks[0]
    assert (check.verdict.value, check.mistake) == (verdict, "wrong_device"), check


def test_what_is_made_on_the_arguments_device_is_right(on_device: Grader, exercise: Exercise) -> None:
    report = grade(on_device, exercise, RIGHT.replace("2 * x", "x * torch.full_like(x, 2).to(x.device)"))
    assert report.score == 2250, report.checks


def test_a_tensor_beyond_the_exercises_memory_ends_as_out_of_memory(on_device: Grader, exercise: Exercise) -> None:
    small = dataclasses.replace(exercise, limits=Limits(memory_mb=64))
    wide = RIGHT.replace("return", "x.sum() + torch.zeros(20_000_000, device=x.device)[0]\n    return")
    report = grade(on_device, small, wide)
    assert report.checks[0].verdict is Verdict.OUT_OF_MEMORY
    assert report.checks[0].rationale == "Your code asked for more memory on the device than it may use."
    assert verdicts(grade(on_device, exercise, wide))["values"] is Verdict.PASSED


def test_the_hosts_memory_is_watched_and_the_context_is_not_charged(on_device: Grader, exercise: Exercise) -> None:
    small = dataclasses.replace(exercise, limits=Limits(memory_mb=96))
    assert grade(on_device, small, RIGHT).score == 2250
    hoards = RIGHT.replace("return", "HOARD.append(bytearray(os.urandom(1 << 20) * 300)); time.sleep(5)\n    return")
    report = grade(on_device, small, "HOARD = []\n" + hoards)
    assert report.checks[0].verdict is Verdict.OUT_OF_MEMORY, report.checks[0]
    assert "more than 96 MB" in report.checks[0].rationale


def test_the_processor_time_of_the_context_is_nobodys(on_device: Grader, exercise: Exercise) -> None:
    looks = "import resource\nprint('LIMIT', resource.getrlimit(resource.RLIMIT_CPU)[0], time.process_time())\n"
    report = grade(on_device, exercise, looks + RIGHT)
    _, limit, used = next(line for line in report.stdout.splitlines() if line.startswith("LIMIT")).split()
    assert float(used) > 1.2
    assert int(limit) >= int(exercise.limits.seconds * 6) + 10 + 2
    assert report.cpu_seconds < float(used)


def test_threads_of_the_context_stand_behind_the_wall_as_well(on_device: Grader, exercise: Exercise) -> None:
    """A filter and capabilities are a thread's own, and a driver starts threads before the filter is there."""
    report = grade(on_device, exercise, "print('THREAD', json.dumps(torch.fake.ask()))\n" + RIGHT)
    lines = [line for line in report.stdout.splitlines() if line.startswith("THREAD")]
    assert json.loads(lines[0].removeprefix("THREAD")) == ["refused", [0] * 6]


def test_the_folders_are_those_of_any_guest(on_device: Grader, exercise: Exercise) -> None:
    looks = (
        "import tempfile\n"
        "print('SEES', os.listdir('/proc'), os.listdir(tempfile.gettempdir()), os.listdir('/dev/shm'), os.getpid(),\n"
        "      sorted(fd for fd in range(64) if os.path.exists(f'/dev/fd/{fd}')))\n"
    )
    report = grade(on_device, exercise, looks + RIGHT)
    assert next(line for line in report.stdout.splitlines() if line.startswith("SEES")) == "SEES [] [] [] 1 []"


def test_an_exercise_for_the_cpu_is_refused(on_device: Grader, exercise: Exercise) -> None:
    with pytest.raises(CourseError, match="double_it runs on cpu, not on cuda"):
        grade(on_device, dataclasses.replace(exercise, devices=("cpu",)))


def test_a_wall_that_cannot_be_finished_means_not_graded(
    on_device: Grader, exercise: Exercise, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.api.Inner", lambda **facts: Inner(**facts, scratch=("/tmp", "/not/there")))
    report = grade(on_device, exercise)
    assert report.verdict is Verdict.NOT_GRADED
    assert "a tmpfs on /not/there" in report.message
    monkeypatch.undo()
    assert grade(on_device, exercise).score == 2250


def test_the_trusted_side_is_shown_no_gpu(on_device: Grader) -> None:
    """It forks after backward passes, which start a thread for each GPU that they see."""
    (engine,) = on_device._engines.values()
    assert b"\0CUDA_VISIBLE_DEVICES=\0" in b"\0" + Path(f"/proc/{engine.examiner.pid}/environ").read_bytes()


def test_without_a_wall_spares_come_and_go_as_well(on_device: Grader, exercise: Exercise) -> None:
    with Grader(Settings(seed=0, device="cuda", walled=False)) as grader:
        began = [contexts(grade(grader, exercise, TELLS + RIGHT)) for _ in range(2)]
    assert len({made[0][0] for made in began}) == 2


NO_CONTEXT = """
def no_context():
    raise RuntimeError("the driver is on holiday")

devices.KINDS["cuda"] = devices.Kind(no_context, cap, fake.seeds.append)
"""


def test_a_context_that_cannot_be_made_means_not_graded_with_the_reason(
    on_device: Grader, fake_instead: Instead, exercise: Exercise
) -> None:
    fake_instead(NO_CONTEXT)
    try:
        with Grader(Settings(seed=0, device="cuda")) as grader:
            for _ in range(2):
                report = grade(grader, exercise)
                assert report.verdict is Verdict.NOT_GRADED
                assert "no context could be made on cuda: RuntimeError: the driver is on holiday" in report.message
            (guests,) = grader._guests.values()
            assert guests.usable()
    finally:
        fake_instead()


COUNTS = """
def counted():
    with open(PLACE, "a") as file:
        file.write(f"{os.getpid()}\\n")
    raise RuntimeError("the driver is on holiday")

devices.KINDS["cuda"] = devices.Kind(counted, cap, fake.seeds.append)
"""


def settled(alive: Callable[[], list[int]], place: Path) -> int:
    """How many were made, once none has been alive and none has been added for a second."""
    made, since = -1, time.monotonic()
    while time.monotonic() - since < 1:
        now = len(place.read_text().split()) if place.exists() else 0
        if alive() or now != made or not now:
            made, since = now, time.monotonic()
        time.sleep(0.05)
    return made


def test_spares_that_die_are_not_replaced_without_end(
    on_device: Grader, fake_instead: Instead, tmp_path: Path, processes_below: Below
) -> None:
    """Three tries, and three more for each request that finds no spare; without a wall, so that they can be counted."""
    place = tmp_path / "made"
    fake_instead(f"PLACE = {str(place)!r}\n{COUNTS}")
    try:
        guests = GuestParent(walled=False, device="cuda", spares=2)
        guests.ready()
        tried = settled(lambda: processes_below(guests.pid), place)
        assert tried in (3, 4)  # of two at a time the last two may die together
        guest = guests.spawn(Inner(device="cuda"))
        guest.leash.settimeout(30)
        assert json.loads(guest.leash.recv(4096))["exit"] == 97
        assert tried + 3 <= settled(lambda: processes_below(guests.pid), place) <= tried + 4
        guest.close()
        guests.close()
    finally:
        fake_instead()


HANGS_ONCE = """
import grader.guest.spares
grader.guest.spares._CONTEXT_SECONDS = 0.1

def hangs_once():
    if not os.path.exists(PLACE):
        open(PLACE, "w").close()
        time.sleep(1000)

devices.KINDS["cuda"] = devices.Kind(hangs_once, cap, fake.seeds.append)
"""


def test_a_context_that_never_comes_is_given_up_with_the_request(
    on_device: Grader, fake_instead: Instead, tmp_path: Path
) -> None:
    place = tmp_path / "hung"
    fake_instead(f"PLACE = {str(place)!r}\n{HANGS_ONCE}")
    try:
        guests = GuestParent(walled=False, device="cuda")
        guests.ready()
        first = guests.spawn(Inner(device="cuda", processes=0))
        while not place.exists():
            time.sleep(0.02)
        time.sleep(0.2)
        first.pull_leash()
        first.leash.settimeout(30)
        assert json.loads(first.leash.recv(4096))["exit"] == 97
        second = guests.spawn(Inner(device="cuda", processes=0))
        second.wire.settimeout(WAIT_SECONDS)
        assert second.wire.recv(1) == b"!"
        first.close()
        second.close()
        guests.close()
    finally:
        fake_instead()


def test_a_request_that_nobody_waits_for_any_more_is_forgotten(
    on_device: Grader, fake_instead: Instead, processes_below: Below
) -> None:
    """Also: optimizers are imported ahead of time, and the parent doesn't look for a device (the fake would refuse)."""
    guests = GuestParent(walled=True, device="cuda", packages=["optim"], spares=2)
    guests.ready()
    first, second, third = (guests.spawn(Inner(device="cuda")) for _ in range(3))
    third.pull_leash()
    third.leash.settimeout(30)
    assert json.loads(third.leash.recv(4096))["exit"] == 97
    for guest in (first, second):
        guest.wire.settimeout(WAIT_SECONDS)
        assert guest.wire.recv(1) == b"!"
        guest.pull_leash()
        guest.leash.settimeout(30)
        assert json.loads(guest.leash.recv(4096))["exit"] == -signal.SIGKILL
    for guest in (first, second, third):
        guest.close()
    guests.close()
    assert guests.pid not in processes_below(os.getpid())
