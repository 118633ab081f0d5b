"""Reports as JUnit XML, for a continuous integration server.

A `failure` is the student's to mend, an `error` is the author's or the operator's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from grader.report.model import CheckResult, Report, Verdict
from grader.report.plain_text import check_lines, report_lines
from grader.report.printable import one_line, printable
from grader.report.verdict_words import WORDS, Actor
from grader.report.words import headline, notes, points, true_score, why

COUNTED: Final = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def to_junit(reports: Sequence[Report]) -> str:
    """One testsuite a report, one testcase a check. What is wrong with a submission as a whole is a testcase too."""
    root = Element("testsuites", name="gradgym")
    for report in reports:
        root.append(_suite(report))
    _count(root, sum(report.seconds for report in reports))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _suite(report: Report) -> Element:
    name = f"{report.exercise}: {report.submission}" if report.submission else report.exercise
    suite = Element("testsuite", name=one_line(name))
    properties = SubElement(suite, "properties")
    facts = {"verdict": report.verdict.value, "device": report.device, "exercise_hash": report.exercise_hash}
    score = true_score(report)
    if score is not None:
        facts |= {"score": points(score), "max_score": points(report.max_score)}
    for key, value in facts.items():
        SubElement(properties, "property", name=key, value=one_line(value))
    for note in notes(report):
        SubElement(properties, "property", name="note", value=one_line(note))
    if _wrong_as_a_whole(report):
        case = _case(suite, report, "the submission", report.seconds)
        _outcome(case, report.verdict, headline(report), report_lines(report))
    for check in report.checks:
        case = _case(suite, report, check.name, check.seconds)
        _outcome(case, check.verdict, _message(check), check_lines(check))
    for tag, text in (("system-out", report.stdout), ("system-err", report.stderr)):
        if text:
            SubElement(suite, tag).text = printable(text)
    _count(suite, report.seconds)
    return suite


def _wrong_as_a_whole(report: Report) -> bool:
    """Without a testcase of its own, a submission that reached no check would look green."""
    fine = all(check.verdict in (Verdict.PASSED, Verdict.SKIPPED) for check in report.checks)
    return report.verdict is not Verdict.PASSED and (fine or bool(report.message))


def _case(suite: Element, report: Report, name: str, seconds: float) -> Element:
    attributes = {"classname": one_line(report.exercise), "name": one_line(name), "time": f"{seconds:.3f}"}
    return SubElement(suite, "testcase", attributes)


def _message(check: CheckResult) -> str:
    return f"{check.title} - {why(check)}"


def _outcome(case: Element, verdict: Verdict, message: str, lines: str) -> None:
    if verdict is Verdict.PASSED:
        return
    tag = "failure" if WORDS[verdict].who is Actor.STUDENT else "error"
    if verdict is Verdict.SKIPPED:
        tag = "skipped"
    SubElement(case, tag, type=verdict.value, message=one_line(message)).text = lines


def _count(element: Element, seconds: float) -> None:
    element.set("tests", str(len(element.findall(".//testcase"))))
    for key, tag in COUNTED.items():
        element.set(key, str(len(element.findall(f".//testcase/{tag}"))))
    element.set("time", f"{seconds:.3f}")
