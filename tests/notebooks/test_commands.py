"""Notebooks on the command line, as ada and grace type it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.api import Submission
from grader.cli.feedback import page_names

TINY = Path(__file__).parents[1] / "tiny_course"
GRADGYM = Path(sys.executable).with_name("gradgym")

Make = Callable[..., Any]


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def one_line(self) -> str:
        return " ".join((self.out + self.err).split())


Gradgym = Callable[..., Said]


@pytest.fixture(scope="module")
def gradgym() -> Gradgym:
    """`gradgym(words..., at=folder)`: run the command as an ordinary user's shell would."""

    def run(*words: str | Path, at: Path, **environment: str) -> Said:
        settings = ("GRADGYM", "PYTEST", "COV_", "CI")
        ours = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
        ours |= {"COLUMNS": "80", "TERM": "dumb", **environment}
        done = subprocess.run([GRADGYM, *words], cwd=at, env=ours, capture_output=True, text=True, timeout=200)
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return Said(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory, gradgym: Gradgym) -> Path:
    """A student's copy of the tiny course with its notebooks. Tests leave it as it is."""
    folder = tmp_path_factory.mktemp("students") / "ada"
    done = gradgym("start", folder, "--notebooks", "--course", TINY, at=folder.parent)
    assert done.code == 0, done.one_line
    return folder


@pytest.fixture
def ada(handed_out: Path, tmp_path: Path) -> Path:
    """A fresh student's copy with notebooks."""
    return shutil.copytree(handed_out, tmp_path / "ada")


def answered(path: Path, source: str) -> None:
    """Write a source into a notebook's answer."""
    notebook = json.loads(path.read_text("utf-8"))
    (cell,) = [cell for cell in notebook["cells"] if cell["id"] == f"{path.parent.name}-answer"]
    cell["source"] = source
    path.write_text(json.dumps(notebook), "utf-8")


# start and notebook


def test_start_brings_a_notebook_for_each_exercise(handed_out: Path) -> None:
    names = {path.relative_to(handed_out).as_posix() for path in handed_out.rglob("*.ipynb")}
    kept = {name for name in names if name.startswith(".gradgym/")}
    assert names - kept == {f"u01_tiny/{slug}/{slug}.ipynb" for slug in ("double_it", "counter", "with_kit")}
    assert len(kept) == 3


def test_without_the_flag_there_are_none(tmp_path: Path, gradgym: Gradgym) -> None:
    assert gradgym("start", "bob", "--course", TINY, at=tmp_path).code == 0
    assert not list((tmp_path / "bob").rglob("*.ipynb"))


def test_a_second_start_keeps_adas_notebook_and_brings_the_others(ada: Path, gradgym: Gradgym) -> None:
    mine = ada / "u01_tiny/double_it/double_it.ipynb"
    other = ada / "u01_tiny/counter/counter.ipynb"
    answered(mine, "mine = 1")
    other.unlink()
    again = gradgym("start", ".", at=ada)  # the flag is remembered
    assert again.code == 0
    assert "Kept your u01_tiny/double_it/double_it.ipynb." in again.out
    assert "mine = 1" in mine.read_text("utf-8")
    assert other.is_file()


def test_a_newer_notebook_is_offered_and_not_forced(ada: Path, gradgym: Gradgym) -> None:
    mine = ada / "u01_tiny/double_it/double_it.ipynb"
    answered(mine, "mine = 1")
    (ada / ".gradgym/course/u01_tiny/double_it/double_it.ipynb").write_text("an older one")
    again = gradgym("start", ".", at=ada)
    assert "Kept your u01_tiny/double_it/double_it.ipynb (the course has a newer version of it now)." in again.out
    assert "`gradgym notebook EXERCISE -o FILE` makes the newer notebook" in again.one_line
    assert "gradgym reset" not in again.out


