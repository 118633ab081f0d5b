"""`gradgym verify`: prove a course before a student sees it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import typer

from grader.cli.device import Device, require_device
from grader.cli.options import CourseOption, fail, locate_course
from grader.cli.verify_words import Progress, print_proofs, print_skipped
from grader.cli.wall import NoWallOption


def verify(
    exercises: Annotated[
        list[str] | None, typer.Argument(help="Exercises to prove; all of the course without any.")
    ] = None,
    course: CourseOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON per exercise.")] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Show which check catches which mistake even when all is well.")
    ] = False,
    mutants: Annotated[
        bool, typer.Option("--mutants", help="Also change each reference in small ways: do the hidden checks notice?")
    ] = False,
    most: Annotated[
        int | None, typer.Option("--most", min=0, help="How many mutants an exercise, evenly spread; 0: all.")
    ] = None,
    seeds: Annotated[
        int | None, typer.Option("--seeds", min=1, max=1000, help="Seeds for also-correct answers; 3, with mutants 20.")
    ] = None,
    device: Annotated[Device, typer.Option(help="Prove those exercises that run on this device, on it.")] = Device.CPU,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="How many gradings at a time.")] = 2,
    no_wall: NoWallOption = False,
) -> None:
    """Prove exercises: the reference passes, the stub doesn't, every known mistake is caught and named.

    Exit code 0 when everything holds, 1 when something doesn't.
    """
    from grader.api import Grader, Settings
    from grader.course.learning import learning_problems
    from grader.course.load import find_exercise, load_course
    from grader.course.model import CourseError, Exercise
    from grader.host.processes import ProcessTrouble
    from grader.jail.outer import NoWall
    from grader.proof import MANY_SEEDS, USUAL_MOST, USUAL_SEEDS, Proof, as_data, prove

    try:
        broken: dict[str, CourseError] = {}
        loaded = load_course(locate_course(course), on_error=broken.__setitem__)
        meant = [str(broken[name]) for name in exercises or broken if name in broken]
        if meant:
            fail("\n".join(meant))
        chosen = [find_exercise(loaded, name) for name in exercises] if exercises else list(loaded.exercises)
        if not exercises and (problems := learning_problems(loaded)):
            fail("\n".join(problems))
        if loaded.solutions is None:
            fail("This copy of the course has no solutions to prove it with. Run it where solutions/ is.")
        elsewhere = [exercise.slug for exercise in chosen if device.value not in exercise.devices]
        chosen = [exercise for exercise in chosen if device.value in exercise.devices]
        if elsewhere:
            print_skipped(elsewhere, device.value)
        if not chosen:
            fail(f"Nothing was proved: no exercise runs on {device.value}. Leave --device out to prove on the CPU.")
        names = ", ".join(exercise.slug for exercise in chosen)
        require_device(device, f"Nothing was proved; skipped: {names}. Leave --device out to prove on the CPU.")
        together = max(1, min(jobs, len(chosen)))
        many = len(chosen) > 1
        proofs = []
        with (
            Grader(Settings(checks="all", seed=0, device=device.value, walled=not no_wall, nursery=many)) as grader,
            Progress(as_json, len(chosen)) as progress,
            ThreadPoolExecutor(together) as threads,
        ):

            def proved(exercise: Exercise) -> Proof:
                with progress.of(exercise.slug) as step:
                    try:
                        return prove(
                            exercise,
                            grader,
                            jobs=max(1, jobs // together),
                            seeds=seeds or (MANY_SEEDS if mutants else USUAL_SEEDS),
                            mutants=(USUAL_MOST if most is None else most) if mutants else None,
                            on_step=step,
                        )
                    finally:
                        grader.forget(exercise)

            running = [threads.submit(proved, exercise) for exercise in chosen]
            try:
                for one in running:
                    proofs.append(one.result())
                    if as_json:
                        print(json.dumps(as_data(proofs[-1])), flush=True)
            except BaseException:
                threads.shutdown(wait=False, cancel_futures=True)
                raise
    except CourseError as problem:
        fail(str(problem))
    except (NoWall, ProcessTrouble) as problem:
        fail(f"{str(problem).rstrip('.')}. `gradgym doctor` says what is missing.")
    if not as_json:
        print_proofs(proofs, with_tables=table or len(proofs) == 1)
    raise typer.Exit(0 if all(proof.holds for proof in proofs) else 1)
