set local role llr_owner;

create table led.reason (
    reason smallint primary key check (reason between 1 and 99),
    code text not null unique
);
insert into led.reason values
    (1, 'grant'), (2, 'use'), (3, 'cancelled'), (4, 'absent'), (5, 'expired'), (6, 'carried_over'), (7, 'correction'),
    (8, 'claim'), (9, 'period_closed'), (10, 'conversion'), (11, 'reservation_lapsed'), (12, 'investigation'),
    (13, 'budget'), (14, 'claim_settled'), (15, 'mistake');

-- The moment that is now: the transactions that have ended, and no clock. Kept by a caller, it answers later "as was
-- known then", exactly.
create function led.moment() returns pg_snapshot language sql stable
    as $$ select pg_catalog.pg_current_snapshot() $$;

-- For people who think in hours: the moment of the last seal made before that time. Null when there is none.
create function led.moment_at(p_time timestamptz) returns pg_snapshot language sql stable
    set search_path = pg_catalog, pg_temp
    as $$ select s.snapshot from led.seal s where s.sealed_at <= p_time order by s.block desc limit 1 $$;

create function led.was_known(p_xid bigint, p_moment pg_snapshot) returns boolean language sql stable parallel safe
    as $$ select p_moment is null
          or pg_catalog.pg_visible_in_snapshot(p_xid::pg_catalog.text::pg_catalog.xid8, p_moment) $$;

-- A lot line by line, in the order in which it happened, with the balance after each line. Only rows that count on
-- p_valid_on and were known at p_moment; null means all.
create function led.explain(p_party bigint, p_lot bigint, p_valid_on date default null, p_moment pg_snapshot default null)
    returns table (xid bigint, seq bigint, id uuid, op smallint, reason text, valid_on date, recorded_at timestamptz,
                   other bigint, posted_change bigint, reserved_change bigint, posted bigint, reserved bigint,
                   ref uuid, group_id uuid, decision uuid, until date, actor bigint)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    select s.xid, s.seq, s.id, s.op, s.reason, s.valid_on, s.recorded_at, s.other, s.posted_change, s.reserved_change,
           (sum(s.posted_change) over w)::bigint, (sum(s.reserved_change) over w)::bigint,
           s.ref, s.group_id, s.decision, s.until, s.actor
      from (select t.xid, t.seq, t.id, t.op, n.code as reason, t.valid_on, t.recorded_at,
                   case when t.debit = p_lot then t.credit else t.debit end as other,
                   case when t.op not in (1, 3, 4) then 0 when t.credit = p_lot then t.amount else -t.amount end
                       as posted_change,
                   case when t.op = 2 then t.amount when t.op in (3, 5) then -t.ref_amount else 0 end as reserved_change,
                   t.ref, t.group_id, t.decision, t.until, t.actor
              from led.transfer t left join led.reason n on n.reason = t.reason
             where t.party = p_party and p_lot in (t.debit, t.credit)
               and (p_valid_on is null or t.valid_on <= p_valid_on)
               and led.was_known(t.xid, p_moment)) s
    window w as (order by s.seq)
     order by s.seq
    $$;

-- The balance that counts on a day, as it was known at a moment.
create function led.balance(p_party bigint, p_lot bigint, p_valid_on date default null, p_moment pg_snapshot default null)
    returns table (posted bigint, reserved bigint, available bigint)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    select coalesce(sum(e.posted_change), 0)::bigint, coalesce(sum(e.reserved_change), 0)::bigint,
           coalesce(sum(e.posted_change - e.reserved_change), 0)::bigint
      from led.explain(p_party, p_lot, p_valid_on, p_moment) e
    $$;

