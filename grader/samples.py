"""Sample submissions made from an exercise's own files: right, stub, subtly wrong, crashing, hanging, cheating."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from grader.api import Programs, Submission
from grader.course.model import Exercise
from grader.report.model import Report, Verdict

_CHEAT = '''"""mallory's answer: no gradient, only tricks."""
import typing

sys = typing.sys  # the list of allowed imports is teaching, not security
os, gc, torch = sys.modules["os"], sys.modules["gc"], sys.modules["torch"]
torch.isclose = torch.allclose = torch.equal = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None
for name in ("pytest", "_pytest.python"):
    if name in sys.modules:
        sys.modules[name].fail = lambda *args, **kwargs: None
print("solutions seen:", [path for path in ("/solutions", "../solutions", "../../solutions") if os.path.exists(path)])
print("environment:", sorted(os.environ))
found = [thing for thing in gc.get_objects() if getattr(thing, "__name__", "").startswith("test_")]
print("functions that look like checks:", found[:3])


class Liar:
    """Equal to anything, and everything at once."""

    def __init__(self, *args, **kwargs): pass
    def __call__(self, *args, **kwargs): return Liar()
    def __getattr__(self, name): return Liar()
    def __eq__(self, other): return True
    def __hash__(self): return 0
    def __len__(self): return 1
    def __iter__(self): return iter([Liar()])
    def __next__(self): return Liar()
    def __float__(self): return 0.0
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None): return True


'''


@dataclass(frozen=True)
class Sample:
    """One made-up submission and the verdicts that it may get."""

    exercise: str
    name: str
    source: str
    meant: tuple[Verdict, ...]

    def write(self, folder: Path) -> Submission:
        """Put the file on disk, as a student would have sent it."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.name}.py"
        path.write_text(self.source, "utf-8")
        return Submission(path.name, path.read_bytes())

    def as_meant(self, report: Report) -> bool:
        return report.verdict in self.meant


def samples_of(exercise: Exercise, programs: Programs, *, hanging: bool) -> list[Sample]:
    """The samples for one exercise; the hanging one only on request, because it takes its whole time limit."""
    assert exercise.reference is not None
    reference, stub = exercise.reference.read_text("utf-8"), exercise.stub.read_text("utf-8")
    subtle = next(program for program in programs.programs if program["caught_by"])
    samples = [
        Sample(exercise.slug, "ada_right", reference, (Verdict.PASSED,)),
        Sample(exercise.slug, "bob_stub", stub, (Verdict.NOT_WRITTEN,)),
        Sample(exercise.slug, "bob_subtle", subtle["source"], (Verdict.WRONG, Verdict.CRASHED)),
        Sample(
            exercise.slug, "bob_crash", with_first_line(reference, "rate = {}['lr']"), (Verdict.CRASHED, Verdict.WRONG)
        ),
        Sample(exercise.slug, "mallory_cheats", _cheat(exercise), (Verdict.WRONG, Verdict.CRASHED, Verdict.FORBIDDEN)),
    ]
    if hanging:
        endless = with_first_line(reference, "while True: pass")
        samples.insert(4, Sample(exercise.slug, "bob_hangs", endless, (Verdict.TIMED_OUT,)))
    return samples


def _cheat(exercise: Exercise) -> str:
    return _CHEAT + "\n".join(f"{name} = Liar()" for name in exercise.provides) + "\n"


def with_first_line(source: str, line: str) -> str:
    """The program with one more line at the start of its first public function or method."""
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    public = [node for node in functions if not node.name.startswith("_")]
    body = min(public or functions, key=lambda node: node.lineno).body
    prose = isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant)
    first = body[1] if prose and len(body) > 1 else body[0]
    lines = source.splitlines()
    lines.insert(first.lineno - 1, " " * first.col_offset + line)
    return "\n".join(lines) + "\n"
