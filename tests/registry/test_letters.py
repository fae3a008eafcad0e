"""Help on paper: the form to sign and the letter that tells what was done."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pikepdf
import pytest

from leerrekening.paper import Document, Items, Pairs, render
from leerrekening.registry.journal import Entry
from leerrekening.registry.keys import new_keys_text
from leerrekening.registry.letters import helped_letter, mandate_form, words
from leerrekening.registry.mandates import SCOPES, Mandate

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
MANDATE = Mandate(
    UUID(int=77),
    *("Marie-Antoinette Vandenbroucke-Van Steenkiste", "Nadia Haddad"),
    "Leerwinkel Voorbeeldstad en omstreken, afdeling Noord",
    frozenset(SCOPES),
    *("half_year", "paper", NOW, NOW, NOW + timedelta(days=180), None, None),
)
LANGUAGES = ("nl", "fr", "de", "en")


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of this test alone."""
    monkeypatch.setenv("LLR_REGISTRY_KEY", new_keys_text())


def text_of(document: Document) -> str:
    """All that a document says."""
    said = []
    for block in document.blocks:
        if isinstance(block, Pairs):
            said += [text for pair in block.lines for text in pair]
        elif isinstance(block, Items):
            said += block.texts
        else:
            said.append(getattr(block, "text", getattr(block, "value", "")))
    return " ".join(said)


def letter(language: str) -> Document:
    what = [("looked", {"page": "account"}), ("looked", {"page": "account"}), ("help_closed", {})]
    entries = [
        Entry(n, NOW, "Nadia", "helper", "", MANDATE.mandate, *each, "") for n, each in enumerate(what)
    ]
    return helped_letter(MANDATE, entries, language, recipient=("Anna",), written=NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_signed_and_the_signature_are_on_one_sheet(
    monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setenv("LLR_HELP_PHONE", "0800 00 000 (gratis, elke werkdag)")
    with pikepdf.open(BytesIO(render(mandate_form(MANDATE, language), language))) as pdf:
        assert len(pdf.pages) == 1
        assert str(pdf.Root.Lang) == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [lambda language: mandate_form(MANDATE, language), letter])
def test_paper_names_a_telephone_only_where_there_is_one(
    monkeypatch: pytest.MonkeyPatch, make: object, language: str
) -> None:
    monkeypatch.setenv("LLR_HELP_PHONE", "0800 00 000")
    assert "0800 00 000" in text_of(make(language))  # type: ignore[operator]
    monkeypatch.delenv("LLR_HELP_PHONE")
    alone = text_of(make(language))  # type: ignore[operator]
    assert words("letters")["form"]["how_to_stop_on_site"][language] in alone
    assert "phone" not in alone.replace("téléphon", "")


@pytest.mark.parametrize("file", ["letters", "journal"])
def test_every_text_is_there_in_four_languages(file: str) -> None:
    for part in words(file).values():
        for name, text in part.items():
            assert set(text) == set(LANGUAGES), name
            assert all(each.strip() for each in text.values()), name
