"""Published figures on learning by adults, read from `data/participation` with every check a typing error needs.

Values are percentages as `Decimal`, exactly as published: 23.0 and 23 differ in how finely the source measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from leerrekening.policy.tables import Cells, DataFault, read_rows

SURVEYS = frozenset({"eak", "aes", "lfs", "piaac", "target", "unnamed"})
PERIODS = frozenset({"12_months", "4_weeks", "none"})
AREAS = (
    *("flanders", "brussels", "wallonia", "belgium", "eu"),
    *("antwerp", "limburg", "east_flanders", "flemish_brabant", "west_flanders"),
)
CONCEPTS = frozenset(
    {
        *("participation", "participation_with_guided", "participation_target", "target", "milestone"),
        *("formal", "non_formal", "informal", "job_related", "wants_more", "informed", "motivated"),
        *("not_wanted", "population_share"),
    }
)
# Per dimension its groups, from those who learn least to those who learn most in every survey we hold.
GROUPS: dict[str, tuple[str, ...]] = {
    "total": ("total",),
    "schooling": ("low", "middle", "high"),
    "age": ("55_64", "25_34"),
    "status": ("inactive", "unemployed", "employed"),
    "contract": ("agency", "fixed_term", "permanent"),
    "sex": ("women",),
}
FLAGS = frozenset({"rounded", "approximate", "read", "aged_18_69", "suspect"})
BREAKS = frozenset({"eak_2017", "eak_2021", "eak_2024", "eurostat"})

EUROSTAT_AREAS = {
    "BE": "belgium",
    "BE1": "brussels",
    "BE2": "flanders",
    "BE3": "wallonia",
    "BE21": "antwerp",
    "BE22": "limburg",
    "BE23": "east_flanders",
    "BE24": "flemish_brabant",
    "BE25": "west_flanders",
}
PUBLISHED_COLUMNS = (
    *("id", "area", "survey", "period", "concept", "year", "dimension", "group", "value", "flags"),
    *("break_before", "respondents", "source"),
)
SOURCE_COLUMNS = ("id", "title", "publisher", "url")
EUROSTAT_COLUMNS = ("year", "nuts", "region", "sex", "age", "pct_4weeks", "flag")


@dataclass(frozen=True)
class Publication:
    """Where figures stand. `url` may be empty: the document has no fixed address."""

    id: str
    title: str
    publisher: str
    url: str


@dataclass(frozen=True)
class Figure:
    """One published percentage."""

    id: str
    area: str
    survey: str
    period: str
    concept: str
    year: int
    dimension: str
    group: str
    value: Decimal
    flags: frozenset[str]
    break_before: str
    respondents: int | None
    source: Publication

    @property
    def rate(self) -> Fraction:
        """The value as a share of one, exact."""
        return Fraction(self.value) / 100

    @property
    def rounding(self) -> Fraction | None:
        """How far the published value may lie from the measured one by rounding alone, as a share of one.

        None when the source only says "about": then no interval can be given.
        """
        if "approximate" in self.flags:
            return None
        exponent = self.value.as_tuple().exponent
        assert isinstance(exponent, int)
        return Fraction(1, 200 * 10**-exponent)


@dataclass(frozen=True)
class Published:
    """All figures. `suspect` holds those that are shown as a warning only and never counted with."""

    figures: tuple[Figure, ...]
    suspect: tuple[Figure, ...]

    def one(self, **wanted: object) -> Figure:
        """The only figure with these attributes. Errors: LookupError when there is none or more than one."""
        found = [each for each in self.figures if all(getattr(each, name) == wanted[name] for name in wanted)]
        if len(found) != 1:
            raise LookupError(f"{len(found)} figures for {wanted}")
        return found[0]


def read_published(folder: Path) -> Published:
    """Read and check every file of `data/participation`. Errors: DataFault."""
    sources = {each.id: each for each in _publications(folder / "sources.csv")}
    figures = [*_typed_over(folder / "published.csv", sources)]
    eurostat = sources.get("eurostat_trng_lfse_04")
    if eurostat is None:
        raise DataFault("sources.csv", 0, "id", "eurostat_trng_lfse_04 is missing")
    figures += _eurostat(folder / "eurostat_trng_lfse_04.csv", eurostat)
    return Published(
        tuple(each for each in figures if "suspect" not in each.flags),
        tuple(each for each in figures if "suspect" in each.flags),
    )


def _publications(file: Path) -> Iterator[Publication]:
    known: set[str] = set()
    for number, cells in read_rows(file, SOURCE_COLUMNS):
        row = Cells(file.name, number, cells)
        if cells["id"] in known:
            raise row.fault("id", f"{cells['id']} stands twice")
        if not cells["title"]:
            raise row.fault("title", "empty")
        if cells["url"] and not cells["url"].startswith("https://"):
            raise row.fault("url", "does not begin with https://")
        known.add(cells["id"])
        yield Publication(**cells)


def _typed_over(file: Path, sources: dict[str, Publication]) -> Iterator[Figure]:
    ids: set[str] = set()
    for number, cells in read_rows(file, PUBLISHED_COLUMNS):
        row = Cells(file.name, number, cells)
        if cells["id"] in ids:
            raise row.fault("id", f"{cells['id']} stands twice")
        ids.add(cells["id"])
        flags = frozenset(filter(None, cells["flags"].split("|")))
        if not flags <= FLAGS:
            raise row.fault("flags", f"unknown: {', '.join(sorted(flags - FLAGS))}")
        if cells["source"] not in sources:
            raise row.fault("source", f"{cells['source']!r} does not stand in sources.csv")
        dimension = row.code("dimension", tuple(GROUPS))
        yield Figure(
            id=cells["id"],
            area=row.code("area", AREAS),
            survey=row.code("survey", SURVEYS),
            period=row.code("period", PERIODS),
            concept=row.code("concept", CONCEPTS),
            year=row.year(),
            dimension=dimension,
            group=row.code("group", GROUPS[dimension]),
            value=row.percentage("value"),
            flags=flags,
            break_before=row.code("break_before", BREAKS | {""}),
            respondents=row.people("respondents") if cells["respondents"] else None,
            source=sources[cells["source"]],
        )


def _eurostat(file: Path, source: Publication) -> Iterator[Figure]:
    """The table of Eurostat: in Belgium it comes from the EAK."""
    seen: set[tuple[str, int, str]] = set()
    for number, cells in read_rows(file, EUROSTAT_COLUMNS):
        row = Cells(file.name, number, cells)
        row.code("nuts", tuple(EUROSTAT_AREAS))
        row.code("age", ("Y25-64",))
        key = (cells["nuts"], row.year(), row.code("sex", ("T", "F")))
        if key in seen:
            raise row.fault("year", f"{' '.join(map(str, key))} stands twice")
        seen.add(key)
        yield Figure(
            id=f"trng-{cells['nuts']}-{cells['year']}-{cells['sex']}",
            area=EUROSTAT_AREAS[cells["nuts"]],
            survey="eak",
            period="4_weeks",
            concept="participation",
            year=key[1],
            dimension="total" if cells["sex"] == "T" else "sex",
            group="total" if cells["sex"] == "T" else "women",
            value=row.percentage("pct_4weeks"),
            flags=frozenset(),
            break_before="eurostat" if row.code("flag", ("", "b")) else "",
            respondents=None,
            source=source,
        )
