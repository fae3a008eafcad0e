set local role llr_owner;

-- ---------------------------------------------------------------------------------------------------------------
-- Setting up: people, schemes with their budget accounts, rights. All can be said again without effect.
-- ---------------------------------------------------------------------------------------------------------------
create function led.add_parties(p_party bigint[]) returns bigint language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    added bigint;
begin
    insert into led.party select distinct p from unnest(p_party) p where p > 0 order by p on conflict do nothing;
    get diagnostics added = row_count;
    return added;
end
$$;

create function led.house_account(p_scheme text, p_kind text, p_unit smallint, p_capped boolean default false)
    returns bigint language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    found_account bigint;
    found_capped boolean;
begin
    lock table led.account in share row exclusive mode;
    select a.account, a.capped into found_account, found_capped from led.account a
     where a.scheme = p_scheme and a.kind = p_kind and a.unit = p_unit;
    if found_account is null then
        insert into led.account values (-(nextval('led.account_number') * 8 + p_unit), p_scheme, p_kind, p_unit, p_capped)
        returning account into found_account;
        if p_capped then
            insert into led.fund_stripe select found_account, s, 0 from generate_series(0, 63) s;
        end if;
    elsif found_capped <> p_capped then
        raise exception 'account % of scheme % exists with capped = %', p_kind, p_scheme, found_capped
            using errcode = 'invalid_parameter_value';
    end if;
    return found_account;
end
$$;

create function led.define_right(
    p_code text, p_scheme text, p_unit text, p_period_kind text, p_period_years smallint, p_carry_cap bigint,
    p_capped boolean
) returns int language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    u smallint := (select unit from led.unit where code = p_unit);
    old led.right_type;
    fund bigint; consumption bigint; expiry bigint; claim int; made int;
begin
    if u is null then
        raise exception 'unit % is not known', p_unit using errcode = 'invalid_parameter_value';
    end if;
    perform led.house_account('house', 'issuer', u), led.house_account('house', 'clearing', u);
    fund := led.house_account(p_scheme, 'fund', u, p_capped);
    consumption := led.house_account(p_scheme, 'consumption', u);
    expiry := led.house_account(p_scheme, 'expiry', u);
    select * into old from led.right_type r where r.code = p_code;
    if old.right_id is not null then
        if (old.unit, old.period_kind, old.period_years, old.carry_cap, old.fund)
           is distinct from (u, p_period_kind, p_period_years, p_carry_cap, fund) then
            raise exception 'right % exists with other terms', p_code using errcode = 'invalid_parameter_value',
                hint = 'Terms of a right do not change under its balances: define a right with another code.';
        end if;
        return old.right_id;
    end if;
    insert into led.right_type values (nextval('led.right_number'), p_code || '_claim', u, p_period_kind,
        p_period_years, 0, true, null, fund, consumption, expiry) returning right_id into claim;
    insert into led.right_type values (nextval('led.right_number'), p_code, u, p_period_kind, p_period_years,
        p_carry_cap, false, claim, fund, consumption, expiry) returning right_id into made;
    return made;
end
$$;

-- Lots of a right for the period in which a day falls, empty, for people who have none yet. Unknown people get none.
create function led.open_lots(p_party bigint[], p_right int, p_on date) returns bigint language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    made bigint;
begin
    insert into led.lot (party, lot, usable_from, usable_to)
    select distinct p.party, led.lot_number(r.right_id, d.period_from, r.unit), d.period_from, d.period_to
      from led.right_type r cross join led.period(r.right_id, p_on) d
      join led.party p on p.party = any (p_party)
     where r.right_id = p_right
     order by 1
        on conflict do nothing;
    get diagnostics made = row_count;
    return made;
end
$$;

-- A long run begins, or goes on where it was. The same run with another content is refused.
create function led.start_run(p_run uuid, p_kind text, p_body jsonb) returns led.run language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    r led.run;
begin
    insert into led.run (run, kind, body) values (p_run, p_kind, p_body) on conflict do nothing;
    select * into r from led.run where run = p_run for no key update;
    if r.kind <> p_kind or r.body <> p_body then
        raise exception 'run % exists with another content', p_run using errcode = 'invalid_parameter_value',
            hint = 'A run keeps its content. Give a new run another name.';
    end if;
    return r;
