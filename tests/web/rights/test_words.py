"""How long somebody still has to wait, and what was counted, in words."""

from datetime import date, timedelta

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.rules.histories import DERIVATIONS
from leerrekening.web.rights.known import DERIVED, fact_label, fact_words
from leerrekening.web.rights.wording import pair, wait_words


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("start", "end", "language", "words"),
    [
        ("2025-11-20", "2027-02-20", "nl", "1 jaar en 3 maanden"),
        ("2025-11-20", "2027-02-20", "fr", "1 an et 3 mois"),
        ("2025-11-20", "2027-02-20", "de", "1 Jahr und 3 Monate"),
        ("2025-11-20", "2027-02-20", "en", "1 year and 3 months"),
        ("2025-11-20", "2027-11-20", "nl", "2 jaar"),
        ("2025-11-20", "2025-12-20", "nl", "1 maand"),
        ("2025-11-20", "2027-02-21", "nl", "458 dagen"),
        ("2025-11-20", "2025-11-21", "nl", "1 dag"),
        ("2024-01-31", "2024-02-29", "nl", "29 dagen"),
    ],
)
def test_a_wait_in_words(start: str, end: str, language: str, words: str) -> None:
    with override(language):
        found = wait_words(date.fromisoformat(start).toordinal(), date.fromisoformat(end).toordinal())
    assert plain(found) == words


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 4000))
def test_a_wait_in_months_is_exact(start: date, wait: int) -> None:
    end = start + timedelta(days=wait)
    with override("en"):
        said = plain(wait_words(start.toordinal(), end.toordinal()))
    if "day" in said:
        assert said.split()[0].replace(",", "") == str(wait)
        return
    numbers = dict(reversed(part.split()) for part in said.replace("s", "").split(" and "))
    months = int(numbers.get("year", 0)) * 12 + int(numbers.get("month", 0))
    years, month = divmod(start.month - 1 + months, 12)
    assert end == start.replace(year=start.year + years, month=month + 1)


def test_what_was_counted_is_named() -> None:
    book = the_keeper().held().law.facts
    assert set(DERIVED) <= set(DERIVATIONS)
    assert fact_label(book, "used", "school_years_on_course") == "Vroegere schooljaren met deze opleiding"
    assert fact_words(book, "guidance.vouchers", value=False, unit="boolean", derived="ever_guided") == "nee"
    assert fact_label(book, "person.birth_date", "") == "Geboortedatum"


def test_the_colon_as_french_writes_it() -> None:
    with override("fr"):
        assert pair("Congé", "oui") in ("Congé : oui", "Congé\xa0: oui")
