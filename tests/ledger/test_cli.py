"""The commands, as a person uses them, on a server of their own."""

from pathlib import Path

import pytest

from leerrekening.cli.main import main

FAMILY = [
    "define",
    "cheques",
    "--scheme",
    "oc",
    "--unit",
    "cent",
    "--period",
    "calendar_year",
    "--carry",
    "100",
]


def test_a_year_of_a_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Define, grant, look, explain, close, seal, audit, copy, put back: each says what it did."""
    data = ["--data", str(tmp_path / "data")]

    def llr(*words: str, status: int = 0) -> str:
        assert main([words[0], *data, *words[1:]]) == status, capsys.readouterr()
        said = capsys.readouterr()
        return said.out + said.err

    from leerrekening.database.server import ensure_server
    from leerrekening.ledger import Ledger, install
    from leerrekening.ledger.installation import login_of

    server = ensure_server(tmp_path / "data")
    try:
        assert "ledger at step" in llr("db", "status")
        assert "right" in llr("ledger", *FAMILY)
        install(server)
        with Ledger(server.dsn(login_of("batch"))) as ledger:
            ledger.add_parties([1, 2])
        assert "allotted" in llr(
            "ledger", "allot", "cheques", "90000", "--on", "2026-01-01", "--name", "2026"
        )
        assert "was allotted before" in llr(
            "ledger", "allot", "cheques", "90000", "--on", "2026-01-01", "--name", "2026"
        )
        file = tmp_path / "people.csv"
        file.write_text("person,amount\n1,25000\n2,300\n9,5\n")
        grant = ("ledger", "grant", "cheques", "--on", "2026-03-01", "--name", "2026", "--file", str(file))
        said = llr(*grant, status=1)
        assert "granted to 2 people now; refused: 1" in said and "person 9: unknown_account" in said
        assert "granted to 0 people now" in llr(*grant)
        shown = llr("ledger", "show", "1")
        assert "25000 cent available" in shown
        assert "no balances" in llr("ledger", "show", "3")
        explained = llr("ledger", "explain", "1", shown.split()[0])
        assert "grant" in explained and "25000" in explained
        assert ":" in llr("ledger", "moment")
        assert "granted 25300, left 64700" in llr("ledger", "budgets")
        assert "0 reservations released" in llr("ledger", "release", "--as-of", "2026-05-01")
        closing = (
            "ledger",
            "close",
            "cheques",
            "--period",
            "2026-01-01",
            "--as-of",
            "2027-01-01",
            "--name",
            "c",
        )
        assert "2 lots: 200 carried over, 25100 expired; 0 lots" in llr(*closing)
        assert "rows sealed" in llr("ledger", "seal")
        audited = llr("ledger", "audit")
        assert "everything is as promised" in audited
        head = audited.split("elsewhere: ")[1].split()[0]
        assert "everything is as promised" in llr("ledger", "audit", "--head", head)
        assert "no longer in the chain" in llr("ledger", "audit", "--head", "ab" * 32, status=1)
        assert "no damage seen" in llr("db", "check")
        assert "up to date" in llr("db", "migrate")
        copy = str(tmp_path / "copy")
        assert "checked" in llr("db", "backup", copy)
        assert "not empty" in llr("db", "backup", copy, status=1)
        assert "not overwritten" in llr("db", "restore", copy, status=1)
        assert "is not a folder" in llr("db", "restore", str(tmp_path / "nowhere"), status=2)
        data[1] = str(tmp_path / "other")
        assert "everything is as promised" in llr("db", "restore", copy)
        data[1] = str(tmp_path / "data")
        wrong = {
            "person,amount\n2,1\n1,1\n": "rising order",
            "person,amount\nx,1\n": "whole numbers",
            "a,b\n": "must name the columns",
        }
        for n, (text, reason) in enumerate(wrong.items()):
            file.write_text(text)
            again = (
                "ledger",
                "grant",
                "cheques",
                "--on",
                "2026-03-01",
                "--name",
                f"w{n}",
                "--file",
                str(file),
            )
            assert reason in llr(*again, status=2)
        assert "cannot be read" in llr(*again[:-1], str(tmp_path / "none.csv"), status=2)
        assert "there is no right" in llr(
            "ledger", "grant", "none", "--on", "2026-03-01", "--name", "x", status=2
        )
        assert "other terms" in llr("ledger", *FAMILY[:-1], "5", status=1)
        assert "is not a day" in llr("ledger", "release", "--as-of", "soon", status=2)
    finally:
        server.stop()
