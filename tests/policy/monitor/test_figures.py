"""The published figures are read with their checks; what is wrong is refused with file, row and column."""

import shutil
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from leerrekening.policy.monitor.figures import read_published
from leerrekening.policy.tables import DataFault

DATA = Path(__file__).resolve().parents[3] / "data" / "participation"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the data, to spoil."""
    return Path(shutil.copytree(DATA, tmp_path / "participation"))


def spoil(file: Path, row: int, old: str, new: str) -> None:
    """Replace a text in one row; the header is row 1."""
    lines = file.read_text(encoding="utf-8").split("\n")
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    file.write_text("\n".join(lines), encoding="utf-8")


def test_values_stay_exactly_as_published() -> None:
    published = read_published(DATA)
    figure = published.one(
        area="flanders",
        survey="eak",
        period="12_months",
        year=2019,
        dimension="total",
        concept="participation",
    )
    assert str(figure.value) == "23.0"
    assert figure.rate == Fraction(23, 100)
    assert figure.rounding == Fraction(5, 10_000)
    assert figure.source.publisher == "Departement Economie Wetenschap en Innovatie"


def test_suspect_figures_are_kept_apart() -> None:
    """Four figures are population shares printed as participation: shown as a warning, never counted with."""
    published = read_published(DATA)
    assert sorted(each.id for each in published.suspect) == ["F052", "F053", "F054", "F055"]
    assert not any(each.survey == "unnamed" for each in published.figures)
    shares = {each.group: each.value for each in published.figures if each.concept == "population_share"}
    suspect = {each.group: each.value for each in published.suspect if each.year == 2019}
    assert suspect == {group: shares[group] for group in suspect}


def test_the_same_measurement_from_two_sources_agrees() -> None:
    """Statistiek Vlaanderen and Eurostat publish the same survey: equal up to rounding."""
    figures = [
        each
        for each in read_published(DATA).figures
        if each.survey == "eak" and each.period == "4_weeks" and each.dimension == "total"
    ]
    pairs = 0
    for one in figures:
        for other in figures:
            if one.id < other.id and (one.area, one.year) == (other.area, other.year):
                assert one.rounding is not None
                assert other.rounding is not None
                assert abs(one.rate - other.rate) <= one.rounding + other.rounding
                pairs += 1
    assert pairs >= 3


def test_about_gives_no_interval() -> None:
    figure = read_published(DATA).one(id="F070")
    assert (figure.value, figure.rounding) == (Decimal(50), None)


@pytest.mark.parametrize(
    ("file", "row", "old", "new", "place"),
    [
        ("published.csv", 1, "value", "valeu", "published.csv, row 1, column value: the column is missing"),
        (
            "published.csv",
            1,
            "id,area",
            "area,id",
            "published.csv, row 1, column area: the columns should be",
        ),
        ("published.csv", 2, "21.3", "213", "row 2, column value: 213 is more than 100"),
        ("published.csv", 2, "21.3", "-1.3", "row 2, column value: '-1.3' is not a number"),
        ("published.csv", 2, "21.3", "21,3", "row 2, column source: 14 cells instead of 13"),
        ("published.csv", 2, "21.3", "NaN", "row 2, column value: 'NaN' is not a number"),
        ("published.csv", 2, "21.3", "", "row 2, column value: '' is not a number"),
        ("published.csv", 2, "2010", "201O", "row 2, column year: '201O' is not a year"),
        ("published.csv", 2, "flanders", "flandres", "row 2, column area: 'flandres' is not one of"),
        ("published.csv", 3, "P02", "P01", "row 3, column id: P01 stands twice"),
        ("published.csv", 2, "vlaams_indicatorenboek", "page", "row 2, column source: 'page' does not stand"),
        ("published.csv", 9, "eak_2017", "eak_2107", "row 9, column break_before: 'eak_2107' is not one of"),
        ("published.csv", 13, "read", "red", "row 13, column flags: unknown: red"),
        ("published.csv", 36, "5526", "many", "row 36, column respondents: 'many' is not a number of people"),
        ("sources.csv", 2, "https://", "http://", "sources.csv, row 2, column url: does not begin with"),
        ("sources.csv", 3, "statistiek_vlaanderen_2017", "vlaams_indicatorenboek", "row 3, column id"),
        ("eurostat_trng_lfse_04.csv", 2, "7.6", "760", "row 2, column pct_4weeks: 760 is more than 100"),
        ("eurostat_trng_lfse_04.csv", 3, "2011", "2010", "row 3, column year: BE 2010 F stands twice"),
        ("eurostat_trng_lfse_04.csv", 2, "Y25-64", "Y18-64", "row 2, column age: 'Y18-64' is not one of"),
    ],
)
def test_what_is_wrong_is_refused_with_its_place(
    folder: Path, file: str, row: int, old: str, new: str, place: str
) -> None:
    spoil(folder / file, row, old, new)
    with pytest.raises(DataFault) as fault:
        read_published(folder)
    assert place in str(fault.value)


def test_a_missing_or_unreadable_file_is_refused(folder: Path) -> None:
    (folder / "published.csv").write_bytes(b"id,\xff")
    with pytest.raises(DataFault, match=r"published\.csv: not UTF-8 at byte 3"):
        read_published(folder)
    (folder / "published.csv").unlink()
    with pytest.raises(DataFault, match=r"published\.csv: the file is missing"):
        read_published(folder)


def test_a_truncated_file_is_refused(folder: Path) -> None:
    file = folder / "eurostat_trng_lfse_04.csv"
    file.write_bytes(file.read_bytes()[:-6])
    with pytest.raises(DataFault, match="row 181"):
        read_published(folder)
