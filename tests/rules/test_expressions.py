"""The grammar of rule text: what is read, and that everything else is refused with the text and the reason."""

import re
from typing import Any

import pytest
from tests.rules.invented import figure, folder, law

from leerrekening.rules.expressions import Node
from leerrekening.rules.facts import DeclarationError

FIGURES = [
    figure("b.money", "euro", {"value": 250}),
    figure("b.hours", "hour", {"value": 32}),
    figure("b.rate", "euro_per_hour", {"value": "21.30"}),
    figure("b.share", "fraction", {"value": "0.5"}),
    figure("b.zero", "fraction", {"value": 0}),
    figure("b.days", "day", {"value": 10}),
    figure("b.years", "year", {"value": 6}),
    figure("b.months", "month", {"value": 6}),
    figure("b.count", "count", {"value": 2}),
    figure("b.credits", "credit", {"value": 3}),
    figure("b.on", "boolean", {"value": True}),
    figure("b.until", "date", {"value": "2030-01-01"}),
    figure("b.region", "code", {"value": "vlaams_gewest"}),
    figure("b.kinds", "codes", {"value": ["nt2", "basic_ict"]}),
    figure("b.words", "text", {"value": {"nl": "a", "fr": "a", "de": "a", "en": "a"}}),
]


def tree(text: str, **definitions: str) -> Node:
    """The tree of a rule text in an invented instrument."""
    named = [{"id": name, "expr": expr} for name, expr in {**definitions, "wanted": text}.items()]
    built = law(folder(figures=FIGURES, definitions=named))
    return built.instruments["bon"].rules["wanted"].versions[0].node


def unit(text: str) -> str:
    return tree(text).type.unit


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("course.price_cents", "cent"),
        ("course.contact_minutes", "minute"),
        ("course.lestijden", "lestijd"),
        ("course.credits", "credit"),
        ("course.exams", "count"),
        ("course.qualification_level", "count"),
        ("request.hours", "minute"),
        ("interruption.fraction_before", "fraction"),
        ("interruption.from", "date"),
        ("course.id", "text"),
        ("course.teaches", "codes"),
        ("person.highest_diploma", "code"),
        ("person.lives_alone", "boolean"),
        ("b.money", "cent"),
        ("b.hours", "minute"),
        ("b.rate", "cent_per_hour"),
        ("b.kinds", "codes"),
        ("b.region", "code"),
        ("b.words", "text"),
        ("day", "date"),
        ("as_of", "date"),
        ("-3", "plain"),
        ("True", "boolean"),
        ("'secundair'", "code"),
        ("('a', 'b')", "codes"),
        ("day - as_of", "day"),
        ("day + b.days", "date"),
        ("day - b.days", "date"),
        ("b.money + course.price_cents", "cent"),
        ("0 + b.money", "cent"),
        ("b.money * b.share", "cent"),
        ("b.share * b.money", "cent"),
        ("2 * b.money", "cent"),
        ("course.credits * b.hours", "minute"),
        ("b.hours * course.exams", "minute"),
        ("b.money / b.money", "fraction"),
        ("b.money / 2", "cent"),
        ("b.money / b.count", "cent"),
        ("b.hours / b.share", "minute"),
        ("min(b.money, course.price_cents)", "cent"),
        ("max(0, b.money)", "cent"),
        ("min(day, as_of)", "date"),
        ("half_up(b.money * b.share, 'ours')", "cent"),
        ("down(b.money * b.share, 'T1')", "cent"),
        ("pay(b.hours, b.rate)", "cent"),
        ("in_days(b.years)", "day"),
        ("in_days(b.months)", "day"),
        ("add_years(day, b.years)", "date"),
        ("add_months(day, 0 - b.months)", "date"),
        ("add_months(day, -6)", "date"),
        ("month_start(school_year_start(day_before(day)))", "date"),
        ("b.money if person.lives_alone else 0", "cent"),
        ("0 if person.lives_alone else b.money", "cent"),
        ("'a' if person.lives_alone else 'b'", "code"),
        ("given(course.attended_minutes, course.contact_minutes)", "minute"),
        ("given(interruption.from, as_of)", "date"),
        ("surely(course.initiative == 'joint')", "boolean"),
        ("unclear('C-1')", "boolean"),
        ("overlaps(course.teaches, b.kinds)", "boolean"),
        ("overlaps(course.teaches, ('nt2',))", "boolean"),
        ("person.highest_diploma in ('geen', 'master')", "boolean"),
        ("person.highest_diploma not in ('geen',)", "boolean"),
        ("person.highest_diploma == 'geen'", "boolean"),
        ("residence(day) == b.region", "boolean"),
        ("0 < course.price_cents <= b.money", "boolean"),
        ("course.exams >= 2", "boolean"),
        ("course.start <= b.until", "boolean"),
        ("not (b.on and person.lives_alone or b.on)", "boolean"),
        ("works(day, kind=('employee',), sector=('private',))", "boolean"),
        ("career_days(day)", "day"),
        ("training_day()", "date"),
    ],
)
def test_units(text: str, expected: str) -> None:
    assert unit(text) == expected