def test_notebook_writes_one_and_never_over_another(ada: Path, gradgym: Gradgym) -> None:
    made = gradgym("notebook", "double_it", at=ada)
    assert (made.code, made.out.startswith("double_it.ipynb is the notebook of double_it.")) == (0, True)
    assert (ada / "double_it.ipynb").read_bytes() == (ada / "u01_tiny/double_it/double_it.ipynb").read_bytes()
    again = gradgym("notebook", "double_it", at=ada)
    assert (again.code, again.out) == (2, "")
    assert again.err == "double_it.ipynb is there already, and may be your work. Name another file with --output.\n"
    assert gradgym("notebook", "double_it", "-o", "second.ipynb", at=ada).code == 0
    assert (ada / "second.ipynb").is_file()


def test_a_notebook_has_the_stub_and_not_what_ada_wrote(ada: Path, gradgym: Gradgym) -> None:
    (ada / "u01_tiny/double_it/double_it.py").write_text("MINE = 1\n")
    gradgym("notebook", "double_it", at=ada)
    assert "MINE" not in (ada / "double_it.ipynb").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["notebook", "doubel_it"], "Did you mean `double_it`?"),
        (["notebook", "double_it", "-o", "nowhere/x.ipynb"], "nowhere/x.ipynb can't be written (No such file"),
        (["check", "gone.ipynb"], "gone.ipynb is not there. Name your file, or the exercise without .ipynb."),
        (["check", "other.ipynb"], 'There is no exercise "other" in this course.'),
    ],
)
def test_a_slip_gets_one_sentence(words: list[str], sentence: str, ada: Path, gradgym: Gradgym, notebook: Make) -> None:
    (ada / "other.ipynb").write_bytes(notebook("x = 1"))
    said = gradgym(*words, at=ada)
    assert (said.code, said.out) == (2, "")
    assert sentence in said.one_line


def test_without_nbformat_it_says_what_to_install(ada: Path, tmp_path: Path, gradgym: Gradgym) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['nbformat'] = None\n")
    paths = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    said = gradgym("notebook", "double_it", at=ada, PYTHONPATH=paths)
    assert (said.code, said.out) == (2, "")
    assert said.err == "This needs nbformat, which is not installed. Try pip install 'gradgym[notebooks]'.\n"


# check and watch


def test_check_takes_a_notebook_and_names_cells(ada: Path, gradgym: Gradgym) -> None:
    path = ada / "u01_tiny/double_it/double_it.ipynb"
    answered(path, "def double_it(x):\n    return {}['x']\n")
    crashed = gradgym("check", path, at=ada)
    assert crashed.code == 1
    number = 1 + [cell["id"] for cell in json.loads(path.read_text("utf-8"))["cells"]].index("double_it-answer")
    assert f"double_it.ipynb, cell {number}, line 2, in double_it" in crashed.out


def test_check_finds_the_exercise_in_a_notebook_of_any_name(ada: Path, gradgym: Gradgym, right: str) -> None:
    answered(ada / "u01_tiny/double_it/double_it.ipynb", right)
    (ada / "u01_tiny/double_it/double_it.ipynb").rename(ada / "my homework.ipynb")
    checked = gradgym("check", "my homework.ipynb", "--json", at=ada)
    assert checked.code == 0
    assert json.loads(checked.out)["submission"] == "my homework.ipynb"


def test_check_of_an_exercise_takes_the_notebook_as_long_as_the_file_is_the_stub(
    ada: Path, gradgym: Gradgym, right: str
) -> None:
    folder = ada / "u01_tiny/double_it"
    answered(folder / "double_it.ipynb", right)
    assert "double_it.ipynb" in gradgym("check", at=folder).out
    (folder / "double_it.py").write_text("x = 1\n")
    assert "double_it.py doesn't define double_it" in gradgym("check", "double_it", at=ada).one_line


def test_check_of_what_is_no_notebook_gets_a_sentence(ada: Path, gradgym: Gradgym) -> None:
    path = ada / "u01_tiny/double_it/double_it.ipynb"
    path.write_text("def double_it(x): return 2 * x\n")
    said = gradgym("check", path, at=ada)
    assert said.code == 1
    assert "This is not a notebook: the file is not JSON" in said.one_line
    assert "An exception ended your code" not in said.one_line


