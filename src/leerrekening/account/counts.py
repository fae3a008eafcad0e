"""How many people were granted each right, and how many used it, by group. Counts leave here; people do not.

Asked as the kind of user `batch`, in a transaction that can only read. Groups are small on purpose: level of schooling,
band of age and kind of work, as the facts that hold say; what nobody says is `unknown`. Cells may be small: whoever
shows them hides those first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import psycopg

from leerrekening.ledger import Op, Reason

DIMENSIONS: Final = ("schooling", "age", "status")

# A use that was taken back is no use. A right of an instrument is known by the decisions that granted it.
QUERY: Final = """
with code as (
    select distinct d.instrument, g ->> 'right' as right_code
      from account.decision d cross join jsonb_array_elements(d.grants) g
), granted as (
    select l.party, c.instrument, r.period_kind, l.period_from,
           bool_or(exists (
               select from led.transfer t
                where t.party = l.party and t.debit = l.lot and t.credit = r.consumption
                  and t.op in (%(move)s, %(post)s) and t.reason = %(use)s and t.valid_on <= %(on)s
                  and not exists (select from led.transfer x
                                   where x.party = t.party and x.ref = t.id and x.op = %(reverse)s))) as used
      from led.lot l join led.right_type r using (right_id) join code c on c.right_code = r.code
     where not r.is_claim and l.period_from <= %(on)s
     group by 1, 2, 3, 4
), standing as (
    select distinct on (f.party, f.path, f.item) f.party, f.path, f.value
      from registry.fact f
     where f.path in ('person.birth_date', 'person.highest_diploma', 'jobs', 'person.benefits')
       and f.party in (select party from granted)
       and not f.withdrawn and not exists (select from registry.fact n where n.supersedes = f.fact)
     order by f.party, f.path, f.item, f.certified desc, f.entry desc
), running as (
    select s.party, s.path, s.value ->> 'kind' as kind,
           (s.value ->> 'from')::date <= %(on)s
           and ((s.value ->> 'to') is null or (s.value ->> 'to')::date >= %(on)s) as now
      from standing s where s.path in ('jobs', 'person.benefits') and jsonb_typeof(s.value) = 'object'
), person as (
    select p.party,
           (select s.value #>> '{}' from standing s
             where s.party = p.party and s.path = 'person.highest_diploma'
               and jsonb_typeof(s.value) = 'string') as diploma,
           (select extract(year from age(%(on)s::date, (s.value #>> '{}')::date))::int from standing s
             where s.party = p.party and s.path = 'person.birth_date'
               and jsonb_typeof(s.value) = 'string') as years,
           case when exists (select from running w where w.party = p.party and w.path = 'jobs' and w.now)
                then 'employed'
                when exists (select from running w where w.party = p.party and w.path = 'person.benefits' and w.now
                                and w.kind like 'unemployment%%') then 'unemployed'
                when exists (select from running w where w.party = p.party) then 'inactive'
                else 'unknown' end as status
      from (select distinct party from granted) p
)
select g.instrument, g.period_kind, g.period_from,
       case when p.diploma in ('geen', 'lager_secundair') then 'low' when p.diploma = 'secundair' then 'middle'
            when p.diploma is null then 'unknown' else 'high' end,
       case when p.years is null then 'unknown' when p.years < 25 then 'to_24' when p.years < 35 then '25_34'
            when p.years < 45 then '35_44' when p.years < 55 then '45_54' when p.years < 65 then '55_64'
            else '65_up' end,
       p.status, count(*), count(*) filter (where g.used)
  from granted g join person p using (party)
 group by 1, 2, 3, 4, 5, 6
 order by 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True, slots=True)
class GroupCount:
    """People of one combination of groups (`DIMENSIONS`) who were granted a right in a year, and those who used it."""

    right: str
    year: str
    groups: tuple[str, str, str]
    entitled: int
    used: int


def counts(connection: psycopg.Connection[Any], on: date) -> list[GroupCount]:
    """Count everybody as things stand on a day. Errors: psycopg.Error."""
    values = {
        "on": on, "use": int(Reason.USE), "move": int(Op.MOVE), "post": int(Op.POST), "reverse": int(Op.REVERSE),
    }  # fmt: skip
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        return [
            GroupCount(right, year_of(kind, start), (schooling, age, status), entitled, used)
            for right, kind, start, schooling, age, status, entitled, used in connection.execute(
                QUERY, values
            )
        ]


def year_of(period_kind: str, start: date) -> str:
    """The year of a period: "2027", "2026-2027" for a school year, "career"."""
    if period_kind == "career":
        return "career"
    return f"{start.year}-{start.year + 1}" if period_kind == "school_year" else f"{start.year}"