# Every kind of node that Python's expressions know and this grammar does not.
NOT_IN_THE_GRAMMAR = {
    "NamedExpr": "(x := 1)",
    "Lambda": "lambda: 1",
    "Dict": "{'a': 1}",
    "Set": "{1, 2}",
    "List": "[1, 2]",
    "ListComp": "[x for x in ()]",
    "SetComp": "{x for x in ()}",
    "DictComp": "{x: x for x in ()}",
    "GeneratorExp": "(x for x in ())",
    "JoinedStr": "f'{day}'",
    "Subscript": "course.teaches[0]",
    "Starred": "min(*course.teaches)",
    "Await": "await day",
    "Yield": "(yield day)",
    "YieldFrom": "(yield from day)",
}


@pytest.mark.parametrize(("kind", "text"), NOT_IN_THE_GRAMMAR.items())
def test_other_python_is_refused(kind: str, text: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        tree(text)
    message = str(refused.value)
    assert f"{kind} is not part of the grammar" in message
    assert "bon, rule wanted" in message
    assert text in message


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 +", "not an expression"),
        ("x = 1", "not an expression"),
        ("", "not an expression"),
        ("import os", "not an expression"),
        ("1.5", "the literal 1.5 is not allowed"),
        ("None", "the literal None is not allowed"),
        ("b'x'", "the literal b'x' is not allowed"),
        ("...", "the literal Ellipsis is not allowed"),
        ("2j", "the literal 2j is not allowed"),
        ("~b.on", "the only unary operators"),
        ("+3", "the only unary operators"),
        ("-'a'", "the only unary operators"),
        ("-True", "the only unary operators"),
        ("-b.money", "the only unary operators"),
        ("b.money ** 2", "the operator Pow is not allowed"),
        ("b.money % 2", "the operator Mod is not allowed"),
        ("b.money // 2", "the operator FloorDiv is not allowed"),
        ("b.money << 2", "the operator LShift is not allowed"),
        ("b.on & b.on", "the operator BitAnd is not allowed"),
        ("day is as_of", "the comparison Is is not allowed"),
        ("day is not as_of", "the comparison IsNot is not allowed"),
        ("nothing.here", "'nothing.here' is no fact, figure or rule known here"),
        ("b.nothing", "'b.nothing' is no fact, figure or rule known here"),
        ("__import__", "is no fact, figure or rule known here"),
        ("day.fromordinal", "is no fact, figure or rule known here"),
        ("__import__('os')", "'__import__' is no function of the grammar"),
        ("open('x')", "'open' is no function of the grammar"),
        ("course.id.upper()", "only named functions can be called"),
        ("min(1, 2)(3)", "only named functions can be called"),
        ("min(1)", "min takes 2 argument(s), found 1"),
        ("min(1, 2, key=3)", "min takes no filters"),
        ("min(b.on, b.on)", "boolean has no order"),
        ("surely(b.on, b.on)", "surely takes 1 argument(s)"),
        ("given(b.money)", "given takes 2 argument(s)"),
        ("add_years(day)", "add_years takes 2 argument(s)"),
        ("add_years(day, b.months)", "expected year, found month"),
        ("in_days(b.days)", "in_days takes years or months, found day"),
        ("pay(b.money, b.rate)", "expected minute, found cent"),
        ("pay(b.hours, b.money)", "expected cent_per_hour, found cent"),
        ("overlaps(course.teaches, 'nt2')", "overlaps takes two sets of codes"),
        ("overlaps(course.teaches, ('klingon',))", "'klingon' is not one of the codes"),
        ("works()", "works takes 1 argument(s), found 0"),
        ("works(b.money)", "expected date, found cent"),
        ("works(day, colour=('red',))", "works has no filter 'colour'"),
        ("works(day, **day)", "works has no filter None"),
        ("works(day, kind='employee')", "the filter kind takes a set of codes"),
        ("works(day, kind=('pirate',))", "'pirate' is not one of the codes of jobs.kind"),
        ("works(day, kind=(1,))", "expected a code between quotes"),
        ("receives(day)", "receives needs the filter 'kind'"),
        ("ever_guided(day)", "ever_guided needs the filter 'instrument'"),
        ("receives(day, kind=('pension_of_the_moon',))", "is not one of the codes"),
        ("(1, 2)", "expected a code between quotes"),
        ("unclear('C-9')", "unclear names one conflict or gap listed in instrument.yaml"),
        ("unclear()", "unclear names one conflict or gap"),
        ("unclear('C-1', 'G-1')", "unclear names one conflict or gap"),
        ("unclear(day)", "expected a code between quotes"),
        ("half_up(b.money, 'T9')", "half_up takes a number and the source of the rounding"),
        ("half_up(b.money)", "expected a code between quotes"),
        ("down(day, 'ours')", "date cannot be rounded"),
        ("b.money + b.hours", "expected cent, found minute"),
        ("b.money + 5", "expected cent, found plain"),
        ("b.money - day", "cent - date has no meaning"),
        ("day + as_of", "date + date has no meaning"),
        ("b.money * b.money", "cent * cent has no meaning"),
        ("b.money * b.hours", "cent * minute has no meaning"),
        ("b.on + 1", "boolean + plain has no meaning"),
        ("b.money / 0", "divide only by a whole number other than 0 or by a figure"),
        ("b.money / course.exams", "divide only by a whole number other than 0 or by a figure"),
        ("b.money / b.hours", "cent / minute has no meaning"),
        ("b.money / b.zero", "b.zero is 0 on some day"),
        ("b.money < b.hours", "expected cent, found minute"),
        ("day < 5", "expected date, found plain"),
        ("b.on == True", "compare a yes/no value with 'and', 'or' and 'not'"),
        ("course.id < course.id", "text has no order"),
        ("person.highest_diploma < 'master'", "code has no order"),
        ("person.highest_diploma == 'sorcerer'", "'sorcerer' is not one of the codes"),
        ("person.highest_diploma == 5", "expected code, found plain"),
        ("course.id == 'x'", "expected text, found code"),
        ("person.highest_diploma in 'geen'", "'in' needs a code and a set of codes"),
        ("b.money in ('geen',)", "'in' needs a code and a set of codes"),
        ("person.highest_diploma in ('geen', 'sorcerer')", "'sorcerer' is not one of the codes"),
        ("b.money and b.on", "expected boolean, found cent"),
        ("not b.money", "expected boolean, found cent"),
        ("b.money if b.money else 0", "expected boolean, found cent"),
        ("b.money if b.on else b.hours", "expected cent, found minute"),
        ("surely(b.money)", "expected boolean, found cent"),
        ("given(b.money, b.hours)", "expected cent, found minute"),
        ("'a' if b.on else 0", "expected code, found plain"),
    ],
)
def test_refusals_have_the_place_the_text_and_the_reason(text: str, reason: str) -> None:
    with pytest.raises(DeclarationError, match=re.escape(reason)) as refused:
        tree(text)
    message = str(refused.value)
    assert message.startswith("bon, rule wanted: ")
    assert message.endswith(f"; in: {text}")


