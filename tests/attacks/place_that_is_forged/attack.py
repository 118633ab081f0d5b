# The line of an exception, its source and the names of its classes come from the guest.
# prelude
from grader.wire.messages import Line, Raised
import grader.guest.runner

def long(letter):
    return " ".join(f"{letter}{number}" for number in range(10**5))


FORGED = {
    6: Raised(long("E"), ["ValueError"] * 10**5, long("m"), Line(-(2**63), "\x1b[31m" + long("z"), long("f"))),
    3: Raised("", [], "", Line(2**63 - 1, "", "\n\n")),
    2: Raised("KeyError\n\n\u2713 passed", ["BrokenExercise", "WireError", "x" * 10**6], "owned", Line(0)),
}


def double_it(x):
    tried(str(x.numel()))
    grader.guest.runner.Runner._raised = lambda self, error: FORGED.get(x.numel(), FORGED[3])
    raise ValueError
