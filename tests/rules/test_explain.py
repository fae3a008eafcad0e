"""What would change an outcome really does, and the next change by time alone is on its first day."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rules.invented import condition, figure, folder, law
from tests.rules.people import day, finding
from tests.strategies import changed_documents, situation_documents, the_law

from leerrekening.rules import days
from leerrekening.rules.decide import NO, UNDECIDED, YES, Engine, Finding, Person
from leerrekening.rules.explain import changes, next_change
from leerrekening.rules.histories.career import career_days
from leerrekening.rules.margins import nearest_gap
from leerrekening.rules.timeline import HORIZON_YEARS, marked_days, moved
from leerrekening.rules.values import Unknown

ENGINE = Engine(the_law())
NAMES = sorted(ENGINE.law.instruments)
MODERATE = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def later(found: Finding, on: int) -> Finding:
    """The same question, asked on another day."""
    person = found.person
    return Person(person.engine, moved(person.situation, on)).finding(found.instrument.id)


def outcome(found: Finding) -> Any:
    right: Any = None
    if found.verdict == YES and found.slice.right is not None:
        values = found.values_of(found.slice.right)
        right = [None if isinstance(values.get(k), Unknown) else values.get(k) for k in ("value", "left")]
    return found.status, found.verdict, right


# --- when -------------------------------------------------------------------------------------------------


def check_first_day(found: Finding, days_ahead: int) -> None:
    """Day by day from the question, nothing changes before the day that is named, and something does on it."""
    start = found.person.situation.as_of
    now = outcome(found)
    change = next_change(found)
    last = start + days_ahead
    if change is not None:
        assert start < change.day <= days.add_years(start, HORIZON_YEARS)
        assert outcome(change.finding) == outcome(later(found, change.day)) != now
        last = min(last, change.day - 1)
    for on in range(start + 1, last + 1):
        assert outcome(later(found, on)) == now, (
            found.instrument.id,
            days.iso(on),
            change and days.iso(change.day),
        )


@MODERATE
@given(situation_documents(), st.sampled_from(NAMES))
def test_the_next_change_is_the_first_day_by_day(document: dict[str, Any], name: str) -> None:
    (found,) = ENGINE.decide(ENGINE.law.reader.check(document), name)
    check_first_day(found, 800)


@pytest.mark.deep
@settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(situation_documents(), st.sampled_from(NAMES))
def test_the_next_change_is_the_first_day_thorough(document: dict[str, Any], name: str) -> None:
    (found,) = ENGINE.decide(ENGINE.law.reader.check(document), name)
    check_first_day(found, 3600)


def real(document: dict[str, Any], name: str) -> Finding:
    return ENGINE.decide(ENGINE.law.reader.check(document), name)[0]


def on(found: Finding) -> str | None:
    change = next_change(found)
    return None if change is None else days.iso(change.day)


def test_seniority_is_reached_on_its_day() -> None:
    job = {
        "from": "2020-01-01",
        "to": None,
        "kind": "employee",
        "sector": "private",
        "workplace_region": "vlaams_gewest",
    }
    person = {"residence": [{"from": "2000-01-01", "to": None, "region": "vlaams_gewest"}], "benefits": []}
    document = {
        "as_of": "2021-03-01",
        "person": {**person, "career_days": 2545},
        "jobs": [job],
        "guidance": [],
    }
    found = real(document, "loopbaancheques")
    needed = ENGINE.figures["lc.experience.days"].read(found.frame.day if found.frame else 0)
    assert isinstance(needed, int)
    assert (found.verdict, found.deciding()) == (NO, ["LP2"])
    assert on(found) == days.iso(day("2021-03-01") + needed - 2545)
    gap = nearest_gap(found, found.slice.conditions[1])
    assert gap is not None
    assert (gap.unit, gap.short_by, gap.met_on) == ("day", needed - 2545, day("2021-03-01") + needed - 2545)


def test_dated_law_is_a_change_too() -> None:
    built = Engine(
        law(
            folder(
                conditions=[
                    condition("X1", "person.lives_alone", **{"from": "2015-01-01", "to": "2022-06-30"})
                ]
            )
        )
    )
    found = finding(built, {"as_of": "2022-01-01", "person": {"lives_alone": False}})
    assert on(found) == "2022-07-01"
    assert on(finding(built, {"as_of": "2022-01-01", "person": {"lives_alone": True}})) is None
    assert on(finding(built, {"as_of": "2012-01-01", "person": {"lives_alone": True}})) == "2015-01-01"
    assert on(finding(built, {"as_of": "2001-01-01", "person": {"lives_alone": True}})) is None, (
        "beyond ten years"
    )


def test_the_person_s_own_days() -> None:
    """The end of a job, a birthday of a plan, the beginning of a course."""
    built = Engine(
        law(
            folder(
                figures=[figure("b.years", "year", {"value": 6}), figure("b.wait", "month", {"value": 3})],
                conditions=[condition("X1", "works(day) and in_development_plan(day, b.years)")],
            )
        )
    )
    plan = {
        "from": "2018-01-01",
        "instrument": "loopbaancheques",
        "pop_signed_on": "2018-05-01",
        "pop_courses": ["c"],
    }
    base = {"as_of": "2022-01-01", "guidance": [plan], "course": {"id": "c"}}
    job = {"from": "2020-01-01", "to": None}
    assert on(finding(built, {**base, "jobs": [job]})) == "2024-05-02"
    assert on(finding(built, {**base, "jobs": [{**job, "to": "2023-02-28"}]})) == "2023-03-01"
    assert on(finding(built, {**base, "jobs": [{**job, "from": "2022-02-28"}]})) == "2022-02-28"


def test_a_register_grows_with_the_jobs() -> None:
    situation = ENGINE.law.reader.check(
        {
            "as_of": "2021-03-01",
            "person": {"career_days": 100},
            "jobs": [{"from": "2021-03-05", "to": "2021-03-09", "kind": "employee"}],
        }
    )
    career = situation.index["person.career_days"]
    assert moved(situation, day("2021-03-06")).values[career] == 101
    assert moved(situation, day("2022-03-06")).values[career] == 105
    assert situation.values[career] == 100
    alone = ENGINE.law.reader.check({"as_of": "2021-03-01", "person": {"career_days": 100}})
    assert moved(alone, day("2022-03-06")).values[career] == 100, (
        "no jobs are known: it cannot be said to grow"
    )
    assert career_days(moved(situation, day("2021-03-06")), day("2021-03-06")) == 101


def test_marked_days() -> None:
    situation = ENGINE.law.reader.check(
        {
            "as_of": "2021-03-01",
            "person": {
                "residence": [{"from": None, "to": "2010-01-01", "region": None}],
                "benefits": [{"from": "2011-01-01", "to": None, "kind": None}],
            },
            "jobs": [
                {
                    "from": "2012-01-01",
                    "to": "2012-02-01",
                    "fraction": [
                        {"from": None, "to": "2013-01-01", "value": 1},
                        {"from": "2014-01-01", "to": None, "value": 1},
                    ],
                }
            ],
            "used": [{"on": "2015-01-01"}],
            "guidance": [{"pop_signed_on": "2016-01-01"}],
            "course": {"start": "2017-01-01", "odb": [{"from": "2018-01-01", "to": None}]},
        }
    )
    assert {days.iso(d) for d in marked_days(situation)} == {
        "2010-01-02",
        "2011-01-01",
        "2012-01-01",
        "2012-02-02",
        "2013-01-02",
        "2014-01-01",
        "2015-01-01",
        "2016-01-01",
        "2017-01-01",
        "2017-01-02",
        "2018-01-01",
    }


# --- what -------------------------------------------------------------------------------------------------


@settings(MODERATE, max_examples=150)
@given(changed_documents(), st.sampled_from(NAMES))
def test_a_change_really_turns_the_verdict(document: dict[str, Any], name: str) -> None:
    found = real(document, name)
    offered = changes(found)
    if found.verdict != NO:
        assert offered == []
        return
    assert len(offered) <= 3
    verdicts = {c.verdict for c in offered}
    assert len(verdicts) <= 1
    assert verdicts <= {YES, UNDECIDED}
    before = found.person.situation
    for change in offered:
        assert ENGINE.law.facts.facts[change.fact].influence, "what cannot be changed is not advised"
        after = change.situation
        assert Person(ENGINE, after).finding(name).verdict == change.verdict
        differing = [p for p, i in before.index.items() if before.values[i] != after.values[i]]
        lists = [g for g in after.lists if after.lists[g] != before.lists.get(g)]
        group = change.fact.split(".")[0]
        assert set(differing) <= {change.fact, "course.id"}, "one fact, and only that"
        assert set(lists) <= {group}
        assert differing or lists
        assert after.as_of == before.as_of


def offered(built: Engine, document: dict[str, Any]) -> list[tuple[str, Any, str]]:
    return [
        (c.fact, c.value, c.verdict) for c in changes(finding(built, {"as_of": "2022-01-01", **document}))
    ]


def one(expr: str, **more: Any) -> Engine:
    return Engine(law(folder(conditions=[condition("X1", expr)], **more)))


JOB = {
    "from": "2020-01-01",
    "to": None,
    "kind": "employee",
    "sector": "private",
    "workplace_region": "vlaams_gewest",
}


def test_every_kind_of_change() -> None:
    top = [
        figure("b.top", "euro", {"value": 250}),
        figure("b.least", "fraction", {"value": "0.5"}),
        figure("b.hours", "hour", {"value": 4}),
        figure("b.code", "code", {"value": "x"}),
    ]
    assert offered(one("course.provider_registered"), {"course": {"provider_registered": False}}) == [
        ("course.provider_registered", True, YES)
    ]
    assert offered(one("course.paid_by == 'worker'"), {"course": {"paid_by": "employer"}}) == [
        ("course.paid_by", "worker", YES)
    ]
    assert offered(one("course.price_cents <= b.top", figures=top), {"course": {"price_cents": 30_000}}) == [
        ("course.price_cents", 25_000, YES)
    ]
    assert offered(one("request.hours <= b.hours", figures=top), {"request": {"hours": 6}}) == [
        ("request.hours", 4, YES)
    ]
    assert offered(one("overlaps(course.teaches, ('nt2',))"), {"course": {"teaches": ["basic_ict"]}}) == [
        ("course.teaches", frozenset({"nt2", "basic_ict"}), YES)
    ]
    assert offered(one("in_course_database(day)"), {"course": {"odb": []}}) == [("course.odb", True, YES)]
    assert offered(one("residence(day) == 'vlaams_gewest'"), {"person": {"residence": []}}) == [
        ("person.residence", "vlaams_gewest", YES)
    ]
    unknown_home = one("residence(day) == 'vlaams_gewest' and person.lives_alone")
    assert ("person.residence", "vlaams_gewest", YES) not in offered(
        unknown_home, {"person": {"lives_alone": False}}
    )
    assert offered(one("works(day, kind=('employee',))"), {"jobs": []}) == [("jobs.kind", "employee", YES)]
    assert offered(one("works(day, kind=('employee',))"), {"jobs": [{**JOB, "to": "2021-01-01"}]}) == [
        ("jobs.kind", "employee", YES)
    ]
    assert offered(one("works(day, sector=('public',))"), {"jobs": [JOB]}) == [("jobs.sector", "public", YES)]
    assert offered(one("works(day, sector=('public',))"), {"jobs": []}) == []
    part_time = {
        **JOB,
        "fraction": [
            {"from": None, "to": "2021-01-01", "value": 1},
            {"from": "2021-01-02", "to": None, "value": 0.2},
        ],
    }
    # the month is that of the question, so the share of the whole month can still change
    assert offered(one("fraction_in_month(day) >= b.least", figures=top), {"jobs": [part_time]}) == [
        ("jobs.fraction", 0.5, YES)
    ]
    plan = one("in_development_plan(day, b.years)", figures=[figure("b.years", "year", {"value": 6})])
    for course in ({"id": "c"}, {"price_cents": 1}):
        assert offered(plan, {"guidance": [], "course": course})[0] == ("guidance.pop_courses", True, YES)
    assert offered(plan, {"guidance": []})[0] == ("guidance.pop_courses", True, YES)


def test_no_change_where_none_can_be_made() -> None:
    assert offered(one("person.lives_alone"), {"person": {"lives_alone": False}}) == [], (
        "not in anybody's hand"
    )
    assert offered(one("course.start > as_of"), {"course": {"start": "2020-01-01"}}) == [], (
        "a day is not guessed"
    )
    two = Engine(
        law(
            folder(
                conditions=[
                    condition("X1", "course.provider_registered"),
                    condition("X2", "course.paid_by == 'worker'"),
                ]
            )
        )
    )
    assert offered(two, {"course": {"provider_registered": False, "paid_by": "employer"}}) == []
    assert offered(two, {"course": {"provider_registered": False}}) == [
        ("course.provider_registered", True, UNDECIDED)
    ]
    ended = Engine(law(folder(figures=[figure("b.existence", "code", {"value": "absent"})])))
    assert offered(ended, {}) == []


def test_the_nearest_come_first() -> None:
    expr = (
        "request.quota_reached and course.provider_registered or works(day, sector=('public',))"
        " or course.paid_by == 'worker'"
    )
    found = offered(
        one(expr), {"course": {"paid_by": "employer", "provider_registered": False}, "jobs": [JOB]}
    )
    assert [fact for fact, _, _ in found] == ["course.paid_by", "jobs.sector"]


# --- margins ----------------------------------------------------------------------------------------------


@settings(MODERATE, max_examples=150)
@given(situation_documents())
def test_margins_are_exact(document: dict[str, Any]) -> None:
    """What is short is more than nothing; on the day named the condition holds, the day before not yet."""
    for found in ENGINE.decide(ENGINE.law.reader.check(document)):
        for condition_, value in found.results:
            if value is not False:
                continue
            gap = nearest_gap(found, condition_)
            if gap is None:
                continue
            assert gap.short_by > 0
            if gap.met_on is not None:
                start = found.person.situation.as_of
                assert gap.met_on > start
                assert holds(later(found, gap.met_on), condition_.rule.id) is True
                assert holds(later(found, gap.met_on - 1), condition_.rule.id) is not True


def holds(found: Finding, rule_id: str) -> Any:
    return next((v for c, v in found.results if c.rule.id == rule_id), None)
