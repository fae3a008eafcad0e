"""Facts derived from jobs and the career, with the awkward histories people have."""

from fractions import Fraction

import pytest
from tests.rules.people import ALWAYS, asked, day, job, known
from tests.strategies import the_law

from leerrekening.rules.decide import Engine
from leerrekening.rules.histories.career import (
    career_days,
    career_is_known,
    career_year_days,
    longest_stretch_between,
    possible_career_days,
    possible_career_year_days,
    possible_worked_days_between,
    worked_days_between,
)
from leerrekening.rules.histories.jobs import (
    apprentice_minutes_per_month,
    fraction_in_month,
    highest_fraction,
    monthly_gross,
    running_jobs,
    under_contract_since,
    weekly_minutes_in_month,
    works,
)
from leerrekening.rules.values import Unknown

EMPLOYEE = frozenset({"employee"})
TODAY = day("2022-03-15")


def test_a_missing_list_is_not_an_empty_one() -> None:
    nobody, jobless = known(), known(jobs=[])
    for reading in (
        lambda s: works(s, TODAY),
        lambda s: highest_fraction(s, TODAY, TODAY),
        lambda s: fraction_in_month(s, TODAY),
        lambda s: weekly_minutes_in_month(s, TODAY),
        lambda s: under_contract_since(s, TODAY),
        lambda s: monthly_gross(s, TODAY),
        lambda s: apprentice_minutes_per_month(s, TODAY),
        lambda s: career_days(s, TODAY),
        lambda s: career_year_days(s, TODAY),
        lambda s: worked_days_between(s, TODAY - 10, TODAY),
        lambda s: longest_stretch_between(s, TODAY - 10, TODAY),
    ):
        assert asked(reading(nobody)) == {"jobs"}
        assert not isinstance(reading(jobless), Unknown)
    assert works(jobless, TODAY) is False
    assert fraction_in_month(jobless, TODAY) == 0
    assert career_days(jobless, TODAY) == 0
    assert longest_stretch_between(jobless, TODAY - 10, TODAY) == 0
    assert under_contract_since(jobless, TODAY) == TODAY


@pytest.mark.parametrize(
    ("first", "last", "runs"),
    [
        ("2022-03-15", None, True),
        ("2022-03-16", None, False),
        ("2020-01-01", "2022-03-15", True),
        ("2020-01-01", "2022-03-14", False),
    ],
)
def test_a_job_runs_from_its_first_to_its_last_day(first: str, last: str | None, runs: bool) -> None:
    assert works(known(jobs=[job(first, last)]), TODAY) is runs


def test_one_job_must_pass_all_filters_at_once() -> None:
    jobs = [job(sector="education"), job(kind="self_employed_main")]
    person = known(jobs=jobs)
    assert works(person, TODAY, kind=EMPLOYEE) is True
    assert works(person, TODAY, sector=frozenset({"private"})) is True
    assert works(person, TODAY, kind=EMPLOYEE, sector=frozenset({"private"})) is False


def test_what_is_not_known_of_a_job() -> None:
    assert asked(works(known(jobs=[{"to": None}]), TODAY)) == {"jobs.from"}
    assert works(known(jobs=[{"to": "2022-03-14"}]), TODAY) is False, "it ended before, whenever it began"
    unsaid = known(jobs=[{"from": ALWAYS, "sector": "private"}])
    assert asked(works(unsaid, TODAY, kind=EMPLOYEE)) == {"jobs.kind"}
    assert works(unsaid, TODAY, kind=EMPLOYEE, sector=frozenset({"public"})) is False
    both = known(jobs=[{"from": ALWAYS}, job()])
    assert works(both, TODAY, kind=EMPLOYEE) is True, "another job settles it"


def test_running_jobs_are_the_certain_ones() -> None:
    person = known(jobs=[job(), job("2023-01-01"), {"kind": "employee"}])
    assert len(running_jobs(person, TODAY)) == 1
    assert running_jobs(known(), TODAY) == []


