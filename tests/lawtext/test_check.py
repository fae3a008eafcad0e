"""Reading worked examples, and the check that runs them: what is wrong in an example is told, never passed over."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leerrekening.lawtext.cases import Case, Cases, merged, read_cases
from leerrekening.lawtext.check import Report, check_law, failures_of, finding_of, shown, untranslated
from leerrekening.lawtext.openings import open_figures, open_matters
from leerrekening.lawtext.reader import LAW_FOLDER, LawError, read_law
from leerrekening.rules import days
from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents

ENGINE = Engine(read_law())
LAW = ENGINE.law
KREDIET = "loopbaankrediet"
FILE = f"vlaanderen/{KREDIET}/cases.yaml"

HEAD = """\
situations:
  eight_years:
    as_of: 2027-02-01
    person: {highest_diploma: lager_secundair, benefits: []}
    jobs: [{from: 2019-02-01, to: null, kind: employee}]
    guidance: []
    request: {hours: 6}
cases:
"""
CASE = """\
  - id: one
    source: {tags: [S1]}
    text: {nl: "Een.", fr: "Un.", de: "Eins.", en: "One."}
    base: eight_years
    situation: {}
    expect: {verdict: yes}
"""

Written = Callable[[str], Cases]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Reads a cases file of one instrument, in a law folder that holds nothing else."""
    folder = tmp_path / f"vlaanderen/{KREDIET}"
    folder.mkdir(parents=True)
    shutil.copy(LAW_FOLDER / f"vlaanderen/{KREDIET}/instrument.yaml", folder)

    def read(text: str) -> Cases:
        (tmp_path / FILE).write_text(text, "utf-8")
        return read_cases(LAW, tmp_path)

    return read


def failed(cases: Cases) -> dict[str, Any]:
    """What does not come out of the first case: key to what was found."""
    case = cases.cases[0]
    return {f.key: f.found for f in failures_of(case, shown(Documents(ENGINE), finding_of(ENGINE, case)))}


# --- the situation of a case -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ({"a": 1}, {}, {"a": 1}),
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": 1}, {"b": None}, {"a": 1}),
        ({"o": {"a": 1, "b": 2}}, {"o": {"b": 3}}, {"o": {"a": 1, "b": 3}}),
        ({"o": {"a": 1, "b": 2}}, {"o": {"a": None}}, {"o": {"b": 2}}),
        ({"o": {"a": 1}}, {"o": None}, {}),
        ({"o": {"p": {"a": 1, "b": 1}}}, {"o": {"p": {"b": 2}}}, {"o": {"p": {"a": 1, "b": 2}}}),
        ({"l": [{"a": 1}, {"b": 2}]}, {"l": [{"c": 3}]}, {"l": [{"c": 3}]}),
        ({"l": [1]}, {"l": []}, {"l": []}),
        ({"o": 1}, {"o": {"a": 1, "b": None}}, {"o": {"a": 1}}),
        ({}, {"o": {"p": {"a": None}}}, {"o": {"p": {}}}),
        ({"a": True}, {"a": False}, {"a": False}),
        ({"a": 1}, {"a": 0}, {"a": 0}),
    ],
)
def test_merged(base: dict[str, Any], changes: dict[str, Any], expected: dict[str, Any]) -> None:
    before = repr((base, changes))
    assert merged(base, changes) == expected
    assert repr((base, changes)) == before


def test_a_case_changes_its_base_and_no_other(written: Written) -> None:
    text = HEAD + CASE.replace(
        "situation: {}", "situation: {person: {highest_diploma: null}, request: {hours: 2}}"
    )
    one, two = written(text + CASE.replace("id: one", "id: two")).cases
    assert one.document["person"] == {"benefits": []}
    assert one.document["request"] == {"hours": 2}
    assert two.document["person"] == {"highest_diploma": "lager_secundair", "benefits": []}
    assert (one.line, two.line) == (9, 15)
    assert one.situation.as_of == days.day_of("2027-02-01")


