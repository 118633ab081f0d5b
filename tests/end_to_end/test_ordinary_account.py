"""The commands under an ordinary account: another number than root's, without any capability, given by `unshare`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.jail

COURSE = Path(__file__).parent.parent / "golden" / "course"
ACCOUNT = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


@pytest.fixture
def ordinary(environment: dict[str, str]):
    """Run `gradgym WORDS` in grace's course under account 1000."""

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        command = [*ACCOUNT, str(Path(sys.executable).with_name("gradgym")), *map(str, words)]
        return subprocess.run(command, cwd=COURSE, env=environment, capture_output=True, text=True, timeout=120)

    return run


@pytest.fixture(autouse=True)
def account() -> None:
    if not sys.platform.startswith("linux") or subprocess.run([*ACCOUNT, "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine makes no user namespaces with `unshare`")


def test_the_doctor_finds_every_layer_in_force(ordinary) -> None:
    done = ordinary("doctor", "--json")
    said = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout
    assert said["can_grade"] is True
    assert "1000" in subprocess.run([*ACCOUNT, "id", "-u"], capture_output=True, text=True).stdout


def test_right_answers_pass_and_wrong_ones_are_named(ordinary, wrong: str, tmp_path: Path) -> None:
    (tmp_path / "bob.py").write_text(wrong)
    right = COURSE / "solutions" / "u01_moving" / "blend" / "blend.py"
    done = ordinary("grade", "blend", right, tmp_path / "bob.py", "--json")
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["verdict"], first["wall"]) == ("passed", "jail")
    assert second["verdict"] == "wrong"
    assert second["mistakes"]
