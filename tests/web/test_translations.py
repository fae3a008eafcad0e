"""Every sentence of the site exists in four languages, and is up to date."""

from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from leerrekening.web import translations
from leerrekening.web.translations import TRANSLATED, compile_all, extract, is_translated, source_file


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    with source_file(language).open("rb") as file:
        catalog = read_po(file, locale=language)
    source = extract()
    wanted = {(message.id, message.context) for message in source if message.id}
    there = {(message.id, message.context) for message in catalog if message.id}
    assert there == wanted, "bring the files up to date: ./llr translations"
    assert [message.id for message in catalog if message.id and not is_translated(message)] == []
    assert [error for _, errors in catalog.check() for error in errors] == []


def test_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = compile_all(tmp_path)
    made = sorted(place.rglob("*"))
    assert [file.relative_to(place).parts[0] for file in made if file.is_file()] == sorted(TRANSLATED)
    with (place / "fr" / "LC_MESSAGES" / "django.mo").open("rb") as file:
        assert read_mo(file).get("Geld").string == "Argent"
    monkeypatch.setattr(translations, "compile_one", pytest.fail)
    assert compile_all(tmp_path) == place


def test_other_texts_get_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = tmp_path / "texts"
    for language in TRANSLATED:
        (texts / language).mkdir(parents=True)
        (texts / language / "django.po").write_bytes(source_file(language).read_bytes() + b"\n# changed\n")
    before = compile_all(tmp_path / "made")
    monkeypatch.setattr(translations, "SOURCES", texts)
    assert compile_all(tmp_path / "made") != before


def test_update_changes_nothing_that_is_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {language: source_file(language).read_bytes() for language in TRANSLATED}
    for language, content in kept.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "django.po").write_bytes(content)
    monkeypatch.setattr(translations, "SOURCES", tmp_path)
    assert translations.update() == dict.fromkeys(TRANSLATED, 0)
    assert {language: source_file(language).read_bytes() for language in TRANSLATED} == kept
