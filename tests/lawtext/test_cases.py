"""The worked examples of the law: each comes out, and together they reach all that the law says."""

from collections import Counter

import pytest

from leerrekening.lawtext.cases import STATUSES, VERDICTS, Case, read_cases
from leerrekening.lawtext.check import Report, check_law, failures_of, finding_of, shown
from leerrekening.lawtext.reader import read_law
from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents
from leerrekening.rules.facts import LANGUAGES

ENGINE = Engine(read_law())
CASES = read_cases(ENGINE.law)
DOCUMENTS = Documents(ENGINE)

# The examples of the law reference, whose numbering has holes. Two parts of one example end in a and b.
REFERENCE = (
    "OC-E1", "OC-E2", "OC-E3", "OC-E5", "OC-E8", "OC-E9", "OC-E11", "OC-E12", "OC-E13", "OC-E15",
    "V-E1", "V-E2", "V-E3a", "V-E3b", "V-E5", "V-E7a", "V-E7b", "V-E8", "V-E10a", "V-E10b", "V-E13", "V-E15",
    "V-E16", "V-E18", "V-E20", "V-E21", "V-E22",
    "K-E1", "K-E3", "K-E4", "K-E5", "K-E7", "K-E9", "K-E10", "K-E13", "K-E14", "K-E15",
    "L-E1a", "L-E1b", "L-E2", "L-E4a", "L-E4b", "L-E6", "L-E7", "L-E9", "L-E10", "L-E12", "L-E13", "L-E15",
    "LK-E1", "LK-E2", "LK-E4", "LK-E6", "LK-E8", "LK-E9", "LK-E11",
)  # fmt: skip


@pytest.fixture(scope="module")
def report() -> Report:
    return check_law(ENGINE, CASES)


@pytest.mark.parametrize("case", CASES.cases, ids=lambda case: case.id)
def test_case(case: Case) -> None:
    found = shown(DOCUMENTS, finding_of(ENGINE, case))
    wrong = failures_of(case, found)
    assert not wrong, "\n".join(f"{f.key}: expected {f.expected}, came out {f.found}" for f in wrong)


def test_every_condition_decides_alone_somewhere(report: Report) -> None:
    assert report.uncovered == ()


def test_every_figure_is_read_or_has_its_reason(report: Report) -> None:
    assert report.missing_cases == ()
    unexplained = [u for u in report.unreached if u.reason == "informative" and u.figure.informative is None]
    assert unexplained == []


def test_every_text_stands_in_every_language(report: Report) -> None:
    assert report.untranslated == ()


def test_the_report_is_well(report: Report) -> None:
    assert report.ok
    assert report.instruments == Counter(case.instrument for case in CASES.cases)


def test_every_status_and_verdict(report: Report) -> None:
    """Also beside each other, as far as they can stand together."""
    assert {status for status, _ in report.outcomes} == set(STATUSES)
    assert {verdict for _, verdict in report.outcomes} == set(VERDICTS)
    decided = [("in_force", v) for v in VERDICTS] + [("proposed", v) for v in VERDICTS]
    assert set(report.outcomes) == {
        *decided,
        ("unconfirmed", "undecided"),
        ("not_yet", "no"),
        ("ended", "no"),
    }


def test_every_example_of_the_reference() -> None:
    known = {case.id for case in CASES.cases} | {entry.id for entry in CASES.not_expressible}
    assert set(REFERENCE) <= known


@pytest.mark.parametrize("case", CASES.cases, ids=lambda case: case.id)
def test_words_of_a_case(case: Case) -> None:
    """One plain sentence in each language, of our own in each."""
    assert set(case.text) == set(LANGUAGES)
    assert len(set(case.text.values())) == len(LANGUAGES)
    for text in case.text.values():
        assert text.endswith("."), text
        assert "@@" not in text


def test_every_instrument_has_cases() -> None:
    assert {case.instrument for case in CASES.cases} == set(ENGINE.law.instruments)
    assert all(CASES.of(name) for name in ENGINE.law.instruments)
