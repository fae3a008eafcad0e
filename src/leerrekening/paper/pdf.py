"""Set a document as PDF/UA-1 with typst, which refuses what breaks the rules it checks (decision 0300)."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst

from leerrekening.paper.document import Code, Document, Heading, Items, Pairs, Paragraph, Table

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("nl", "fr", "de", "en")
LARGE_POINTS: Final = 16
NORMAL_POINTS: Final = 11
GROUP: Final = 4

PAGE_OF: Final = {
    "nl": ("Bladzijde", "van"),
    "fr": ("Page", "sur"),
    "de": ("Seite", "von"),
    "en": ("Page", "of"),
}


class PaperError(ValueError):
    """A document that cannot be printed accessibly. The message names the place, never the text of a person."""


def render(document: Document, language: str, *, large_type: bool = True) -> bytes:
    """The document as a tagged PDF, at 16 points (11 without `large_type`), with title, language and page numbers.

    Errors: PaperError for an unknown language, an empty title, a heading that passes over a level, a table whose rows
    are not as wide as its heads, an empty list, or a letter that the typeface does not have.
    """
    _check(document, language)
    page, of = PAGE_OF[language]
    content = {
        "title": document.title,
        "language": language,
        "points": LARGE_POINTS if large_type else NORMAL_POINTS,
        "landscape": document.landscape,
        "sender": document.sender,
        "recipient": document.recipient,
        "dateline": document.dateline,
        "reference": document.reference,
        "page": page,
        "of": of,
        "blocks": [_plain(block) for block in document.blocks],
    }
    try:
        made = typst.compile(
            _template(),
            format="pdf",
            pdf_standards="ua-1",
            font_paths=_fonts(),
            sys_inputs={"document": json.dumps(content, ensure_ascii=False)},
        )
    except typst.TypstError as error:
        raise PaperError(_reason(str(error))) from None
    return made


@cache
def _template() -> bytes:
    return (HERE / "template.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """Our typeface alone: no font of the machine, so that the bytes are the same everywhere."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(HERE / "fonts")])


def _plain(block: Any) -> dict[str, Any]:
    values = dataclasses.asdict(block)
    if isinstance(block, Code):
        bare = "".join(block.value.split())
        values["value"] = " ".join(bare[at : at + GROUP] for at in range(0, len(bare), GROUP))
    return {"kind": type(block).__name__, **values}


def _check(document: Document, language: str) -> None:
    if language not in LANGUAGES:
        raise PaperError(f"language {language!r}: choose one of {', '.join(LANGUAGES)}")
    if not document.title.strip():
        raise PaperError("title: empty; a PDF without a title is not accessible")
    level = 0
    for place, block in enumerate(document.blocks, start=1):
        here = f"block {place} ({type(block).__name__})"
        match block:
            case Heading():
                if not 1 <= block.level <= level + 1:
                    raise PaperError(f"{here}: level {block.level} after level {level} passes over a level")
                level = block.level
                empty = not block.text.strip()
            case Paragraph():
                empty = not block.text.strip()
            case Items():
                empty = not block.texts
            case Pairs():
                empty = not block.lines
            case Code():
                empty = not block.value.strip()
            case Table():
                empty = not block.columns or not block.rows
                for number, row in enumerate(block.rows, start=1):
                    if len(row) != len(block.columns):
                        raise PaperError(
                            f"{here}, row {number}: {len(row)} cells under {len(block.columns)} heads"
                        )
            case _:
                empty = False
        if empty:
            raise PaperError(f"{here}: empty")


def _reason(message: str) -> str:
    """What typst says, without the text it quotes: that may be a name."""
    if "could not be displayed" in message:
        quoted = message.split('"')[1] if message.count('"') > 1 else ""
        signs = ", ".join(f"U+{ord(sign):04X}" for sign in quoted[:3])
        return f"the typeface has no sign for {signs or 'a letter'}; write it in Latin, Greek or Cyrillic letters"
    return message.split('"')[0].strip()