def test_a_case_without_words_is_called_by_its_id(written: Written) -> None:
    text = CASE.replace('    text: {nl: "Een.", fr: "Un.", de: "Eins.", en: "One."}\n', "")
    assert set(written(HEAD + text).cases[0].text.values()) == {"one"}


def test_yes_and_no_are_words_and_true_is_not(written: Written) -> None:
    case = written(
        HEAD + CASE.replace("situation: {}", "situation: {person: {moved_from_other_eea: true}}")
    ).cases[0]
    assert case.expect["verdict"] == "yes"
    assert case.document["person"]["moved_from_other_eea"] is True


# --- a case that cannot be read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("base: eight_years", "base: nine_years", 9, "there is no situation 'nine_years'"),
        ("tags: [S1]", "tags: [S99]", 9, "'S99' is not listed in instrument.yaml"),
        ("{tags: [S1]}", "{}", 9, "give the tags of its sources, or our own reading"),
        ("{tags: [S1]}", '{tags: [S1], reading: "Ours."}', 9, "or our own reading"),
        ("verdict: yes", "verdict: maybe", 9, "verdict 'maybe' is not one of yes, no, undecided"),
        ("verdict: yes", "verdict: true", 9, "verdict True is not one of"),
        ("verdict: yes", "verdict: no, status: gone", 9, "status 'gone' is not one of"),
        ("verdict: yes", "status: in_force", 9, "the key 'verdict' is missing"),
        ("verdict: yes", "verdict: yes, awards: {}", 9, "unknown key 'awards'"),
        ("verdict: yes", "verdict: yes, award: 3", 9, "award must be a mapping"),
        ("verdict: yes", "verdict: yes, deciding: LK1", 9, "deciding must be a list"),
        (', en: "One."', "", 9, "the text in 'en' is missing"),
        ("situation: {}", "situation: {request: {ours: 6}}", 9, "$.request.ours"),
        ("situation: {}", "situation: []", 9, "a situation is a mapping"),
        ("situation: {}", "situation: {as_of: 2027-02-30}", 9, "$.as_of"),
        ("    situation: {}\n", "", 9, "the key 'situation' is missing"),
        ("cases:\n", "case:\n", None, "unknown key 'case'"),
        ("    situation: {}\n", "    situation: {}\n    situation: {}\n", 14, "stands twice"),
        ("situation: {}", "situation: {", 15, ""),
    ],
)
def test_a_case_that_cannot_be_read(
    written: Written, old: str, new: str, line: int | None, reason: str
) -> None:
    assert old in HEAD + CASE
    with pytest.raises(LawError) as caught:
        written((HEAD + CASE).replace(old, new, 1))
    assert (caught.value.file, caught.value.line) == (FILE, line)
    assert reason in caught.value.reason


def test_two_cases_of_one_id(written: Written) -> None:
    with pytest.raises(LawError) as caught:
        written(HEAD + CASE + CASE)
    assert f"also stands in {FILE}, line 9" in caught.value.reason


def test_cases_of_shared_notions(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(LAW_FOLDER / "vlaanderen/begrippen", tmp_path / "vlaanderen/begrippen"))
    (folder / "cases.yaml").write_text("cases: []\n", "utf-8")
    with pytest.raises(LawError, match="there is no instrument 'begrippen'"):
        read_cases(LAW, tmp_path)


def test_what_cannot_be_expressed(written: Written) -> None:
    entry = "not_expressible:\n  - id: two\n    source: {tags: [S1]}\n    reason: "
    cases = written(HEAD + CASE + entry + '{nl: "Nee.", fr: "Non.", de: "Nein.", en: "No."}\n')
    assert [(n.id, n.instrument, n.reason["en"]) for n in cases.not_expressible] == [("two", KREDIET, "No.")]
    with pytest.raises(LawError, match="not_expressible two, reason: the text in 'fr' is missing"):
        written(HEAD + CASE + entry + '{nl: "Nee."}\n')


