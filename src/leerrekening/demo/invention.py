"""An invented population: any number of people with plausible histories, always the same for the same seed.

Shares and paths below are invented. They give every kind of history its place; they say nothing about Flanders, which
is what the population of `policy/` is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, Final

from leerrekening.database.access import Access
from leerrekening.registry.facts import Connection, Statement, written
from leerrekening.registry.insz import Insz, invented_insz
from leerrekening.registry.keys import keys
from leerrekening.registry.sources import SOURCES
from leerrekening.registry.sources.refreshing import note
from leerrekening.registry.sources.source import named_items

AT_ONCE: Final = 2000
FIRST_BIRTH: Final = date(1958, 1, 1)
BIRTHDAYS: Final = 17_500
FIRST_SERIAL: Final = 10
"""The people of `demo/people` have the serial numbers below."""
MOST: Final = BIRTHDAYS * (998 - FIRST_SERIAL)

GIVEN: Final = (
    *(
        "Anna",
        "Bram",
        "Chloe",
        "Dirk",
        "Elif",
        "Farid",
        "Griet",
        "Hugo",
        "Ilse",
        "Jan",
        "Kaat",
        "Leon",
        "Mila",
        "Nele",
    ),
    *("Omar", "Paul", "Quinten", "Roos", "Sam", "Tine", "Umut", "Vera", "Ward", "Xander", "Yara", "Zoe"),
)
FAMILY: Final = (
    *(
        "Adams",
        "Bakker",
        "Celik",
        "Declercq",
        "Essers",
        "Fierens",
        "Geerts",
        "Hendrickx",
        "Ibrahim",
        "Joris",
        "Kaya",
    ),
    *(
        "Lenaerts",
        "Moens",
        "Nijs",
        "Oste",
        "Pieters",
        "Quintens",
        "Rombouts",
        "Stevens",
        "Timmers",
        "Urbain",
        "Vos",
    ),
)
COMMITTEES: Final = {
    "private": ("200", "111", "116", "118", "121", "124", "202", "207", "209", "226", "302"),
    "social_profit": ("318", "319", "327", "330"),
}


@dataclass(frozen=True, slots=True)
class Invented:
    """One person, and what each register says of them."""

    insz: Insz
    given_names: str
    family_name: str
    language: str
    said: dict[str, tuple[Statement, ...]]


@dataclass(frozen=True, slots=True)
class Done:
    """How far an invention is, and how many of those people are new."""

    people: int
    new: int


def invent(access: Access, count: int, seed: int, today: date) -> Iterator[Done]:
    """Add invented people; after each piece how far it is.

    People who are there already are left as they are, so that it can be stopped and go on. Errors: ValueError for
    more people than there are numbers.
    """
    if not 1 <= count <= MOST:
        raise ValueError(f"{count}: from 1 to {MOST} people can be invented")
    new = 0
    for first in range(0, count, AT_ONCE):
        people = [person(seed, number, today) for number in range(first, min(first + AT_ONCE, count))]
        with access.transaction("batch") as connection:
            new += keep(connection, people)
        yield Done(first + len(people), new)


def keep(connection: Connection, people: list[Invented]) -> int:
    """Add people who are not there yet, with what registers say of them, in the caller's transaction; how many."""
    chosen = keys()
    by_key = {chosen.key_of(one.insz): one for one in people}
    rows = connection.execute(
        "select insz_key, party from registry.add_people(%s::bytea[], %s::bytea[], %s::text[], %s::text[], %s::text[])"
        " where added",
        [
            list(by_key),
            [chosen.seal(one.insz) for one in by_key.values()],
            [one.given_names for one in by_key.values()],
            [one.family_name for one in by_key.values()],
            [one.language for one in by_key.values()],
        ],
    ).fetchall()
    if not rows:
        return 0
    connection.execute(
        "create temporary table if not exists invented_fact (party bigint, path text, item text, value text,"
        " source text, valid_from date, valid_to date) on commit delete rows"
    )
    with connection.cursor().copy("copy invented_fact from stdin") as copy:
        for key, party in rows:
            for source, statements in by_key[bytes(key)].said.items():
                for s in statements:
                    copy.write_row(
                        (party, s.path, s.item, written(s.value), source, s.valid_from, s.valid_to)
                    )
    connection.execute(
        "insert into registry.fact (party, path, item, value, source, certified, valid_from, valid_to)"
        " select party, path, item, value::jsonb, source, true, valid_from, valid_to from invented_fact"
    )
    for source in SOURCES:
        note(connection, [party for _, party in rows], source, "answered", counts=True)
    return len(rows)


