"""Who owns a datum: whom a request to correct it goes to, and within which term (owners.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from leerrekening.registry.sources import REGISTERS
from leerrekening.rules import days

FILE: Final = Path(__file__).with_name("owners.yaml")
LANGUAGES: Final = ("nl", "fr", "de", "en")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for the data of one source. `name` and `register` by language; `handler`: an organisation code."""

    source: str
    handler: str
    name: Mapping[str, str]
    register: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """How long a correction may take, and where that stands (`source`: by language)."""

    months: int
    extension_months: int
    ask_again_after_days: int
    most_sends: int
    source: Mapping[str, str]
    url: str

    def deadline(self, received: date) -> date:
        """The last day to answer what came in on `received`."""
        return date.fromordinal(days.add_months(received.toordinal(), self.months))

    def extended(self, received: date) -> date:
        """The last day after an extension."""
        months = self.months + self.extension_months
        return date.fromordinal(days.add_months(received.toordinal(), months))

    def answer_due(self, sent: date) -> date:
        """The day on which an owner who has not answered is asked again."""
        return sent + timedelta(days=self.ask_again_after_days)


@cache
def _file() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


@cache
def owner_of(source: str) -> Owner:
    """Owner of a source; the office of the account itself for one that is no register."""
    handler = _file()["handlers"].get(source, _file()["handler"])
    for register in REGISTERS:
        if register.id == source:
            return Owner(source, handler, register.owner, register.name)
    return Owner(source, handler, _file()["office"], _file()["office"])


def is_kept_here(source: str) -> bool:
    """Whether a caseworker may enter a corrected fact of this source by hand."""
    return source in _file()["kept_here"]


@cache
def term() -> Term:
    """The term of a correction."""
    return Term(**_file()["term"])