end
$$;

create function led.finish_run(p_run uuid) returns void language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$ update led.run set finished = true where run = p_run $$;

-- Grant a right to many people in one statement: the journal row and the lot together. The id of a grant follows from
-- the run and the person, so a chunk that is sent again grants nothing again. People are refused one by one (unknown
-- person 6, frozen or closed 9, amount 12, other amount in the same run 2); a budget that is too small refuses the
-- whole chunk, because nobody has a right by order of arrival.
create function led.grant_chunk(p_run uuid, p_right int, p_on date, p_party bigint[], p_amount bigint[], p_decision uuid)
    returns table (granted bigint, refused_party bigint[], refused_code smallint[])
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    as $$
declare
    r led.right_type;
    d record;
    number bigint;
    lots bigint;
    asked bigint; total bigint;
    f_account bigint[]; f_left bigint[]; f_stripe smallint[];
begin
    if coalesce(cardinality(p_party), 0) <> coalesce(cardinality(p_amount), 0) then
        raise exception 'parties and amounts differ in number: % and %', cardinality(p_party), cardinality(p_amount)
            using errcode = 'invalid_parameter_value';
    end if;
    select * into r from led.right_type t where t.right_id = p_right and not t.is_claim;
    if r.right_id is null then
        raise exception 'right % is not known', p_right using errcode = 'invalid_parameter_value';
    end if;
    perform from led.run u where u.run = p_run and u.kind = 'grant' and not u.finished for no key update;
    if not found then
        raise exception 'run % has not been started, or is finished', p_run using errcode = 'invalid_parameter_value';
    end if;
    select * into d from led.period(p_right, p_on);
    number := led.lot_number(r.right_id, d.period_from, r.unit);
    asked := (select least(sum(a), 1000000000000000) from unnest(p_amount) a where a > 0);
    call led.lock_funds(array[0::bigint], array[null::uuid], array[r.fund], array[null::bigint], array[asked],
                        f_account, f_left, f_stripe);
    perform from led.lot l where l.party = any (p_party) and l.lot = number order by l.party for no key update;
    with written as (
        insert into led.transfer (party, id, xid, debit, credit, amount, recorded_at, valid_on, op, reason, unit,
                                  decision, actor)
        select p.party, md5(p_run::text || p.party)::uuid, pg_current_xact_id()::text::bigint, r.fund, number,
               u.amount, clock_timestamp(), p_on, 1, 1, r.unit, p_decision,
               nullif(current_setting('llr.actor', true), '')::bigint
          from unnest(p_party, p_amount) u (party, amount)
          join led.party p on p.party = u.party
          left join led.lot l on l.party = u.party and l.lot = number
         where u.amount between 1 and 1000000000000000 - coalesce(l.posted, 0) and coalesce(l.state, 0) = 0
         order by p.party
            on conflict do nothing
        returning party, amount
    ), filled as (
        insert into led.lot as l (party, lot, posted, usable_from, usable_to)
        select w.party, number, w.amount, d.period_from, d.period_to from written w
            on conflict (party, lot) do update set posted = l.posted + excluded.posted where l.state = 0
        returning 1
    )
    select (select count(*) from written), (select count(*) from filled), (select sum(amount) from written)
      into granted, lots, total;
    if granted <> lots then
        raise exception 'a lot was frozen or closed at the same time' using errcode = 'serialization_failure';
    end if;
    if f_account is not null and granted > 0 then
        if f_left[1] < total then
            raise exception 'the budget of % is too small: % asked, % left', r.code, total, f_left[1]
                using errcode = 'LR014';
        end if;
        call led.settle_funds(f_account, array[-total], f_stripe);
    end if;
    if granted < cardinality(p_party) then
        select array_agg(s.party), array_agg(s.code) into refused_party, refused_code
          from (select u.party, case
                    when u.amount is null or u.amount not between 1 and 1000000000000000 then 12
                    when p.party is null then 6
                    when t.amount = u.amount and t.decision is not distinct from p_decision and t.credit = number
                         and t.valid_on = p_on then 1
                    when t.id is not null then 2
                    when l.state <> 0 then 9
                    else 12 end::smallint as code
                  from unnest(p_party, p_amount) u (party, amount)
                  left join led.party p on p.party = u.party
                  left join led.lot l on l.party = u.party and l.lot = number
                  left join led.transfer t on t.party = u.party and t.id = md5(p_run::text || u.party)::uuid) s
         where s.code <> 1;
    end if;
    update led.run set cursor = greatest(cursor, (select max(p) from unnest(p_party) p)), done = done + granted
     where run = p_run;
    return next;
