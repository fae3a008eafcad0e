"""Documents on paper: tagged, titled, in a language, always the same bytes, refused when they cannot be read aloud."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pikepdf
import pytest

from leerrekening.paper import (
    LANGUAGES,
    Code,
    Column,
    Document,
    Heading,
    Items,
    NewPage,
    Notice,
    Pairs,
    PaperError,
    Paragraph,
    Table,
    render,
)

EVERYTHING = Document(
    title="Uw machtiging #[gewone tekst]",
    blocks=(
        Paragraph("U hebt iemand gemachtigd."),
        Heading("Wat mag uw helper?"),
        Items(("Uw rekening bekijken", "Een opleiding reserveren")),
        Items(("Bel ons.", "Zeg de code."), numbered=True),
        Heading("Tot wanneer?", level=2),
        Pairs((("Geldig van", "1 maart 2027"), ("Geldig tot", "31 maart 2027"))),
        Code("Uw code", "AB12CD34EF56"),
        Notice("Deze brief is geen beslissing."),
        NewPage(),
        Table(
            "Uw rechten",
            (Column("Recht"), Column("Bedrag", number=True)),
            (("Opleidingscheques", "€ 250,00"), ("Verlof", "onbekend")),
        ),
        Paragraph("Bron: een decreet.", small=True),
    ),
    sender=("Een dienst",),
    recipient=("Şükran Łukasz-Öztürk", "Dorpsstraat 1", "9000 GENT"),
    dateline="Gent, 1 maart 2027",
    reference="Kenmerk 1",
)


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every structure element, in reading order."""

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, pikepdf.Array):
            for each in node:
                yield from walk(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield node
            if "/K" in node:
                yield from walk(node.K)

    yield from walk(pdf.Root.StructTreeRoot.K)


def kinds(pdf: pikepdf.Pdf) -> list[str]:
    return [str(each.S) for each in elements(pdf)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("large", [True, False])
def test_what_a_screen_reader_asks_for_is_there(language: str, large: bool) -> None:
    pdf = opened(render(EVERYTHING, language, large_type=large))
    assert str(pdf.Root.Lang) == language
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as metadata:
        assert str(metadata["pdfuaid:part"]) == "1"
        assert metadata["dc:title"] == EVERYTHING.title
    assert all(page.obj.get("/Tabs", "/S") == "/S" for page in pdf.pages)


def test_structure_is_that_of_the_document() -> None:
    found = kinds(opened(render(EVERYTHING, "nl")))
    assert [kind for kind in found if kind in {"/H1", "/H2", "/H3"}] == ["/H1", "/H2", "/H3"]
    assert found.count("/L") == 3
    assert found.count("/LI") == 6
    assert found.count("/Table") == 1
    assert found.count("/Caption") == 1
    assert found.count("/THead") == 1
    assert found.count("/TH") == 2
    assert found.count("/TD") == 4


def test_cells_of_a_table_name_their_heads() -> None:
    pdf = opened(render(EVERYTHING, "nl"))
    attributes = [
        entry
        for each in elements(pdf)
        if str(each.S) == "/TD"
        for entry in (each.A if isinstance(each.A, pikepdf.Array) else [each.A])
    ]
    assert sum(1 for entry in attributes if len(entry.get("/Headers", [])) == 1) == 4


def test_our_typeface_is_embedded_and_no_other() -> None:
    pdf = opened(render(EVERYTHING, "nl"))
    names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert names
    assert all("SourceSans3" in name for name in names)
    for page in pdf.pages:
        for font in page.Resources.Font.values():
            described = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in described or "/FontFile3" in described
            assert "/ToUnicode" in font


def test_same_document_same_bytes() -> None:
    assert render(EVERYTHING, "fr") == render(EVERYTHING, "fr")
    assert render(EVERYTHING, "fr") != render(replace(EVERYTHING, reference="Kenmerk 2"), "fr")


def test_large_type_takes_more_room() -> None:
    long = replace(EVERYTHING, blocks=(Paragraph("Een zin die iets zegt. " * 150),), recipient=())
    assert len(opened(render(long, "nl")).pages) > len(opened(render(long, "nl", large_type=False)).pages)


def test_landscape() -> None:
    pdf = opened(render(replace(EVERYTHING, landscape=True), "nl"))
    _, _, width, height = pdf.pages[0].mediabox
    assert width > height


def test_heads_come_back_on_the_next_page() -> None:
    rows = tuple((f"rij {number}", str(number)) for number in range(60))
    table = Table("Veel", (Column("Naam"), Column("Getal", number=True)), rows)
    pdf = opened(render(Document("Lang", (table,)), "nl"))
    assert len(pdf.pages) > 1
    assert kinds(pdf).count("/TH") == 2  # once in the structure, whatever is drawn again
    assert kinds(pdf).count("/TD") == 120


@pytest.mark.parametrize(
    ("document", "language", "reason"),
    [
        (EVERYTHING, "es", "choose one of nl, fr, de, en"),
        (replace(EVERYTHING, title=" "), "nl", "title: empty"),
        (Document("T", (Heading("Diep", level=2),)), "nl", "block 1 .Heading.: level 2 after level 0"),
        (
            Document("T", (Heading("A"), Heading("B", level=3))),
            "nl",
            "block 2 .Heading.: level 3 after level 1",
        ),
        (Document("T", (Paragraph("  "),)), "nl", "block 1 .Paragraph.: empty"),
        (Document("T", (Items(()),)), "nl", "block 1 .Items.: empty"),
        (Document("T", (Table("C", (Column("A"),), ()),)), "nl", "block 1 .Table.: empty"),
        (
            Document("T", (Table("C", (Column("A"),), (("1",), ("1", "2"))),)),
            "nl",
            "row 2: 2 cells under 1 heads",
        ),
    ],
)
def test_refused(document: Document, language: str, reason: str) -> None:
    with pytest.raises(PaperError, match=reason):
        render(document, language)


def test_a_sign_without_a_shape_is_refused_without_telling_the_text() -> None:
    with pytest.raises(PaperError, match=r"U\+4E2D") as refused:
        render(Document("T", (Paragraph("Jan 中 Peeters"),)), "nl")
    assert "Peeters" not in str(refused.value)
    assert "中" not in str(refused.value)
    assert refused.value.__cause__ is None
