"""The number of a person in the national registers (identificatienummer van de sociale zekerheid, INSZ), checked.

Eleven digits: day of birth (for people without a Belgian national number the month is raised by 20 or 40), a serial
number, and two check digits: 97 less the remainder of the first nine by 97, with a 2 before them for those born from
2000. Invented people have a month raised by 60, as the test people of the Flemish data platform have: the check
digits are right, and no living person can have such a number.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

_SEPARATORS: Final = re.compile(r"[\s.\-]")
_DIGITS: Final = re.compile(r"[0-9]{11}")
INVENTED_MONTH: Final = 60


class BadInsz(ValueError):
    """Not a number of a person. The text never holds what was given."""


class Insz:
    """A checked number. It shows itself only when asked (`digits`), so that no message or trace holds it.

    Errors: BadInsz.
    """

    __slots__ = ("digits",)

    digits: str

    def __init__(self, text: str) -> None:
        digits = _SEPARATORS.sub("", text)
        if not _DIGITS.fullmatch(digits):
            raise BadInsz("a national register number has 11 digits, such as 00.00.00-000.00")
        if not check_digits_fit(digits):
            raise BadInsz("the last two digits do not fit the first nine")
        self.digits = digits

    @property
    def invented(self) -> bool:
        """Whether it can only belong to an invented person."""
        return int(self.digits[2:4]) > INVENTED_MONTH

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Insz) and other.digits == self.digits

    def __hash__(self) -> int:
        return hash(self.digits)

    def __repr__(self) -> str:
        return "Insz(hidden)"

    __str__ = __repr__

    def __reduce__(self) -> tuple[type[Insz], tuple[str]]:
        return Insz, (self.digits,)


def check_digits_fit(digits: str) -> bool:
    """Whether the check digits are those of somebody born before 2000, or from then on."""
    first, check = int(digits[:9]), int(digits[9:])
    return check in (97 - first % 97, 97 - (2_000_000_000 + first) % 97)


def invented_insz(birth: date, serial: int) -> Insz:
    """The number of an invented person born on a day; `serial` from 1 to 998 tells those of one day apart."""
    if not 1 <= serial <= 998:
        raise ValueError(f"{serial}: a serial number goes from 1 to 998")
    first = f"{birth.year % 100:02}{birth.month + INVENTED_MONTH:02}{birth.day:02}{serial:03}"
    check = 97 - int(f"2{first}" if birth.year >= 2000 else first) % 97
    return Insz(f"{first}{check:02}")
