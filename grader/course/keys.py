"""The keys of a course's TOML files, each with an example line that messages can show."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 1
DEVICES: Final = ("cpu", "cuda")

COURSE: Final = {
    "format": "format = 1",
    "title": 'title = "Deep learning by hand"',
    "about": 'about = "Write the parts of deep learning yourself."',
    "imports": 'imports = ["torch", "math"]',
    "limits": "[limits]",
    "unit": "[[unit]]",
}

COURSE_UNIT: Final = {
    "folder": 'folder = "u01_first_steps"',
    "exercises": 'exercises = ["sgd_step", "adam"]',
}

UNIT: Final = {
    "number": "number = 1",
    "title": 'title = "First steps"',
    "teaches": 'teaches = "What one training step does."',
}

EXERCISE: Final = {
    "title": 'title = "One step downhill"',
    "goal": 'goal = "Update a list of parameters in place."',
    "points": "points = 5",
    "difficulty": "difficulty = 1",
    "minutes": "minutes = 20",
    "teaches": 'teaches = ["gradient descent"]',
    "needs": 'needs = ["sgd_step"]',
    "provides": 'provides = ["sgd_step"]',
    "forbidden": 'forbidden = ["AUTOGRAD", "torch.randint"]',
    "imports": 'imports = ["math"]',
    "devices": 'devices = ["cpu", "cuda"]',
    "hidden_checks": "hidden_checks = 7",
    "picture": 'picture = "steps on a parabola"',
    "hint": 'hint = "Work one step out on paper first."',
    "formerly": 'formerly = ["gradient_step"]',
    "margin": 'margin = "The check counts draws of a random generator, which a right answer may miss by a little."',
    "limits": "[limits]",
}

# One [[mutant]] of a solution's equivalent.toml.
EQUIVALENT: Final = {
    "before": 'before = "if x > 0:"',
    "after": 'after = "if x >= 0:"',
    "reason": 'reason = "At 0 both branches give 0."',
}

LIMITS: Final = {
    "seconds": "seconds = 10",
    "memory_mb": "memory_mb = 1024",
}

QUIZ: Final = {"item": "[[item]]"}

ITEM: Final = {
    "id": 'id = "3-1"',
    "kind": 'kind = "choice"',
    "question": 'question = "Which way does the gradient point?"',
    "explain": 'explain = "It points the way in which the loss rises fastest."',
    "teaches": 'teaches = ["gradient descent"]',
    "exercises": 'exercises = ["sgd_step"]',
    "option": "[[item.option]]",
    "answer": "answer = 0.2",
    "tolerance": "tolerance = 0.001",
    "unit": 'unit = "updates"',
    "wrong": "[[item.wrong]]",
}

OPTION: Final = {
    "text": 'text = "Uphill."',
    "right": "right = true",
    "why": 'why = "That is its negative."',
}

WRONG: Final = {
    "value": "value = 3.8",
    "why": 'why = "The step was added."',
}

CARDS: Final = {"card": "[[card]]"}

CARD: Final = {
    "id": 'id = "c3-1"',
    "front": 'front = "Epoch"',
    "back": 'back = "Every row was seen once."',
}

# What a student's file may import when course.toml doesn't say.
IMPORTS: Final = (
    "torch",
    "math",
    "copy",
    "random",
    "re",
    "typing",
    "collections",
    "dataclasses",
    "itertools",
    "contextlib",
    "functools",
)
