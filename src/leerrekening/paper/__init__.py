"""Documents on paper: structured text in, accessible PDF (PDF/UA-1) or Markdown out.

    from leerrekening.paper import Document, Heading, Paragraph, Table, render

    pdf = render(Document(title="Uw machtiging", blocks=(Heading("Wat mag uw helper?"), Paragraph("..."))), "nl")

Knows nothing of law, people or pages. The same document gives the same bytes.
"""

from leerrekening.paper.document import (
    Block,
    Code,
    Column,
    Document,
    Heading,
    Items,
    NewPage,
    Notice,
    Pairs,
    Paragraph,
    Table,
)
from leerrekening.paper.markdown import markdown_of
from leerrekening.paper.pdf import LANGUAGES, PaperError, render

__all__ = [
    "LANGUAGES",
    "Block",
    "Code",
    "Column",
    "Document",
    "Heading",
    "Items",
    "NewPage",
    "Notice",
    "Pairs",
    "PaperError",
    "Paragraph",
    "Table",
    "markdown_of",
    "render",
]