def person(seed: int, number: int, today: date) -> Invented:
    """The person with this number, always the same."""
    draw = Random(seed * MOST + number)  # noqa: S311 - a history to try with, no secret
    place = (seed * 7_919 + number) % MOST
    born = FIRST_BIRTH + timedelta(days=place % BIRTHDAYS)
    insz = invented_insz(born, FIRST_SERIAL + place // BIRTHDAYS)
    diploma, learned = _diploma(draw, born, today)
    jobs, own = _work(draw, learned, today)
    language = draw.choices(("nl", "fr", "de", "en"), (92, 4, 1, 3))[0]
    said = {
        "population_register": (
            Statement("person.birth_date", born.isoformat()),
            Statement("person.moved_from_other_eea", value=False),
            *_items("person.residence", _residence(draw, born)),
        ),
        "learning_credentials": diploma,
        "employment": _items("jobs", jobs),
        "self_employment": _items("jobs", own, " own"),
        "benefits": (
            Statement("person.children_on_benefit", draw.choices((0, 1, 2, 3), (55, 18, 19, 8))[0]),
            *_items("person.benefits", _benefits(draw, jobs, own, today)),
        ),
        "rights_used": _used(draw, jobs, today),
    }
    return Invented(insz, draw.choice(GIVEN), draw.choice(FAMILY), language, said)


def _items(path: str, items: list[dict[str, Any]], kind: str = "") -> tuple[Statement, ...]:
    return named_items(path, ((f"invented{kind}/{item['from']}", item) for item in items))


def _residence(draw: Random, born: date) -> list[dict[str, Any]]:
    region = draw.choices(("vlaams_gewest", "brussels_gewest", "waals_gewest"), (88, 8, 4))[0]
    if draw.random() < 0.85:
        return [{"from": born.isoformat(), "to": None, "region": region}]
    moved = born + timedelta(days=draw.randrange(2000, 9000))
    other = draw.choice(("vlaams_gewest", "brussels_gewest", "waals_gewest"))
    return [
        {"from": born.isoformat(), "to": (moved - timedelta(days=1)).isoformat(), "region": other},
        {"from": moved.isoformat(), "to": None, "region": region},
    ]


def _diploma(draw: Random, born: date, today: date) -> tuple[tuple[Statement, ...], date]:
    """What the database of credentials says, and the day on which somebody left school."""
    levels = (("lager_secundair", 18), ("secundair", 18), ("hbo5", 20), ("bachelor", 21), ("master", 23))
    highest = draw.choices(range(len(levels)), (18, 40, 4, 23, 15))[0]
    level, age = levels[highest]
    learned = date(min(born.year + age, today.year), 6, 30)
    steps = [("secundair", date(min(born.year + 18, today.year), 6, 30))] if highest > 1 else []
    steps.append((level, learned))
    said = tuple(
        Statement("person.highest_diploma", what, valid_from=day) for what, day in steps if day <= today
    )
    return said, max(learned, born + timedelta(days=18 * 365))


def _work(draw: Random, learned: date, today: date) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Jobs one after another, and periods of self-employment."""
    if draw.random() < 0.12:
        begin = learned + timedelta(days=draw.randrange(100, 4000))
        kind = "self_employed_main"
        return [], [{"from": begin.isoformat(), "to": None, "kind": kind}] if begin < today else []
    jobs: list[dict[str, Any]] = []
    begin = learned + timedelta(days=draw.randrange(30, 700))
    while begin < today and len(jobs) < 8:
        end = begin + timedelta(days=int(draw.expovariate(1 / 2200)) + 60)
        last = end if end < today else None
        jobs.append(_job(draw, begin, last))
        if last is None:
            break
        begin = last + timedelta(days=1 + int(draw.expovariate(1 / 90)))
    aside = draw.random() < 0.06 and jobs
    return jobs, [
        {"from": jobs[-1]["from"], "to": jobs[-1]["to"], "kind": "self_employed_side"}
    ] if aside else []


def _job(draw: Random, begin: date, end: date | None) -> dict[str, Any]:
    sector = draw.choices(("private", "social_profit", "public", "education"), (66, 14, 11, 9))[0]
    statutory = sector == "public" and draw.random() < 0.6
    shares = draw.choices(("1", "0.8", "0.5", "0.75", "0.3"), (62, 16, 11, 7, 4), k=2)
    change = begin + timedelta(days=draw.randrange(200, 3000))
    periods = [(begin, end, shares[0])]
    if draw.random() < 0.3 and change < (end or date.max):
        periods = [(begin, change - timedelta(days=1), shares[0]), (change, end, shares[1])]
    job: dict[str, Any] = {
        "from": begin.isoformat(),
        "to": end.isoformat() if end else None,
        "kind": "statutory_civil_servant" if statutory else "employee",
        "sector": sector,
        "workplace_region": draw.choices(("vlaams_gewest", "brussels_gewest", "waals_gewest"), (85, 13, 2))[
            0
        ],
        "fraction": [
            {"from": first.isoformat(), "to": last.isoformat() if last else None, "value": Decimal(share)}
            for first, last, share in periods
        ],
        "full_time_weekly_hours": 38,
    }
    if sector in COMMITTEES:
        job["joint_committee"] = draw.choice(COMMITTEES[sector])
        if job["joint_committee"] == "200" and draw.random() < 0.05:
            job.update(joint_committee="322", kind="temp_agency")
    return job


def _benefits(
    draw: Random, jobs: list[dict[str, Any]], own: list[dict[str, Any]], today: date
) -> list[dict[str, Any]]:
    """Unemployment between jobs, and now and then illness with a contract."""
    found: list[dict[str, Any]] = []
    for before, after in zip(jobs, jobs[1:], strict=False):
        first = date.fromisoformat(before["to"]) + timedelta(days=1)
        last = date.fromisoformat(after["from"]) - timedelta(days=1)
        if last > first + timedelta(days=14):
            found.append({"from": first.isoformat(), "to": last.isoformat(), "kind": "unemployment_full"})
    if jobs and jobs[-1]["to"] is None and draw.random() < 0.04:
        first = max(date.fromisoformat(jobs[-1]["from"]), today - timedelta(days=draw.randrange(60, 700)))
        found.append({"from": first.isoformat(), "to": None, "kind": "sickness_with_contract"})
    if not jobs and not own and draw.random() < 0.5:
        first = today - timedelta(days=draw.randrange(100, 2000))
        found.append({"from": first.isoformat(), "to": None, "kind": "leefloon"})
    return found


def _used(draw: Random, jobs: list[dict[str, Any]], today: date) -> tuple[Statement, ...]:
    used, guidance = [], []
    for number in range(draw.choices((0, 1, 2, 4, 8), (62, 16, 12, 7, 3))[0] if jobs else 0):
        on = today - timedelta(days=draw.randrange(20, 2200))
        course = f"cursus-{draw.randrange(10_000)}"
        if draw.random() < 0.6:
            minutes = draw.randrange(4, 25) * 60
            name = "vlaams_opleidingsverlof" if on >= date(2019, 9, 1) else "betaald_educatief_verlof"
            item = {
                "instrument": name,
                "on": on.isoformat(),
                "initiative": "own",
                "minutes": minutes,
                "course": course,
            }
        else:
            item = {
                "instrument": "opleidingscheques",
                "on": on.isoformat(),
                "cents": draw.randrange(10, 126) * 100,
            }
        used.append((f"{number}/{on}", item))
    if jobs and draw.random() < 0.05:
        first = today - timedelta(days=draw.randrange(100, 3000))
        last = (first + timedelta(days=100)).isoformat()
        plan = {
            "from": first.isoformat(),
            "to": last,
            "instrument": "loopbaancheques",
            "minutes": 420,
            "vouchers": 2,
        }
        guidance.append((f"guidance/{first}", {**plan, "pop_signed_on": last, "pop_courses": []}))
    return named_items("used", used) + named_items("guidance", guidance)
