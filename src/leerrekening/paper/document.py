"""What a document on paper is made of. Plain values; all text is shown as it is, no mark-up is read in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading below the title. `level` 1 is the highest; a level is never passed over."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Running text. `small` is for sources and fine points, never for what a reader needs."""

    text: str
    bold: bool = False
    small: bool = False


@dataclass(frozen=True)
class Notice:
    """A paragraph in a frame: what must not be missed."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list with bullets, or with numbers when the order matters."""

    texts: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Pairs:
    """Lines of a name and what it is, such as "Geldig tot: 3 maart 2027"."""

    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Code:
    """A code that somebody copies by hand or says aloud: large, in groups of four."""

    label: str
    value: str


@dataclass(frozen=True)
class Column:
    """The head of a column. `number` puts the column to the right, with figures of one width."""

    text: str
    number: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption and a row of heads, repeated on each page. The first cell names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class NewPage:
    """What follows starts on a new page."""


Block = Heading | Paragraph | Notice | Items | Pairs | Code | Table | NewPage


@dataclass(frozen=True)
class Document:
    """A whole document. `sender`, `recipient` and `dateline` make it a letter: the recipient stands where the window
    of an envelope is. `reference` comes back at the foot of each page. `landscape` is for wide tables."""

    title: str
    blocks: tuple[Block, ...]
    sender: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    dateline: str = ""
    reference: str = ""
    landscape: bool = False
