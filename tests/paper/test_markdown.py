"""The same document as Markdown."""

from tests.paper.test_pdf import EVERYTHING

from leerrekening.paper import Column, Document, Table, markdown_of


def test_every_block_is_there() -> None:
    text = markdown_of(EVERYTHING)
    assert text.startswith("# Uw machtiging")
    for part in (
        "## Wat mag uw helper?",
        "- Uw rekening bekijken",
        "2. Zeg de code.",
        "### Tot wanneer?",
        "- Geldig van: 1 maart 2027",
        "Uw code: `AB12CD34EF56`",
        "> Deze brief is geen beslissing.",
        "| Recht | Bedrag |\n| --- | ---: |\n| Opleidingscheques | € 250,00 |",
        "Dorpsstraat 1",
    ):
        assert part in text


def test_a_cell_cannot_break_its_table() -> None:
    table = Table("C", (Column("A"),), (("een | twee\ndrie",),))
    assert "| een \\| twee drie |" in markdown_of(Document("T", (table,)))