# --- shares of full time ----------------------------------------------------------------------------------


def test_part_time_contracts_add_up_to_at_most_one_job() -> None:
    two = known(jobs=[job(share=0.5), job(share=0.3)])
    assert fraction_in_month(two, TODAY) == Fraction(4, 5)
    three = known(jobs=[job(share=0.5), job(share=0.5), job(share=0.3)])
    assert fraction_in_month(three, TODAY) == 1


def test_the_highest_share_of_a_month_counts() -> None:
    """A job that begins or ends within the month, and a share that changes within it."""
    middle = known(jobs=[job("2022-03-31", share=0.8)])
    assert fraction_in_month(middle, TODAY) == Fraction(4, 5)
    assert fraction_in_month(middle, day("2022-02-28")) == 0
    ended = known(jobs=[job(ALWAYS, "2022-03-01", share=0.6)])
    assert fraction_in_month(ended, TODAY) == Fraction(3, 5)
    assert fraction_in_month(ended, day("2022-04-01")) == 0
    changed = job(
        fraction=[
            {"from": ALWAYS, "to": "2022-03-09", "value": 0.5},
            {"from": "2022-03-10", "to": None, "value": 0.25},
        ]
    )
    assert fraction_in_month(known(jobs=[changed]), TODAY) == Fraction(1, 2)
    assert fraction_in_month(known(jobs=[changed]), day("2022-04-01")) == Fraction(1, 4)


def test_one_after_the_other_is_not_both_at_once() -> None:
    person = known(jobs=[job(ALWAYS, "2022-03-15", share=0.5), job("2022-03-16", share=0.5)])
    assert fraction_in_month(person, TODAY) == Fraction(1, 2)
    overlapping = known(jobs=[job(ALWAYS, "2022-03-16", share=0.5), job("2022-03-16", share=0.5)])
    assert fraction_in_month(overlapping, TODAY) == 1


def test_a_share_that_is_not_known_is_asked_for_its_month() -> None:
    unknown = fraction_in_month(known(jobs=[job(share=None)]), TODAY)
    assert isinstance(unknown, Unknown)
    assert unknown.facts == {("jobs.fraction", "2022-03")}
    for hole in (
        [{"from": None, "to": None, "value": 0.8}],
        [{"from": ALWAYS, "to": None, "value": None}],
        [{"from": ALWAYS, "to": "2022-03-14", "value": 0.8}],
        [],
    ):
        assert asked(fraction_in_month(known(jobs=[job(fraction=hole)]), TODAY)) == {"jobs.fraction"}
    doubtful = known(jobs=[job(share=None), {"from": ALWAYS, "fraction": []}])
    assert asked(fraction_in_month(doubtful, TODAY, kind=EMPLOYEE)) == {"jobs.fraction", "jobs.kind"}


def test_no_share_between_days_in_the_wrong_order() -> None:
    assert highest_fraction(known(jobs=[job()]), TODAY, TODAY - 1) == 0


def test_weekly_hours_or_else_share_times_full_time() -> None:
    said = known(jobs=[job(share=0.5, weekly_hours=20.5, full_time_weekly_hours=38)])
    assert weekly_minutes_in_month(said, TODAY) == Fraction(41, 2) * 60
    computed = known(jobs=[job(share=0.5, full_time_weekly_hours=38)])
    assert weekly_minutes_in_month(computed, TODAY) == 19 * 60
    no_full_time = known(jobs=[job(share=0.5)])
    assert asked(weekly_minutes_in_month(no_full_time, TODAY)) == {
        "jobs.weekly_hours",
        "jobs.full_time_weekly_hours",
    }
    no_share = known(jobs=[job(share=None, full_time_weekly_hours=38)])
    assert asked(weekly_minutes_in_month(no_share, TODAY)) == {"jobs.weekly_hours", "jobs.fraction"}
    two = known(jobs=[job(weekly_hours=19), job(weekly_hours=10)])
    assert weekly_minutes_in_month(two, TODAY) == 29 * 60


