"""Counts that can be shown: small ones are hidden, and others with them, so that no subtraction brings them back.

What may be shown of a table of people is fixed once, for everything a page or a file can ever ask: each dimension by
itself, and each pair of dimensions (a second filter). Two filters therefore never show a cell that one of them hides.

How a hidden cell stays hidden. A cell (a, b) of the pair of dimensions A and B is *sensitive* when fewer than
`threshold` of its people used their right, or fewer than that did not. It is hidden together with three others that
form a rectangle: (a, b'), (a', b), (a', b'). Take somebody from (a, b') and somebody from (a', b) who are alike in
every other dimension and in use, and let them swap their b: every total, and every other pair of dimensions, stays
what it was, only the four hidden cells change. So whoever reads everything we show cannot tell how many such swaps
were made. A rectangle is only accepted when at least `threshold` swaps are possible in the people counted, for users
when these are few and for non-users when those are: every reader is left with a range of at least that many people.
Two hidden cells in one line never add up to few people either, since their sum can be computed.

A group that is small by itself is joined with its neighbour first, everywhere. When no rectangle will do, so is the
smaller group of the sensitive cell. Joining ends with one group, and then the dimension is not shown at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

THRESHOLD = 10
# One code per dimension; a joined group holds several, in their order.
Group: TypeAlias = tuple[str, ...]
Place: TypeAlias = tuple[Group, Group]


@dataclass(frozen=True)
class Use:
    """People entitled to a right, and how many of them used it."""

    entitled: int
    used: int

    def __post_init__(self) -> None:
        if not 0 <= self.used <= self.entitled:
            raise ValueError(f"{self.used} users among {self.entitled} entitled people is impossible")

    def __add__(self, other: Use) -> Use:
        return Use(self.entitled + other.entitled, self.used + other.used)

    @property
    def unused(self) -> int:
        """Entitled, but did not use it."""
        return self.entitled - self.used

    def is_small(self, threshold: int) -> bool:
        """Whether users or non-users are too few to be shown."""
        return min(self.used, self.unused) < threshold


NOBODY = Use(0, 0)


@dataclass(frozen=True)
class People:
    """Everybody counted, by every dimension at once. `dimensions`: name to its codes, neighbours side by side."""

    dimensions: Mapping[str, tuple[str, ...]]
    cells: Mapping[tuple[str, ...], Use]

    def __post_init__(self) -> None:
        for place in self.cells:
            known = len(place) == len(self.dimensions) and all(
                code in codes for code, codes in zip(place, self.dimensions.values(), strict=True)
            )
            if not known:
                raise ValueError(f"{place} is not a place in {', '.join(self.dimensions)}")


@dataclass(frozen=True)
class Row:
    """One group with its counts; `use` is None when they are hidden."""

    group: Group
    use: Use | None


@dataclass(frozen=True)
class Release:
    """What may be shown of these people. There is no way to ask it for more."""

    total: Use | None
    groups: Mapping[str, tuple[Group, ...]]
    single: Mapping[str, Mapping[Group, Use]]
    pairs: Mapping[tuple[str, str], Mapping[Place, Use | None]]

    def rows(self, dimension: str, filtered: tuple[str, Group] | None = None) -> list[Row]:
        """Each group of a dimension, of everybody or of one group of another dimension.

        Errors: KeyError for a dimension or group that is not shown.
        """
        if filtered is None:
            return [Row(group, self.single[dimension][group]) for group in self.groups[dimension]]
        other, wanted = filtered
        if wanted not in self.groups[other]:
            raise KeyError(wanted)
        if (dimension, other) in self.pairs:
            table = self.pairs[dimension, other]
            return [Row(group, table[group, wanted]) for group in self.groups[dimension]]
        table = self.pairs[other, dimension]
        return [Row(group, table[wanted, group]) for group in self.groups[dimension]]


def release(people: People, threshold: int = THRESHOLD) -> Release:
    """What may be shown of these people. Small groups are joined until every hidden cell is safe."""
    total = sum(people.cells.values(), NOBODY)
    if total.is_small(threshold):
        return Release(None, {}, {}, {})
    counted = _Counted(people)
    while True:
        joined = counted.join_small(threshold)
        if joined:
            continue
        pairs: dict[tuple[str, str], Mapping[Place, Use | None]] = {}
        for one, other in combinations(counted.shown(), 2):
            hidden = _hide(counted, one, other, threshold)
            if isinstance(hidden, _NotSafe):
                counted.join(hidden.dimension, hidden.group)
                break
            table = counted.table(one, other)
            pairs[one, other] = {place: None if place in hidden else use for place, use in table.items()}
        else:
            return Release(
                total,
                {name: tuple(counted.groups[name]) for name in counted.shown()},
                {name: counted.margin(name) for name in counted.shown()},
                pairs,
            )


@dataclass(frozen=True)
class _NotSafe:
    """No rectangle protects a cell; this group of it is the smaller one."""

    dimension: str
    group: Group


class _Counted:
    """The people by the groups as they are joined so far."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.names = list(people.dimensions)
        self.groups: dict[str, list[Group]] = {
            name: [(code,) for code in codes] for name, codes in people.dimensions.items()
        }

    def shown(self) -> list[str]:
        """Dimensions that still have two groups to tell apart."""
        return [name for name in self.names if len(self.groups[name]) > 1]

    def group_of(self, name: str) -> dict[str, Group]:
        return {code: group for group in self.groups[name] for code in group}

    def margin(self, name: str) -> dict[Group, Use]:
        """Counts of each group of one dimension."""
        place, group_of = self.names.index(name), self.group_of(name)
        counts = dict.fromkeys(self.groups[name], NOBODY)
        for codes, use in self.people.cells.items():
            counts[group_of[codes[place]]] += use
        return counts

    def table(self, one: str, other: str) -> dict[Place, Use]:
        """Counts of each pair of groups."""
        counts = {(a, b): NOBODY for a in self.groups[one] for b in self.groups[other]}
        for (a, b), alike in self.slices(one, other).items():
            counts[a, b] = sum(alike.values(), NOBODY)
        return counts

    def slices(self, one: str, other: str) -> dict[Place, dict[tuple[str, ...], Use]]:
        """Per pair of groups the people by all their other dimensions: those who can swap without being noticed."""
        first, second = self.names.index(one), self.names.index(other)
        rest = [place for place in range(len(self.names)) if place not in (first, second)]
        groups_one, groups_other = self.group_of(one), self.group_of(other)
        found: dict[Place, dict[tuple[str, ...], Use]] = {}
        for codes, use in self.people.cells.items():
            alike = found.setdefault((groups_one[codes[first]], groups_other[codes[second]]), {})
            key = tuple(codes[place] for place in rest)
            alike[key] = alike.get(key, NOBODY) + use
        return found

    def join_small(self, threshold: int) -> bool:
        """Join the first group that is small by itself; whether there was one."""
        for name in self.shown():
            for group, use in self.margin(name).items():
                if use.is_small(threshold):
                    self.join(name, group)
                    return True
        return False

    def join(self, name: str, group: Group) -> None:
        """Join a group with the smaller of its neighbours."""
        groups, sizes = self.groups[name], self.margin(name)
        at = groups.index(group)
        neighbours = [place for place in (at - 1, at + 1) if 0 <= place < len(groups)]
        beside = min(neighbours, key=lambda place: sizes[groups[place]].entitled)
        first, second = sorted((at, beside))
        groups[first : second + 1] = [groups[first] + groups[second]]


