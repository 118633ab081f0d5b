"""The people of the demo class. All are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

GROUPS: Final = ("Monday", "Tuesday", "Thursday")
_NAMES: Final = """
Ada Okafor, Bob Lindqvist, Chiara Moretti, Dmitri Volkov, Elif Yildiz, Farid Haddad, Gwen Parry, Hiro Tanaka,
Ines Duarte, Jonas Weber, Kavya Raman, Lucas Andrade, Mei Chen, Nadia Petrova, Oskar Nowak, Priya Nair, Quentin Moreau,
Rosa Jimenez, Samuel Osei, Tara Byrne, Umut Demir, Vera Kowalski, Wanjiru Kamau, Ximena Rojas, Yusuf Karim
"""


@dataclass(frozen=True)
class Student:
    """A student of the demo class. diligence: how likely they hand in at all. skill: how likely a try is right."""

    name: str
    group: str
    diligence: float
    skill: float

    @property
    def email(self) -> str:
        return f"{self.name.split()[0].lower()}@example.org"


def students() -> list[Student]:
    """The 25 of them: some do everything at once, some struggle, two have all but left."""
    names = [" ".join(name.split()) for name in _NAMES.split(",")]
    found = []
    for number, name in enumerate(names):
        diligence = 0.97 - 0.05 * (number * 7 % 10)
        skill = 0.75 - 0.06 * (number * 3 % 8)
        if number in (11, 20):
            diligence = 0.2
        found.append(Student(name, GROUPS[number % len(GROUPS)], diligence, skill))
    return found