def test_a_name_that_means_two_things() -> None:
    clash = folder("course", "c", definitions=[{"id": "start", "expr": "day"}])
    reader = folder(definitions=[{"id": "wanted", "expr": "course.start"}])
    with pytest.raises(DeclarationError, match=r"'course\.start' is at once fact and rule"):
        law(clash, reader)


def test_rules_and_their_types() -> None:
    assert tree("a + b.money", a="course.price_cents").type.unit == "cent"
    assert tree("a", a="b.on").type.unit == "boolean"
    with pytest.raises(DeclarationError, match=r"cent \+ boolean has no meaning"):
        tree("b.money + a", a="b.on")


def test_a_text_may_stand_on_several_lines() -> None:
    node = tree("b.money\n   + course.price_cents")
    assert node.op == "+"
    assert [part.op for part in node.walk()] == ["+", "figure", "fact"]


def test_hours_are_read_as_minutes() -> None:
    node = tree("request.hours")
    assert (node.op, node.args[0].value, node.args[1].value) == ("*", "request.hours", 60)


def test_deeply_nested_text_is_refused_and_does_not_crash() -> None:
    deep: Any = "(" * 500 + "day" + ")" * 500
    with pytest.raises(DeclarationError, match="not an expression"):
        tree(deep)
    with pytest.raises(DeclarationError, match="nested too deeply"):
        tree("not " * 4000 + "b.on")