# --- a case that does not come out -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ("{verdict: no}", {"verdict": "yes"}),
        ("{verdict: yes, status: in_force}", {"status": "proposed"}),
        ("{verdict: yes, award: {value: 361}}", {"award"}),
        ("{verdict: yes, award: {value: null}}", {"award"}),
        ("{verdict: yes, award: {valeu: 360}}", {"award"}),
        ("{verdict: yes, award: null}", {"award"}),
        ("{verdict: yes, award: {value: 360, unit: minute}}", {}),
        ("{verdict: yes, award: {value: 360.0}}", {}),
        ("{verdict: yes, award: {value: true}}", {"award"}),
        ("{verdict: yes, right: {period: {kind: career, from: null}}}", {}),
        ("{verdict: yes, right: {period: {kind: school_year}}}", {"right"}),
        ("{verdict: yes, price: {now_cents: 9000, person_cents: 9001}}", {"price"}),
        ("{verdict: yes, pays: []}", {"pays"}),
        ("{verdict: yes, pays: [{to: counsellor}]}", {}),
        ("{verdict: yes, pays: [{to: counsellor}, {value: 54000}]}", {"pays"}),
        ("{verdict: yes, counters: []}", {}),
        ("{verdict: yes, counters: [{initiative: own}]}", {"counters"}),
        ("{verdict: yes, deciding: [LK1]}", {"deciding": []}),
        ("{verdict: yes, limits: [cap]}", {"limits": []}),
        ("{verdict: yes, requirements: [LK1]}", {"requirements": []}),
        ("{verdict: yes, missing: [person.highest_diploma]}", {"missing": []}),
        ("{verdict: yes, missing: [], deciding: [], limits: []}", {}),
        ("{verdict: yes, conflicts: [G-6]}", {}),
        ("{verdict: yes, conflicts: []}", {}),
        ("{verdict: yes, conflicts: [G-6, G-7]}", {"conflicts": ["G-6"]}),
        ("{verdict: yes, unconfirmed: [lk.block_hours]}", {"unconfirmed": []}),
        ("{verdict: yes, last_confirmed: {verdict: yes}}", {"last_confirmed": None}),
    ],
)
def test_expectations(written: Written, expected: str, wrong: dict[str, Any] | set[str]) -> None:
    found = failed(written(HEAD + CASE.replace("{verdict: yes}", expected)))
    assert set(found) == set(wrong)
    if isinstance(wrong, dict):
        assert found == wrong


def test_each_row_expected_needs_a_row_of_its_own(written: Written) -> None:
    """Two rows of one kind are not met by one row, in whatever order the rows come."""
    case = written(
        HEAD + CASE.replace("{verdict: yes}", "{verdict: yes, pays: [{to: a}, {to: a, value: 1}]}")
    ).cases[0]
    rows = [{"to": "a", "value": 1}, {"to": "a", "value": 2}]
    found = {"verdict": "yes", "pays": rows}
    assert failures_of(case, found) == []
    assert failures_of(case, {**found, "pays": rows[::-1]}) == []
    assert [f.key for f in failures_of(case, {**found, "pays": rows[:1]})] == ["pays"]


# --- what no case reaches ----------------------------------------------------------------------------------


def report_of(cases: tuple[Case, ...]) -> Report:
    return check_law(ENGINE, Cases(cases, ()), KREDIET)


ALL = read_cases(LAW).of(KREDIET)


def test_one_instrument_alone() -> None:
    assert {case.instrument for case in ALL} == {KREDIET}
    assert report_of(ALL).ok


def test_nothing_is_reached_without_cases() -> None:
    report = report_of(())
    assert not report.ok
    assert [u.condition for u in report.uncovered] == ["LK1", "LK2", "LK3", "LK4"]
    assert "lk.block_hours" in {u.figure.id for u in report.missing_cases}
    assert report.failures == ()


