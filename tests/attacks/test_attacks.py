"""Every attack of this folder, through the real wall: what it gets, what the machine is afterwards, who comes next."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

AT_LEAST = 70

pytestmark = pytest.mark.jail


def test_an_attack(folder: Path, arena: Any) -> None:
    attack = arena.read(folder)
    arena.start()
    arena.warm(attack.course, attack.exercise)
    bob = arena.grade(arena.bob(), "bob.py")
    assert json.loads(bob["report"])["verdict"] == "passed"
    before = arena.machine_at_rest()
    heard = len(arena.listeners.heard)
    try:
        answer = arena.run(attack)
        the_machine_is_as_before(before, attack, arena)
        assert different(arena.first_world, arena.witness()) == {}
        the_machine_is_as_before(before, attack, arena)
    except BaseException:
        arena.stop()  # what it has changed must not be found by the next attack
        raise
    assert arena.listeners.heard[heard:] == []
    it_got_nothing(answer, attack, arena)
    the_report_is_as_expected(answer, attack)


def it_got_nothing(answer: dict[str, Any], attack: Any, arena: Any) -> None:
    """No loot, and nothing of what was planted, anywhere in the report."""
    report = json.loads(answer["report"]) if "report" in answer else {}
    said = [report.get("stdout", ""), report.get("stderr", ""), answer.get("said", "")]
    loot = [line for text in said for line in text.splitlines() if "LOOT" in line]
    assert loot == []
    report.pop("seed", None)  # the operator's copy names it
    report.get("environment", {}).clear()
    assert arena.planted.found_in(json.dumps(report) + answer.get("text", "") + answer.get("said", "")) == []
    if attack.beside:
        bob = json.loads(answer["beside"]["report"])
        assert (bob["verdict"], bob["score"]) == ("passed", bob["max_score"]), answer["beside"]["text"]


def the_report_is_as_expected(answer: dict[str, Any], attack: Any) -> None:
    if "report" not in answer:
        assert "refused" in attack.verdict, answer["said"]
        assert answer["exit"] == 2
        text, printed = answer["said"], ""
    else:
        report = json.loads(answer["report"])
        text, printed = answer["text"], report["stdout"]
        assert report["verdict"] in attack.verdict, text
        score = report["score"] or 0
        kind = "none" if score == 0 else "full" if score == report["max_score"] else "part"
        assert kind == attack.score, text
    done = re.findall(r"^TRIED (.+)$", printed, re.MULTILINE)
    assert [word for word in attack.tried if word not in done] == [], text
    words = " ".join(re.sub("[─-╿]", " ", text).split())
    assert [sentence for sentence in attack.reads if sentence not in words] == [], text
    assert [sentence for sentence in attack.never_reads if sentence in words] == [], text


def the_machine_is_as_before(before: Any, attack: Any, arena: Any) -> None:
    """Ended processes get a moment to go."""
    deadline = time.monotonic() + arena.grace_seconds
    while (left := arena.machine().differs_from(before)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert left == []
    assert [path for path in attack.absent if Path(path).exists()] == []


def different(first: dict[str, Any], now: dict[str, Any]) -> dict[str, Any]:
    """What a witness found otherwise than the first submission of all."""
    return {name: (first[name], now.get(name)) for name in first if first[name] != now.get(name)}


def test_the_bank_is_large_and_each_family_is_there(bank: dict[str, Any]) -> None:
    """And each attack's expectations can be read, with no unknown key."""
    problems = {name: attack for name, attack in bank.items() if isinstance(attack, str)}
    assert problems == {}
    families = {attack.family for attack in bank.values()}
    assert families == {"reading", "forging", "persisting", "exhausting", "escaping"}
    assert len(bank) >= AT_LEAST


def test_each_attack_says_what_it_tries(bank: dict[str, Any]) -> None:
    for name, attack in bank.items():
        if not isinstance(attack, str):
            assert attack.about.endswith("."), name
            assert attack.source.startswith("#"), f"{name}: attack.py begins with a comment that says the idea"
            assert attack.tried or attack.reads, f"{name}: nothing shows that it really ran"
