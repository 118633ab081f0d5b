"""The arena of the attacks: a bounded grading process, a course with planted secrets, and what must stay as it is."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
FAMILIES = ("reading", "forging", "persisting", "exhausting", "escaping")
# Exercises that differ in one thing from one of the tiny course: its slug, and what is added to exercise.toml.
VARIANTS = {
    "double_it_quick": ("double_it", "\n[limits]\nseconds = 1\nmemory_mb = 128\n"),
    "double_it_patient": ("double_it", "\n[limits]\nseconds = 20\nmemory_mb = 512\n"),
    "double_it_small": ("double_it", "\n[limits]\nseconds = 20\nmemory_mb = 96\n"),
    "with_function": ("with_kit", ""),  # a hidden check hands over a function
}
GRACE_SECONDS = 5.0
LOSS_MB = 4096  # so much less free memory than before an attack ends it: a hole must not hurt the machine
MANY_PROCESSES = 600
GROWTH_MB = 200
NOBODY = 65534


# What an attack's expect.toml says


@dataclass(frozen=True, kw_only=True)
class Attack:
    """One folder. `problems` are words about keys and values that aren't understood."""

    name: str
    source: str
    family: str
    about: str
    verdict: tuple[str, ...]
    score: str
    exercise: str = "double_it"
    course: str = "tiny_course"
    tried: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    never_reads: tuple[str, ...] = ()
    seconds: float = 20.0
    beside: bool = False
    hole: str = ""
    absent: tuple[str, ...] = ()
    submitted: dict[str, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


TOP = {each.name for each in fields(Attack)} - {"name", "source", "absent", "problems"} | {"machine"}
INSIDE = {"machine": {"absent", "seconds"}, "submitted": {"name", "via", "link", "kind"}}
NEEDED = ("family", "about", "verdict", "score")
CHOICES = {
    "family": FAMILIES,
    "score": ("full", "none", "part"),
    "course": ("tiny_course", "exercises"),
}


def read_attack(folder: Path) -> Attack:
    """Raises ValueError or OSError for a folder that isn't finished."""
    data = tomllib.loads((folder / "expect.toml").read_text("utf-8"))
    problems = [f"unknown key {key}" for key in data if key not in TOP]
    for table, keys in INSIDE.items():
        problems += [f"unknown key {table}.{key}" for key in data.get(table, {}) if key not in keys]
    problems += [f"no {key}" for key in NEEDED if key not in data]
    problems += [f"{key} is {data[key]!r}" for key, good in CHOICES.items() if key in data and data[key] not in good]
    if problems:
        raise ValueError("; ".join(problems))
    verdict, machine = data.pop("verdict"), data.pop("machine", {})
    lists = {key: tuple(data.pop(key, ())) for key in ("tried", "reads", "never_reads")}
    return Attack(
        name=folder.name,
        source=(folder / "attack.py").read_bytes().decode("utf-8", "surrogateescape"),
        verdict=(verdict,) if isinstance(verdict, str) else tuple(verdict),
        absent=tuple(machine.get("absent", ())),
        **({"seconds": machine["seconds"]} if "seconds" in machine else {}),
        **lists,
        **data,
    )


def attack_folders() -> list[Path]:
    return sorted(path.parent for path in HERE.glob("*/expect.toml"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each folder, named like it; a known hole must fail."""
    if "folder" not in metafunc.fixturenames:
        return
    params = []
    for folder in attack_folders():
        marks: list[Any] = []
        with contextlib.suppress(ValueError, OSError):
            if hole := read_attack(folder).hole:
                marks = [pytest.mark.xfail(strict=True, reason=hole)]
        params.append(pytest.param(folder, id=folder.name, marks=marks))
    metafunc.parametrize("folder", params)


# What is planted


@dataclass
class Planted:
    """Tokens at all the places that must stay hidden, by the name of the place."""

    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, place: str) -> str:
        return self.tokens.setdefault(place, f"planted{secrets.token_hex(16)}")

    def found_in(self, text: str) -> list[str]:
        return [place for place, token in self.tokens.items() if token in text]


def copy_course(source: Path, folder: Path, planted: Planted) -> Path:
    """A copy of a course with a token in every file that no student receives."""
    for part in ("exercises", "solutions"):
        shutil.copytree(source / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in (folder / "solutions").rglob("*.py"):
        kind = {"test_hidden.py": "hidden checks", "mistakes.py": "mistakes"}.get(file.name, "reference")
        with file.open("a", encoding="utf-8") as out:
            out.write(f'\n\nPLANTED = "{planted.token(f"{kind} of {file.parent.name}")}"\n')
    return folder / "exercises"


FUNCTION_CHECK = """

@check(points=1, hint="Call what you are given.")
def test_function_of_the_check(student, tensors):
    \"\"\"a function of the check, applied twice\"\"\"
    x, secret = tensors((2,)), PLANTED
    close(student.apply_twice(lambda t: t + len(secret), x), x + 2 * len(secret), what="a sum")
"""


def add_exercises(course: Path) -> None:
    """The variants; and the standard library to import, for attacks need no tricks to get it: `imports` is no wall."""
    for slug, (original, addition) in VARIANTS.items():
        for root in (course, course.parent / "solutions"):
            folder = root / "u01_tiny"
            shutil.copytree(folder / original, folder / slug)
            (folder / slug / f"{original}.py").rename(folder / slug / f"{slug}.py")
        with (course / "u01_tiny" / slug / "exercise.toml").open("a") as file:
            file.write(addition)
    with (course.parent / "solutions" / "u01_tiny" / "with_function" / "test_hidden.py").open("a") as file:
        file.write(FUNCTION_CHECK)
    toml = course / "course.toml"
    slugs = "".join(f', "{slug}"' for slug in VARIANTS)
    names = [name for name in sys.stdlib_module_names if not name.startswith("_")]
    imports = ", ".join(f'"{name}"' for name in [*names, "torch", "numpy", "grader"])
    text = toml.read_text("utf-8").replace(', "with_kit"]', f', "with_kit"{slugs}]')
    toml.write_text(re.sub(r"imports = \[[^]]*\]", f"imports = [{imports}]", text), "utf-8")


# Who must hear nothing


class Listeners:
    """Servers on this machine. `heard`: every connection and datagram that came."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[str] = []
        self.name, self.path = f"gradgym-attacks-{os.getpid()}", str(folder / "socket")
        self._servers = {
            "tcp": socket.create_server(("127.0.0.1", 0)),
            "udp": socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
            "path": socket.socket(socket.AF_UNIX),
            "abstract": socket.socket(socket.AF_UNIX),
            "abstract datagrams": socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        }
        self._servers["udp"].bind(("127.0.0.1", 0))
        self._servers["path"].bind(self.path)
        self._servers["abstract"].bind(f"\0{self.name}")
        self._servers["abstract datagrams"].bind(f"\0{self.name}-datagrams")
        self.tcp_port: int = self._servers["tcp"].getsockname()[1]
        self.udp_port: int = self._servers["udp"].getsockname()[1]
        self._end, self._ended = socket.socketpair()
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        import selectors

        with selectors.DefaultSelector() as selector:
            selector.register(self._ended, selectors.EVENT_READ, "")
            for kind, server in self._servers.items():
                if server.type == socket.SOCK_STREAM:
                    server.listen()
                selector.register(server, selectors.EVENT_READ, kind)
            while True:
                for key, _ in selector.select():
                    if not key.data:
                        return
                    server = self._servers[key.data]
                    if server.type == socket.SOCK_STREAM:
                        server.accept()[0].close()
                    else:
                        server.recv(4096)
                    self.heard.append(key.data)

    def close(self) -> None:
        self._end.send(b"x")
        self._thread.join()
        for each in (*self._servers.values(), self._end, self._ended):
            each.close()


# The machine as it was


def below(pid: int) -> list[int]:
    """Living processes below this one. Read as bytes: the name of a process need not be text."""
    children: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = Path(f"/proc/{name}/stat").read_bytes().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    children.setdefault(int(parent), []).append(int(name))
    found, waiting = [], [pid]
    while waiting:
        more = children.get(waiting.pop(), [])
        found += more
        waiting += more
    return found


@dataclass(frozen=True)
class Machine:
    """What an attack could leave: processes below the grading process, their descriptors and mounts, files."""

    processes: frozenset[tuple[int, str]]
    descriptors: dict[int, int]
    mounts: dict[int, frozenset[str]]
    files: frozenset[str]
    priorities: dict[int, str]
    peak_mb: int  # of the grading process

    @classmethod
    def now(cls, grading: int) -> Machine:
        pids = [grading, *below(grading)]
        files = set()
        inside = [pid for pid in pids if _mounts(pid) not in ("", _mounts(os.getpid()))]
        for folder in ("/tmp", "/dev/shm", *(f"/proc/{pid}/root/{place}" for pid in inside for place in SHARED_PLACES)):
            with contextlib.suppress(OSError):
                everybodys = folder in ("/tmp", "/dev/shm")
                files |= {entry.path for entry in os.scandir(folder) if not everybodys or _is_guests(entry)}
        return cls(
            processes=frozenset((pid, _command(pid)) for pid in pids),
            descriptors={pid: _count(f"/proc/{pid}/fd") for pid in pids},
            mounts={pid: _lines(f"/proc/{pid}/mountinfo") for pid in (os.getpid(), *pids)},
            files=frozenset(files),
            priorities={pid: _priority(pid) for pid in pids},
            peak_mb=_peak_mb(grading),
        )

    def differs_from(self, before: Machine) -> list[str]:
        said = [f"process {pid} ({command[:80]}) is new" for pid, command in self.processes - before.processes]
        said += [f"process {pid} ({command[:80]}) is gone" for pid, command in before.processes - self.processes]
        said += [f"file {path}" for path in sorted(self.files - before.files)]
        if self.peak_mb > before.peak_mb + GROWTH_MB:
            said.append(f"the host has held {self.peak_mb} MB, and {before.peak_mb} MB before")
        for what in ("descriptors", "mounts", "priorities"):
            ours, theirs = getattr(self, what), getattr(before, what)
            both = ours.keys() & theirs.keys()
            if what == "descriptors":  # one less was about to be closed when the counting began
                both = {pid for pid in both if ours[pid] > theirs[pid]}
            said += [f"{what} of {pid}: {theirs[pid]}, now {ours[pid]}" for pid in both if ours[pid] != theirs[pid]]
        return said


SHARED_PLACES = ("", "tmp", "dev", "dev/shm", "dev/pts", "scratch", "gradgym", "gradgym/grader")


def _is_guests(entry: os.DirEntry[str]) -> bool:
    """In folders that everybody uses: what a guest made. Attacks call everything that they make owned...."""
    with contextlib.suppress(OSError):
        return "owned" in entry.name or (os.getuid() == 0 and entry.stat(follow_symlinks=False).st_uid == NOBODY)
    return False


def _mounts(pid: int) -> str:
    """The name of its mount namespace."""
    with contextlib.suppress(OSError):
        return os.readlink(f"/proc/{pid}/ns/mnt")
    return ""


def _command(pid: int) -> str:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    return ""


def _count(folder: str) -> int:
    try:
        return len(os.listdir(folder))
    except OSError:
        return -1


def _lines(path: str) -> frozenset[str]:
    try:
        return frozenset(Path(path).read_text("utf-8", "replace").splitlines())
    except OSError:
        return frozenset()


def _peak_mb(pid: int) -> int:
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status", errors="replace") as file:
        return next((int(line.split()[1]) >> 10 for line in file if line.startswith("VmHWM")), 0)
    return 0


def _priority(pid: int) -> str:
    """Niceness and kind of scheduling (see proc(5))."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return f"nice {words[16]}, policy {words[38]}"


# The arena


class Overrun(AssertionError):
    """An attack took too long, or too much of the machine: everything of the grading process was killed."""


class Arena:
    """The grading process with its courses. It is started when it is first needed, and again after an overrun."""

    grace_seconds = GRACE_SECONDS

    def __init__(self, folder: Path) -> None:
        self.planted = Planted()
        self.folder = folder
        folder.chmod(0o755)
        places = {"tiny_course": REPOSITORY / "tests" / "tiny_course", "exercises": REPOSITORY}
        self.courses = {name: copy_course(root, folder / name, self.planted) for name, root in places.items()}
        add_exercises(self.courses["tiny_course"])
        self.secret_file = folder / "secret.txt"
        self.secret_file.write_text(f"password = {self.planted.token('a file of the host')}\n")
        self.secret_file.chmod(0o644)
        self.bobs_file = folder / "bob.py"
        self.bobs_file.write_text(self.bob())
        self.listeners = Listeners(folder)
        self.first_world: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None
        self._warmed: set[tuple[str, str]] = set()

    def bob(self, *, slow: bool = False) -> str:
        """Another student's submission; it leaves its token wherever it can. A slow one takes a while in its check."""
        text = (HERE / "bob.py").read_text("utf-8").replace("BOBS_TOKEN", self.planted.token("bob's submission"))
        return text.replace("SLOW = False", f"SLOW = {slow}")

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        if self._process is not None:
            return
        self._said = (self.folder / "said").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, str(HERE / "grading_process.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
            env={**os.environ, "GRADGYM_TEST_TOKEN": self.planted.token("the host's environment")},
            cwd=self.folder,
            start_new_session=True,
        )
        courses = {name: str(root) for name, root in self.courses.items()}
        self._tell({"secret": self.planted.token("the deployment's secret"), "courses": courses})
        self._warmed = set()
        self.warm("tiny_course", "double_it")
        self.first_world = self.witness()

    def stop(self) -> None:
        """End the grading process; whatever is left of it is killed."""
        if self._process is None:
            return
        left = [self.pid, *below(self.pid)]
        with contextlib.suppress(OSError):
            self._process.stdin.close()  # type: ignore[union-attr]
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(10)
        self._kill(left)

    def close(self) -> None:
        self.stop()
        self.listeners.close()

    def _kill(self, pids: list[int]) -> None:
        assert self._process is not None
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream.close()  # type: ignore[union-attr]
        self._said.close()
        self._process = None

    def _tell(self, message: dict[str, Any]) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def ask(self, seconds: float, **message: Any) -> dict[str, Any]:
        """One question to the grading process. Raises Overrun: no answer in time, or the machine suffers."""
        assert self._process is not None and self._process.stdout is not None
        over: list[str] = []
        done = threading.Event()
        guard = threading.Thread(target=self._guard, args=(seconds, done, over))
        guard.start()
        try:
            self._tell(message)
            line = self._process.stdout.readline()
        except OSError:
            line = ""
        finally:
            done.set()
            guard.join()
        if not line:
            said = Path(self._said.name).read_text("utf-8", "replace")[-1000:]
            self._kill([])
            raise Overrun(over[0] if over else f"the grading process ended: {said}")
        answer: dict[str, Any] = json.loads(line)
        assert "trouble" not in answer, answer["trouble"]
        return answer

    def _guard(self, seconds: float, done: threading.Event, over: list[str]) -> None:
        deadline, free = time.monotonic() + seconds, _free_mb()
        while not done.wait(0.1):
            if time.monotonic() > deadline:
                over.append(f"not over after {seconds:g} s")
            elif _free_mb() < free - LOSS_MB:
                over.append(f"took more than {LOSS_MB} MB of the machine's memory")
            elif len(below(self.pid)) > MANY_PROCESSES:
                over.append(f"more than {MANY_PROCESSES} processes")
            if over:
                for pid in (self.pid, *below(self.pid)):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                return

    # What is asked

    def warm(self, course: str, exercise: str) -> None:
        if (course, exercise) not in self._warmed:
            answer = self.ask(120, do="warm", course=course, exercise=exercise)
            self._warmed.add((course, exercise))
            self.planted.tokens[f"seed of {exercise}"] = str(answer["seed"])

    def grade(self, source: str, name: str = "ada.py", *, seconds: float = 20, **more: Any) -> dict[str, Any]:
        """A submission's report: {"report": JSON, "text": what the student reads}."""
        data = base64.b64encode(source.encode("utf-8", "surrogateescape")).decode()
        usual = {"do": "grade", "exercise": "double_it", "course": "tiny_course"}
        return self.ask(seconds, **{**usual, "name": name, "source": data, **more})

    def witness(self) -> dict[str, Any]:
        """Grade a right answer, which must get full marks, and get what it saw of its world."""
        answer = self.grade((HERE / "witness.py").read_text("utf-8"))
        report = json.loads(answer["report"])
        assert report["verdict"] == "passed", answer["text"]
        assert report["score"] == report["max_score"]
        (line,) = [line for line in report["stdout"].splitlines() if line.startswith("WORLD")]
        return json.loads(line.removeprefix("WORLD"))  # type: ignore[no-any-return]

    def world_of_attacks(self) -> dict[str, Any]:
        """What an attacker with perfect knowledge of this machine would know."""
        processes = self.ask(20, do="processes")
        return {
            "courses": {name: str(root.parent) for name, root in self.courses.items()},
            "solution": str(self.courses["tiny_course"].parent / "solutions" / "u01_tiny" / "double_it"),
            "secret_file": str(self.secret_file),
            "bobs_file": str(self.bobs_file),
            "repository": str(REPOSITORY),
            "home": str(Path.home()),
            "host": self.pid,
            "test": os.getpid(),
            "examiners": processes["examiners"],
            "guests": [pid for parent in processes["guests"] for pid in (parent, *below(parent))],
            "tcp_port": self.listeners.tcp_port,
            "udp_port": self.listeners.udp_port,
            "abstract": self.listeners.name,
            "path": self.listeners.path,
            "hostname": os.uname().nodename,
        }

    def machine(self) -> Machine:
        return Machine.now(self.pid)

    def machine_at_rest(self) -> Machine:
        """When nothing changes any more: an examiner that has just told its last needs a moment to go."""
        last, deadline = self.machine(), time.monotonic() + GRACE_SECONDS
        while True:
            time.sleep(0.02)
            now = self.machine()
            if now == last or time.monotonic() > deadline:
                return now
            last = now

    def read(self, folder: Path) -> Attack:
        return read_attack(folder)

    def run(self, attack: Attack) -> dict[str, Any]:
        """Grade an attack the way its `submitted` says."""
        source, name = self.submission(attack), attack.submitted.get("name", "mallory.py")
        if attack.submitted.get("via") == "command":
            return self._command(attack, source, name)
        where = {"exercise": attack.exercise, "course": attack.course, "seconds": attack.seconds}
        if not attack.beside:
            return self.grade(source, name, **where)
        other = base64.b64encode(self.bob(slow=True).encode()).decode()
        return self.grade(source, name, **where, do="both", beside={"name": "bob.py", "source": other})

    def _command(self, attack: Attack, source: str, name: str) -> dict[str, Any]:
        """`gradgym grade`, on a file that may be a link, or no file at all."""
        folder = self.folder / "submitted"
        folder.mkdir()
        try:
            file = folder / name
            reference = f"solutions/u01_tiny/{attack.exercise}/{attack.exercise}.py"
            targets = {"secret": self.secret_file, "bob": self.bobs_file, "zeros": Path("/dev/zero")}
            targets["reference"] = self.courses[attack.course].parent / reference
            if link := attack.submitted.get("link"):
                file.symlink_to(targets[link])
            elif attack.submitted.get("kind") == "pipe":
                os.mkfifo(file)
            elif attack.submitted.get("kind") == "huge":
                file.touch()
                os.truncate(file, 320 << 20)
            else:
                file.write_text(source, "utf-8", "surrogateescape")
            words = [attack.exercise, str(file), "--json", "--course", str(self.courses[attack.course])]
            return self.ask(attack.seconds, do="command", words=words)
        finally:
            shutil.rmtree(folder)

    def submission(self, attack: Attack) -> str:
        """The attack's text, with the prelude in the place of its line "# prelude"."""
        prelude = (HERE / "prelude.py").read_text("utf-8").replace("WORLD = {}", f"WORLD = {self.world_of_attacks()!r}")
        return re.sub(r"(?m)^# prelude$", lambda _: prelude, attack.source, count=1)


def _free_mb() -> int:
    with open("/proc/meminfo") as file:
        return next(int(line.split()[1]) >> 10 for line in file if line.startswith("MemAvailable"))


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    """In a folder that everybody may read (those of pytest are private): only the wall keeps a guest out of it."""
    folder = Path(tempfile.mkdtemp(prefix="attacks-arena-"))
    arena = Arena(folder)
    yield arena
    arena.close()
    shutil.rmtree(folder)


@pytest.fixture
def bank() -> dict[str, Attack | str]:
    """Every attack by name; in its place what is wrong with it, when it can't be read."""
    found: dict[str, Attack | str] = {}
    for folder in attack_folders():
        try:
            found[folder.name] = read_attack(folder)
        except (ValueError, OSError) as wrong:
            found[folder.name] = str(wrong)
    return found


@pytest.fixture(autouse=True)
def nothing_left_behind() -> None:
    """The arena looks after this itself: it compares the whole machine, and may start its process anew in a test."""
