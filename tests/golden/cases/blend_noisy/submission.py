import random

from torch import Tensor

ESCAPES = "\033]0;a new title\007\033[31mred\033[0m \033[2J [bold]not markup[/bold] \r overwritten"
errors = random._os.fdopen(2, "w", closefd=False)


def blend(here: Tensor, target: Tensor, rate: float) -> Tensor:
    if not 0 <= rate <= 1:
        raise ValueError("the rate must lie between 0 and 1")
    print(ESCAPES)
    for line in range(2000):
        print(f"line {line:04} of many, all of them about the rate {rate}")
    print("the rate is", rate, file=errors, flush=True)
    return here + rate * (target - here)
