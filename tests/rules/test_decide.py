"""Status, verdict, the deciding conditions, what is missing, limits and figures that are not confirmed."""

from typing import Any

import pytest
from tests.rules.invented import condition, figure, folder, four, law
from tests.rules.people import day, finding

from leerrekening.rules.decide import Engine
from leerrekening.rules.document import Documents
from leerrekening.rules.values import Unknown

EXISTENCE = figure(
    "b.existence",
    "code",
    {"from": "2000-01-01", "to": "2014-12-31", "value": "absent"},
    {"from": "2015-01-01", "to": "2019-12-31", "value": "exists"},
    {"from": "2020-01-01", "to": "2020-12-31", "value": "unknown"},
    {"from": "2021-01-01", "to": "2021-12-31", "value": "proposed"},
    {"from": "2022-01-01", "to": "2023-12-31", "value": "exists", "last_confirmed": "2022-12-31"},
    {"from": "2024-01-01", "value": "absent"},
)
ALONE = {"person": {"lives_alone": True}}


def engine(*conditions: dict[str, Any], figures: list[dict[str, Any]] | None = None, **rules: Any) -> Engine:
    return Engine(law(folder(figures=figures, conditions=list(conditions), **rules)))


@pytest.mark.parametrize(
    ("as_of", "status", "verdict"),
    [
        ("1999-12-31", "not_yet", "no"),  # before the first day the file speaks of
        ("2014-12-31", "not_yet", "no"),
        ("2015-01-01", "in_force", "yes"),
        ("2019-12-31", "in_force", "yes"),
        ("2020-01-01", "unconfirmed", "undecided"),
        ("2021-01-01", "proposed", "yes"),
        ("2022-12-31", "in_force", "yes"),
        ("2023-01-01", "unconfirmed", "undecided"),
        ("2024-01-01", "ended", "no"),
    ],
)
def test_status_of_the_law_apart_from_the_verdict(as_of: str, status: str, verdict: str) -> None:
    built = engine(condition("X1", "person.lives_alone"), figures=[EXISTENCE])
    found = finding(built, {"as_of": as_of, **ALONE})
    assert (found.status, found.verdict) == (status, verdict)
    shown = Documents(built).instrument(found)
    assert ("last_confirmed" in shown) == (status == "unconfirmed")


def test_what_the_last_confirmed_rules_would_give() -> None:
    built = engine(
        condition("X1", "person.lives_alone"),
        figures=[EXISTENCE],
        outcome={
            "right": {"unit": "cent", "value": "course.price_cents * 0"},
            "award": {"unit": "cent", "value": "course.price_cents"},
        },
    )
    found = finding(built, {"as_of": "2023-05-01", **ALONE, "course": {"price_cents": 70}})
    last = Documents(built).instrument(found)["last_confirmed"]
    assert (last["until"], last["verdict"]) == ("2022-12-31", "yes")
    assert last["award"] == {"unit": "cent", "value": 70}
    refused = finding(built, {"as_of": "2023-05-01", "person": {"lives_alone": False}})
    last = Documents(built).instrument(refused)["last_confirmed"]
    assert (last["verdict"], last["right"], last["award"]) == ("no", None, None)


def test_a_figure_behind_a_condition_that_is_not_confirmed() -> None:
    top = figure("b.top", "euro", {"from": "2015-01-01", "value": 5, "last_confirmed": "2020-12-31"})
    built = engine(
        condition("X1", "limit <= b.top"), figures=[top], definitions=[{"id": "limit", "expr": "b.top * 1"}]
    )
    assert finding(built, {"as_of": "2020-12-31"}).status == "in_force"
    late = finding(built, {"as_of": "2021-01-01"})
    assert (late.status, late.verdict, late.as_last_confirmed().verdict) == (
        "unconfirmed",
        "undecided",
        "yes",
    )
    assert [f.id for f in late.unconfirmed()] == ["b.top"]
    shown = Documents(built).instrument(late)
    assert shown["unconfirmed"] == [{"parameter": "b.top", "last_confirmed": "2020-12-31"}]