def test_wages_and_apprentice_hours() -> None:
    person = known(
        jobs=[job(monthly_gross_cents=200_000), job(monthly_gross_cents=100_050), job(kind="apprentice")]
    )
    assert monthly_gross(person, TODAY, kind=EMPLOYEE) == 300_050
    assert asked(monthly_gross(person, TODAY)) == {"jobs.monthly_gross_cents"}
    assert asked(apprentice_minutes_per_month(person, TODAY)) == {"jobs.apprentice_hours_per_month"}
    learner = known(jobs=[job(kind="apprentice", apprentice_hours_per_month=20.5)])
    assert apprentice_minutes_per_month(learner, TODAY) == 1230
    assert apprentice_minutes_per_month(known(jobs=[job()]), TODAY) == 0


# --- an unbroken contract ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jobs", "since"),
    [
        ([("2021-01-01", None)], "2021-01-01"),
        ([("2021-01-01", "2022-03-14")], "2022-03-15"),  # none runs today
        ([("2021-01-01", "2021-12-31"), ("2022-01-01", None)], "2021-01-01"),  # adjacent
        ([("2021-01-01", "2021-12-30"), ("2022-01-01", None)], "2022-01-01"),  # one day between
        ([("2020-01-01", "2021-06-30"), ("2021-01-01", None)], "2020-01-01"),  # overlapping
        ([("2021-01-01", "2022-03-14"), ("2022-03-15", None)], "2021-01-01"),  # begins on the day itself
        ([("2022-03-16", None)], "2022-03-15"),
        ([("2019-01-01", "2020-12-31"), ("2021-01-01", "2021-12-31"), ("2022-01-01", None)], "2019-01-01"),
    ],
)
def test_under_contract_since(jobs: list[tuple[str, str | None]], since: str) -> None:
    person = known(jobs=[job(first, last) for first, last in jobs])
    assert under_contract_since(person, TODAY) == day(since)


def test_a_contract_of_which_too_little_is_known() -> None:
    current = job("2022-01-01")
    assert asked(under_contract_since(known(jobs=[job(None)]), TODAY)) == {"jobs.from"}
    before = job(None, "2021-12-31", share=None)
    assert asked(under_contract_since(known(jobs=[current, before]), TODAY)) == {"jobs.from"}
    long_ago = job(None, "2021-12-30", share=None)
    assert under_contract_since(known(jobs=[current, long_ago]), TODAY) == day("2022-01-01")
    unsaid = {"from": "2021-01-01", "to": "2021-12-31"}
    found = under_contract_since(known(jobs=[current, unsaid]), TODAY, kind=EMPLOYEE)
    assert asked(found) == {"jobs.kind"}
    other = job("2021-01-01", "2021-12-31", kind="self_employed_main")
    assert under_contract_since(known(jobs=[current, other]), TODAY, kind=EMPLOYEE) == day("2022-01-01")


# --- the career -------------------------------------------------------------------------------------------

NO_BENEFITS = {"benefits": []}


def test_days_worked_before_the_day() -> None:
    person = known(jobs=[job("2022-03-01")], person=NO_BENEFITS)
    assert career_days(person, TODAY) == 14, "1 to 14 March; the day itself is not before itself"
    overlapping = known(jobs=[job("2022-03-01"), job("2022-03-05")], person=NO_BENEFITS)
    assert career_days(overlapping, TODAY) == 14
    apart = known(jobs=[job("2022-01-01", "2022-01-10"), job("2022-02-01", "2022-02-05")], person=NO_BENEFITS)
    assert career_days(apart, TODAY) == 15
    leap = known(jobs=[job("2020-02-01", "2020-03-01")], person=NO_BENEFITS)
    assert career_days(leap, TODAY) == 30


