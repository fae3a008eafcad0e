"""The file of counts: what it holds, and how a wrong one is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from leerrekening.policy.monitor.counts import GroupCount, counts_csv, read_counts, write_counts
from leerrekening.policy.suppression import Use
from leerrekening.policy.tables import DataFault

HEAD = "as_of,right,year,schooling,age,status,entitled,used\n"
ROW = "2027-03-01,vlaams_opleidingsverlof,2026-2027,low,25_34,employed,40,12\n"


def read(folder: Path, text: str) -> object:
    file = folder / "counts.csv"
    file.write_text(text, "utf-8")
    return read_counts(file, invented=False)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    rows = [
        GroupCount("vlaams_opleidingsverlof", "2026-2027", ("low", "25_34", "employed"), 40, 12),
        GroupCount("vlaams_opleidingsverlof", "2026-2027", ("unknown", "to_24", "unknown"), 3, 0),
        GroupCount("loopbaancheques", "career", ("high", "65_up", "inactive"), 7, 7),
    ]
    file = tmp_path / "counts.csv"
    file.write_text(counts_csv(date(2027, 3, 1), ("schooling", "age", "status"), rows), "utf-8")
    counts = read_counts(file, invented=False)
    assert counts.as_of == date(2027, 3, 1)
    assert set(counts.people) == {("vlaams_opleidingsverlof", "2026-2027"), ("loopbaancheques", "career")}
    leave = counts.people["vlaams_opleidingsverlof", "2026-2027"]
    assert leave.cells["low", "25_34", "employed"] == Use(40, 12)
    assert leave.dimensions["schooling"] == ("low", "unknown"), "groups that nobody is in are no groups"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "row 1, column as_of: the column is missing"),
        (HEAD, "there are no rows"),
        (HEAD.replace("used", "people"), "row 1, column used: the column is missing"),
        ("as_of,right,year,status,schooling,entitled,used\n", "row 1, column status: the columns should be"),
        (HEAD + ROW.replace("2027-03-01", "2027-02-30"), "row 2, column as_of: '2027-02-30' is not a date"),
        (HEAD + ROW + ROW.replace("03-01", "03-02").replace("low", "high"), "row 3, column as_of"),
        (HEAD + ROW + ROW, "row 3, column status"),
        (HEAD + ROW.replace("low", "hoog"), "row 2, column schooling: 'hoog' is not one of"),
        (HEAD + ROW.replace("2026-2027", "dit jaar"), "row 2, column year"),
        (HEAD + ROW.replace("vlaams_opleidingsverlof", "Jan Peeters"), "row 2, column right"),
        (HEAD + ROW.replace("40,12", "40,41"), "row 2, column used: 41 users among 40"),
        (HEAD + ROW.replace("40,12", "-1,0"), "row 2, column entitled"),
        (HEAD + ROW.replace(",12", ""), "row 2, column used: 7 cells instead of 8"),
    ],
)
def test_a_wrong_file_is_refused_with_row_and_column(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataFault) as refused:
        read(tmp_path, text)
    assert words in str(refused.value)


def test_only_its_owner_opens_the_file_and_it_is_whole(tmp_path: Path) -> None:
    file = tmp_path / "new" / "counts.csv"
    row = GroupCount("loopbaancheques", "career", ("low", "25_34", "employed"), 4, 1)
    write_counts(file, date(2027, 3, 1), ("schooling", "age", "status"), [row])
    assert file.stat().st_mode & 0o777 == 0o600
    before = file.read_text()

    def breaks_off() -> Iterator[GroupCount]:
        yield row
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_counts(file, date(2027, 3, 2), ("schooling", "age", "status"), breaks_off())
    assert file.read_text() == before
    assert [each.name for each in file.parent.iterdir()] == ["counts.csv"]
