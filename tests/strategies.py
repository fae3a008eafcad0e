"""Random situations of the contract, made from the fact declarations: plausible, awkward and incomplete ones.

    @given(situation_documents())                    a JSON document as Python values, always valid
    @given(documents_with_less())                    a document, and the same with some facts left out

Dates lie near each other and near the days on which the law changes; numbers lie on and beside the figures
they are held against. A new fact needs nothing here: it is drawn from its declaration.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from hypothesis import strategies as st

from leerrekening.lawtext.reader import read_law
from leerrekening.rules import days
from leerrekening.rules.facts import Fact, Group
from leerrekening.rules.instruments import Law

# Left out, these say something: an interval without an end still runs (contract), so a first and a last day
# are not two facts of the same kind.
ENDS = frozenset({"to"})
COURSE_NAMES = ("course-1", "course-2", "other")
FIRST, LAST = date(2009, 6, 1).toordinal(), date(2031, 12, 31).toordinal()
# How far other dates lie from the day of the question, or from another date.
OFFSETS = (
    *(0, 1, -1, 20, -20, -31, 40, 90, -90, -180, 200, -364, -365, -366, -400, 365, -730, -1096, -1461),
    *(-2190, -2191, -2192, -2193, -2555, -2556, -3650, -5000, -9000),
)


@cache
def the_law() -> Law:
    """The law of this project, read once."""
    return read_law()


@cache
def notable_days() -> tuple[int, ...]:
    """Days on which something changes in the law, their eves, leap days, and edges of years and months."""
    law = the_law()
    found: set[int] = set()
    for owner in (*law.instruments.values(), *law.notions.values()):
        for figure in owner.figures.values():
            found |= figure.boundaries()
        for rule in owner.rules.values():
            for version in rule.versions:
                found |= {version.start, version.end + 1}
    found |= {day - 1 for day in found}
    for year in range(2010, 2031):
        found |= {date(year, m, 1).toordinal() for m in (1, 3, 9)}
        found |= {date(year, 8, 31).toordinal(), date(year, 12, 31).toordinal()}
        if year % 4 == 0:
            found.add(date(year, 2, 29).toordinal())
    return tuple(sorted(day for day in found if FIRST <= day <= LAST))


@cache
def figures_in(unit: str) -> tuple[int | Fraction, ...]:
    """The figures of the law in a unit of rules: thresholds a number may be held against."""
    found = {
        v.value
        for owner in the_law().instruments.values()
        for figure in owner.figures.values()
        if figure.rule_unit == unit
        for v in figure.values
        if isinstance(v.value, int | Fraction) and not isinstance(v.value, bool)
    }
    return tuple(sorted(found))


def iso(day: int) -> str:
    """A day of the contract, kept within the years it allows."""
    low, high = date(days.FIRST_YEAR, 1, 1).toordinal(), date(days.LAST_YEAR, 12, 31).toordinal()
    return days.iso(max(low, min(day, high)))


def asking_days() -> st.SearchStrategy[int]:
    """Days on which a question is asked."""
    return st.one_of(st.sampled_from(notable_days()), st.integers(FIRST, LAST))


def days_near(day: int) -> st.SearchStrategy[int]:
    """Days that matter beside a day: offsets from it, and now and then a notable day."""
    return st.one_of(
        st.sampled_from(OFFSETS).map(lambda n: day + n),
        st.sampled_from((-10, -6, -2, -1, 1)).map(lambda n: days.add_years(day, n)),
        st.sampled_from(notable_days()),
    )


@cache
def _numbers(kind: str, unit: str | None, low: int | None, high: int | None) -> tuple[Any, ...]:
    least, most = low if low is not None else 0, high if high is not None else 1_000_000
    found: set[Fraction] = {Fraction(least), Fraction(min(most, least + 1)), Fraction(most)}
    if kind == "integer":
        found |= {Fraction(n) for n in (2, 30, 3600, 30_000, 310_000)}
        for value in figures_in(unit or "count"):
            found |= {Fraction(value) + step for step in (-1, 0, 1)}
        return tuple(sorted({int(n) for n in found if least <= n <= most and n.denominator == 1}))
    minutes = figures_in("minute") if unit == "hour" else ()
    found |= {Fraction(m, 60) for m in minutes}
    found |= {Fraction(v) for v in figures_in(unit or "fraction")}
    found |= {Fraction(4, 5), Fraction(1, 2), Fraction(1, 3), Fraction(38), Fraction(304, 10)}
    found |= {n - Fraction(1, 100) for n in list(found)}
    exact = {round(n, 4) for n in found if least <= n <= most}
    return tuple(Decimal(n.numerator) / Decimal(n.denominator) for n in sorted(exact))


def _carried(
    kind: str, codes: Any, unit: str | None, low: int | None, high: int | None, today: int
) -> st.SearchStrategy[Any]:
    if kind == "date":
        return days_near(today).map(iso)
    if kind == "boolean":
        return st.booleans()
    if kind in ("integer", "decimal"):
        return st.sampled_from(_numbers(kind, unit, low, high))
    if kind == "code":
        # the declarations put what is common first
        usual = list(codes)
        return st.sampled_from(usual[:1] * 2 + usual[:3] + usual)
    if kind == "codes":
        return st.lists(st.sampled_from(list(codes)), unique=True, max_size=2)
    if kind == "texts":
        return st.lists(st.sampled_from(COURSE_NAMES), unique=True, max_size=2)
    return st.sampled_from(COURSE_NAMES)


@st.composite
def _interval(draw: st.DrawFn, today: int) -> tuple[str | None, str | None]:
    first = draw(days_near(today))
    last = draw(st.one_of(st.none(), days_near(first).map(lambda d: max(d, first))))
    return draw(st.sampled_from((iso(first),) * 8 + (None,))), None if last is None else iso(last)


@st.composite
def _periods(draw: st.DrawFn, fact: Fact, today: int) -> list[dict[str, Any]]:
    out = []
    for _ in range(draw(st.sampled_from((1, 1, 1, 0, 2)))):
        first, last = draw(_interval(today))
        item: dict[str, Any] = {"from": first, "to": last}
        if (v := fact.period_value) is not None:
            value = _carried(v.type, v.codes, None, v.minimum, v.maximum, today)
            item[v.key] = draw(st.one_of(value, value, value, value, st.none()))
        out.append(item)
    return out


def fact_values(fact: Fact, today: int) -> st.SearchStrategy[Any]:
    """Values of one fact, as JSON has them."""
    if fact.type == "periods":
        return _periods(fact, today)
    return _carried(fact.type, fact.codes, fact.unit, fact.minimum, fact.maximum, today)


@st.composite
def _members(draw: st.DrawFn, group: Group, today: int, known: int) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for fact in the_law().facts.members(group.path):
        if draw(st.integers(1, 10)) <= known:
            out[fact.key] = draw(fact_values(fact, today))
    _ordered(out)
    if "to" in out and draw(st.booleans()):
        out["to"] = None  # still running: without this hardly any job would
    return out


@st.composite
def random_documents(draw: st.DrawFn, course: bool | None = None, known: int | None = None) -> dict[str, Any]:
    """Any valid document. ``course``: with or without one; ``known``: how many facts in ten are given."""
    today = draw(asking_days())
    known = draw(st.sampled_from((0, 4, 7, 9, 10))) if known is None else known
    document: dict[str, Any] = {"as_of": iso(today)}
    for group in the_law().facts.groups.values():
        if group.path == "course" and course is not None:
            if course:
                document["course"] = draw(_members(group, today, known))
            continue
        if draw(st.integers(1, 10)) > known:
            continue
        if group.kind == "object":
            document[group.path] = draw(_members(group, today, known))
        else:
            count = draw(st.sampled_from((1, 1, 0, 2, 3)))
            document[group.path] = [draw(_members(group, today, known)) for _ in range(count)]
    return document


def ordinary_document(today: int, course: bool = True) -> dict[str, Any]:
    """A person in work who has most rights: what random changes are made to, so that a "yes" is not rare."""

    def ago(years: int) -> str:
        return iso(days.add_years(today, -years))

    document: dict[str, Any] = {
        "as_of": iso(today),
        "person": {
            "birth_date": ago(40),
            "residence": [{"from": ago(30), "to": None, "region": "vlaams_gewest"}],
            "moved_from_other_eea": False,
            "highest_diploma": "secundair",
            "lives_alone": False,
            "children_on_benefit": 0,
            "benefits": [],
        },
        "jobs": [
            {
                "from": ago(12),
                "to": None,
                "kind": "employee",
                "sector": "private",
                "workplace_region": "vlaams_gewest",
                "joint_committee": "200",
                "fraction": [{"from": ago(12), "to": None, "value": 1}],
                "weekly_hours": 38,
                "full_time_weekly_hours": 38,
                "schedule": "fixed",
                "employer_fte": 20,
                "monthly_gross_cents": 310_000,
            }
        ],
        "guidance": [],
        "used": [],
        "interruption": {
            "from": iso(today),
            "kind": "half",
            "fraction_before": 1,
            "rva_allowance": True,
            "applied_on": iso(today),
        },
        "request": {"hours": 4, "quota_reached": False},
    }
    if course:
        document["course"] = {
            "id": COURSE_NAMES[0],
            "start": iso(today + 20),
            "end": iso(today + 120),
            "provider_kind": "cvo",
            "provider_registered": True,
            "odb": [{"from": iso(days.add_years(today, -3)), "to": None}],
            "odb_label_opleidingskrediet": True,
            "bev_recognised": True,
            "counted_in": "lesson_hours",
            "contact_minutes": 3600,
            "contact_teaching": True,
            "excluded_activity": "none",
            "leads_to": "none",
            "teaches": [],
            "enrolment_contract": "not_applicable",
            "price_cents": 30_000,
            "paid_by": "worker",
            "initiative": "own",
        }
    return document


def _ordered(item: dict[str, Any]) -> None:
    for first, last in (("from", "to"), ("start", "end")):
        if item.get(first) is not None and item.get(last) is not None and item[last] < item[first]:
            item[first], item[last] = item[last], item[first]


@st.composite
def changed_documents(draw: st.DrawFn, course: bool | None = None) -> dict[str, Any]:
    """An ordinary person with some facts drawn anew, and now and then a second job, guidance or use of a right."""
    today = draw(asking_days())
    with_course = draw(st.sampled_from((True, True, False))) if course is None else course
    document = ordinary_document(today, with_course)
    book = the_law().facts
    for group in (book.groups["jobs"], book.groups["guidance"], book.groups["used"]):
        for _ in range(draw(st.sampled_from((0, 0, 1, 2)))):
            base = document["jobs"][0] if group.path == "jobs" else {}
            document[group.path] = [*document[group.path], {**base, **draw(_members(group, today, 8))}]
            _ordered(document[group.path][-1])
    changeable = [f for f in book.facts.values() if f.group is not None]
    for fact in draw(st.lists(st.sampled_from(changeable), max_size=6, unique_by=lambda f: f.path)):
        assert fact.group is not None
        holder = document.get(fact.group)
        if isinstance(holder, list):
            holder = holder[-1] if holder else None
        if holder is not None:
            holder[fact.key] = draw(fact_values(fact, today))
            _ordered(holder)
    return document


def situation_documents(course: bool | None = None) -> st.SearchStrategy[dict[str, Any]]:
    """Valid documents, mostly of lives that could be; ``course``: with or without one."""
    likely = changed_documents(course)
    return st.one_of(likely, likely, likely, random_documents(course))


def as_json(document: Any) -> bytes:
    """A drawn document as JSON text; its decimals are short enough to survive as numbers."""
    return json.dumps(document, default=float).encode()


# --- leaving facts out ------------------------------------------------------------------------------------

Place = tuple[str | int, ...]
"""Keys and indexes that lead to one fact of a document."""


def places(document: dict[str, Any]) -> Iterator[Place]:
    """Where each fact of a document stands, whole lists and periods included, the day of the question not."""
    for group, content in document.items():
        if content is None or group == "as_of":
            continue
        if isinstance(content, list):
            yield (group,)
            for i, item in enumerate(content):
                yield from ((group, i, *rest) for rest in _places_in(item))
        else:
            yield from ((group, *rest) for rest in _places_in(content))


def _places_in(item: dict[str, Any]) -> Iterator[Place]:
    for key, value in item.items():
        if value is None or key in ENDS:
            continue
        yield (key,)
        if isinstance(value, list):
            for i, part in enumerate(value):
                if isinstance(part, dict):
                    yield from ((key, i, k) for k, v in part.items() if v is not None and k not in ENDS)


def path_of(place: Place) -> str:
    """The contract path of a place, without indexes and without what stands inside an interval."""
    names = [part for part in place if isinstance(part, str)]
    return ".".join(names[:2])


def without(document: dict[str, Any], left_out: list[Place]) -> dict[str, Any]:
    """A copy of a document in which some facts are unknown."""
    out = copy.deepcopy(document)
    for place in left_out:
        holder: Any = out
        for part in place[:-1]:
            holder = holder[part] if isinstance(holder, list) else holder.get(part)
            if holder is None:
                break
        if isinstance(holder, dict):
            holder.pop(place[-1], None)
    return out


@st.composite
def documents_with_less(
    draw: st.DrawFn, keep: frozenset[str] = frozenset(), course: bool | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A document and the same with some facts left out; ``keep``: paths that stay."""
    whole = draw(situation_documents(course))
    found = [place for place in places(whole) if path_of(place) not in keep]
    if not found:
        return whole, whole
    few = st.lists(st.sampled_from(found), min_size=1, max_size=3, unique=True)
    many = st.lists(st.sampled_from(found), min_size=1, unique=True)
    left_out = draw(st.one_of(few, few, many))
    return whole, without(whole, left_out)
