"""Files of registers: bad rows told by line, good ones kept, stopped and gone on with, nothing twice."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from leerrekening.database.access import Access
from leerrekening.demo.personas import people as personas
from leerrekening.lawtext.reader import read_law
from leerrekening.registry import facts, people
from leerrekening.registry.imports import importing
from leerrekening.registry.imports.importing import Progress, import_file
from leerrekening.registry.imports.rows import Bad, BadFile, Good, read
from leerrekening.registry.insz import invented_insz
from leerrekening.registry.situation import known
from leerrekening.registry.sources import SOURCES

TODAY = date(2026, 11, 28)
READER = read_law().reader
HEADER = "insz,instrument,on,initiative,minutes,cents,course"


def number(serial: int) -> str:
    return invented_insz(date(1977, 7, 7), serial).digits


def party_of(access: Access, digits: str) -> int:
    with access.transaction("batch") as connection:
        return people.find_or_add(connection, digits, "Naam", "Familie")


def document(access: Access, party: int) -> dict:
    with access.transaction("citizen", party=party) as connection:
        found = known(connection, party, TODAY)
    READER.check(found.document)
    return found.document


def rows_of(access: Access) -> int:
    with access.transaction("auditor") as connection:
        return connection.execute("select count(*) from registry.fact").fetchone()[0]


def told(report: Path) -> list[tuple[str, str]]:
    with report.open(newline="") as stream:
        return [(row["line"], row["column"]) for row in csv.DictReader(stream)]


def test_good_rows_are_kept_and_bad_ones_told(access: Access, tmp_path: Path) -> None:
    one = party_of(access, number(1))
    file = tmp_path / "use.csv"
    lines = [
        HEADER,
        f"{number(1)},vlaams_opleidingsverlof,2026-09-20,own,600,,excel",
        f"{number(1)[:-2]}99,vlaams_opleidingsverlof,2026-09-20,own,600,,excel",
        f"{number(1)},vlaams_verlof,2026-09-20,own,600,,excel",
        f"{number(1)},opleidingscheques,2026-02-30,,,5000,",
        f"{number(1)},opleidingscheques,2026-03-01,,,50.00,",
        f"{number(1)},opleidingscheques,2026-03-01,,,5000",
        f"{number(2)},opleidingscheques,2026-03-01,,,5000,",
        f"{number(1)},loopbaancheques,2026-03-01,,,5000,",
        f"{number(1)},opleidingscheques,,,,5000,",
        "",
        f'{number(1)},opleidingscheques,2026-04-02,,,7500,"taal, gevorderd"',
    ]
    file.write_text("\n".join(lines))
    done = import_file(access, file, SOURCES["rights_used"], TODAY, tmp_path / "report.csv")
    assert (done.kept, done.bad, done.people, done.finished) == (2, 8, 1, True)
    assert told(tmp_path / "report.csv") == [
        ("3", "insz"),
        ("4", "instrument"),
        ("5", "on"),
        ("6", "cents"),
        ("7", ""),
        ("8", "insz"),
        ("9", "cents"),
        ("10", "on"),
    ]
    assert number(1) not in (tmp_path / "report.csv").read_text()
    used = document(access, one)["used"]
    assert [(item["on"], item.get("cents"), item["course"]) for item in used] == [
        ("2026-04-02", 7500, "taal, gevorderd"),
        ("2026-09-20", None, "excel"),
    ]
    before = rows_of(access)
    assert import_file(access, file, SOURCES["rights_used"], TODAY, tmp_path / "again.csv").finished
    assert rows_of(access) == before


def test_names_add_somebody_who_is_not_known(access: Access, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(
        "insz;birth_date;from;to;region;given_names;family_name;language\n"
        f"{number(21)};1977-07-07;1977-07-07;2001-01-31;waals_gewest;Ada;Nieuw;fr\n"
        f"{number(21)};1977-07-07;2001-02-01;;vlaams_gewest;Ada;Nieuw;fr\n"
        f"{number(22)};1977-07-07;1977-07-07;;vlaams_gewest;;;\n"
    )
    done = import_file(access, file, SOURCES["population_register"], TODAY, tmp_path / "r.csv")
    assert (done.kept, done.bad) == (2, 1)
    with access.transaction("batch") as connection:
        party = people.find(connection, number(21))
        assert people.name_of(connection, party) == people.Name("Ada", "Nieuw", "fr")
        assert connection.execute("select from led.party where party = %s", [party]).fetchone() is not None
    assert [item["region"] for item in document(access, party)["person"]["residence"]] == [
        "waals_gewest",
        "vlaams_gewest",
    ]


def quarter_line(persona: str, line: object) -> str:
    insz = personas()[persona].insz.digits
    return json.dumps(
        {
            "insz": insz,
            "quarter": f"{line.quarter_from.year}{(line.quarter_from.month + 2) // 3}",
            "employer": line.employer,
            "begin": line.begin.isoformat(),
            "end": line.end.isoformat() if line.end else None,
            "sector": line.sector,
            "worker": line.worker,
            "joint_committee": line.committee,
            "municipality": line.municipality,
            "hours": int(line.hours * 100),
            "full_time_hours": int(line.full_time_hours * 100),
        }
    )


def test_quarters_in_files_one_after_another_are_the_message_of_the_register(
    access: Access, tmp_path: Path
) -> None:
    """A file a year, in any order, gives the jobs that the register itself would answer."""
    from leerrekening.registry.sources.employment.demo import lines_of

    pieter = personas()["pieter_wouters"]
    party = party_of(access, pieter.insz.digits)
    lines = lines_of(pieter.insz, pieter.registers["employment"], TODAY)
    years = sorted({line.quarter_from.year for line in lines}, reverse=True)
    for year in years:
        file = tmp_path / f"{year}.jsonl"
        of_year = [quarter_line("pieter_wouters", line) for line in lines if line.quarter_from.year == year]
        file.write_text("\n".join([*of_year, "{}", "not json", ""]))
        done = import_file(access, file, SOURCES["employment"], TODAY, tmp_path / "r.csv")
        assert (done.kept, done.bad) == (len(of_year), 2)
    source = SOURCES["employment"]
    answer = source.read(source.demo(pieter.insz, pieter.registers["employment"], TODAY), pieter.insz)
    with access.transaction("batch") as connection:
        living = facts.living(connection, party, "employment", ["jobs"])
    assert {fact.item: fact.value for fact in living} == {s.item: s.value for s in answer.statements}


@pytest.mark.parametrize("stop_after", [1, 2, 4, 5, 6])
def test_a_stopped_import_goes_on_and_does_nothing_twice(
    access: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop_after: int
) -> None:
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(importing, "PEOPLE_AT_ONCE", 2)
    serials = range(100 + 10 * stop_after, 105 + 10 * stop_after)
    parties = [party_of(access, number(serial)) for serial in serials]
    file = tmp_path / "use.csv"
    lines = [f"{number(s)},opleidingscheques,2026-0{m}-01,,,1000,c{m}" for m in (1, 2) for s in serials]
    lines.insert(4, "wrong,opleidingscheques,2026-01-01,,,1,")
    file.write_text("\n".join([HEADER, *lines]))
    steps = 0

    def stop(_: Progress) -> None:
        nonlocal steps
        steps += 1
        if steps == stop_after:
            raise KeyboardInterrupt

    report = tmp_path / "r.csv"
    with pytest.raises(KeyboardInterrupt):
        import_file(access, file, SOURCES["rights_used"], TODAY, report, stop)
    done = import_file(access, file, SOURCES["rights_used"], TODAY, report)
    assert (done.kept, done.bad, done.people, done.finished) == (10, 1, 5, True)
    assert told(report) == [("6", "insz")]
    for party in parties:
        assert [item["cents"] for item in document(access, party)["used"]] == [1000, 1000]
        with access.transaction("auditor") as connection:
            assert len(facts.history(connection, party)) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "lacks the column 'insz'"),
        ("insz,instrument\n", "lacks the column 'on'"),
        (HEADER + ",income\n", "unknown column 'income'"),
        (HEADER + ",insz\n", "has twice the column 'insz'"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(
    access: Access, tmp_path: Path, text: str, why: str
) -> None:
    file = tmp_path / "use.csv"
    file.write_text(text)
    with pytest.raises(BadFile, match=why):
        import_file(access, file, SOURCES["rights_used"], TODAY, tmp_path / "r.csv")
    with pytest.raises(BadFile, match="cannot be read"):
        import_file(access, tmp_path / "none.csv", SOURCES["rights_used"], TODAY, tmp_path / "r.csv")


def test_bytes_that_are_no_text_are_a_bad_row(tmp_path: Path) -> None:
    file = tmp_path / "use.csv"
    line = f"{number(1)},opleidingscheques,2026-01-01,,,1000,".encode()
    file.write_bytes(
        HEADER.encode() + b"\n" + line + b"caf\xe9\n" + line + "café\n".encode() + line + b'"a"b\n'
    )
    found = list(read(file, SOURCES["rights_used"]))
    assert [type(row) for row in found] == [Bad, Good, Bad]
    assert [row.line for row in found] == [2, 3, 4]


@pytest.mark.parametrize("source", SOURCES)
def test_every_register_has_a_form_as_a_file(source: str) -> None:
    assert SOURCES[source].columns
    assert set(SOURCES[source].in_files) <= set(SOURCES[source].register.speaks_of)


@pytest.mark.parametrize(
    ("source", "row", "column"),
    [
        ("employment", {"quarter": "20265", "employer": "1", "begin": "2026-01-01"}, "quarter"),
        ("employment", {"quarter": "20261", "employer": "1", "begin": "2027-01-01"}, "quarter"),
        ("employment", {"quarter": "20261", "employer": "1", "begin": "2026-01-01", "hours": True}, "hours"),
        ("benefits", {"kind": "leefloon", "from": "2026-02-01", "to": "2026-01-01"}, "to"),
        ("learning_credentials", {"diploma": "geen", "on": "2000-01-01", "authentic": "yes"}, "diploma"),
        ("self_employment", {"kind": "self_employed_main", "from": "1899-12-31"}, "from"),
        ("self_employment", {"kind": "self_employed_main", "from": "2020-01-01", "wage": "1"}, "wage"),
    ],
)
def test_what_is_wrong_with_a_row(tmp_path: Path, source: str, row: dict, column: str) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"insz": number(1), **row}))
    (found,) = read(file, SOURCES[source])
    assert isinstance(found, Bad)
    assert found.column == column
    assert found.what and found.do