def _hide(counted: _Counted, one: str, other: str, threshold: int) -> set[Place] | _NotSafe:
    """The places of a pair of dimensions to hide: the sensitive ones, each with a rectangle that protects it."""
    table, slices = counted.table(one, other), counted.slices(one, other)
    hidden: set[Place] = set()
    for place in sorted(table, key=lambda place: (table[place].entitled, place)):
        if not table[place].is_small(threshold):
            continue
        best = min(
            _rectangles(counted, one, other, place, slices, threshold),
            # The rectangle that hides the fewest people more; the groups decide between equals.
            key=lambda corners: (
                sum(table[corner].entitled for corner in corners if corner not in hidden),
                sorted(corners),
            ),
            default=None,
        )
        if best is None:
            sizes_one, sizes_other = counted.margin(one), counted.margin(other)
            first_is_smaller = sizes_one[place[0]].entitled <= sizes_other[place[1]].entitled
            return _NotSafe(one, place[0]) if first_is_smaller else _NotSafe(other, place[1])
        hidden |= best
    return hidden


def _rectangles(
    counted: _Counted,
    one: str,
    other: str,
    place: Place,
    slices: Mapping[Place, Mapping[tuple[str, ...], Use]],
    threshold: int,
) -> Iterator[set[Place]]:
    """Every rectangle around a place in which enough swaps are possible."""
    a, b = place
    for a2 in counted.groups[one]:
        for b2 in counted.groups[other]:
            if a2 == a or b2 == b:
                continue
            corners = [slices.get(corner, {}) for corner in ((a, b), (a, b2), (a2, b), (a2, b2))]
            kinds = [[_users(corner) for corner in corners], [_others(corner) for corner in corners]]
            own = [sum(kind[0].values()) for kind in kinds]
            safe = all(
                own[kind] >= threshold or _swaps(kinds[kind]) >= threshold for kind in range(len(kinds))
            )
            if safe and not any(_sums_to_few(kind, threshold) for kind in kinds):
                yield {(a, b), (a, b2), (a2, b), (a2, b2)}


def _sums_to_few(corners: Sequence[Mapping[tuple[str, ...], int]], threshold: int) -> bool:
    """Whether two hidden cells in one line add up to few people: their sum is what the line leaves over."""
    own, beside, below, across = (sum(corner.values()) for corner in corners)
    return min(own + beside, own + below, beside + across, below + across) < threshold


def _users(corner: Mapping[tuple[str, ...], Use]) -> dict[tuple[str, ...], int]:
    return {key: use.used for key, use in corner.items()}


def _others(corner: Mapping[tuple[str, ...], Use]) -> dict[tuple[str, ...], int]:
    return {key: use.unused for key, use in corner.items()}


def _swaps(corners: Sequence[Mapping[tuple[str, ...], int]]) -> int:
    """How many different numbers the first corner can have: swaps into it and out of it, among people alike."""
    own, beside, below, across = corners
    into = sum(min(number, below.get(key, 0)) for key, number in beside.items())
    out = sum(min(number, across.get(key, 0)) for key, number in own.items())
    return into + out