def test_a_figure_behind_an_amount_leaves_the_verdict() -> None:
    pay = figure(
        "b.pay", "euro", {"from": "2015-01-01", "value": 5, "last_confirmed": "2020-12-31"}, conflicts=["G-1"]
    )
    soft = figure("b.soft", "euro", {"from": "2015-01-01", "value": 6, "end_unknown": True})
    built = engine(
        condition("X1", "True"),
        figures=[pay, soft],
        outcome={"award": {"unit": "cent", "value": "b.pay if person.lives_alone else kind_amount"}},
        definitions=[{"id": "kind_amount", "expr": "b.soft + 0"}],
    )

    def unconfirmed(person: dict[str, Any]) -> list[str]:
        found = finding(built, {"as_of": "2021-06-01", "person": person})
        assert (found.status, found.verdict) == ("in_force", "yes")
        return [f.id for f in found.unconfirmed()]

    assert unconfirmed({"lives_alone": True}) == ["b.pay"], "only of the branch taken"
    assert unconfirmed({"lives_alone": False}) == ["b.soft"]
    assert set(unconfirmed({})) == {"b.pay", "b.soft"}
    certain = finding(built, {"as_of": "2020-06-01", **ALONE})
    assert certain.unconfirmed() == []
    shown = Documents(built).instrument(finding(built, {"as_of": "2021-06-01", **ALONE}))
    assert shown["award"] == {"unit": "cent", "value": None}
    assert shown["conflicts"] == ["G-1"]


def test_deciding_conditions() -> None:
    built = engine(
        condition("X1", "works(day)"),
        condition("X1a", "works(day, kind=('employee',))", refines=["X1"]),
        condition("X2", "works(day, sector=('private',))", presumes=["X1"]),
        condition("X3", "person.lives_alone"),
    )

    def deciding(**groups: Any) -> list[str]:
        return finding(built, {"as_of": "2022-01-01", **groups}).deciding()

    job = {"from": "2020-01-01", "kind": "employee", "sector": "private"}
    assert deciding(jobs=[job], **ALONE) == []
    assert deciding(jobs=[], **ALONE) == ["X1a"], "the refinement says more; X2 means nothing without work"
    assert deciding(jobs=[{**job, "sector": "public"}], **ALONE) == ["X2"]
    assert deciding(jobs=[{**job, "sector": "public"}], person={"lives_alone": False}) == ["X2", "X3"]
    assert deciding(jobs=[{**job, "kind": "apprentice"}], **ALONE) == ["X1a"]
    assert deciding(jobs=[]) == ["X1a"], "a no is a no, whatever else is open"
    assert deciding(**ALONE) == ["X1", "X1a", "X2"]


def test_missing_facts_stand_in_the_order_of_the_fact_book() -> None:
    built = engine(
        condition("X1", "course.provider_registered and person.lives_alone"),
        condition("X2", "residence(day) == 'vlaams_gewest'"),
        condition("X3", "works(day)"),
    )
    found = finding(built, {"as_of": "2022-01-01", "course": {}})
    assert [path for path, _ in found.missing()] == [
        "person.residence",
        "person.lives_alone",
        "jobs",
        "course.provider_registered",
    ]
    assert dict(found.missing())["person.residence"] == "2022-01-01"
    shown = Documents(built).instrument(found)["missing"]
    assert shown[0]["at"] == "2022-01-01"
    assert "at" not in shown[1]
    assert {"fact", "question", "ask"} <= set(shown[1])


