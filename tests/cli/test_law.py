"""`./llr law`: list, show, status and check, for people and for programs, and how they end."""

import json
import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import Llr

from leerrekening.lawtext.keeper import the_keeper
from leerrekening.lawtext.reader import LAW_FOLDER
from leerrekening.rules.facts import LANGUAGES

LAW = the_keeper().held().law
INSTRUMENTS = list(LAW.instruments)
EXAMPLE = Path(__file__).parents[1] / "fixtures/law_example/opleidingsbon_voorbeeld"
CASES = "vlaanderen/loopbaankrediet/cases.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A law of our own to change."""
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


# --- list, show, status ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_list(llr: Llr, language: str) -> None:
    ended = llr("law", "list", "--lang", language)
    assert (ended.status, ended.err) == (0, "")
    lines = ended.out.decode().splitlines()
    assert [line.split()[0] for line in lines] == INSTRUMENTS
    for line, instrument in zip(lines, LAW.instruments.values(), strict=True):
        assert instrument.name[language] in line


def test_list_says_what_is_not_certain(llr: Llr) -> None:
    out = llr("law", "list", "--lang", "en").out.decode()
    assert "last confirmed on" in out
    assert "proposal since" in out
    assert "not known since" in out


def test_list_for_programs(llr: Llr) -> None:
    found = json.loads(llr("law", "list", "--format", "json").out)
    assert [i["id"] for i in found["instruments"]] == INSTRUMENTS
    assert found["law"] == LAW.version


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("on", [None, "2021-10-15"])
@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_show(llr: Llr, instrument: str, on: str | None, language: str) -> None:
    day = () if on is None else ("--on", on)
    ended = llr("law", "show", instrument, *day, "--lang", language)
    assert (ended.status, ended.err) == (0, "")
    text = ended.out.decode()
    assert text.startswith(LAW.instruments[instrument].name[language])
    for wrong in ("{", "None", "@@"):
        assert wrong not in text


def test_show_on_a_day_is_what_held_then(llr: Llr) -> None:
    then = llr("law", "show", "vlaams_opleidingsverlof", "--on", "2021-10-15", "--lang", "en").out.decode()
    always = llr("law", "show", "vlaams_opleidingsverlof", "--lang", "en").out.decode()
    assert "in force" in then
    assert "VC7" not in then
    assert "VC7 [since" in always
    assert "V-E13: " in always


def test_show_for_programs(llr: Llr) -> None:
    found = json.loads(llr("law", "show", "loopbaankrediet", "--on", "2027-02-01", "--format", "json").out)
    assert (found["id"], found["status"]) == ("loopbaankrediet", "proposed")
    example = next(case for case in found["cases"] if case["id"] == "LK-E2")
    assert example["situation"]["person"]["highest_diploma"] == "bachelor"
    assert example["expect"]["price"] == {"now_cents": 15000, "person_cents": 15000}


@pytest.mark.parametrize("language", LANGUAGES)
def test_status(llr: Llr, language: str) -> None:
    ended = llr("law", "status", "--lang", language)
    assert (ended.status, ended.err) == (0, "")
    text = ended.out.decode()
    for instrument in LAW.instruments.values():
        assert instrument.name[language] in text
        for reference in instrument.references.values():
            assert (f"{reference.id}: " in text) or reference.kind == "reading"


def test_status_for_programs(llr: Llr) -> None:
    found = json.loads(llr("law", "status", "--instrument", "opleidingscheques", "--format", "json").out)
    (cheques,) = found["instruments"]
    ceiling = next(f for f in cheques["unconfirmed"] if f["parameter"] == "oc.ceiling.standard")
    assert (ceiling["since"], ceiling["last_confirmed"]) == ("2024-09-02", "2024-09-01")
    assert ceiling["look_up"][0]["id"] == "G-1"
    assert ceiling["sources"][0]["url"].startswith("https://")
    assert {m["kind"] for m in cheques["matters"]} == {"conflict", "gap"}
    assert all(m["look_up"] is not None for m in cheques["matters"] if m["kind"] == "gap")


def test_status_on_a_day(llr: Llr) -> None:
    found = json.loads(llr("law", "status", "--on", "2021-10-15", "--format", "json").out)
    open_then = {f["parameter"] for i in found["instruments"] for f in i["unconfirmed"]}
    assert "oc.ceiling.standard" not in open_then
    assert "vok.amount.full_from_75.gross" in open_then


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "x"), "x: no such instrument; known: opleidingscheques"),
        (("status", "--instrument", "x"), "no such instrument"),
        (("check", "--instrument", "x"), "no such instrument"),
        (("show", "loopbaankrediet", "--on", "2021-02-30"), "--on 2021-02-30: expected a date that exists"),
        (("status", "--on", "soon"), "--on soon: expected a date"),
        (("list", "--law", "/no/such/folder"), "there is no such folder"),
        (("show",), "required: ID"),
        ((), "required: WHAT"),
        (("list", "--format", "xml"), "invalid choice"),
    ],
)
def test_wrong_arguments(llr: Llr, arguments: tuple[str, ...], said: str) -> None:
    ended = llr("law", *arguments)
    assert (ended.status, ended.out) == (2, b"")
    assert said in ended.err


