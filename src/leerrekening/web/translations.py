"""Translations of the site: Dutch is written in the source, the other languages in `locale/<language>/`.

`.po` files are committed. `.mo` files, which Django reads, are made from them when the site starts and they are
missing: no program besides Babel is needed.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any

WEB = Path(__file__).resolve().parent
SOURCES = WEB / "locale"

# In the order in which they are offered.
LANGUAGE_NAMES = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}
WRITTEN_IN = "nl"
TRANSLATED = tuple(code for code in LANGUAGE_NAMES if code != WRITTEN_IN)

KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

HEADERS_LEFT_OUT = tuple(
    f'"{name}:'.encode()
    for name in (
        *("Project-Id-Version", "Report-Msgid-Bugs-To", "POT-Creation-Date", "PO-Revision-Date"),
        *("Last-Translator", "Language-Team", "Generated-By"),
    )
)


def source_file(language: str) -> Path:
    """The committed texts of one language."""
    return SOURCES / language / "django.po"


def compile_all(folder: Path) -> Path:
    """Make the `.mo` files of every language under `folder`, unless they are there; return where they are.

    The place carries the hash of the texts: processes that start at the same time, or run older texts, never
    read each other's half-written files.
    """
    digest = hashlib.sha256()
    for language in TRANSLATED:
        digest.update(source_file(language).read_bytes())
    place = folder / digest.hexdigest()[:16]
    for language in TRANSLATED:
        target = place / language / "LC_MESSAGES" / "django.mo"
        if not target.exists():
            compile_one(language, target)
    return place


def compile_one(language: str, target: Path) -> None:
    """Write one `.mo` file. Fuzzy texts are left out, as gettext does."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source_file(language).open("rb") as source:
        catalog = read_po(source, locale=language)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}")
    with unfinished.open("wb") as output:
        write_mo(output, catalog)
    unfinished.replace(target)


def extract_template(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[Any, ...]]:
    """Babel extractor for Django templates: Django turns one into Python-like text, Babel reads that."""
    from babel.messages.extract import extract_python
    from django.utils.translation.template import templatize

    # The indentation of HTML is none that Python could read.
    lines = templatize(fileobj.read().decode("utf-8")).split("\n")
    text = "\n".join(line.lstrip() for line in lines)
    return iter(extract_python(BytesIO(text.encode("utf-8")), keywords, comment_tags, options))


def extract() -> Any:
    """The catalog (babel.messages.Catalog) of every text in the pages and the code of the site."""
    from babel.messages.catalog import Catalog
    from babel.messages.extract import extract_from_dir

    catalog = Catalog(charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(WEB),
        method_map=[("**.py", "python"), ("**/templates/**.html", extract_template)],  # type: ignore[list-item] # Babel takes a function too
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
        directory_filter=lambda folder: os.path.basename(folder) not in {"node_modules", "assets", "static"},
    )
    for name, _line, message, comments, context in found:
        catalog.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def update() -> dict[str, int]:
    """Bring every `.po` file up to date with the source. Returns how many texts each language still lacks."""
    from babel.messages.pofile import read_po, write_po

    template = extract()
    missing = {}
    for language in TRANSLATED:
        file = source_file(language)
        with file.open("rb") as source:
            catalog = read_po(source, locale=language)
        catalog.update(template, no_fuzzy_matching=True)
        written = BytesIO()
        write_po(written, catalog, width=110, include_lineno=False, sort_output=True, ignore_obsolete=True)
        # Dates and names of programs would make every run look like a change of the texts.
        lines = written.getvalue().splitlines(keepends=True)
        file.write_bytes(b"".join(line for line in lines if not line.startswith(HEADERS_LEFT_OUT)))
        missing[language] = sum(1 for message in catalog if message.id and not is_translated(message))
    return missing


def is_translated(message: Any) -> bool:
    """Whether a catalog message has every form it needs and nobody marked it as doubtful."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    return all(forms) and not message.fuzzy
