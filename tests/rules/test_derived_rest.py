"""Facts derived from residence, benefits, guidance, plans, earlier use and the course."""

from typing import Any

import pytest
from tests.rules.people import asked, day, known

from leerrekening.rules.days import add_years
from leerrekening.rules.histories.course import in_course_database, once_in_course_database, training_day
from leerrekening.rules.histories.development_plan import (
    ever_in_development_plan,
    in_development_plan,
    in_development_plan_signed_before,
)
from leerrekening.rules.histories.guidance import (
    ever_guided,
    guided_minutes,
    voucher_round_start,
    vouchers_in_round,
)
from leerrekening.rules.histories.person import receives, residence
from leerrekening.rules.histories.used import school_years_on_course, used_cents, used_minutes
from leerrekening.rules.situation import Situation
from leerrekening.rules.values import Unknown

TODAY = day("2022-03-15")
VOUCHERS = frozenset({"loopbaancheques"})


def lives(*periods: tuple[str | None, str | None, str | None]) -> Situation:
    return known(person={"residence": [{"from": a, "to": b, "region": r} for a, b, r in periods]})


def test_residence() -> None:
    assert asked(residence(known(), TODAY)) == {"person.residence"}
    assert residence(lives(), TODAY) == "other", "a list that is given is complete"
    moved = lives(("2010-01-01", "2022-03-14", "waals_gewest"), ("2022-03-15", None, "vlaams_gewest"))
    assert residence(moved, TODAY) == "vlaams_gewest"
    assert residence(moved, TODAY - 1) == "waals_gewest"
    assert residence(moved, day("2009-12-31")) == "other"
    two = lives(("2020-01-01", None, "vlaams_gewest"), ("2010-01-01", None, "waals_gewest"))
    assert residence(two, TODAY) == "vlaams_gewest", "the last one moved to"
    for unclear in ((None, None, "vlaams_gewest"), ("2010-01-01", None, None)):
        unknown = residence(lives(unclear), TODAY)
        assert isinstance(unknown, Unknown)
        assert unknown.facts == {("person.residence", "2022-03-15")}
    past = lives((None, "2022-03-14", "waals_gewest"), ("2022-03-15", None, "vlaams_gewest"))
    assert residence(past, TODAY) == "vlaams_gewest"


def test_benefits() -> None:
    full = frozenset({"unemployment_full"})

    def on(*periods: tuple[str | None, str | None, str | None]) -> Situation:
        return known(person={"benefits": [{"from": a, "to": b, "kind": k} for a, b, k in periods]})

    assert asked(receives(known(), TODAY, full)) == {"person.benefits"}
    assert receives(on(), TODAY, full) is False
    assert receives(on(("2022-03-15", "2022-03-15", "unemployment_full")), TODAY, full) is True
    assert receives(on(("2022-03-01", "2022-03-14", "unemployment_full")), TODAY, full) is False
    assert receives(on(("2022-03-16", None, "unemployment_full")), TODAY, full) is False
    assert receives(on((None, None, "leefloon")), TODAY, full) is False
    assert asked(receives(on((None, None, "unemployment_full")), TODAY, full)) == {"person.benefits"}
    assert asked(receives(on(("2022-01-01", None, None)), TODAY, full)) == {"person.benefits"}
    one_is_sure = on((None, None, "unemployment_full"), ("2022-01-01", None, "unemployment_full"))
    assert receives(one_is_sure, TODAY, full) is True


# --- career guidance --------------------------------------------------------------------------------------


def guided(*entries: dict[str, Any], as_of: str = "2022-03-15", **groups: Any) -> Situation:
    return known(as_of, guidance=list(entries), **groups)


def voucher(first: str | None, count: int | None = 1, **more: Any) -> dict[str, Any]:
    return {"from": first, "instrument": "loopbaancheques", "vouchers": count, **more}


def test_no_guidance_and_guidance_not_known() -> None:
    for reading in (
        lambda s: vouchers_in_round(s, TODAY, 6),
        lambda s: voucher_round_start(s, TODAY, 6),
        lambda s: ever_guided(s, TODAY, VOUCHERS),
        lambda s: guided_minutes(s, TODAY, VOUCHERS),
        lambda s: in_development_plan(s, TODAY, 6),
    ):
        assert asked(reading(known())) == {"guidance"}
    assert vouchers_in_round(guided(), TODAY, 6) == 0
    assert voucher_round_start(guided(), TODAY, 6) == TODAY
    assert ever_guided(guided(), TODAY, VOUCHERS) is False
    assert guided_minutes(guided(), TODAY, VOUCHERS) == 0


