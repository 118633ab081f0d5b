"""Quiz, cards and cheat sheet of a unit: read when asked for; whatever can be wrong with them has its sentence."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import pytest

from grader.course.learning import learning_problems
from grader.course.model import CourseError
from grader.course.quiz import Choice, Numeric, read_number

QUIZ = """\
[[item]]
id = "1-1"
kind = "choice"
question = "Where does $y = 2x + 1$ meet the vertical axis?"
explain = "At $x = 0$, $y = 1$."
teaches = ["lines"]
exercises = ["shift"]

[[item.option]]
text = "At 1."
right = true

[[item.option]]
text = "At 2."
why = "That is the slope."

[[item.option]]
text = "Nowhere."
why = "Every line but a vertical one meets it."

[[item]]
id = "slope-of-a-line"
kind = "numeric"
question = "What is the slope of $y = x/3$?"
answer = 0.3333
tolerance = 0.001
unit = "per step"
explain = "A third."

[[item.wrong]]
value = 3
why = "That is its inverse."
"""

CARDS = """\
[[card]]
id = "c1-1"
front = "Slope"
back = "Rise over run."
"""

UNIT = "exercises/u01_lines"
ITEM = f"{UNIT}/quiz.toml, [[item]] 1-1"
NUMBER = f"{UNIT}/quiz.toml, [[item]] slope-of-a-line"
CARD = f"{UNIT}/cards.toml, [[card]] c1-1"


@pytest.fixture
def taught(tiny):
    """The tiny course, with the three files in its unit."""
    for name, text in (("quiz.toml", QUIZ), ("cards.toml", CARDS), ("cheatsheet.md", "# Lines\n")):
        tiny.write(tiny.root / "u01_lines" / name, text)
    return tiny


def change(name: str, old: str, new: str):
    return lambda tiny: tiny.change(tiny.root / "u01_lines" / name, old, new)


def quiz(old: str, new: str):
    return change("quiz.toml", old, new)


PROBLEMS = {
    "a misspelt key of an item": (
        quiz('unit = "per', 'units = "per'),
        f"{NUMBER}: there is no key `units`. Did you mean `unit`?",
    ),
    "a misspelt table": (
        lambda tiny: tiny.write(tiny.root / "u01_lines/quiz.toml", QUIZ.replace("[[item", "[[items")),
        f"{UNIT}/quiz.toml: there is no key `items`. Did you mean `item`?",
    ),
    "a misspelt key of an option": (
        quiz('why = "That is the slope."', 'wy = "That is the slope."'),
        f"{ITEM}, [[item.option]] number 2: there is no key `wy`. Did you mean `why`?",
    ),
    "bad TOML": (
        quiz("answer = 0.3333", "answer ="),
        (
            f"{UNIT}/quiz.toml is not valid TOML: Invalid value (at line 25, column 9). "
            "Correct that place and save the file."
        ),
    ),
    "a file without items": (
        lambda tiny: tiny.write(tiny.root / "u01_lines/quiz.toml", ""),
        f"{UNIT}/quiz.toml: the key `item` is missing. Add it, for example: [[item]]",
    ),
    "no id": (
        quiz('id = "1-1"\n', ""),
        f'{UNIT}/quiz.toml, [[item]] number 1: the key `id` is missing. Add it, for example: id = "3-1"',
    ),
    "an id with a space": (
        quiz('"1-1"', '"1 1"'),
        (
            f'{UNIT}/quiz.toml, [[item]] 1 1: `id` must be lower-case letters, digits and hyphens, not "1 1". '
            'Write, for example: id = "3-1"'
        ),
    ),
    "an id twice": (
        quiz('"slope-of-a-line"', '"1-1"'),
        f'{ITEM}: `id` "1-1" stands twice in this file. Give each its own.',
    ),
    "an id in two files": (
        change("cards.toml", '"c1-1"', '"1-1"'),
        f'{UNIT}/cards.toml: `id` "1-1" stands in {UNIT}/quiz.toml, too. Give one of them another id.',
    ),
    "an unknown kind": (
        quiz('"numeric"', '"number"'),
        f'{NUMBER}: `kind` is "number", which is unknown. Did you mean `numeric`?',
    ),
    "a choice with an answer": (
        quiz('teaches = ["lines"]', "answer = 1"),
        f'{ITEM}: `answer` belongs to `kind = "numeric"`, and this is a choice item. Remove it.',
    ),
    "an empty question": (
        quiz('"What is the slope of $y = x/3$?"', '"  "'),
        (
            f'{NUMBER}: `question` must not be empty, not "  ". '
            'Write, for example: question = "Which way does the gradient point?"'
        ),
    ),
    "no explanation": (
        quiz('explain = "A third."\n', ""),
        (
            f"{NUMBER}: the key `explain` is missing. "
            'Add it, for example: explain = "It points the way in which the loss rises fastest."'
        ),
    ),
    "no right option": (
        quiz("right = true", 'why = "No."'),
        f"{ITEM}: `option` has 0 options with `right = true`. Mark exactly one.",
    ),
    "two right options": (
        quiz('why = "That is the slope."', "right = true"),
        f"{ITEM}: `option` has 2 options with `right = true`. Mark exactly one.",
    ),
    "one option": (
        lambda tiny: tiny.write(tiny.root / "u01_lines/quiz.toml", QUIZ.split('[[item.option]]\ntext = "At 2.')[0]),
        f"{ITEM}: `option` stands only once. Give at least two options.",
    ),
    "no options": (
        lambda tiny: tiny.write(tiny.root / "u01_lines/quiz.toml", QUIZ.split("[[item.option]]")[0]),
        f"{ITEM}: the key `option` is missing. Add it, for example: [[item.option]]",
    ),
    "an option twice": (
        quiz('"At 2."', '"At 1."'),
        f"{ITEM}, [[item.option]] number 2: `text` is that of an earlier option. Make them different.",
    ),
    "a wrong option without a reason": (
        quiz('why = "That is the slope."\n', ""),
        (
            f"{ITEM}, [[item.option]] number 2: the key `why` is missing. "
            'Add it, for example: why = "That is its negative."'
        ),
    ),
    "an empty reason": (
        quiz('"That is the slope."', '""'),
        (
            f'{ITEM}, [[item.option]] number 2: `why` must not be empty, not "". '
            'Write, for example: why = "That is its negative."'
        ),
    ),
    "a reason at the right option": (
        quiz("right = true", 'right = true\nwhy = "Yes."'),
        (
            f"{ITEM}, [[item.option]] number 1: `why` stands at the right option. "
            "Say in the item's `explain` why it is right."
        ),
    ),
    "right that is a word": (
        quiz("right = true", 'right = "yes"'),
        (
            f'{ITEM}, [[item.option]] number 1: `right` must be true or false, not "yes". '
            "Write, for example: right = true"
        ),
    ),
    "no answer": (
        quiz("answer = 0.3333\n", ""),
        f"{NUMBER}: the key `answer` is missing. Add it, for example: answer = 0.2",
    ),
    "no tolerance": (
        quiz("tolerance = 0.001\n", ""),
        f"{NUMBER}: the key `tolerance` is missing. Add it, for example: tolerance = 0.001",
    ),
    "a negative tolerance": (
        quiz("tolerance = 0.001", "tolerance = -1"),
        f"{NUMBER}: `tolerance` must be a number from 0 on, not -1. Write, for example: tolerance = 0.001",
    ),
    "an answer that is a word": (
        quiz("answer = 0.3333", 'answer = "1/3"'),
        f'{NUMBER}: `answer` must be a number, not "1/3". Write, for example: answer = 0.2',
    ),
    "an answer that is not finite": (
        quiz("answer = 0.3333", "answer = nan"),
        f"{NUMBER}: `answer` must be a number, not NaN. Write, for example: answer = 0.2",
    ),
    "a wrong value that is right": (
        quiz("value = 3\n", "value = 0.334\n"),
        (
            f"{NUMBER}, [[item.wrong]] number 1: `value` must differ from the answer by more than the tolerance, "
            "not 0.334. Write, for example: value = 3.8"
        ),
    ),
    "a wrong value twice": (
        quiz('why = "That is its inverse."', 'why = "No."\n[[item.wrong]]\nvalue = 3.0005\nwhy = "No."'),
        (
            f"{NUMBER}, [[item.wrong]] number 2: `value` must differ from the wrong values above it by more than the "
            "tolerance, not 3.0005. Write, for example: value = 3.8"
        ),
    ),
    "a wrong value without a reason": (
        quiz('why = "That is its inverse."\n', ""),
        (
            f"{NUMBER}, [[item.wrong]] number 1: the key `why` is missing. "
            'Add it, for example: why = "The step was added."'
        ),
    ),
    "an exercise that is nearly there": (
        quiz('"shift"', '"shfit"'),
        f'{ITEM}: `exercises` names "shfit", which is not in this course. Did you mean `shift`?',
    ),
    "an exercise that is not there": (
        quiz('"shift"', '"parabola"'),
        (f'{ITEM}: `exercises` names "parabola", which is not in this course. Correct it, or take it off the list.'),
    ),
    "a misspelt key of a card": (
        change("cards.toml", "back", "bakc"),
        f"{CARD}: there is no key `bakc`. Did you mean `back`?",
    ),
    "an empty side of a card": (
        change("cards.toml", '"Rise over run."', '""'),
        f'{CARD}: `back` must not be empty, not "". Write, for example: back = "Every row was seen once."',
    ),
    "an empty cheat sheet": (
        change("cheatsheet.md", "# Lines\n", " \n"),
        f"{UNIT}/cheatsheet.md is empty. Write the unit's formulas on it, or remove the file.",
    ),
    "a cheat sheet that is not UTF-8": (
        lambda tiny: tiny.write(tiny.root / "u01_lines/cheatsheet.md", b"\xff"),
        f"{UNIT}/cheatsheet.md is not UTF-8 (line 1). Save the file as UTF-8.",
    ),
}


def problems(tiny) -> list[str]:
    return [problem.replace(f"{tiny.base}/", "") for problem in learning_problems(tiny.load())]


@pytest.mark.parametrize("name", PROBLEMS)
def test_it_is_told_in_one_sentence_with_the_next_step(taught, name):
    spoil, sentence = PROBLEMS[name]
    spoil(taught)
    assert problems(taught) == [sentence]


def test_good_files_have_no_problem(taught):
    assert problems(taught) == []


def test_a_link_out_of_the_course_is_refused(taught):
    (taught.base / "secret.txt").write_text("the exam")
    path = taught.root / "u01_lines" / "cheatsheet.md"
    path.unlink()
    path.symlink_to(taught.base / "secret.txt")
    assert problems(taught)[0].startswith(f"{UNIT}/cheatsheet.md leads out of the course folder")


def test_an_id_in_two_units_is_told(taught):
    taught.write(taught.root / "u02_more/unit.toml", 'number = 2\ntitle = "More"\n')
    taught.write(taught.root / "u02_more/cards.toml", CARDS)
    taught.change(taught.root / "course.toml", "# in this order", '\n[[unit]]\nfolder = "u02_more"\nexercises = []')
    assert problems(taught) == [
        f'exercises/u02_more/cards.toml: `id` "c1-1" stands in {UNIT}/cards.toml, too. Give one of them another id.'
    ]


def test_each_broken_file_is_told_and_the_others_are_read(taught):
    taught.write(taught.root / "u01_lines/quiz.toml", "")
    taught.write(taught.root / "u01_lines/cards.toml", "")
    (unit,) = taught.load().units
    assert len(problems(taught)) == 2
    assert unit.cheatsheet == "# Lines\n"
    with pytest.raises(CourseError):
        unit.quiz  # noqa: B018


def test_loading_a_course_does_not_read_them(taught):
    taught.write(taught.root / "u01_lines/quiz.toml", b"\xff")
    assert len(taught.load().exercises) == 2


def test_a_unit_without_the_files_has_nothing(tiny):
    (unit,) = tiny.load().units
    assert (unit.quiz, unit.cards, unit.cheatsheet) == ((), (), "")


def test_the_files_are_read_once(taught):
    (unit,) = taught.load().units
    assert unit.quiz is unit.quiz


def test_a_unit_has_its_quiz_its_cards_and_its_sheet(taught):
    (unit,) = taught.load().units
    choice, number = unit.quiz
    assert isinstance(choice, Choice)
    assert isinstance(number, Numeric)
    assert (choice.id, choice.teaches, choice.exercises) == ("1-1", ("lines",), ("shift",))
    assert (choice.right.text, choice.right.why) == ("At 1.", "")
    assert (number.answer, number.tolerance, number.unit) == (Fraction("0.3333"), Fraction("0.001"), "per step")
    assert [(card.id, card.front, card.back) for card in unit.cards] == [("c1-1", "Slope", "Rise over run.")]


# Answers


def test_a_choice_is_judged_by_the_key_of_the_option(taught):
    choice = taught.load().units[0].quiz[0]
    keys = {option.text: option.key for option in choice.options}
    assert choice.judge(keys["At 1."]).right
    assert choice.judge(keys["At 1."]).sentence == "At $x = 0$, $y = 1$."
    wrong = choice.judge(keys["At 2."])
    assert (wrong.outcome, wrong.sentence) == ("wrong", "That is the slope.")


@pytest.mark.parametrize("answer", ["", "0", "At 1.", "deadbeef"])
def test_what_is_no_option_is_unreadable(answer, taught):
    judged = taught.load().units[0].quiz[0].judge(answer)
    assert (judged.outcome, judged.sentence) == ("unreadable", "Choose one of the options.")


def test_options_are_shuffled_in_the_same_way_for_the_same_seed(taught):
    choice = taught.load().units[0].quiz[0]
    orders = {seed: choice.shuffled(seed) for seed in ("ada", "bob", "mallory", "grace", "5", "6", "7", "8")}
    assert all(set(order) == set(choice.options) for order in orders.values())
    assert len(set(orders.values())) > 1
    assert choice.shuffled("ada") == orders["ada"]


def test_keys_do_not_depend_on_the_order_of_the_options(taught):
    before = {option.text: option.key for option in taught.load().units[0].quiz[0].options}
    head, first, second, rest = QUIZ.split("[[item.option]]")
    swapped = "[[item.option]]".join([head, f"{second.rstrip()}\n\n", f"{first.rstrip()}\n\n", rest])
    taught.write(taught.root / "u01_lines/quiz.toml", swapped)
    assert {option.text: option.key for option in taught.load().units[0].quiz[0].options} == before


@pytest.mark.parametrize("answer", ["0.3333", "1/3", " .333 ", "0.3343", "3333e-4", "+0.3323", "1 / 3", "2/6", "-1/-3"])
def test_right_numbers(answer, taught):
    judged = taught.load().units[0].quiz[1].judge(answer)
    assert (judged.outcome, judged.sentence) == ("right", "A third.")


@pytest.mark.parametrize("answer", ["3", "3.0", "3.001", "6/2", "30e-1"])
def test_a_known_wrong_number_gets_its_sentence(answer, taught):
    judged = taught.load().units[0].quiz[1].judge(answer)
    assert (judged.outcome, judged.sentence) == ("wrong", "That is its inverse.")


@pytest.mark.parametrize("answer", ["0.3344", "-1/3", "0", "1e999", "1e-999"])
def test_another_wrong_number_gets_a_general_sentence(answer, taught):
    judged = taught.load().units[0].quiz[1].judge(answer)
    assert judged.outcome == "wrong"
    assert judged.sentence.startswith("That is not it.")


@pytest.mark.parametrize(
    "answer",
    [
        *(
            "",
            " ",
            "one",
            "nan",
            "inf",
            "0,2",
            "1,000",
            "5 steps",
            "20%",
            "1/0",
            "1/2/3",
            "/",
            "1/",
            "--1",
            "1e",
            "0x10",
        ),
        *("1_000", "\N{ARABIC-INDIC DIGIT THREE}", "\N{VULGAR FRACTION ONE THIRD}", "1e9999", "9" * 41, "1\n2"),
    ],
)
def test_what_is_no_number_is_unreadable(answer, taught):
    judged = taught.load().units[0].quiz[1].judge(answer)
    assert judged.outcome == "unreadable"
    assert judged.sentence == "Write a number alone, with a decimal point, for example 0.25, 2.5e-1 or 1/4."


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0.2", Fraction(1, 5)),
        (".2", Fraction(1, 5)),
        ("2.", Fraction(2)),
        ("1e-3", Fraction(1, 1000)),
        ("\N{MINUS SIGN}4", Fraction(-4)),
    ],
)
def test_numbers_are_read_exactly(typed, value):
    assert read_number(typed) == value


def test_a_tolerance_of_zero_means_exactly(taught):
    taught.change(taught.root / "u01_lines/quiz.toml", "tolerance = 0.001", "tolerance = 0")
    number = taught.load().units[0].quiz[1]
    assert number.judge("0.3333").right
    assert not number.judge("1/3").right
    assert not number.judge("0.33330000001").right


def test_shuffling_leaves_the_global_random_stream_alone(taught):
    before = random.getstate()
    taught.load().units[0].quiz[0].shuffled("ada")
    assert random.getstate() == before


def test_verify_tells_before_anything_runs(taught, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from typer.testing import CliRunner

    from grader.cli.main import app

    taught.change(taught.root / "u01_lines/quiz.toml", "right = true", 'why = "No."')
    monkeypatch.chdir(taught.base)
    done = CliRunner().invoke(app, ["verify"])
    assert done.exit_code == 2
    assert "Mark exactly one." in " ".join(done.output.split())
