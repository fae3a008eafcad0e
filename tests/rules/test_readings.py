"""Each operation of the grammar, with known, unknown and free operands."""

from fractions import Fraction
from typing import Any

import pytest
from tests.rules.invented import figure, folder, law
from tests.rules.people import asked, day

from leerrekening.rules.decide import Engine, Frame, Person
from leerrekening.rules.values import Unknown, Value

FIGURES = [
    figure("b.money", "euro", {"value": 2}),
    figure("b.hours", "hour", {"value": 2}),
    figure("b.rate", "euro_per_hour", {"value": "21.30"}),
    figure("b.share", "fraction", {"value": "1/3"}),
    figure("b.years", "year", {"value": 6}),
    figure("b.months", "month", {"value": 6}),
    figure("b.later", "euro", {"from": "2030-01-01", "value": 9}),
    figure("b.kinds", "codes", {"value": ["nt2"]}),
]
KNOWN = {
    "person": {"lives_alone": True, "highest_diploma": "master", "children_on_benefit": 2},
    "course": {
        "price_cents": 501,
        "contact_minutes": 90,
        "credits": 3,
        "start": "2022-05-31",
        "teaches": ["nt2"],
    },
    "jobs": [],
}


def value(expr: str, **groups: Any) -> Value:
    """What an expression gives for a situation, 15 March 2022 unless ``as_of`` says otherwise."""
    engine = Engine(law(folder(figures=FIGURES, definitions=[{"id": "wanted", "expr": expr}])))
    situation = engine.law.reader.check({"as_of": "2022-03-15", **groups})
    frame = Person(engine, situation).frame("bon")
    assert isinstance(frame, Frame)
    return frame.rule("wanted")


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        ("3", 3),
        ("-3", -3),
        ("'a'", "a"),
        ("('a', 'b')", frozenset({"a", "b"})),
        ("day", day("2022-03-15")),
        ("as_of", day("2022-03-15")),
        ("b.money + course.price_cents", 701),
        ("course.price_cents - b.money", 301),
        ("course.price_cents * b.share", 167),
        ("b.money * b.share", Fraction(200, 3)),
        ("course.price_cents / 2", Fraction(501, 2)),
        ("b.money / b.money", 1),
        ("2 + 3 * 4", 14),
        ("day - course.start", -77),
        ("half_up(course.price_cents / 2, 'ours')", 251),
        ("half_up(b.money * b.share, 'ours')", 67),
        ("half_up(b.money, 'ours')", 200),
        ("half_up(0 - course.price_cents / 2, 'ours')", -250),
        ("down(course.price_cents / 2, 'ours')", 250),
        ("down(b.money, 'ours')", 200),
        ("down(0 - course.price_cents / 2, 'ours')", -251),
        ("min(b.money, course.price_cents)", 200),
        ("max(b.money, course.price_cents)", 501),
        ("pay(course.contact_minutes, b.rate)", Fraction(3195)),
        ("in_days(b.years)", 2190),
        ("in_days(b.months)", Fraction(365, 2)),
        ("in_days(b.years * course.credits)", 6570),
        ("course.price_cents == 501 * 1 if True else True", True),
        ("1 < 2", True),
        ("2 <= 1", False),
        ("2 != 2", False),
        ("2 >= 2", True),
        ("1 < 2 < 2", False),
        ("1 < 2 <= 2", True),
        ("person.highest_diploma == 'master'", True),
        ("person.highest_diploma != 'master'", False),
        ("person.highest_diploma in ('geen', 'master')", True),
        ("person.highest_diploma not in ('geen', 'master')", False),
        ("overlaps(course.teaches, b.kinds)", True),
        ("overlaps(course.teaches, ('basic_ict',))", False),
        ("person.lives_alone and works(day)", False),
        ("works(day) or person.lives_alone", True),
        ("not works(day)", True),
        ("b.money if person.lives_alone else 0", 200),
        ("b.money if works(day) else 0", 0),
        ("given(course.attended_minutes, course.contact_minutes)", 90),
        ("given(course.contact_minutes, b.hours)", 90),
        ("surely(person.lives_alone)", True),
        ("add_years(course.start, b.years)", day("2028-05-31")),
        ("add_months(course.start, -3)", day("2022-02-28")),
        ("month_end(month_start(day))", day("2022-03-31")),
        ("school_year_end(day) - school_year_start(day)", 364),
        ("calendar_year_end(day) - calendar_year_start(day)", 364),
        ("day_before(day)", day("2022-03-14")),
        ("training_day()", day("2022-05-31")),
        ("request.hours", 90),
    ],
)
def test_known_values(expr: str, expected: Any) -> None:
    expr = expr.replace("course.price_cents == 501 * 1 if True else True", "course.price_cents > b.money")
    found = value(expr, **KNOWN, request={"hours": 1.5})
    assert found == expected
    assert type(found) is not float, "no binary floating point anywhere"