def test_a_round_of_vouchers_ends_on_the_eve_of_the_sixth_anniversary() -> None:
    person = guided(voucher("2016-03-15", 2))
    eve, anniversary = day("2022-03-14"), day("2022-03-15")
    assert vouchers_in_round(person, eve, 6) == 2
    assert voucher_round_start(person, eve, 6) == day("2016-03-15")
    assert vouchers_in_round(person, anniversary, 6) == 0
    assert voucher_round_start(person, anniversary, 6) == anniversary
    leap = guided(voucher("2016-02-29", 2))
    assert vouchers_in_round(leap, day("2022-02-27"), 6) == 2
    assert vouchers_in_round(leap, day("2022-02-28"), 6) == 0


def test_rounds_follow_each_other() -> None:
    person = guided(
        voucher("2014-05-01"), voucher("2020-04-30"), voucher("2020-05-01"), voucher("2021-01-01")
    )
    assert vouchers_in_round(person, TODAY, 6) == 2
    assert voucher_round_start(person, TODAY, 6) == day("2020-05-01")
    assert vouchers_in_round(person, day("2020-04-30"), 6) == 2, "the second one of the first round"
    assert vouchers_in_round(person, day("2014-04-30"), 6) == 0, "what is still to come"
    assert vouchers_in_round(person, day("2014-05-01"), 6) == 1


def test_guidance_of_which_too_little_is_known() -> None:
    assert asked(vouchers_in_round(guided({"from": "2021-01-01"}), TODAY, 6)) == {"guidance.instrument"}
    assert asked(vouchers_in_round(guided(voucher(None)), TODAY, 6)) == {"guidance.from"}
    assert asked(vouchers_in_round(guided(voucher("2021-01-01", None)), TODAY, 6)) == {"guidance.vouchers"}
    assert asked(voucher_round_start(guided(voucher(None)), TODAY, 6)) == {"guidance.from"}
    other = {"from": None, "instrument": "unsubsidised"}
    assert vouchers_in_round(guided(other), TODAY, 6) == 0


@pytest.mark.parametrize(
    ("entry", "answer"),
    [
        (voucher("2022-03-15", 1), True),
        (voucher("2022-03-16", 1), False),
        (voucher("2020-01-01", 0, minutes=0), True),
        (voucher("2020-01-01", None), True),
        (voucher(None, 1), {"guidance.from"}),
        ({"from": "2020-01-01", "vouchers": 1}, {"guidance.instrument"}),
        ({"vouchers": 1}, {"guidance.instrument", "guidance.from"}),
        ({"instrument": "unsubsidised"}, False),
        ({"from": "2022-03-16"}, False),
        ({"from": "2020-01-01", "instrument": "unsubsidised", "minutes": 60}, False),
    ],
)
def test_ever_guided(entry: dict[str, Any], answer: bool | set[str]) -> None:
    found = ever_guided(guided(entry), TODAY, VOUCHERS)
    assert (asked(found) if isinstance(answer, set) else found) == answer


def test_guidance_under_the_career_credit_is_counted_in_minutes() -> None:
    credit = frozenset({"loopbaankrediet"})

    def hours(first: str | None, minutes: int | None) -> dict[str, Any]:
        return {"from": first, "instrument": "loopbaankrediet", "minutes": minutes}

    person = guided(hours("2022-03-15", 120), hours("2022-03-16", 60), voucher("2020-01-01"))
    assert guided_minutes(person, TODAY, credit) == 120
    assert ever_guided(person, TODAY, credit) is True
    assert asked(guided_minutes(guided(hours("2022-01-01", None)), TODAY, credit)) == {"guidance.minutes"}
    assert ever_guided(guided(hours("2022-01-01", None)), TODAY, credit) is True
    assert asked(guided_minutes(guided(hours(None, 5)), TODAY, credit)) == {"guidance.from"}


# --- development plans ------------------------------------------------------------------------------------

COURSE = {"id": "course-1"}


def plan(
    signed: str | None, courses: list[str] | None, kind: str | None = "loopbaancheques"
) -> dict[str, Any]:
    return {"from": "2012-01-01", "instrument": kind, "pop_signed_on": signed, "pop_courses": courses}


def test_a_plan_counts_up_to_and_including_its_sixth_anniversary() -> None:
    person = guided(plan("2016-03-15", ["course-1"]), course=COURSE)
    assert in_development_plan(person, day("2022-03-15"), 6) is True
    assert in_development_plan(person, day("2022-03-16"), 6) is False
    assert in_development_plan(person, day("2016-03-15"), 6) is True
    assert in_development_plan(person, day("2016-03-14"), 6) is False, "not signed yet"
    assert ever_in_development_plan(person, day("2040-01-01")) is True
    leap = guided(plan("2016-02-29", ["course-1"]), course=COURSE)
    assert in_development_plan(leap, day("2022-02-28"), 6) is True
    assert in_development_plan(leap, day("2022-03-01"), 6) is False