def test_with_a_yes_only_what_the_amounts_need_is_missing() -> None:
    built = engine(
        condition("X1", "person.lives_alone or works(day)"),
        outcome={
            "right": {"unit": "cent", "value": "0", "period": {"from": "course.start"}},
            "award": {"unit": "cent", "value": "course.price_cents"},
            "counters": [{"unit": "minute", "value": "course.contact_minutes"}],
            "pays": [{"unit": "cent", "value": "0", "when": "course.provider_registered"}],
            "price": {"now": "course.price_cents"},
        },
    )
    found = finding(built, {"as_of": "2022-01-01", "course": {}, **ALONE})
    assert {path for path, _ in found.missing()} == {
        "course.start",
        "course.price_cents",
        "course.contact_minutes",
        "course.provider_registered",
    }
    assert finding(built, {"as_of": "2022-01-01", **ALONE}).missing() == [], (
        "no course: nothing of it is missing"
    )


def test_requirements_when_no_course_is_chosen() -> None:
    built = engine(
        condition("X1", "person.lives_alone"),
        condition("X2", "course.provider_registered and person.lives_alone"),
        condition("X3", "surely(course.provider_registered) or person.lives_alone"),
    )
    alone = finding(built, {"as_of": "2022-01-01", **ALONE})
    assert alone.verdict == "yes"
    assert [c.rule.id for c in alone.requirements()] == ["X2"]
    shown = Documents(built).instrument(alone)
    assert [c["id"] for c in shown["conditions"]] == ["X1", "X3"]
    open_ = finding(built, {"as_of": "2022-01-01"})
    assert open_.verdict == "undecided"
    assert open_.deciding() == ["X1", "X2", "X3"], "the person may fail X2 whatever the course"
    fails = finding(built, {"as_of": "2022-01-01", "person": {"lives_alone": False}})
    assert fails.deciding() == ["X1", "X2", "X3"]


def test_limits_only_with_a_yes() -> None:
    built = engine(
        condition("X1", "person.lives_alone"),
        limits=[
            {
                "id": "small",
                "text": four("at most {b.top}"),
                "when": "course.price_cents > b.top",
                "value": "b.top",
            },
            {"id": "late", "text": four("late"), "when": "course.start > as_of"},
        ],
        figures=[figure("b.top", "euro", {"value": 5})],
    )
    course = {"price_cents": 600, "start": "2022-02-01"}
    found = finding(built, {"as_of": "2022-01-01", "course": course, **ALONE})
    shown = Documents(built).instrument(found)["limits"]
    assert [entry["id"] for entry in shown] == ["small", "late"]
    assert (shown[0]["unit"], shown[0]["value"]) == ("cent", 500)
    assert "value" not in shown[1]
    assert finding(built, {"as_of": "2022-01-01", "course": {}, **ALONE}).limits() == []
    refused = finding(built, {"as_of": "2022-01-01", "course": course, "person": {"lives_alone": False}})
    assert refused.limits() == []


def test_a_decisive_day_that_is_not_known() -> None:
    built = engine(
        condition("X1", "True"),
        decisive_day="training_day()",
        outcome={"award": {"unit": "cent", "value": "0"}},
    )
    found = finding(built, {"as_of": "2022-01-01", "course": {}})
    assert (found.verdict, found.frame, found.results) == ("undecided", None, [])
    assert [path for path, _ in found.missing()] == ["course.start"]
    assert found.limits() == []
    shown = Documents(built).instrument(found)
    assert (shown["conditions"], shown["award"]) == ([], None)


def test_a_decisive_day_cannot_rest_on_a_figure() -> None:
    with pytest.raises(ValueError, match=r"cannot depend on the figure b\.until"):
        engine(decisive_day="b.until", figures=[figure("b.until", "date", {"value": "2030-01-01"})])


