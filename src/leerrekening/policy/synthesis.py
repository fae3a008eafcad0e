"""A population of adult Flanders from open statistics: raked to the margins that are published, drawn with a seed.

Sex x age x education x status is fitted to the published margins by iterative proportional fitting; every cell then
gets whole persons (largest remainder), so that margins deviate by rounding only. The rest of a person (job, share,
wage, career, earlier use, participation) is drawn from named assumptions with ranges (``assumptions.yaml``), because
no open statistic gives it. Drawing depends on the seed and the partition alone: same seed, same bytes.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import polars as pl
import yaml

from leerrekening.policy.persons import (
    BENEFITS,
    COLUMNS,
    DIPLOMAS,
    EPOCH,
    KINDS,
    REGIONS,
    SECTORS,
    SEXES,
    STATUSES,
    UNKNOWN,
    Array,
)  # fmt: skip
from leerrekening.policy.reforms import Assumption, read_assumption
from leerrekening.rules import days
from leerrekening.rules.terms import PARTS

DATA: Final = Path(__file__).resolve().parents[3] / "data"
DEFAULT_SIZE: Final = 4_000_000
PARTITION: Final = 250_000
AGES: Final = ((18, 24), (25, 34), (35, 44), (45, 54), (55, 64))
EDUCATIONS: Final = ("low", "middle", "high")
AGE_YEAR: Final = 2021
EDUCATION_YEAR: Final = 2019

# Starting point of the fit: only the pattern between margins matters, the margins themselves are fitted.
_EDUCATION_BY_AGE: Final = np.array(
    [[20, 60, 20], [12, 38, 50], [14, 40, 46], [20, 43, 37], [28, 40, 32]], float
)
_WORK_BY_AGE: Final = np.array([0.40, 0.84, 0.87, 0.85, 0.56])
_WORK_BY_EDUCATION: Final = np.array([0.70, 1.0, 1.13])
_PARTICIPATION_BY_AGE: Final = np.array([0.6, 0.35, 0.1, -0.1, -0.6])
_PARTICIPATION_BY_STATUS: Final = np.array([0.2, -0.3, 0.2, -0.1, 0.3, -0.8])


def read_assumptions() -> dict[str, Assumption]:
    """The assumptions behind a population and behind take-up, by id; each caller gets a list of its own."""
    return dict(_assumptions())


@cache
def _assumptions() -> dict[str, Assumption]:
    raw = yaml.load(Path(__file__).with_name("assumptions.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
    return {key: read_assumption(key, value, "assumptions.yaml") for key, value in raw.items()}


@dataclass(frozen=True, slots=True)
class Margin:
    """One published figure beside what the population has. ``deviation`` in points of a hundred."""

    name: str
    group: str
    published: float
    reached: float
    tolerance: float
    source: str

    @property
    def deviation(self) -> float:
        return self.reached - self.published


def population_by_age(year: int = AGE_YEAR) -> Array:
    """Persons of 18 to 64 in the Flemish Region, sex x age band (Statbel)."""
    out = np.zeros((2, len(AGES)))
    with gzip.open(
        DATA / "statbel_population_region_sex_age_2012_2021.csv.gz", "rt", encoding="utf-8"
    ) as file:
        for row in csv.DictReader(file):
            if int(row["year"]) == year and row["region"] == "VL":
                for i, (low, high) in enumerate(AGES):
                    if low <= int(row["age"]) <= high:
                        out[SEXES.index(row["sex"].lower()), i] += int(row["population"])
    return out


def education_by_sex(year: int = EDUCATION_YEAR) -> Array:
    """Shares of education of people of 25 to 64 in the Flemish Region, sex x education (Eurostat)."""
    out = np.zeros((2, 3))
    levels = {"ED0-2": 0, "ED3_4": 1, "ED5-8": 2}
    with (DATA / "eurostat_edat_lfse_04_vlaanderen.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if int(row["year"]) == year and row["nuts"] == "BE2" and row["sex"] in "FM":
                out[SEXES.index(row["sex"].lower()), levels[row["isced11"]]] = float(row["pct"])
    shares: Array = out / out.sum(axis=1, keepdims=True)
    return shares


def status_shares(a: Mapping[str, Assumption]) -> Array:
    """Shares of the statuses of people of 25 to 64, from the assumptions."""
    work, jobless = a["employment_rate"].value, a["unemployment_share"].value
    own, civil, temp = (a[f"{k}_share"].value for k in ("self_employed", "civil_servant", "temp_agency"))
    return np.array(
        [work * (1 - own - civil - temp), work * temp, work * civil, work * own, jobless, 1 - work - jobless]
    )


def fitted(a: Mapping[str, Assumption], rounds: int = 300) -> Array:
    """Shares of sex x age x education x status that meet all margins (iterative proportional fitting)."""
    by_age = population_by_age()
    by_age = by_age / by_age.sum()
    education, status = education_by_sex(), status_shares(a)
    work = np.clip(_WORK_BY_AGE[:, None] * _WORK_BY_EDUCATION[None, :], 0.02, 0.96)
    kinds = status[:4] / status[:4].sum()
    by_status = np.concatenate(
        [work[..., None] * kinds, (1 - work)[..., None] * np.array([0.15, 0.85])], axis=2
    )
    cells: Array = np.einsum("sa,ae,aek->saek", by_age, _EDUCATION_BY_AGE / 100, by_status)
    adults = by_age[:, 1:].sum(axis=1)
    for _ in range(rounds):
        cells *= (by_age / cells.sum(axis=(2, 3)))[:, :, None, None]
        cells[:, 1:] *= (education * adults[:, None] / cells[:, 1:].sum(axis=(1, 3)))[:, None, :, None]
        cells[:, 1:] *= (status * adults.sum() / cells[:, 1:].sum(axis=(0, 1, 2)))[None, None, None, :]
    cells *= (by_age / cells.sum(axis=(2, 3)))[:, :, None, None]
    return cells / cells.sum()


def whole(shares: Array, size: int) -> Array:
    """Whole persons for each cell, by largest remainder; they add up to ``size``."""
    exact = shares.ravel() * size
    counts = np.floor(exact).astype(np.int64)
    short = size - int(counts.sum())
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[:short]] += 1
    return counts


def participation_rates(cells: Array, a: Mapping[str, Assumption]) -> Array:
    """Chance of taking part in 12 months by age x education x status: logistic, tuned per education to EAK 2019."""
    targets = [9.8, a["middle_participation"].value, 34.6]
    slope = _PARTICIPATION_BY_AGE[:, None] + _PARTICIPATION_BY_STATUS[None, :]
    out = np.zeros((len(AGES), 3, len(STATUSES)))
    weights = cells.sum(axis=0)
    for e, target in enumerate(targets):
        low, high = -10.0, 5.0
        for _ in range(80):
            middle = (low + high) / 2
            rate = 1 / (1 + np.exp(-(middle + slope)))
            mean = (weights[1:, e] * rate[1:]).sum() / weights[1:, e].sum()
            low, high = (middle, high) if mean * 100 < target else (low, middle)
        out[:, e] = rate
    return out


def partitions(
    size: int, seed: int, as_of: str, a: Mapping[str, Assumption] | None = None
) -> Iterator[pl.DataFrame]:
    """The population in partitions of at most ``PARTITION`` persons, in order."""
    assumptions = read_assumptions() if a is None else a
    cells = fitted(assumptions)
    counts = whole(cells, size)
    rates = participation_rates(cells, assumptions)
    parts = max(1, -(-size // PARTITION))
    taken = np.zeros_like(counts)
    for part in range(parts):
        upto = counts * (part + 1) // parts
        members = np.repeat(np.arange(len(counts)), upto - taken)
        taken = upto
        rng = np.random.Generator(np.random.Philox(key=[seed, part]))
        rng.shuffle(members)
        yield _draw(members, cells.shape, rates, rng, days.day_of(as_of), assumptions)


def _draw(
    members: Array,
    shape: tuple[int, ...],
    rates: Array,
    rng: np.random.Generator,
    as_of: int,
    a: Mapping[str, Assumption],
) -> pl.DataFrame:
    sex, age_band, education, status = np.unravel_index(members, shape)
    n = len(members)

    def chance(share: float | Array) -> Array:
        return rng.random(n) < share

    def pick(codes: tuple[str, ...], of: Mapping[str, float]) -> Array:
        names = list(of)
        weights = np.array([of[name] for name in names])
        drawn = np.searchsorted(np.cumsum(weights / weights.sum()), rng.random(n), side="right")
        places = np.array([codes.index(name) for name in names])
        return places[np.minimum(drawn, len(names) - 1)]

    low, high = np.array(AGES).T
    years = low[age_band] + rng.random(n) * (high - low + 1)[age_band]
    age_days = np.floor(years * 365.25).astype(np.int64)
    out: dict[str, Array] = {"birth_date": as_of - age_days, "sex": sex, "status": status}
    diplomas = {
        0: {"geen": 0.25, "lager_secundair": 0.75}, 1: {"secundair": 1.0},
        2: {"hbo5": 0.03, "graduaat": 0.07, "bachelor": 0.5, "master": 0.38, "doctoraat": 0.02},
    }  # fmt: skip
    out["highest_diploma"] = np.choose(education, [pick(DIPLOMAS, diplomas[e]) for e in range(3)])
    out["residence"] = np.zeros(n, np.int64)
    out["moved_from_other_eea"] = chance(0.08).astype(np.int64)
    out["lives_alone"] = chance(0.16).astype(np.int64)

    works = status <= 3
    outside = a["works_outside_flanders_share"].value
    temp, civil, own = status == 1, status == 2, status == 3
    kind = np.choose(np.minimum(status, 3), [KINDS.index(k) for k in KINDS[:4]])
    out["job_kind"] = np.where(works, kind, UNKNOWN)
    public, social = a["public_contract_share"].value, a["social_profit_share"].value
    sector = pick(SECTORS, {
        "private": 1 - public - social - 0.02, "social_profit": social, "public": public * 0.5,
        "education": public * 0.5,
        "autonomous_public_company": 0.02,
    })  # fmt: skip
    civil_sector = pick(SECTORS, {"public": 0.6, "education": 0.4})
    out["job_sector"] = np.where(
        works, np.where(civil, civil_sector, np.where(own | temp, 0, sector)), UNKNOWN
    )
    region = pick(
        REGIONS,
        {"vlaams_gewest": 1 - outside, "brussels_gewest": outside * 0.85, "waals_gewest": outside * 0.15},
    )
    out["job_region"] = np.where(works, region, UNKNOWN)
    part_time = chance(np.where(sex == 0, 1.45, 0.55) * a["part_time_share"].value)
    tenths = np.choose(rng.integers(0, 5, n), [500_000, 800_000, 750_000, 600_000, 400_000])
    share = np.where(part_time & ~own, tenths, PARTS)
    out["job_fraction"] = np.where(works, share, UNKNOWN)
    out["job_weekly_minutes"] = np.where(works, share * 38 * 60 // PARTS // 6 * 6, UNKNOWN)
    out["job_schedule"] = np.where(works, chance(0.22).astype(np.int64), UNKNOWN)
    wage = (
        np.exp(rng.normal(0, 0.28, n))
        * np.choose(education, [2750, 3200, 4300])
        * (0.8 + 0.008 * (years - 18))
    )
    out["job_gross_cents"] = np.where(works, np.floor(wage * share / PARTS).astype(np.int64) * 100, UNKNOWN)
    begun = np.choose(education, [18, 19, 22.5])
    since = np.maximum(years - begun, 0.05)
    tenure = np.minimum(rng.exponential(a["tenure_years"].value, n) * np.where(temp, 0.12, 1.0), since)
    out["job_from"] = np.where(works, as_of - np.floor(tenure * 365.25).astype(np.int64), UNKNOWN)
    side = works & ~own & chance(0.06)
    out["side_job_from"] = np.where(
        side, np.maximum(as_of - rng.integers(30, 3000, n), out["job_from"]), UNKNOWN
    )
    attached = np.choose(status, [0.93, 0.7, 0.96, 0.95, 0.6, 0.45]) * (1 - 0.2 * rng.random(n))
    career = np.floor(since * 365.25 * attached).astype(np.int64)
    job_days = np.where(works, as_of - out["job_from"], 0)
    out["career_days"] = np.maximum(career, job_days)

    sick = (status == 5) & chance(0.25)
    waiting = works & ~own & ~civil & chance(0.02)
    ill = works & ~own & ~waiting & chance(0.03)
    benefit = np.full(n, UNKNOWN, np.int64)
    for who, name in (
        (status == 4, "unemployment_full"),
        (sick, "incapacity_66"),
        (waiting, "unemployment_temporary"),
        (ill, "sickness_with_contract"),
    ):
        benefit[who] = BENEFITS.index(name)
    out["benefit_kind"] = benefit
    out["benefit_from"] = np.where(benefit != UNKNOWN, as_of - rng.integers(1, 700, n), UNKNOWN)

    guided = (out["career_days"] > 365 * 7) & chance(
        a["guidance_ever_share"].value * np.choose(education, [0.5, 0.9, 1.6])
    )
    ago = rng.integers(30, 3650, n)
    out["guidance_from"] = np.where(guided, as_of - ago, UNKNOWN)
    two = chance(0.75)
    out["guidance_vouchers"] = np.where(guided, 1 + two, UNKNOWN)
    out["guidance_minutes"] = np.where(guided, np.where(two, 420, 240), UNKNOWN)
    planned = guided & chance(a["plan_signed_share"].value)
    out["plan_signed_on"] = np.where(planned, np.minimum(out["guidance_from"] + 60, as_of - 1), UNKNOWN)

    took = chance(rates[age_band, education, status])
    out["took_part"] = took.astype(np.int64)
    employee = works & ~own & ~civil
    this_year = days.school_year_start(as_of)
    inside = np.maximum(as_of - this_year, 1)
    leave = employee & chance(a["leave_used_share"].value * np.where(took, 3.0, 0.5))
    out["leave_used_on"] = np.where(leave, this_year + rng.integers(0, inside, n), UNKNOWN)
    out["leave_used_minutes"] = np.where(leave, rng.integers(8, 100, n) * 60, UNKNOWN)
    out["leave_used_initiative"] = np.where(leave, chance(0.3).astype(np.int64), UNKNOWN)
    cheque = employee & chance(a["cheques_used_share"].value * np.where(took, 3.0, 0.5))
    out["cheque_used_on"] = np.where(cheque, this_year + rng.integers(0, inside, n), UNKNOWN)
    out["cheque_used_cents"] = np.where(cheque, rng.integers(2, 26, n) * 1000, UNKNOWN)
    return pl.DataFrame([_series(name, out[name]) for name in COLUMNS])


def _series(name: str, values: Array) -> pl.Series:
    column = COLUMNS[name]
    known = pl.Series(name, np.where(values == UNKNOWN, 0, values).astype(np.int32))
    missing = pl.Series(values == UNKNOWN)
    series = known.set(missing, None)
    if column.kind == "code":
        return series.cast(pl.UInt8).cat.to(pl.Enum(list(column.codes)))
    if column.kind == "date":
        return (series - EPOCH).cast(pl.Date)
    return series.cast(pl.Boolean) if column.kind == "boolean" else series


@dataclass(slots=True)
class Count:
    """Persons counted over sex x age x education x status, with those who took part; grows by partition."""

    persons: Array
    learners: Array

    @classmethod
    def empty(cls) -> Count:
        shape = (2, len(AGES), 3, len(STATUSES))
        return cls(np.zeros(shape), np.zeros(shape))

    def add(self, frame: pl.DataFrame, as_of: int) -> None:
        """Count a partition."""
        birth = frame["birth_date"].to_physical().to_numpy() + EPOCH
        years = (as_of - birth) / 365.25
        band = np.clip(np.searchsorted([low for low, _ in AGES], years, side="right") - 1, 0, len(AGES) - 1)
        education = education_of(frame["highest_diploma"].to_physical().to_numpy())
        place = np.ravel_multi_index(
            (
                frame["sex"].to_physical().to_numpy(),
                band,
                education,
                frame["status"].to_physical().to_numpy(),
            ),
            self.persons.shape,
        )
        took = frame["took_part"].fill_null(value=False).to_numpy()
        self.persons += np.bincount(place, minlength=self.persons.size).reshape(self.persons.shape)
        self.learners += np.bincount(place[took], minlength=self.persons.size).reshape(self.persons.shape)


def education_of(diplomas: Array) -> Array:
    """The place in ``EDUCATIONS`` of each diploma: at most lower secondary, secondary, higher."""
    out: Array = np.array([0, 0, 1, 2, 2, 2, 2, 2])[diplomas]
    return out


def margins(count: Count, a: Mapping[str, Assumption]) -> list[Margin]:
    """Every margin of the population beside its source."""
    out: list[Margin] = []
    persons, total = count.persons, count.persons.sum()
    statbel = population_by_age() / population_by_age().sum() * 100
    for s, sex in enumerate(SEXES):
        for i, (low, high) in enumerate(AGES):
            reached = persons[s, i].sum() / total * 100
            out.append(
                Margin(
                    "sex and age", f"{sex}, {low}-{high}", statbel[s, i], reached, 0.1, f"Statbel {AGE_YEAR}"
                )
            )
    education = education_by_sex() * 100
    adults = persons[:, 1:]
    for s, sex in enumerate(SEXES):
        for e, name in enumerate(EDUCATIONS):
            reached = adults[s, :, e].sum() / adults[s].sum() * 100
            out.append(
                Margin(
                    "education, 25-64",
                    f"{sex}, {name}",
                    education[s, e],
                    reached,
                    0.5,
                    f"Eurostat edat_lfse_04, {EDUCATION_YEAR}",
                )
            )
    for k, share in enumerate(status_shares(a) * 100):
        reached = adults[..., k].sum() / adults.sum() * 100
        out.append(Margin("status, 25-64", STATUSES[k], share, reached, 0.5, "assumption"))
    learners = count.learners[:, 1:]
    rates: list[Any] = [9.8, a["middle_participation"].value, 34.6]
    for e, rate in enumerate(rates):
        reached = learners[:, :, e].sum() / adults[:, :, e].sum() * 100
        source = "EAK 2019 (Van Langenhove e.a. 2020)" if e != 1 else "derived, see assumptions"
        out.append(Margin("participation in 12 months, 25-64", EDUCATIONS[e], rate, reached, 0.5, source))
    out.append(
        Margin(
            "participation in 12 months, 25-64",
            "all",
            23.0,
            learners.sum() / adults.sum() * 100,
            0.5,
            "EAK 2019",
        )
    )
    return out