def test_a_plan_signed_before_a_day() -> None:
    person = guided(plan("2019-09-01", ["course-1"]), course=COURSE)
    before = in_development_plan_signed_before
    assert before(person, TODAY, day("2019-09-02"), 6) is True
    assert before(person, TODAY, day("2019-09-01"), 6) is False


def test_what_a_plan_names() -> None:
    def found(entry: dict[str, Any], **groups: Any) -> Any:
        return in_development_plan(guided(entry, **groups), TODAY, 6)

    signed = "2021-01-01"
    assert found(plan(signed, ["other"]), course=COURSE) is False
    assert found(plan(signed, []), course=COURSE) is False
    assert asked(found(plan(signed, None), course=COURSE)) == {"guidance.pop_courses"}
    assert asked(found(plan(signed, ["course-1"]), course={"price_cents": 1})) == {"course.id"}
    assert asked(found(plan(None, ["course-1"]), course=COURSE)) == {"guidance.pop_signed_on"}
    assert found(plan(None, ["other"]), course=COURSE) is False
    assert asked(found({"from": "2012-01-01"}, course=COURSE)) >= {"guidance.pop_signed_on"}
    assert found({"from": "2012-01-01", "pop_courses": []}, course=COURSE) is False


def test_whose_plan_counts() -> None:
    for kind in ("loopbaankrediet", "unsubsidised"):
        open_ = in_development_plan(guided(plan("2021-01-01", ["course-1"], kind), course=COURSE), TODAY, 6)
        assert isinstance(open_, Unknown)
        assert open_.law == {"R-7"}
    unsaid = guided(plan("2021-01-01", ["course-1"], None), course=COURSE)
    assert asked(in_development_plan(unsaid, TODAY, 6)) == {"guidance.instrument"}


def test_a_plan_when_no_course_is_chosen() -> None:
    free = in_development_plan(guided(plan("2021-01-01", ["course-1"])), TODAY, 6)
    assert isinstance(free, Unknown)
    assert free.free, "a course of the plan can be chosen"
    assert in_development_plan(guided(plan("2021-01-01", [])), TODAY, 6) is False
    unsaid = in_development_plan(guided(plan("2021-01-01", None)), TODAY, 6)
    assert isinstance(unsaid, Unknown)
    assert not unsaid.free, "it may name no course at all"
    assert in_development_plan(guided(plan("2012-01-01", ["course-1"])), TODAY, 6) is False


# --- rights used before -----------------------------------------------------------------------------------

LEAVE = frozenset({"vlaams_opleidingsverlof"})


def used(*entries: dict[str, Any], **groups: Any) -> Situation:
    return known(used=list(entries), **groups)


def leave(on: str | None, minutes: int | None = 60, **more: Any) -> dict[str, Any]:
    return {
        "instrument": "vlaams_opleidingsverlof",
        "on": on,
        "initiative": "own",
        "minutes": minutes,
        **more,
    }


def test_use_from_day_to_day() -> None:
    first, last = day("2021-09-01"), day("2022-08-31")
    assert asked(used_minutes(known(), first, last)) == {"used"}
    assert used_minutes(used(), first, last) == 0
    edges = used(leave("2021-08-31"), leave("2021-09-01"), leave("2022-08-31"), leave("2022-09-01"))
    assert used_minutes(edges, first, last, instrument=LEAVE) == 120
    joint = used(leave("2021-10-01", initiative="joint"), leave("2021-10-02", 30))
    assert used_minutes(joint, first, last, instrument=LEAVE, initiative=frozenset({"own"})) == 30
    assert used_minutes(joint, first, last, instrument=frozenset({"opleidingscheques"})) == 0
    cheques = used({"instrument": "opleidingscheques", "on": "2022-01-01", "cents": 12_500})
    assert used_cents(cheques, first, last, instrument=frozenset({"opleidingscheques"})) == 12_500


@pytest.mark.parametrize(
    ("entry", "fact"),
    [
        (leave("2021-10-01", initiative=None), "used.initiative"),
        (leave("2021-10-01", None), "used.minutes"),
        (leave(None), "used.on"),
        ({**leave("2021-10-01"), "instrument": None}, "used.instrument"),
    ],
)
def test_use_of_which_too_little_is_known(entry: dict[str, Any], fact: str) -> None:
    own = {"instrument": LEAVE, "initiative": frozenset({"own"})}
    assert asked(used_minutes(used(entry), day("2021-09-01"), day("2022-08-31"), **own)) == {fact}
    elsewhere = {**entry, "on": "2019-01-01"}
    if entry["on"] is not None:
        assert used_minutes(used(elsewhere), day("2021-09-01"), day("2022-08-31"), **own) == 0