end
$$;

-- Close the lots of a period, a chunk at a time in the order of the people: what may be carried over goes to the next
-- period, the rest expires. What is still reserved stays until it is resolved, and the same call, made again, then
-- carries or expires it. Frozen lots wait.
create function led.close_chunk(p_run uuid, p_right int, p_period_from date, p_as_of date, p_limit int)
    returns table (seen bigint, carried bigint, expired bigint, waiting bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    as $$
declare
    r led.right_type;
    u led.run;
    d record;
    next_period record;
    number bigint; next_number bigint;
    people bigint[];
begin
    select * into u from led.run t where t.run = p_run and t.kind = 'close' and not t.finished for no key update;
    if u.run is null then
        raise exception 'run % has not been started, or is finished', p_run using errcode = 'invalid_parameter_value';
    end if;
    select * into r from led.right_type t where t.right_id = p_right and not t.is_claim;
    select * into d from led.period(p_right, p_period_from);
    if d.period_to is null or d.period_to >= p_as_of or d.period_from <> p_period_from then
        raise exception 'no period of right % begins on % and is over on %', p_right, p_period_from, p_as_of
            using errcode = 'invalid_parameter_value';
    end if;
    number := led.lot_number(r.right_id, p_period_from, r.unit);
    select array_agg(s.party order by s.party) into people
      from (select l.party from led.lot l where l.party > u.cursor and l.lot = number order by l.party limit p_limit) s;
    seen := coalesce(cardinality(people), 0); carried := 0; expired := 0; waiting := 0;
    if seen = 0 then
        update led.run set finished = true where run = p_run;
        return next;
        return;
    end if;
    if r.carry_cap > 0 and r.period_kind in ('calendar_year', 'school_year') then
        select * into next_period from led.period(p_right, d.period_to + 1);
        next_number := led.lot_number(r.right_id, next_period.period_from, r.unit);
        insert into led.lot (party, lot, usable_from, usable_to)
        select p, next_number, next_period.period_from, next_period.period_to from unnest(people) p order by p
            on conflict do nothing;
    end if;
    perform from led.lot l where l.party = any (people) and l.lot in (number, next_number)
      order by l.party, l.lot for no key update;
    -- the plan is made under the locks, and is one row a lot
    with plan as materialized (
        select l.party, l.state, l.reserved, s.carry, l.posted - l.reserved - s.carry as expire, b.times
          from led.lot l
          left join led.lot m on m.party = l.party and m.lot = next_number
         cross join lateral (
               select count(*) as times, coalesce(sum(t.amount) filter (where t.reason = 6), 0) as carried
                 from led.transfer t
                where l.state = 2 and t.party = l.party and t.debit = number and t.op = 1 and t.reason in (5, 6)) b
         cross join lateral (
               select case when m.state = 0 then least(l.posted - l.reserved, greatest(r.carry_cap - b.carried, 0),
                                                             1000000000000000 - m.posted)
                           else 0 end as carry) s
         where l.party = any (people) and l.lot = number and l.state & 1 = 0
    ), written as (
        insert into led.transfer (party, id, xid, debit, credit, amount, recorded_at, valid_on, op, reason, unit)
        select p.party, md5(concat_ws('|', p.party, number, k.what, p.times))::uuid,
               pg_current_xact_id()::text::bigint, number, k.credit, k.amount, clock_timestamp(), p_as_of,
               case k.what when 9 then 8 else 1 end, k.what, r.unit
          from plan p
         cross join lateral (values (6::smallint, next_number, p.carry), (5, r.expiry, p.expire), (9, number, 0))
               k (what, credit, amount)
         where case k.what when 9 then p.state = 0 else k.amount > 0 end
         order by p.party, k.what desc
        returning party, amount, reason
    ), emptied as (
        update led.lot l set posted = l.posted - p.carry - p.expire, state = l.state | 2
          from plan p
         where l.party = p.party and l.lot = number and (p.carry + p.expire > 0 or p.state = 0)
    ), filled as (
        update led.lot l set posted = l.posted + p.carry
          from plan p
         where l.party = p.party and l.lot = next_number and p.carry > 0
    )
    select coalesce(sum(p.carry), 0), coalesce(sum(p.expire), 0), count(*) filter (where p.reserved > 0)
      into carried, expired, waiting
      from plan p;
    update led.run set cursor = people[cardinality(people)], done = done + seen where run = p_run;
    return next;
end
$$;

-- Release reservations whose last day is past: at most p_limit, in the order of the people. Returns how many, and the
-- person to go on after (null when all have been seen).
create function led.release_lapsed(p_as_of date, p_after bigint, p_limit int)
    returns table (released bigint, go_on_after bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    n int;
    people bigint[]; ids uuid[];
begin
    select count(*), max(s.party), array_agg(s.party), array_agg(s.id) into n, go_on_after, people, ids
      from (select t.party, t.id
              from led.lot l
              join led.transfer t on t.party = l.party and t.debit = l.lot and t.op = 2
             where l.party > p_after and l.reserved > 0 and t.until < p_as_of
               and not exists (select from led.transfer x where x.party = t.party and x.ref = t.id)
             order by t.party, t.id
             limit least(p_limit, 1000)) s;
    released := 0;
    if n > 0 then
        released := (select count(*) from unnest(led.apply_batch(people,
            (select array_agg(md5('lapsed' || i)::uuid order by k) from unnest(ids) with ordinality v (i, k)),
            array_fill(5::smallint, array[n]), array_fill(null::smallint, array[n]),
            array_fill(null::bigint, array[n]), array_fill(null::bigint, array[n]), array_fill(null::bigint, array[n]),
            ids, array_fill(null::uuid, array[n]), array_fill(11::smallint, array[n]), array_fill(p_as_of, array[n]),
            array_fill(null::date, array[n]), array_fill(null::bigint, array[n]), array_fill(null::uuid, array[n])))
            code where code = 0);
        -- the last person may have more than fitted in
        go_on_after := case when n < least(p_limit, 1000) then null else go_on_after - 1 end;
    end if;
    return next;
end
$$;

-- What of a lot's right has been given, what was claimed back after use, what has been used, and what has expired: from
-- the journal, up to a place in it.
create function led.entitlement(p_party bigint, p_lot bigint, p_seq bigint default null)
    returns table (given bigint, claimed bigint, used bigint, expired bigint)
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    select coalesce(sum(case when t.credit = p_lot then t.amount else -t.amount end)
                    filter (where r.fund in (t.debit, t.credit) and p_lot in (t.debit, t.credit)), 0)::bigint,
           coalesce(sum(case when t.credit = k.claim_lot then t.amount else -t.amount end)
                    filter (where r.consumption in (t.debit, t.credit) and k.claim_lot in (t.debit, t.credit)), 0)::bigint,
           coalesce(sum(case when t.debit = p_lot then t.amount else -t.amount end)
                    filter (where r.consumption in (t.debit, t.credit) and p_lot in (t.debit, t.credit)), 0)::bigint,
           coalesce(sum(case when t.debit = p_lot then t.amount else -t.amount end)
                    filter (where r.expiry in (t.debit, t.credit) and p_lot in (t.debit, t.credit)), 0)::bigint
      from led.lot l
      join led.right_type r on r.right_id = l.right_id
     cross join lateral (select led.lot_number(r.claim_right, l.period_from, l.unit) as claim_lot) k
      left join led.transfer t on t.party = l.party and t.op in (1, 3, 4)
                              and (p_seq is null or t.seq <= p_seq)
     where l.party = p_party and l.lot = p_lot
    $$;

-- The right of a period turns out to be p_entitled. The difference with what was given is posted; nothing is edited.
-- More: a claim that has gone is dropped, the rest is granted. Less: what is still free goes back, then what had
-- expired; what was used beyond the right becomes a claim. What is reserved beyond it, or has moved to another lot, is
-- none of these: the answer is then 16, nothing is written, and that has to be resolved or moved back first.
create function led.correct(p_party bigint, p_id uuid, p_lot bigint, p_entitled bigint, p_valid_on date, p_decision uuid)
    returns table (code smallint, difference bigint, claimed bigint)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    l led.lot;
    r led.right_type;
    old record;
    e record;
    free bigint; lapsed bigint := 0; back bigint;
    claim_lot bigint;
    codes smallint[];
begin
    difference := 0; claimed := 0;
    select t.* into r from led.right_type t
     where t.right_id = (select o.right_id from led.lot o where o.party = p_party and o.lot = p_lot);
    claim_lot := led.lot_number(r.claim_right, (select o.period_from from led.lot o
                                                 where o.party = p_party and o.lot = p_lot), r.unit);
    perform from led.lot t where t.party = p_party and t.lot in (p_lot, claim_lot) order by t.lot for no key update;
    select * into l from led.lot t where t.party = p_party and t.lot = p_lot;
    if l.party is null or r.is_claim then
        code := 6; return next; return;
    elsif p_entitled is null or p_entitled not between 0 and 1000000000000000 or p_id is null or p_valid_on is null then
        code := 12; return next; return;
    end if;

    -- Made before? The journal up to that place says what right it was made for.
    select t.seq, t.debit, t.credit, t.reason, t.valid_on, t.decision into old
      from led.transfer t where t.party = p_party and (t.group_id = p_id or t.id = p_id)
     order by t.seq desc limit 1;
    if found then
        select * into e from led.entitlement(p_party, p_lot, old.seq);
        code := case when old.reason in (7, 8) and (p_lot in (old.debit, old.credit) or claim_lot in (old.debit, old.credit))
                          and old.valid_on = p_valid_on and old.decision is not distinct from p_decision
                          and e.given - e.claimed = p_entitled then 1 else 2 end;
        return next; return;
    end if;

    if l.state & 1 = 1 then
        code := 9; return next; return;
    end if;
    select * into e from led.entitlement(p_party, p_lot);
    difference := p_entitled - (e.given - e.claimed);
    if difference >= 0 then
        claimed := -least(difference, coalesce((select t.posted from led.lot t
                                                 where t.party = p_party and t.lot = claim_lot), 0));
        back := difference + claimed;
    else
        free := least(-difference, l.posted - l.reserved);
        lapsed := least(-difference - free, greatest(e.expired, 0));
        claimed := -difference - free - lapsed;
        back := -(free + lapsed);
        if claimed > greatest(e.used - e.claimed - p_entitled, 0) then
            code := 16; difference := 0; claimed := 0; return next; return;
        end if;
    end if;
    if claimed > 0 then
        insert into led.lot (party, lot, usable_from, usable_to)
        values (p_party, claim_lot, l.period_from, l.usable_to) on conflict do nothing;
    end if;
    if back = 0 and claimed = 0 then
        code := 0; return next; return;
    end if;
    with leg as (
        select row_number() over (order by v.place) as n, v.*
          from (values (1, lapsed, p_lot, r.expiry, 7::smallint), (2, back, p_lot, r.fund, 7),
                       (3, claimed, claim_lot, r.consumption, 8)) v (place, amount, lot, house, reason)
         where v.amount <> 0
    )
    select led.apply_batch(array_agg(p_party),
               array_agg(case n when 1 then p_id else md5('leg ' || n || ' of ' || p_id)::uuid end order by n),
               array_agg(1::smallint), array_agg(l.unit),
               array_agg(case when amount > 0 then house else lot end order by n),
               array_agg(case when amount > 0 then lot else house end order by n),
               array_agg(abs(amount) order by n), array_agg(null::uuid), array_agg(p_id), array_agg(reason::smallint order by n),
               array_agg(p_valid_on), array_agg(null::date), array_agg(null::bigint), array_agg(p_decision))
      into codes
      from leg;
    code := case when 0 = all (codes) then 0 else (select max(c) from unnest(codes) c where c <> 13) end;
    if code <> 0 then
        difference := 0; claimed := 0;
    end if;
    return next;
end
$$;