def test_what_no_source_settles_counts_only_as_possible() -> None:
    student = known(jobs=[job("2022-03-01", kind="student_contract")], person=NO_BENEFITS)
    assert career_days(student, TODAY) == 0
    assert possible_career_days(student, TODAY) == 14
    unsaid = known(jobs=[{"from": "2022-03-01"}], person=NO_BENEFITS)
    assert (career_days(unsaid, TODAY), possible_career_days(unsaid, TODAY)) == (0, 14)
    no_start = known(jobs=[job(None, "2022-03-10")], person=NO_BENEFITS)
    assert career_days(no_start, TODAY) == 0
    assert possible_career_days(no_start, TODAY) == day("2022-03-10")


def test_what_a_job_leaves_out_is_asked_for() -> None:
    assert career_is_known(known(jobs=[job(), job("2020-01-01", kind="student_contract")]), TODAY) is True
    assert career_is_known(known(person={"career_days": 10}), TODAY) is True
    assert asked(career_is_known(known(), TODAY)) == {"jobs"}
    assert asked(career_is_known(known(jobs=[job(None), {"from": ALWAYS}]), TODAY)) == {
        "jobs.from",
        "jobs.kind",
    }
    no_start = known(
        jobs=[job(None)],
        person={**NO_BENEFITS, "residence": [{"from": ALWAYS, "region": "vlaams_gewest"}]},
        guidance=[],
    )
    finding = Engine(the_law()).decide(no_start, "loopbaancheques")[0]
    assert ("jobs.from", None) in finding.missing()


def test_assimilated_benefits() -> None:
    def on(kind: str | None) -> dict[str, object]:
        return {"benefits": [{"from": "2022-01-01", "to": "2022-01-31", "kind": kind}]}

    for kind, certain, possible in (
        ("sickness_with_contract", 31, 31),
        ("unemployment_temporary", 31, 31),
        ("integration", 31, 31),
        ("unemployment_full", 0, 0),
        (None, 0, 31),
    ):
        person = known(jobs=[], person=on(kind))
        assert career_days(person, TODAY) == certain, kind
        assert possible_career_days(person, TODAY) == possible, kind
    unknown = known(jobs=[job("2022-03-01")])
    assert career_days(unknown, TODAY) == 14
    assert asked(possible_career_days(unknown, TODAY)) == {"person.benefits"}


def test_a_register_comes_before_the_jobs() -> None:
    person = known(person={"career_days": 1000, "benefits": []}, jobs=[job("2022-03-01")])
    assert career_days(person, TODAY) == 1000
    assert career_days(person, TODAY + 10) == 1010
    assert career_days(person, TODAY - 10) == 990
    assert career_days(person, TODAY - 40) == 1000 - 14
    assert career_year_days(person, TODAY + 10) == 1010
    assert possible_career_year_days(person, TODAY) == 1000
    alone = known(person={"career_days": 1000})
    assert career_days(alone, TODAY) == 1000
    assert asked(career_days(alone, TODAY + 1)) == {"jobs"}


def test_whole_years_count_as_365_days() -> None:
    person = known(jobs=[job("2020-01-01", "2021-12-31")], person=NO_BENEFITS)
    assert career_days(person, TODAY) == 731
    assert career_year_days(person, TODAY) == 730
    more = known(jobs=[job("2020-02-29", "2021-03-01")], person=NO_BENEFITS)
    assert career_year_days(more, TODAY) == 365 + 2, "28 February and 1 March after the first anniversary"
    assert asked(possible_career_year_days(known(jobs=[]), TODAY)) == {"person.benefits"}


def test_work_within_a_window() -> None:
    jobs = [job("2022-01-01", "2022-01-20"), job("2022-02-01", "2022-02-05")]
    person = known(jobs=jobs, person=NO_BENEFITS)
    first, until = day("2022-01-11"), day("2022-02-03")
    assert worked_days_between(person, first, until) == 10 + 2
    assert possible_worked_days_between(person, first, until) == 10 + 2
    assert longest_stretch_between(person, first, until) == 10
    joined = known(
        jobs=[job("2022-01-01", "2022-01-20"), job("2022-01-21", "2022-01-25")], person=NO_BENEFITS
    )
    assert longest_stretch_between(joined, day("2022-01-01"), until) == 25