@pytest.mark.parametrize(
    ("expr", "facts"),
    [
        ("course.price_cents + b.money", {"course.price_cents"}),
        ("course.price_cents + course.price_cents", {"course.price_cents"}),
        ("course.price_cents * course.credits", {"course.price_cents", "course.credits"}),
        ("half_up(course.price_cents / 2, 'ours')", {"course.price_cents"}),
        ("min(course.price_cents, b.money)", {"course.price_cents"}),
        ("add_months(course.start, -6)", {"course.start"}),
        (
            "add_months(course.start, b.months * person.children_on_benefit)",
            {"course.start", "person.children_on_benefit"},
        ),
        ("month_end(course.start)", {"course.start"}),
        ("in_days(b.years * course.credits)", {"course.credits"}),
        ("overlaps(course.teaches, b.kinds)", {"course.teaches"}),
        ("person.lives_alone and works(day)", {"person.lives_alone", "jobs"}),
        (
            "person.lives_alone or works(day) or course.provider_registered",
            {"person.lives_alone", "jobs", "course.provider_registered"},
        ),
        ("not person.lives_alone", {"person.lives_alone"}),
        (
            "course.price_cents if person.lives_alone else b.money",
            {"course.price_cents", "person.lives_alone"},
        ),
        ("given(course.attended_minutes, course.contact_minutes)", {"course.contact_minutes"}),
        ("surely(person.lives_alone)", {"person.lives_alone"}),
        ("works(course.start)", {"course.start"}),
        ("worked_days_between(course.start, course.end)", {"course.start", "course.end"}),
        ("pay(course.contact_minutes, b.rate)", {"course.contact_minutes"}),
    ],
)
def test_unknown_operands_name_what_is_missing(expr: str, facts: set[str]) -> None:
    assert asked(value(expr, course={})) == facts


def test_an_unconfirmed_figure_names_itself() -> None:
    for expr in ("b.later + b.money", "b.money * 2 + b.later", "b.later", "max(course.price_cents, b.later)"):
        found = value(expr, **KNOWN)
        assert isinstance(found, Unknown)
        assert (found.law, found.facts) == ({"b.later"}, frozenset())


def test_what_no_longer_matters_is_left_out() -> None:
    assert value("person.lives_alone and works(day)", jobs=[]) is False
    assert value("works(day) or person.lives_alone", person={"lives_alone": True}) is True
    assert value("b.money if person.lives_alone else b.money") == 200
    assert value("unclear('C-1') and works(day)", jobs=[]) is False


def test_free_operands() -> None:
    for expr in (
        "course.provider_registered",
        "course.price_cents > b.money",
        "course.provider_registered or person.lives_alone",
        "not course.provider_registered",
        "course.provider_registered and course.contact_teaching",
        "course.provider_registered or unclear('C-1')",
    ):
        found = value(expr)
        assert isinstance(found, Unknown)
        assert found.free, expr
    for expr in (
        "course.provider_registered and person.lives_alone",
        "person.lives_alone and course.provider_registered",
    ):
        found = value(expr)
        assert isinstance(found, Unknown)
        assert not found.free, expr
    assert value("surely(course.provider_registered)") is False
    assert value("not surely(course.provider_registered)") is True
    assert value("given(course.start, day)") == day("2022-03-15")


def test_derived_facts_are_computed_once() -> None:
    engine = Engine(
        law(
            folder(
                definitions=[
                    {"id": "a", "expr": "works(day, kind=('employee',))"},
                    {"id": "b1", "expr": "works(day, kind=('employee',)) and a"},
                    {"id": "c", "expr": "worked_days_between(day, day) - worked_days_between(day, day)"},
                    {"id": "d", "expr": "training_day() - training_day()"},
                ]
            )
        )
    )
    person = Person(engine, engine.law.reader.check({"as_of": "2022-03-15", "jobs": []}))
    frame = person.frame("bon")
    assert isinstance(frame, Frame)
    assert (frame.rule("b1"), frame.rule("c"), frame.rule("d")) == (False, 0, 0)
    assert len(person.memo) == 3