# --- check -------------------------------------------------------------------------------------------------


def test_check(llr: Llr) -> None:
    ended = llr("law", "check")
    assert (ended.status, ended.err) == (0, "")
    text = ended.out.decode()
    assert " 0 wrong" in text
    assert text.rstrip().endswith("all is well")
    assert "oc.order_window_after_start, from 2019-09-01: no rule in force on those days reads it" in text


def test_check_for_programs(llr: Llr) -> None:
    found = json.loads(llr("law", "check", "--instrument", "loopbaankrediet", "--format", "json").out)
    assert found["ok"] is True
    assert [i["id"] for i in found["instruments"]] == ["loopbaankrediet"]
    assert found["failures"] == found["uncovered"] == found["untranslated"] == []
    assert all(u["reason"] for u in found["unreached"])


def test_a_case_that_does_not_come_out(llr: Llr, folder: Path) -> None:
    """Case, place, what was expected, what came, and the source; status 1."""
    replace(folder / CASES, "award: {unit: minute, value: 360}", "award: {unit: minute, value: 420}")
    ended = llr("law", "check", "--law", str(folder))
    assert ended.status == 1
    lines = ended.out.decode().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"case LK-E1 ({CASES}, line "))
    assert lines[at + 1] == '  expected award: {"unit": "minute", "value": 420}'
    assert lines[at + 2] == '  came out award: {"unit": "minute", "value": 360}'
    assert lines[at + 3] == "  source: S1"
    assert lines[-1].endswith("NOT all is well")
    found = json.loads(llr("law", "check", "--law", str(folder), "--format", "json").out)
    assert found["ok"] is False
    assert found["failures"][0]["expected"] == {"unit": "minute", "value": 420}


def test_what_no_case_reaches(llr: Llr, folder: Path) -> None:
    """Without the one case in which LK2 is a no, the check names it; status 1."""
    replace(folder / CASES, "  - id: LK-E6\n", "  - id: LK-E6\n    # another person\n")
    replace(folder / CASES, "as_of: 2034-02-01, guidance:", "as_of: 2034-02-01, used:")
    (folder / CASES).write_text(
        (folder / CASES)
        .read_text("utf-8")
        .replace("used: [{from: 2027-03-01, instrument: loopbaankrediet, minutes: 360}]", "used: []"),
        "utf-8",
    )
    ended = llr("law", "check", "--law", str(folder), "--instrument", "loopbaankrediet")
    assert ended.status == 1
    out = ended.out.decode()
    assert "no case is decided by LK2 alone: loopbaankrediet, from 2027-01-01" in out
    assert 'expected verdict: "no"' in out


def test_a_text_without_words(llr: Llr, folder: Path) -> None:
    rules = folder / "vlaanderen/loopbaankrediet/rules.yaml"
    words = LAW.instruments["loopbaankrediet"].condition("LK1").text
    assert words is not None
    replace(rules, words["fr"], "@@")
    ended = llr("law", "check", "--law", str(folder))
    assert ended.status == 1
    assert "no words in fr: law.instruments.loopbaankrediet.conditions.LK1" in ended.out.decode()


def test_a_law_that_cannot_be_read(llr: Llr, folder: Path) -> None:
    replace(folder / "vlaanderen/loopbaankrediet/rules.yaml", "used < lk.hours_per_career", "used < lk.hours")
    for command in (("list",), ("show", "loopbaankrediet"), ("status",), ("check",)):
        ended = llr("law", *command, "--law", str(folder))
        assert (ended.status, ended.out) == (1, b"")
        assert "vlaanderen/loopbaankrediet/rules.yaml, line " in ended.err
        assert "'lk.hours' is no fact, figure or rule" in ended.err


def test_cases_that_cannot_be_read(llr: Llr, folder: Path) -> None:
    """The check says where; the law itself is shown without them."""
    replace(folder / CASES, "base: eight_years", "base: nine_years")
    ended = llr("law", "check", "--law", str(folder))
    assert (ended.status, ended.out) == (1, b"")
    assert f"{CASES}, line " in ended.err
    assert "there is no situation 'nine_years'" in ended.err
    shown = llr("law", "show", "loopbaankrediet", "--law", str(folder), "--format", "json")
    assert (shown.status, json.loads(shown.out)["cases"]) == (0, None)


def test_a_new_instrument_in_one_folder(llr: Llr, folder: Path) -> None:
    """The example of docs/how-to-write-a-law.md: listed, shown, and checked to its last figure."""
    shutil.copytree(EXAMPLE, folder / "voorbeeld" / EXAMPLE.name)
    assert EXAMPLE.name in llr("law", "list", "--law", str(folder)).out.decode()
    assert llr("law", "show", EXAMPLE.name, "--law", str(folder)).status == 0
    ended = llr("law", "check", "--law", str(folder))
    assert (ended.status, ended.err) == (0, "")
    assert EXAMPLE.name in ended.out.decode()