def test_a_condition_that_can_be_a_no_needs_a_no() -> None:
    """LK1 stays open in one case and is a no in another: the first does not do, where a no is possible."""
    without = tuple(case for case in ALL if case.id != "LK-E4")
    assert any(case.expect.get("deciding") == ["LK1"] for case in without)
    assert [u.condition for u in report_of(without).uncovered] == ["LK1"]


def test_a_condition_that_can_never_be_a_no_needs_an_open_answer() -> None:
    without = tuple(case for case in ALL if case.expect.get("deciding") != ["LK3"])
    assert [u.condition for u in report_of(without).uncovered] == ["LK3"]


def test_of_a_choice_only_the_branch_taken_is_read() -> None:
    """Without a case below secondary school nobody pays its rate, though the rule names it each time."""
    without = tuple(
        case for case in ALL if case.document["person"].get("highest_diploma") in ("bachelor", "secundair")
    )
    assert [u.figure.id for u in report_of(without).missing_cases] == ["lk.citizen_rate.kortgeschoold"]


def test_values_that_no_case_can_read() -> None:
    reasons = {
        (u.figure.id, days.iso(u.start)): u.reason for u in check_law(ENGINE, read_cases(LAW)).unreached
    }
    assert reasons["vov.employer_flat_rate", "2026-09-01"] == "not_decided"
    assert reasons["oc.order_window_after_start", "2019-09-01"] == "not_named"
    assert reasons["oc.voucher_validity", "2019-09-01"] == "informative"
    assert ("oc.ceiling.standard", "2019-09-01") not in reasons


def test_a_failure_says_all() -> None:
    wrong = next(case for case in ALL if case.id == "LK-E1")
    other = Case(**{name: getattr(wrong, name) for name in Case.__slots__} | {"expect": {"verdict": "no"}})
    report = report_of((other,))
    assert not report.ok
    (failure,) = report.failures
    assert (failure.case.id, failure.key, failure.expected, failure.found) == (
        "LK-E1",
        "verdict",
        "no",
        "yes",
    )


def test_untranslated() -> None:
    words = {"nl": "Een.", "fr": "@@", "de": " ", "en": "One."}
    found = [(u.place, u.language) for u in untranslated(({"text": words},), "law")]
    assert found == [("law.1.text", "fr"), ("law.1.text", "de")]


# --- what is not certain -----------------------------------------------------------------------------------


def test_open_figures() -> None:
    cheques = LAW.instruments["opleidingscheques"]
    found = {f.figure.id: f for f in open_figures(cheques)}
    ceiling = found["oc.ceiling.standard"]
    assert days.iso(ceiling.since) == "2024-09-02"
    assert ceiling.last_confirmed == days.day_of("2024-09-01")
    assert [r.id for r in ceiling.gaps if r.look_up is not None] == ["G-1"]
    assert found["oc.order_window_after_start"].last_confirmed == days.day_of("2019-08-31")
    assert "oc.ceiling.second_voucher" not in found
    assert "oc.ceiling.standard" not in {
        f.figure.id for f in open_figures(cheques, days.day_of("2021-10-15"))
    }


def test_a_figure_whose_successor_may_exist_is_open() -> None:
    found = {f.figure.id: f for f in open_figures(LAW.instruments["vlaams_opleidingskrediet"])}
    amount = found["vok.amount.full_from_75.gross"]
    assert (days.iso(amount.since), amount.last_confirmed) == ("2021-09-02", days.day_of("2021-09-01"))


def test_a_figure_that_no_source_ever_gave() -> None:
    found = {f.figure.id: f for f in open_figures(LAW.instruments[KREDIET])}
    assert found["lk.fee_includes_citizen_part"].last_confirmed is None


def test_open_matters() -> None:
    found = [(r.kind, r.id) for r in open_matters(LAW.instruments["vlaams_opleidingsverlof"])]
    assert found[0] == ("conflict", "C-4")
    assert ("gap", "G-3") in found
    assert all(kind != "reading" for kind, _ in found)