def test_a_rule_of_another_instrument_is_read_on_its_own_day() -> None:
    other = folder(
        "andere",
        "a",
        decisive_day="course.start",
        conditions=[condition("Y1", "day >= a.since", **{"from": "2021-01-01"})],
        figures=[figure("a.since", "date", {"value": "2022-06-01"})],
    )
    built = Engine(law(folder(conditions=[condition("X1", "andere.Y1")]), other))

    def verdict(start: str | None) -> Any:
        return finding(built, {"as_of": "2022-01-01", "course": {"start": start}})

    assert verdict("2022-06-01").verdict == "yes"
    assert verdict("2022-05-31").verdict == "no"
    unknown = verdict(None)
    assert (unknown.verdict, unknown.missing()) == ("undecided", [("course.start", None)])
    before = verdict("2020-06-01")
    assert before.verdict == "undecided", "on that day the other has no such rule"
    (value,) = [v for _, v in before.results]
    assert isinstance(value, Unknown)
    assert value.law == {"a.existence"}
    shown = Documents(built).instrument(verdict("2022-06-01"))
    assert (
        shown["conditions"][0]["facts"] == {"course.start": "2022-06-01"}
        or shown["conditions"][0]["facts"] == {}
    )


def test_versions_and_slices_follow_the_days() -> None:
    rule = {
        **condition("X1", ""),
        "versions": [
            {"from": "2015-01-01", "to": "2020-12-31", "expr": "person.lives_alone"},
            {"from": "2021-01-01", "expr": "not person.lives_alone", "text": four("new words")},
        ],
    }
    del rule["expr"]
    built = engine(rule, condition("X2", "True", **{"from": "2021-06-01"}))
    assert finding(built, {"as_of": "2020-12-31", **ALONE}).verdict == "yes"
    new = finding(built, {"as_of": "2021-01-01", **ALONE})
    assert new.verdict == "no"
    assert Documents(built).instrument(new)["conditions"][0]["text"]
    assert built.boundaries("bon")[-1] == day("2021-06-01")
    assert built.slice("bon", day("2021-01-01")) is built.slice("bon", day("2021-05-31"))
    assert built.slice("bon", day("2021-05-31")) is not built.slice("bon", day("2021-06-01"))
    assert [c.rule.id for c in built.slice("bon", day("2021-06-01")).conditions] == ["X1", "X2"]


def test_a_definition_without_a_version_that_day() -> None:
    """A rule that is not in force on a day is the law being silent, not a crash."""
    built = engine(
        condition("X1", "person.lives_alone"),
        definitions=[{"id": "late", "from": "2021-01-01", "expr": "course.price_cents"}],
        outcome={"award": {"unit": "cent", "value": "late"}},
    )
    early = finding(built, {"as_of": "2020-01-01", "course": {"price_cents": 5}, **ALONE})
    assert Documents(built).instrument(early)["award"] == {"unit": "cent", "value": None}
    late = finding(built, {"as_of": "2021-01-01", "course": {"price_cents": 5}, **ALONE})
    assert Documents(built).instrument(late)["award"] == {"unit": "cent", "value": 5}


def test_notes_and_conflicts() -> None:
    built = engine(
        condition("X1", "person.lives_alone or unclear('C-1')", conflicts=["G-1"]),
        notes=[
            {
                "id": "N1",
                "text": four("n"),
                "source": {"tags": ["T1"]},
                "from": "2020-01-01",
                "to": "2020-12-31",
            }
        ],
    )
    open_ = finding(built, {"as_of": "2020-12-31", "person": {"lives_alone": False}})
    shown = Documents(built).instrument(open_)
    assert open_.verdict == "undecided"
    assert open_.missing() == []
    assert "C-1" in shown["conflicts"]
    sure = Documents(built).instrument(finding(built, {"as_of": "2021-01-01", **ALONE}))
    assert "C-1" not in sure["conflicts"]
    assert len(open_.slice.notes) == 1
    assert finding(built, {"as_of": "2021-01-01"}).slice.notes == []


def test_one_instrument_or_all_in_order() -> None:
    later = folder("zz", "z", head={"block": "time", "unit": "minute"})
    built = Engine(law(later, folder("aa", "a"), folder()))
    situation = built.law.reader.check({"as_of": "2022-01-01"})
    assert [f.instrument.id for f in built.decide(situation)] == ["aa", "bon", "zz"]
    assert [f.instrument.id for f in built.decide(situation, "bon")] == ["bon"]
    with pytest.raises(KeyError):
        built.decide(situation, "nothing")