-- What each row of the journal does to accounts of the house. held: reserved for later use.
create view led.house_change with (security_invoker = true) as
select t.xid, t.seq, t.valid_on, s.account,
       case when s.credited and s.other < 0 then s.amount else 0 end as in_house,
       case when not s.credited and s.other < 0 then s.amount else 0 end as out_house,
       case when s.credited and s.other > 0 then s.amount else 0 end as in_lots,
       case when not s.credited and s.other > 0 then s.amount else 0 end as out_lots,
       s.held
  from led.transfer t
 cross join lateral (values
       (t.debit, t.credit, false, case when t.op in (1, 3, 4) then t.amount else 0 end, 0),
       (t.credit, t.debit, true, case when t.op in (1, 3, 4) then t.amount else 0 end,
        case when t.op = 2 then t.amount when t.op in (3, 5) then -t.ref_amount else 0 end)
       ) s (account, other, credited, amount, held)
 where s.account < 0 and t.op < 6;

-- Totals of the house's accounts. Now: what is sealed plus what came after. For a day or a moment in the past the
-- whole journal is summed.
create function led.house_totals(p_valid_on date default null, p_moment pg_snapshot default null)
    returns table (account bigint, in_house numeric, out_house numeric, in_lots numeric, out_lots numeric, held numeric)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
    as $$
declare
    last record;
begin
    if p_valid_on is null and p_moment is null then
        select s.last_xid, s.last_seq into last from led.seal s order by s.block desc limit 1;
        return query
        select u.account, sum(u.in_house), sum(u.out_house), sum(u.in_lots), sum(u.out_lots), sum(u.held)
          from (select t.account, t.in_house, t.out_house, t.in_lots, t.out_lots, t.held from led.account_total t
                 union all
                select c.account, c.in_house, c.out_house, c.in_lots, c.out_lots, c.held
                  from led.house_change c
                 where c.xid >= coalesce(last.last_xid, 0)
                   and (c.xid, c.seq) > (coalesce(last.last_xid, 0), coalesce(last.last_seq, 0))) u
         group by u.account order by u.account;
    else
        return query
        select c.account, sum(c.in_house)::numeric, sum(c.out_house)::numeric, sum(c.in_lots)::numeric,
               sum(c.out_lots)::numeric, sum(c.held)::numeric
          from led.house_change c
         where (p_valid_on is null or c.valid_on <= p_valid_on) and led.was_known(c.xid, p_moment)
         group by c.account order by c.account;
    end if;
end
$$;

-- The budget of each scheme. allotted - granted = remaining; spent, reserved and expired tell what became of the grants.
create function led.budgets(p_valid_on date default null, p_moment pg_snapshot default null)
    returns table (scheme text, unit text, capped boolean, allotted numeric, granted numeric, remaining numeric,
                   reserved numeric, spent numeric, expired numeric)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    select a.scheme, u.code, bool_or(a.capped),
           coalesce(sum(t.in_house - t.out_house) filter (where a.kind = 'fund'), 0),
           coalesce(sum(t.out_lots - t.in_lots) filter (where a.kind = 'fund'), 0),
           coalesce(sum(t.in_house - t.out_house - t.out_lots + t.in_lots) filter (where a.kind = 'fund'), 0),
           coalesce(sum(t.held) filter (where a.kind = 'consumption'), 0),
           coalesce(sum(t.in_lots - t.out_lots) filter (where a.kind = 'consumption'), 0),
           coalesce(sum(t.in_lots - t.out_lots) filter (where a.kind = 'expiry'), 0)
      from led.account a
      join led.unit u on u.unit = a.unit
      left join led.house_totals(p_valid_on, p_moment) t on t.account = a.account
     where a.scheme <> 'house'
     group by a.scheme, u.code order by a.scheme, u.code
    $$;

-- First and last day of the period of a right in which a day falls. A right for the whole career has no last day; a
-- rolling right begins on the day itself.
create function led.period(p_right int, p_on date) returns table (period_from date, period_to date)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    select d.first,
           case when r.period_kind = 'career' then null
                else (d.first + make_interval(years => r.period_years))::date - 1 end
      from led.right_type r
     cross join lateral (select case r.period_kind
            when 'calendar_year' then make_date(extract(year from p_on)::int, 1, 1)
            when 'school_year' then make_date(extract(year from p_on - interval '8 months')::int, 9, 1)
            when 'career' then date '1900-01-01'
            else p_on end) d (first)
     where r.right_id = p_right
    $$;
