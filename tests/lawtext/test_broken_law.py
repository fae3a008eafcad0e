"""A law that is not right is refused when it is read: file, line, reason, and both places where two are involved."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from leerrekening.lawtext.reader import LAW_FOLDER, LawError, read_law

OC = "vlaanderen/opleidingscheques"
LK = "vlaanderen/loopbaankrediet"


@dataclass(frozen=True)
class Broken:
    """One mistake: in ``file`` the only ``old`` becomes ``new``; the refusal stands at ``at`` and says ``says``."""

    name: str
    file: str
    old: str
    new: str
    at: str
    says: tuple[str, ...]


BROKEN = [
    Broken(
        "a key that does not exist",
        f"{LK}/rules.yaml",
        "  - id: LK2\n",
        "  - id: LK2\n    preference: none\n",
        "id: LK2",
        ("unknown key 'preference'", "allowed:", "presumes"),
    ),
    Broken(
        "a key twice",
        f"{LK}/rules.yaml",
        "decisive_day: as_of\n",
        "decisive_day: as_of\ndecisive_day: as_of\n",
        "decisive_day: as_of",
        ("'decisive_day' stands twice",),
    ),
    Broken(
        "no YAML",
        f"{LK}/rules.yaml",
        "decisive_day: as_of\n",
        "decisive_day: [as_of\n",
        "definitions:",
        ("expected ',' or ']'",),
    ),
    Broken(
        "a condition without a source",
        f"{LK}/rules.yaml",
        "    source: {act: conceptnota_2025_06_27, tags: [S1]}\n    confidence: low\n    conflicts: [G-6]\n"
        "    from: 2027-01-01\n    expr: not ever_guided",
        "    confidence: low\n    conflicts: [G-6]\n    from: 2027-01-01\n    expr: not ever_guided",
        "id: LK3",
        ("rule LK3", "no source"),
    ),
    Broken(
        "a source that is not listed",
        f"{OC}/rules.yaml",
        "source: {tags: [C15, C11, C20]}",
        "source: {tags: [C15, X99]}",
        "id: OC1e",
        ("'X99' is not listed in instrument.yaml",),
    ),
    Broken(
        "a figure without a source",
        f"{LK}/parameters.yaml",
        "        value: 2\n        confidence: medium\n        sources: [S1, L4]\n",
        "        value: 2\n        confidence: medium\n        sources: []\n",
        "id: lk.block_hours",
        ("lk.block_hours", "no source"),
    ),
    Broken(
        "money and time in one sum",
        f"{OC}/rules.yaml",
        "expr: min(course.price_cents, left)",
        "expr: min(course.contact_minutes, left)",
        "id: face_value",
        ("rule face_value", "expected minute, found cent", "min(course.contact_minutes, left)"),
    ),
    Broken(
        "money times time",
        f"{OC}/rules.yaml",
        "expr: max(0, ceiling - used)",
        "expr: ceiling * course.contact_minutes",
        "id: left",
        ("cent * minute has no meaning",),
    ),
    Broken(
        "a condition that is no yes or no",
        f"{LK}/rules.yaml",
        "expr: used < lk.hours_per_career",
        "expr: used + lk.hours_per_career",
        "id: LK2",
        ("a condition is yes or no", "minute"),
    ),
    Broken(
        "two versions on one day",
        f"{OC}/rules.yaml",
        "      - from: 2015-03-01\n        to: 2019-08-31\n",
        "      - from: 2015-03-01\n        to: 2019-09-15\n",
        "id: OC5",
        ("two versions are valid on 2019-09-01", "2015-03-01 to 2019-09-15", "2019-09-01 to open"),
    ),
    Broken(
        "two values of a figure on one day",
        f"{OC}/parameters.yaml",
        "      - from: 2015-01-01\n        to: 2019-08-31\n        value: calendar_year\n",
        "      - from: 2015-01-01\n        to: 2019-12-31\n        value: calendar_year\n",
        "id: oc.ceiling.period",
        ("two versions are valid on 2019-09-01", "2015-01-01 to 2019-12-31", "2019-09-01 to 2020-08-31"),
    ),
    Broken(
        "a circle",
        f"{LK}/rules.yaml",
        "expr: guided_minutes(day, instrument=('loopbaankrediet',))",
        "expr: max(0, left)",
        "id: used",
        ("circle", "loopbaankrediet.used -> loopbaankrediet.left -> loopbaankrediet.used"),
    ),
    Broken(
        "an exception without a priority",
        f"{OC}/rules.yaml",
        "            priority: 1\n",
        "",
        "id: ceiling",
        ("rule ceiling", "exception ceiling_higher_education", "it needs a priority"),
    ),
    Broken(
        "two exceptions of one priority",
        f"{OC}/rules.yaml",
        "        exceptions:\n          - id: ceiling_higher_education\n",
        "        exceptions:\n"
        "          - {id: other, priority: 1, when: full_refund, expr: oc.ceiling.standard, source: {tags: [C4]}}\n"
        "          - id: ceiling_higher_education\n",
        "id: ceiling",
        ("exceptions other and ceiling_higher_education", "the same priority 1"),
    ),
    Broken(
        "a fact that does not exist",
        f"{OC}/rules.yaml",
        "course.paid_by == 'worker' and",
        "course.paid_from == 'worker' and",
        "id: OC3",
        ("'course.paid_from' is no fact, figure or rule",),
    ),
    Broken(
        "a code that the fact does not have",
        f"{OC}/rules.yaml",
        "course.paid_by == 'worker' and",
        "course.paid_by == 'wroker' and",
        "id: OC3",
        ("'wroker' is not one of the codes employer, worker",),
    ),
    Broken(
        "a rule with a gap",
        f"{OC}/rules.yaml",
        "  - id: face_value\n    expr:",
        "  - id: face_value\n    from: 2003-07-18\n    expr:",
        "id: flemish_part",
        ("it needs face_value on 0001-01-01", "rule face_value, has no version in force on that day"),
    ),
    Broken(
        "versions with a gap between them",
        f"{OC}/rules.yaml",
        "      - to: 2019-08-31\n        expr: oc.ceiling.standard\n",
        "      - to: 2018-08-31\n        expr: oc.ceiling.standard\n",
        "id: left",
        ("rule left", "it needs ceiling on 2018-09-01", "rule ceiling, has no version"),
    ),
    Broken(
        "a conflict that is not listed",
        f"{OC}/rules.yaml",
        "and unclear('R-3'))",
        "and unclear('R-99'))",
        "id: OC1b",
        ("unclear names one conflict or gap listed in instrument.yaml",),
    ),
    Broken(
        "a language that is missing",
        f"{LK}/instrument.yaml",
        "name:\n  nl:",
        "name:\n  nn:",
        "name:",
        ("the text in 'nl' is missing",),
    ),
    Broken(
        "a folder of another name",
        f"{LK}/instrument.yaml",
        "id: loopbaankrediet\n",
        "id: krediet\n",
        "id: krediet",
        ("the id is 'krediet', but the folder is called 'loopbaankrediet'",),
    ),
    Broken(
        "a figure that stands twice",
        f"{LK}/parameters.yaml",
        "  - id: lk.block_hours\n",
        "  - id: lk.hours_per_career\n",
        "id: lk.hours_per_career",
        ("the figure lk.hours_per_career stands twice",),
    ),
    Broken(
        "a value that ends before it begins",
        f"{OC}/parameters.yaml",
        "      - from: 2019-09-01\n        to: 2020-08-31\n        value: school_year\n",
        "      - from: 2019-09-01\n        to: 2019-08-31\n        value: school_year\n",
        "id: oc.ceiling.period",
        ("ends on 2019-08-31, before it starts on 2019-09-01",),
    ),
    Broken(
        "a day that does not exist",
        f"{OC}/parameters.yaml",
        "      - from: 2019-09-01\n        to: 2020-08-31\n        value: school_year\n",
        "      - from: 2019-09-01\n        to: 2020-02-30\n        value: school_year\n",
        "id: oc.ceiling.period",
        ("2020-02-30",),
    ),
    Broken(
        "a cumulation without a source",
        f"{OC}/instrument.yaml",
        "    verdict: allowed\n",
        "    verdict: perhaps\n",
        "with: ",
        ("cumulation with", "allowed, forbidden, unknown"),
    ),
    Broken(
        "a fact of an unknown type",
        "facts/request.yaml",
        "    type: boolean\n",
        "    type: maybe\n",
        "path: request.quota_reached",
        ("request.quota_reached",),
    ),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A law of our own to break."""
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: broken.name)
def test_refused(folder: Path, broken: Broken) -> None:
    path = folder / broken.file
    text = path.read_text("utf-8")
    assert broken.old in text
    path.write_text(text.replace(broken.old, broken.new, 1), "utf-8")
    with pytest.raises(LawError) as caught:
        read_law(folder)
    error = caught.value
    for words in broken.says:
        assert words in error.reason, str(error)
    assert error.file == broken.file, str(error)
    assert error.line is not None, str(error)
    line = path.read_text("utf-8").splitlines()[error.line - 1]
    assert broken.at in line, f"{error}\n  points at: {line}"


def test_the_law_itself_is_read(folder: Path) -> None:
    assert read_law(folder).version == read_law().version


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(LawError, match="no fact files"):
        read_law(tmp_path)