def test_watch_checks_a_notebook_at_every_save(ada: Path, right: str) -> None:
    pexpect = pytest.importorskip("pexpect")
    path = ada / "u01_tiny/double_it/double_it.ipynb"
    words = ["watch", str(path), "--until-passed"]
    child = pexpect.spawn(str(GRADGYM), words, cwd=ada, encoding="utf-8", timeout=120, dimensions=(60, 200))
    try:
        child.expect("0 of 2 public checks passed")
        child.expect("Ctrl-C ends")
        answered(path, right)
        child.expect("All 2 public checks passed")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
    assert child.exitstatus == 0


# grade and its pages


@pytest.fixture
def sent(tmp_path: Path, notebook: Make, cell: Make, answer: Make, right: str) -> list[Path]:
    """What was handed in: ada's right notebook, bob's with a mistake, mallory's that is none, and a file."""
    files = {
        "ada/double_it.ipynb": notebook(cell("# Ada's notes", "markdown"), answer()),
        "bob/double_it.ipynb": notebook(answer(right.replace("2 * x", "3 * x"))),
        "mallory/double_it.ipynb": b"<script>alert(1)</script>",
        "eve.py": right.encode(),
    }
    for name, data in files.items():
        (tmp_path / "sent" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "sent" / name).write_bytes(data)
    return [tmp_path / "sent" / name for name in files]


@pytest.mark.jail
def test_grade_takes_notebooks_beside_files_and_writes_a_page_each(
    sent: list[Path], tmp_path: Path, gradgym: Gradgym
) -> None:
    pages = tmp_path / "pages" / "first"
    graded = gradgym("grade", "double_it", *sent, "--json", "--feedback", pages, "--course", TINY, at=tmp_path)
    assert graded.code == 0, graded.one_line
    reports = [json.loads(line) for line in graded.out.splitlines()]
    assert [report["verdict"] for report in reports] == ["passed", "wrong", "crashed", "passed"]
    written = {path.name: path.read_text("utf-8") for path in pages.iterdir()}
    assert sorted(written) == ["ada_double_it.html", "bob_double_it.html", "mallory_double_it.html", "sent_eve.html"]
    assert "Ada's notes" in written["ada_double_it.html"].replace("&#x27;", "'")
    assert 'class="remark bad"' in written["bob_double_it.html"]
    assert "This is not a notebook" in written["mallory_double_it.html"]
    assert 'id="report-1"' in written["sent_eve.html"]
    assert not [name for name, page in written.items() if "<script" in page]


@pytest.mark.jail
def test_feedback_comes_beside_any_format(sent: list[Path], tmp_path: Path, gradgym: Gradgym) -> None:
    words = ["--format", "gradescope", "-o", "results.json", "--feedback", "pages", "--course", TINY]
    graded = gradgym("grade", "double_it", sent[1], *words, at=tmp_path)
    assert (graded.code, graded.out) == (0, "")
    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["score"] == 1
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["double_it.html"]


@pytest.mark.parametrize("place", ["taken", "taken/below"])
def test_a_place_where_no_pages_can_be_is_told_before_anything_is_graded(
    place: str, sent: list[Path], tmp_path: Path, gradgym: Gradgym
) -> None:
    (tmp_path / "taken").write_text("a file")
    said = gradgym("grade", "double_it", *sent, "--feedback", place, "--course", TINY, at=tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "Nothing was graded; name another folder with --feedback." in said.one_line


@pytest.mark.parametrize(
    ("names", "pages"),
    [
        (["a.ipynb", "b.py"], ["a.html", "b.html"]),
        (["ada/x.ipynb", "bob/x.ipynb"], ["ada_x.html", "bob_x.html"]),
        (["s/ada/x.ipynb", "s/bob/x.ipynb", "t/bob/x.py"], ["s_ada_x.html", "s_bob_x.html", "t_bob_x.html"]),
        (["x.ipynb", "x.ipynb"], ["1_x.html", "2_x.html"]),
        (["x.py", "x.ipynb"], ["1_x.html", "2_x.html"]),
        (["A.ipynb", "a.ipynb"], ["1_A.html", "2_a.html"]),
        (["été (2) ??.ipynb"], ["été (2) __.html"]),
        (["../../etc/passwd", ".."], ["passwd.html", "page.html"]),
    ],
)
def test_each_page_has_a_name_of_its_own(names: list[str], pages: list[str]) -> None:
    assert page_names([Submission(name, b"") for name in names]) == pages
