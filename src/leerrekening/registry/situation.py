"""What is known of a person on a day, as a situation of the public contract, and where each value comes from.

A register wins over what the person says; the difference stays beside the value. What nobody says is left out, never
empty: a list is given only when every register that keeps a part of it has answered, or the person says it is whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

import psycopg

from leerrekening.registry.facts import LISTS, OFFICE
from leerrekening.registry.sources import REGISTERS

Connection = psycopg.Connection[tuple[Any, ...]]

WHOLE: Final = "*"
"""The item of a list by which a person says: these are all of them."""


@dataclass(frozen=True, slots=True)
class Other:
    """What another source says of the same. `value` None: that it is not so."""

    source: str
    certified: bool
    value: Any
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value of the document comes from. `fact` is None for a list that is known to be empty.

    `added`: keys of an item that its register does not say, taken from what another source (the person) says.
    `case_number`: of the request to correct after which a caseworker entered it.
    """

    source: str
    certified: bool
    received_at: datetime
    valid_from: date | None = None
    valid_to: date | None = None
    item: str = ""
    fact: UUID | None = None
    conflict: tuple[Other, ...] = ()
    added: tuple[str, ...] = ()
    case_number: str | None = None


@dataclass(frozen=True, slots=True)
class Stale:
    """A register whose answer is old or missing. `answered_at`: of its last good answer; None: it never gave one."""

    source: str
    outcome: str
    asked_at: datetime | None
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Known:
    """A situation of the contract, the origin of each of its values, and what is out of date.

    `origins` is by the place in the document: `person.birth_date`, `jobs[0]`; `jobs` for a list known to be empty.
    `unlisted` holds items of lists that are not whole, and so not in the document, by path. `whole`: why a list is
    known to be complete, by path.
    """

    document: dict[str, Any]
    origins: dict[str, Origin]
    stale: tuple[Stale, ...]
    unlisted: Mapping[str, tuple[tuple[Any, Origin], ...]] = field(default_factory=dict)
    whole: Mapping[str, Origin] = field(default_factory=dict)

    @property
    def conflicts(self) -> dict[str, Origin]:
        """The places where sources differ."""
        return {place: origin for place, origin in self.origins.items() if origin.conflict}


class _Said(NamedTuple):
    """A statement that was not superseded."""

    fact: UUID
    path: str
    item: str
    value: Any
    source: str
    certified: bool
    received_at: datetime
    valid_from: date | None
    valid_to: date | None
    entry: int
    case_number: str | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )

    def origin(self, conflict: tuple[Other, ...] = (), added: tuple[str, ...] = ()) -> Origin:
        return Origin(
            self.source,
            self.certified,
            self.received_at,
            self.valid_from,
            self.valid_to,
            self.item,
            self.fact,
            conflict,
            added,
            self.case_number,
        )


class _State(NamedTuple):
    """How the last question to a register went."""

    outcome: str
    asked_at: datetime
    answered_at: datetime | None
    first_answered_at: datetime | None
    covers_from: date | None


_DECODER: Final = json.JSONDecoder(parse_float=Decimal)
# A row of the registry is never known before it was received; rows of one person are few, so what supersedes what is
# found among them at once. The last row gives the moment, so that the age of an answer needs no other clock.
_QUERY: Final = """
select f.fact, f.path, f.item, f.value::text, f.source,
       f.certified, f.received_at, f.valid_from, f.valid_to, f.entry, f.case_number,
       null::text, null::timestamptz, null::timestamptz
  from registry.fact f
 where f.party = %(party)s and not f.withdrawn and (%(at)s::timestamptz is null or f.received_at <= %(at)s)
   and not exists (select from registry.fact n where n.party = f.party and n.supersedes = f.fact
                      and (%(at)s::timestamptz is null or n.received_at <= %(at)s))
union all
select null, null, null, null, s.source,
       null, s.asked_at, s.covers_from, null, null, null, s.outcome, s.answered_at, s.first_answered_at
  from registry.source_state s where s.party = %(party)s
union all
select null, null, null, null, null, null, now(), null, null, null, null, null, null, null
"""


def known(connection: Connection, party: int, as_of: date, *, known_at: datetime | None = None) -> Known:
    """What is known of a person, to ask the law about `as_of`; with `known_at`, as it was known then. One query.

    The document has facts of the person only: a course or a request is added by who asks about one. Whoever may not
    see the person gets a document without facts.
    """
    said: list[_Said] = []
    states: dict[str, _State] = {}
    now = known_at
    for fact, path, item, value, source, *rest in connection.execute(
        _QUERY, {"party": party, "at": known_at}
    ):
        if fact is not None:
            said.append(_Said(fact, path, item, _DECODER.decode(value), source, *rest[:6]))
        elif source is not None:
            states[source] = _State(rest[6], rest[1], rest[7], rest[8], rest[2])
        elif now is None:
            now = rest[1]
    assert now is not None
    return _build(said, states, as_of, now)