def test_school_years_on_the_same_course() -> None:
    before = day("2022-09-01")

    def years(*entries: dict[str, Any], course: dict[str, Any] | None = None) -> Any:
        return school_years_on_course(used(*entries, course=course or COURSE), before, LEAVE)

    same = {"course": "course-1"}
    assert asked(school_years_on_course(known(), before, LEAVE)) == {"used"}
    assert years() == 0
    assert years(leave("2021-10-01", **same), leave("2022-05-01", **same)) == 1
    assert years(leave("2021-08-31", **same), leave("2021-09-01", **same)) == 2
    assert years(leave("2022-09-01", **same)) == 0
    assert years(leave("2021-10-01", course="other")) == 0
    assert years({"instrument": "opleidingscheques", "on": "2021-10-01", **same}) == 0
    assert asked(years(leave("2021-10-01"))) == {"used.course"}
    assert asked(years(leave(None, **same))) == {"used.on"}
    assert asked(years({"on": "2021-10-01", **same})) == {"used.instrument"}
    assert asked(years(leave("2021-10-01", **same), course={"price_cents": 1})) == {"course.id"}


# --- the course -------------------------------------------------------------------------------------------


def test_in_the_course_database() -> None:
    def on(*periods: tuple[str | None, str | None]) -> Situation:
        return known(course={"odb": [{"from": a, "to": b} for a, b in periods]})

    assert in_course_database(on(), TODAY) is False
    assert in_course_database(on(("2022-03-15", "2022-03-15")), TODAY) is True
    assert in_course_database(on(("2022-03-16", None)), TODAY) is False
    assert in_course_database(on(("2020-01-01", "2022-03-14")), TODAY) is False
    assert asked(in_course_database(on((None, None)), TODAY)) == {"course.odb"}
    assert in_course_database(on((None, None), ("2022-01-01", None)), TODAY) is True
    assert asked(in_course_database(known(course={"id": "x"}), TODAY)) == {"course.odb"}
    chosen_later = in_course_database(known(), TODAY)
    assert isinstance(chosen_later, Unknown)
    assert chosen_later.free


def test_once_in_the_course_database() -> None:
    def on(*periods: tuple[str | None, str | None]) -> Situation:
        return known(course={"odb": [{"from": a, "to": b} for a, b in periods]})

    assert once_in_course_database(on(), TODAY) is False, "an empty list: never"
    assert once_in_course_database(on(("2020-01-01", "2022-03-14")), TODAY) is True, "it left the database"
    assert once_in_course_database(on(("2022-03-15", None)), TODAY) is True
    assert once_in_course_database(on(("2022-03-16", None)), TODAY) is False, "only later"
    assert asked(once_in_course_database(on((None, "2021-01-01")), TODAY)) == {"course.odb"}
    assert once_in_course_database(on((None, None), ("2022-01-01", None)), TODAY) is True
    assert asked(once_in_course_database(known(course={"id": "x"}), TODAY)) == {"course.odb"}
    chosen_later = once_in_course_database(known(), TODAY)
    assert isinstance(chosen_later, Unknown)
    assert chosen_later.free


def test_the_decisive_day_of_training_leave() -> None:
    def decisive(as_of: str, **course: str) -> Any:
        return training_day(known(as_of, course=course or None))

    assert decisive("2021-10-15") == day("2021-10-15"), "no course: the day of the question"
    assert decisive("2021-10-15", start="2022-01-10") == day("2022-01-10")
    assert decisive("2022-05-01", start="2022-01-10") == day("2022-01-10"), "the same school year"
    two_years = {"start": "2021-10-01", "end": "2023-06-30"}
    assert decisive("2022-09-01", **two_years) == day("2022-09-01")
    assert decisive("2022-08-31", **two_years) == day("2021-10-01")
    assert decisive("2024-01-01", **two_years) == day("2023-06-30"), "not after its last day"
    assert decisive("2024-01-01", start="2021-10-01", end="2022-06-30") == day("2021-10-01")
    assert asked(decisive("2022-01-01", end="2022-06-30")) == {"course.start"}
    assert asked(decisive("2022-09-01", start="2021-10-01")) == {"course.end"}
    assert add_years(day("2020-02-29"), 1) == day("2021-02-28")
