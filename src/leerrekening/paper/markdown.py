"""The same document as Markdown, for who wants text to work on."""

from __future__ import annotations

from leerrekening.paper.document import (
    Block,
    Code,
    Document,
    Heading,
    Items,
    NewPage,
    Notice,
    Pairs,
    Paragraph,
    Table,
)


def markdown_of(document: Document) -> str:
    """The document as Markdown. A line in a cell of a table stays on its line."""
    parts = [f"# {document.title}"]
    letter = (document.sender, document.recipient, (document.dateline,))
    parts += ["  \n".join(lines) for lines in letter if any(lines)]
    parts += [text for block in document.blocks if (text := _block(block))]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * (block.level + 1)} {block.text}"
        case Paragraph():
            return f"**{block.text}**" if block.bold else block.text
        case Notice():
            return f"> {block.text}"
        case Items():
            return "\n".join(
                f"{f'{number}.' if block.numbered else '-'} {text}"
                for number, text in enumerate(block.texts, start=1)
            )
        case Pairs():
            return "\n".join(f"- {name}: {value}" for name, value in block.lines)
        case Code():
            return f"{block.label}: `{block.value}`"
        case Table():
            return _table(block)
        case NewPage():
            return ""


def _table(table: Table) -> str:
    rule = [" ---: " if column.number else " --- " for column in table.columns]
    rows = [_row(tuple(column.text for column in table.columns)), f"|{'|'.join(rule)}|"]
    return "\n".join([f"**{table.caption}**", "", *rows, *(_row(row) for row in table.rows)])


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"