def _build(said: list[_Said], states: Mapping[str, _State], as_of: date, now: datetime) -> Known:
    scalars: dict[str, list[_Said]] = {}
    lists: dict[str, dict[str, list[_Said]]] = {path: {} for path in LISTS}
    for one in said:
        if one.path in lists:
            lists[one.path].setdefault(one.item, []).append(one)
        elif one.holds_on(as_of):
            scalars.setdefault(one.path, []).append(one)
    person: dict[str, Any] = {}
    document: dict[str, Any] = {"as_of": as_of.isoformat()}
    origins: dict[str, Origin] = {}
    unlisted: dict[str, tuple[tuple[Any, Origin], ...]] = {}
    complete: dict[str, Origin] = {}
    for path in sorted(scalars):
        found = _settle(scalars[path])
        if found is not None:
            person[path.removeprefix("person.")] = found[0]
            origins[path] = found[1]
    for path, items in lists.items():
        whole = _whole(path, items.pop(WHOLE, []), states, as_of, now)
        settled = sorted(filter(None, map(_settle, items.values())), key=_order)
        if whole is None:
            unlisted[path] = tuple(settled)
            continue
        complete[path] = whole
        listed = [one for one in settled if one[1].certified or not whole.certified]
        unlisted[path] = tuple(one for one in settled if one not in listed)
        key = path.removeprefix("person.")
        (person if key != path else document)[key] = [value for value, _ in listed]
        origins.update({f"{path}[{i}]": origin for i, (_, origin) in enumerate(listed)})
        if not listed:
            origins[path] = whole
    if person:
        document["person"] = person
    beside = {path: items for path, items in unlisted.items() if items}
    return Known(document, origins, _stale(states, now), beside, complete)


def _settle(said: Iterable[_Said]) -> tuple[Any, Origin] | None:
    """What counts among statements on one thing, None when nobody knows.

    Of an item, what a register does not say is taken from what the person says.
    """
    said = list(said)
    if len(said) == 1:
        return None if said[0].value is None else (said[0].value, said[0].origin())
    latest: dict[tuple[str, bool], _Said] = {}
    for one in said:
        before = latest.get((one.source, one.certified))
        if before is None or _began(before) < _began(one):
            latest[one.source, one.certified] = one
    ranked = sorted(latest.values(), key=lambda one: (one.certified, one.entry), reverse=True)
    if ranked[0].source == OFFICE and ranked[0].value is None:
        return None  # the owner confirmed that it is not so
    winner = next((one for one in ranked if one.value is not None), None)
    if winner is None:
        return None
    value = winner.value
    added: list[str] = []
    others: list[Other] = []
    for one in ranked:
        if one is winner or one.value == winner.value:
            continue
        if isinstance(one.value, dict) and isinstance(value, dict):
            new = [key for key in one.value if key not in value]
            value = {**value, **{key: one.value[key] for key in new}}
            added += new
            differs = any(winner.value.get(key, inner) != inner for key, inner in one.value.items())
        else:
            # A register that does not know is no conflict; a person who says that an item is not so is one.
            differs = one.value is not None or not one.certified
        if differs:
            others.append(Other(one.source, one.certified, one.value, one.received_at))
    return value, winner.origin(tuple(others), tuple(added))


def _began(one: _Said) -> tuple[date, int]:
    return one.valid_from or date.min, one.entry


def _order(settled: tuple[Any, Origin]) -> tuple[str, str]:
    value, origin = settled
    first = value.get("from") or value.get("on") or "" if isinstance(value, dict) else ""
    return first, origin.item


def _whole(
    path: str, says_whole: Sequence[_Said], states: Mapping[str, _State], as_of: date, now: datetime
) -> Origin | None:
    """Why a list is known to be complete: every register that keeps a part has answered, or the person says so."""
    answered = []
    for register in REGISTERS:
        if path in register.speaks_of:
            state = states.get(register.id)
            if state is None or not _has_answered(state, as_of, now):
                break
            answered.append(
                Origin(register.id, certified=True, received_at=state.answered_at or state.asked_at)
            )
    else:
        if answered:
            return min(answered, key=lambda origin: origin.received_at)
    said = [one for one in says_whole if one.value is True and one.holds_on(as_of)]
    return said[-1].origin() if said else None


def _has_answered(state: _State, as_of: date, now: datetime) -> bool:
    return (
        state.first_answered_at is not None
        and state.first_answered_at <= now
        and (state.covers_from is None or state.covers_from <= as_of)
    )


def _stale(states: Mapping[str, _State], now: datetime) -> tuple[Stale, ...]:
    found = []
    for register in REGISTERS:
        state = states.get(register.id)
        if state is None:
            found.append(Stale(register.id, "never", None, None))
        elif (
            state.answered_at is None
            or state.answered_at < state.asked_at  # the last question got no answer that counts
            or state.answered_at < now - register.fresh_for
        ):
            found.append(Stale(register.id, state.outcome, state.asked_at, state.answered_at))
    return tuple(found)
