"""The command `gradgym`: every command, in the order in which people meet them."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

import typer

from grader import __version__
from grader.cli import (
    bench,
    check,
    doctor,
    grade,
    hint,
    list_,
    login,
    logout,
    new,
    new_course,
    notebook,
    reset,
    samples,
    show,
    start,
    status,
    submit,
    verify,
    watch,
)

app = typer.Typer(
    name="gradgym",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"gradgym {__version__}")
        raise typer.Exit


@app.callback()
def gradgym(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Write the parts of deep learning yourself, and learn at once what you misunderstood.

    Students: start DIR, list, show, notebook, check, watch, hint, reset; with a server also login URL, submit, status,
    logout. Instructors and authors: grade, verify, new, new-course, doctor, bench, samples. Whoever runs a server:
    demo, serve, worker, courses, users, gradebook, db, backup, restore. `gradgym COMMAND --help` says more.
    """


app.command("start")(start.start)
app.command("list")(list_.list_exercises)
app.command("show")(show.show)
app.command("notebook")(notebook.notebook)
app.command("check")(check.check)
app.command("watch")(watch.watch)
app.command("hint")(hint.hint)
app.command("reset")(reset.reset)
app.command("login")(login.login)
app.command("submit")(submit.submit)
app.command("status")(status.status)
app.command("logout")(logout.logout)
app.command("grade")(grade.grade)
app.command("verify")(verify.verify)
app.command("new")(new.new)
app.command("new-course")(new_course.new_course)
app.command("doctor")(doctor.doctor)
app.command("bench")(bench.bench)
app.command("samples")(samples.samples)
# The web app is built on the grader, and the grader knows nothing of it but that its commands are there.
import_module("webapp.commands").add_to(app)


def main() -> None:
    app()


if __name__ == "__main__":
    main()
