set local role llr_owner;

-- Who is acting, and for a citizen whose account it is: set by the caller for one transaction (set local).
create function led.actor() returns bigint language sql stable parallel safe
    as $$ select nullif(pg_catalog.current_setting('llr.actor', true), '')::bigint $$;
create function led.own_party() returns bigint language sql stable parallel safe
    as $$ select nullif(pg_catalog.current_setting('llr.party', true), '')::bigint $$;

-- What kind of user has logged in. The login role decides, not a setting that a statement could change.
create function led.kind() returns text language sql stable parallel safe
    set search_path = pg_catalog, pg_temp
    as $$
    select case
        when pg_has_role(session_user, 'llr_batch', 'member') then 'batch'
        when pg_has_role(session_user, 'llr_caseworker', 'member') then 'caseworker'
        when pg_has_role(session_user, 'llr_counsellor', 'member') then 'counsellor'
        when pg_has_role(session_user, 'llr_provider', 'member') then 'provider'
        when pg_has_role(session_user, 'llr_citizen', 'member') then 'citizen'
        else 'none' end
    $$;

-- Per request: may this kind of user do this, for this person? Batch may do everything and is not asked.
create function led.allowed(p_kind text, p_party bigint[], p_op smallint[], p_ref uuid[]) returns boolean[]
    language sql stable
    set search_path = pg_catalog, pg_temp
    as $$
    select array_agg(coalesce(case p_kind
        when 'citizen' then q.op in (2, 5) and q.party = led.own_party()
        when 'provider' then q.op in (3, 5) and exists (
            select from led.transfer r where r.party = q.party and r.id = q.ref and r.counterparty = led.actor())
        when 'counsellor' then q.op in (2, 5) and exists (
            select from led.mandate m where m.party = q.party and m.actor = led.actor()
               and m.kind = 'counsellor' and m.valid @> current_date)
        when 'caseworker' then q.op in (2, 3, 4, 5, 6, 7) and exists (
            select from led.mandate m where m.party = q.party and m.actor = led.actor()
               and m.kind = 'caseworker' and m.valid @> current_date)
        else false end, false) order by q.n)
    from unnest(p_party, p_op, p_ref) with ordinality q (party, op, ref, n)
    $$;

-- ---------------------------------------------------------------------------------------------------------------
-- The write path: requests in, one code per request out. Everything accepted is written in this one transaction,
-- everything refused leaves no trace.
--   0 done                                        8 more than is reserved, or than the transfer being reversed
--   1 was already done, same content              9 lot is frozen or closed
--   2 id is taken by other content               10 outside the period in which the lot may be used
--   3 not enough                                 11 not allowed for this user
--   4 no such reservation or transfer            12 the request itself is wrong
--   5 already resolved or reversed               13 another member of its group was refused
--   6 unknown account                            14 the budget is used up
--   7 units differ                               15 too many requests in one call (at most 1000)
-- Two calls that use one new id at the same time on different lots: the second is told to try again (40001).
-- ---------------------------------------------------------------------------------------------------------------
create function led.apply_batch(
    p_party bigint[], p_id uuid[], p_op smallint[], p_unit smallint[], p_debit bigint[], p_credit bigint[],
    p_amount bigint[], p_ref uuid[], p_group uuid[], p_reason smallint[], p_valid_on date[], p_until date[],
    p_counterparty bigint[], p_decision uuid[]
) returns smallint[]
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    -- Planning anew each call costs three times the work, so the plan is made once per connection; and a plan made
    -- while the journal was still empty must not read the whole of it once it is long.
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off
    set enable_hashjoin = off
    set enable_mergejoin = off
    set enable_bitmapscan = off
    as $$
declare
    n constant int := coalesce(cardinality(p_id), 0);
    largest constant bigint := 1000000000000000;
    codes smallint[];
    batch constant boolean := pg_has_role(session_user, 'llr_batch', 'member');
    who constant bigint := nullif(current_setting('llr.actor', true), '')::bigint;
    this_xid bigint;
    may boolean[];
    repeats boolean := false;
    -- the lots, in lock order
    l_party bigint[]; l_lot bigint[]; l_posted bigint[]; l_reserved bigint[]; l_state smallint[];
    l_from date[]; l_to date[];
    b_posted bigint[]; b_reserved bigint[]; b_state smallint[];                   -- as they were before the group
    -- accounts of the house that are named, those that exist, and those of them that are capped
    sides bigint[]; house bigint[]; capped bigint[];
    f_account bigint[]; f_left bigint[]; f_change bigint[]; b_change bigint[]; f_stripe smallint[];
    -- what will be written, by request
    o_debit bigint[] := array_fill(null::bigint, array[n]); o_credit bigint[] := o_debit;
    o_amount bigint[] := o_debit; o_ref_amount bigint[] := o_debit;
    o_dj int[] := array_fill(null::int, array[n]); o_cj int[] := o_dj;
    resolved uuid[] := '{}';
    asked refcursor;
    q record;
    r_debit bigint; r_credit bigint;
    i int; j int; k int; c smallint; dj int; cj int; fj int; gj int;
    op smallint; debit bigint; credit bigint; amount bigint; room bigint;
    ref_op smallint; ref_amount bigint; ref_found boolean;
    group_now uuid; group_start int := 1; group_bad boolean := false; groups_done uuid[] := '{}';
    accepted int := 0; written int; resolved_before int := 0;
begin
    if n = 0 then
        return '{}';
    elsif n > 1000 then
        return array_fill(15::smallint, array[n]);
    elsif array_ndims(p_id) <> 1 or n <> any (array[
            coalesce(cardinality(p_party), 0), coalesce(cardinality(p_op), 0), coalesce(cardinality(p_unit), 0),
            coalesce(cardinality(p_debit), 0), coalesce(cardinality(p_credit), 0), coalesce(cardinality(p_amount), 0),
            coalesce(cardinality(p_ref), 0), coalesce(cardinality(p_group), 0), coalesce(cardinality(p_reason), 0),
            coalesce(cardinality(p_valid_on), 0), coalesce(cardinality(p_until), 0),
            coalesce(cardinality(p_counterparty), 0), coalesce(cardinality(p_decision), 0)]) then
        return array_fill(12::smallint, array[n]);
    end if;
    codes := array_fill(null::smallint, array[n]);
    if not batch then
        may := led.allowed(led.kind(), p_party, p_op, p_ref);
    end if;

    -- Lock every lot that a request can touch, in one order for everybody; find the accounts of the house that are
    -- named. A call of one request is by far the most frequent, and looks up by key what a batch joins.
    if n = 1 then
        r_debit := p_debit[1]; r_credit := p_credit[1];
        if p_ref[1] is not null then
            select coalesce(r.debit, r_debit), coalesce(r.credit, r_credit) into r_debit, r_credit
              from (select) one left join led.transfer r on r.party = p_party[1] and r.id = p_ref[1];
        end if;
        sides := array[r_debit, r_credit];
        select array_agg(s.party), array_agg(s.lot), array_agg(s.posted), array_agg(s.reserved), array_agg(s.state),
               array_agg(s.usable_from), array_agg(s.usable_to)
          into l_party, l_lot, l_posted, l_reserved, l_state, l_from, l_to
          from (select l.* from led.lot l
                 where l.party = p_party[1] and l.lot in (r_debit, r_credit)
                 order by l.lot
                   for no key update) s;
    else
        select array_agg(distinct s.side) into sides
          from unnest(p_party, p_ref, p_debit, p_credit) as u (party, ref, debit, credit)
          left join led.transfer r on r.party = u.party and r.id = u.ref
         cross join lateral (values (coalesce(r.debit, u.debit)), (coalesce(r.credit, u.credit))) s (side)
         where s.side < 0;
        select array_agg(s.party), array_agg(s.lot), array_agg(s.posted), array_agg(s.reserved), array_agg(s.state),
               array_agg(s.usable_from), array_agg(s.usable_to)
          into l_party, l_lot, l_posted, l_reserved, l_state, l_from, l_to
          from (select l.* from led.lot l
                 where (l.party, l.lot) in (
                       select u.party, s.side
                         from unnest(p_party, p_ref, p_debit, p_credit) as u (party, ref, debit, credit)
                         left join led.transfer r on r.party = u.party and r.id = u.ref
                        cross join lateral (values (coalesce(r.debit, u.debit)), (coalesce(r.credit, u.credit))) s (side)
                        where s.side > 0)
                 order by l.party, l.lot
                   for no key update of l) s;
    end if;
    select coalesce(array_agg(a.account), '{}'), array_agg(a.account) filter (where a.capped)
      into house, capped
      from led.account a
     where a.account = any (sides);
    -- Budgets that may not be overdrawn: any stripe that is free and holds enough, else all of them together.
    if capped is not null then
        call led.lock_funds(p_party, p_ref, p_debit, p_credit, p_amount, f_account, f_left, f_stripe);
        f_change := array_fill(0::bigint, array[coalesce(cardinality(f_account), 0)]);
    end if;
    if n > 1 then
        repeats := (select count(distinct (u.party, u.id)) < n from unnest(p_party, p_id) u (party, id));
    end if;

    if n = 1 then
        open asked for
            select u.*, u.n::int as i,
                   e.id is not null as e_known, e.op as e_op, e.debit as e_debit, e.credit as e_credit, e.unit as e_unit,
                   e.amount as e_amount, e.ref as e_ref, e.ref_amount as e_ref_amount, e.group_id as e_group,
                   e.reason as e_reason, e.valid_on as e_valid_on, e.until as e_until,
                   e.counterparty as e_counterparty, e.decision as e_decision,
                   r.op as r_op, r.debit as r_debit, r.credit as r_credit, r.amount as r_amount,
                   x.ref is not null as r_resolved
              from (values (p_party[1], p_id[1], p_op[1], p_unit[1], p_debit[1], p_credit[1], p_amount[1], p_ref[1], p_group[1],
                            p_reason[1], p_valid_on[1], p_until[1], p_counterparty[1], p_decision[1], 1))
                   as u (party, id, op, unit, debit, credit, amount, ref, grp, reason, valid_on, until, counterparty,
                         decision, n)
              left join led.transfer e on e.party = u.party and e.id = u.id
              left join led.transfer r on r.party = u.party and r.id = u.ref
              left join led.transfer x on x.party = u.party and x.ref = u.ref;
    else
        open asked for
            select u.*, u.n::int as i,
                   e.id is not null as e_known, e.op as e_op, e.debit as e_debit, e.credit as e_credit, e.unit as e_unit,
                   e.amount as e_amount, e.ref as e_ref, e.ref_amount as e_ref_amount, e.group_id as e_group,
                   e.reason as e_reason, e.valid_on as e_valid_on, e.until as e_until,
                   e.counterparty as e_counterparty, e.decision as e_decision,
                   r.op as r_op, r.debit as r_debit, r.credit as r_credit, r.amount as r_amount,
                   x.ref is not null as r_resolved
              from unnest(p_party, p_id, p_op, p_unit, p_debit, p_credit, p_amount, p_ref, p_group, p_reason, p_valid_on,
                          p_until, p_counterparty, p_decision) with ordinality
                   as u (party, id, op, unit, debit, credit, amount, ref, grp, reason, valid_on, until, counterparty,
                         decision, n)
              left join led.transfer e on e.party = u.party and e.id = u.id
              left join led.transfer r on r.party = u.party and r.id = u.ref
              left join led.transfer x on x.party = u.party and x.ref = u.ref
             order by u.n;
    end if;
    loop
        fetch asked into q;
        exit when not found;
        i := q.i;
        c := 0;
        -- a group ends, or begins
        if group_now is distinct from q.grp then
            if group_now is not null then
                groups_done := groups_done || group_now;
                if group_bad then
                    l_posted := b_posted; l_reserved := b_reserved; l_state := b_state; f_change := b_change;
                    resolved := resolved[1:resolved_before];
                    for k in group_start .. i - 1 loop
                        if codes[k] = 0 then codes[k] := 13; end if;
                    end loop;
                end if;
            end if;
            group_now := q.grp;
            group_start := i;
            group_bad := false;
            if group_now is not null then
                b_posted := l_posted; b_reserved := l_reserved; b_state := l_state; b_change := f_change;
                resolved_before := cardinality(resolved);
            end if;
        end if;

        op := q.op; debit := q.debit; credit := q.credit; amount := q.amount;
        -- the places of its lots: they stand together by person
        dj := null; cj := null; j := array_position(l_party, q.party);
        while j is not null and l_party[j] = q.party loop
            if l_lot[j] = coalesce(q.r_debit, debit) then dj := j; end if;
            if l_lot[j] = coalesce(q.r_credit, credit) then cj := j; end if;
            j := j + 1;
        end loop;
        ref_op := q.r_op; ref_amount := q.r_amount; ref_found := q.r_op is not null;
        if not batch and not may[i] then
            c := 11;
        elsif q.party is null or q.id is null or op is null or op not between 1 and 8 or q.valid_on is null
              or q.reason is null or q.reason not between 1 and 99 or q.party < 0
              or q.valid_on not between date '1900-01-01' and date '2999-12-31'
              or q.until not between date '1900-01-01' and date '2999-12-31'
              or (q.grp is not null and (q.grp = any (groups_done) or p_party[group_start] is distinct from q.party)) then
            c := 12;
        elsif q.e_known then
            c := case when q.e_op = op and coalesce(debit, q.e_debit) = q.e_debit
                       and coalesce(credit, q.e_credit) = q.e_credit and coalesce(q.unit, q.e_unit) = q.e_unit
                       and coalesce(amount, case when op in (3, 4) then q.e_ref_amount else 0 end) = q.e_amount
                       and q.ref is not distinct from q.e_ref and q.grp is not distinct from q.e_group
                       and q.reason = q.e_reason and q.valid_on = q.e_valid_on
                       and q.until is not distinct from q.e_until
                       and q.counterparty is not distinct from q.e_counterparty
                       and q.decision is not distinct from q.e_decision
                      then 1 else 2 end;
        else
            if repeats then
                -- the same id earlier in this call, and accepted there
                for k in 1 .. i - 1 loop
                    if p_id[k] = q.id and p_party[k] = q.party and codes[k] = 0 then
                        c := case when p_op[k] = op and (debit, credit, q.unit, q.ref, q.grp, q.reason, q.valid_on,
                                        q.until, q.counterparty, q.decision) is not distinct from
                                       (p_debit[k], p_credit[k], p_unit[k], p_ref[k], p_group[k], p_reason[k],
                                        p_valid_on[k], p_until[k], p_counterparty[k], p_decision[k])
                                   and coalesce(amount, case when op in (3, 4) then o_ref_amount[k] else 0 end)
                                       = o_amount[k]
                                  then 1 else 2 end;
                        exit;
                    end if;
                end loop;
            end if;

            if c <> 0 then
                null;
            elsif op in (1, 2) then
                if debit is null or credit is null or q.unit is null or amount is null or q.ref is not null
                   or amount not between 1 and largest or debit = credit or debit = 0 or credit = 0
                   or (q.party = 0 and (debit > 0 or credit > 0))
                   or (q.party > 0 and debit < 0 and credit < 0 and q.grp is null)
                   or (op = 2 and (debit < 0 or credit > 0)) or (q.until is not null and op <> 2) then
                    c := 12;
                elsif (debit > 0 and dj is null) or (credit > 0 and cj is null)
                      or (debit < 0 and not debit = any (house)) or (credit < 0 and not credit = any (house)) then
                    c := 6;
                elsif q.unit <> abs(debit % 8) or q.unit <> abs(credit % 8) then
                    c := 7;
                elsif (debit > 0 and (l_state[dj] & 1 = 1 or (op = 2 and l_state[dj] & 2 = 2)))
                      or (credit > 0 and (l_state[cj] & 1 = 1 or (q.reason = 1 and l_state[cj] & 2 = 2))) then
                    c := 9;
                elsif op = 2 and (q.valid_on < l_from[dj] or q.valid_on > coalesce(l_to[dj], q.valid_on)) then
                    c := 10;
                elsif debit > 0 and l_posted[dj] - l_reserved[dj] < amount then
                    c := 3;
                end if;
            elsif op in (3, 4, 5) then
                if q.ref is null or (op = 5 and coalesce(amount, 0) <> 0) or (op <> 5 and amount < 1)
                   or amount > largest or q.until is not null then
                    c := 12;
                else
                    if not ref_found and n > 1 then
                        for k in 1 .. i - 1 loop
                            if p_id[k] = q.ref and p_party[k] = q.party and codes[k] = 0 then
                                ref_found := true; ref_op := p_op[k]; ref_amount := o_amount[k];
                                dj := o_dj[k]; cj := o_cj[k];
                                q.r_debit := o_debit[k]; q.r_credit := o_credit[k];
                                exit;
                            end if;
                        end loop;
                    end if;
                    if not ref_found or (op <> 4 and ref_op <> 2) or (op = 4 and ref_op not in (1, 3)) then
                        c := 4;
                    elsif q.r_resolved or q.ref = any (resolved) then
                        c := 5;
                    elsif q.unit <> abs(q.r_debit % 8) then
                        c := 7;
                    elsif amount > ref_amount then
                        c := 8;
                    else
                        if op = 4 then
                            debit := q.r_credit; credit := q.r_debit; k := dj; dj := cj; cj := k;
                        else
                            debit := q.r_debit; credit := q.r_credit;
                        end if;
                        amount := case op when 5 then 0 else coalesce(amount, ref_amount) end;
                        if q.debit <> debit or q.credit <> credit then
                            c := 12;
                        elsif op <> 5 and ((dj is not null and l_state[dj] & 1 = 1)
                                           or (cj is not null and l_state[cj] & 1 = 1)) then
                            c := 9;
                        elsif op = 4 and dj is not null and l_posted[dj] - l_reserved[dj] < amount then
                            c := 3;
                        end if;
                    end if;
                end if;
            else
                if debit is null or debit < 0 or coalesce(credit, debit) <> debit or coalesce(amount, 0) <> 0
                   or q.ref is not null or q.until is not null then
                    c := 12;
                elsif dj is null then
                    c := 6;
                elsif q.unit <> debit % 8 then
                    c := 7;
                elsif (op = 6 and l_state[dj] & 1 = 1) or (op = 7 and l_state[dj] & 1 = 0)
                      or (op = 8 and l_state[dj] <> 0) then
                    c := 9;
                end if;
                credit := debit; cj := null; amount := 0;
            end if;

            if c = 0 and op in (1, 4) and cj is not null and l_posted[cj] + amount > largest then
                c := 12;
            end if;
            -- budgets, then the change itself
            if c = 0 and f_account is not null and op in (1, 3, 4) then
                fj := array_position(f_account, debit);
                gj := array_position(f_account, credit);
                if fj is not null and f_left[fj] + f_change[fj] < amount then
                    c := 14;
                else
                    if fj is not null then f_change[fj] := f_change[fj] - amount; end if;
                    if gj is not null then f_change[gj] := f_change[gj] + amount; end if;
                end if;
            end if;
            if c = 0 then
                if op in (1, 4) then
                    if dj is not null then l_posted[dj] := l_posted[dj] - amount; end if;
                    if cj is not null then l_posted[cj] := l_posted[cj] + amount; end if;
                elsif op = 2 then
                    l_reserved[dj] := l_reserved[dj] + amount;
                elsif op = 3 then
                    l_reserved[dj] := l_reserved[dj] - ref_amount;
                    l_posted[dj] := l_posted[dj] - amount;
                elsif op = 5 then
                    l_reserved[dj] := l_reserved[dj] - ref_amount;
                else
                    l_state[dj] := case op when 6 then l_state[dj] | 1 when 7 then l_state[dj] & ~1
                                   else l_state[dj] | 2 end;
                end if;
                if op in (3, 4, 5) then
                    resolved := resolved || q.ref;
                    o_ref_amount[i] := ref_amount;
                end if;
                o_debit[i] := debit; o_credit[i] := credit; o_amount[i] := amount;
                o_dj[i] := dj; o_cj[i] := cj;
            end if;
        end if;

        codes[i] := c;
        if q.grp is not null and c <> 0 then
            -- a replay of a whole group is no refusal; a group that is partly new and partly old is
            if c <> 1 or 0 = any (codes[group_start:i]) then
                group_bad := true;
            end if;
        elsif q.grp is not null and 1 = any (codes[group_start:i]) then
            group_bad := true;
        end if;
    end loop;
    close asked;
    if group_bad then
        l_posted := b_posted; l_reserved := b_reserved; l_state := b_state; f_change := b_change;
        for k in group_start .. n loop
            if codes[k] = 0 then codes[k] := 13; end if;
        end loop;
    end if;

    for i in 1 .. n loop
        if codes[i] = 0 then accepted := accepted + 1; end if;
    end loop;
    if accepted > 0 then
        this_xid := pg_current_xact_id()::text::bigint;
        if n = 1 then
            insert into led.transfer (party, id, xid, debit, credit, amount, recorded_at, valid_on, op, reason, unit,
                                      ref_amount, ref, group_id, until, counterparty, decision, actor)
            values (p_party[1], p_id[1], this_xid, o_debit[1], o_credit[1], o_amount[1], clock_timestamp(), p_valid_on[1],
                    p_op[1], p_reason[1], abs(o_debit[1] % 8), o_ref_amount[1], p_ref[1], p_group[1], p_until[1],
                    p_counterparty[1], p_decision[1], who)
                on conflict do nothing;
        else
            insert into led.transfer (party, id, xid, debit, credit, amount, recorded_at, valid_on, op, reason, unit,
                                      ref_amount, ref, group_id, until, counterparty, decision, actor)
            select u.party, u.id, this_xid, u.debit, u.credit, u.amount, clock_timestamp(),
                   u.valid_on, u.op, u.reason, abs(u.debit % 8), u.ref_amount, u.ref, u.grp, u.until, u.counterparty,
                   u.decision, who
              from unnest(codes, p_party, p_id, o_debit, o_credit, o_amount, p_valid_on, p_op, p_reason, o_ref_amount,
                          p_ref, p_group, p_until, p_counterparty, p_decision)
                   as u (code, party, id, debit, credit, amount, valid_on, op, reason, ref_amount, ref, grp, until,
                         counterparty, decision)
             where u.code = 0
                on conflict do nothing;
        end if;
        get diagnostics written = row_count;
        if written <> accepted then
            raise exception 'the same id is being used by another call' using errcode = 'serialization_failure';
        end if;
        if n = 1 then
            for j in 1 .. coalesce(cardinality(l_lot), 0) loop
                update led.lot l set posted = l_posted[j], reserved = l_reserved[j], state = l_state[j]
                 where l.party = l_party[j] and l.lot = l_lot[j];
            end loop;
        else
            update led.lot l
               set posted = s.posted, reserved = s.reserved, state = s.state
              from unnest(l_party, l_lot, l_posted, l_reserved, l_state) s (party, lot, posted, reserved, state)
             where l.party = s.party and l.lot = s.lot
               and (l.posted <> s.posted or l.reserved <> s.reserved or l.state <> s.state);
        end if;
        if f_account is not null then
            call led.settle_funds(f_account, f_change, f_stripe);
        end if;
    end if;
    return codes;
end
$$;

-- Which capped funds a call names, and a stripe of each that holds enough for everything the call asks of it.
-- Its own stripe, or else any free one, is taken without waiting. When none suffices all stripes are locked, in order,
-- and count together (f_stripe is null); so a budget is refused only when the whole of it is too small. What the house
-- allots goes to all of them.
create procedure led.lock_funds(
    p_party bigint[], p_ref uuid[], p_debit bigint[], p_credit bigint[], p_amount bigint[],
    inout f_account bigint[], inout f_left bigint[], inout f_stripe smallint[]
)
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    allotting constant boolean := 0 = any (p_party);
    f record;
    s record;
begin
    f_account := null; f_left := '{}'; f_stripe := '{}';
    for f in
        select a.account, least(coalesce(sum(u.amount) filter (where u.debit = a.account and u.amount > 0), 0),
                                1000000000000000) as asked
          from (select coalesce(u.debit, r.credit) as debit, coalesce(u.credit, r.debit) as credit,
                       coalesce(u.amount, r.amount) as amount
                  from unnest(p_party, p_ref, p_debit, p_credit, p_amount) u (party, ref, debit, credit, amount)
                  left join led.transfer r on r.party = u.party and r.id = u.ref) u
          join led.account a on a.capped and a.account in (u.debit, u.credit)
         group by a.account
         order by a.account desc
    loop
        select t.stripe, t.remaining into s
          from led.fund_stripe t
         where t.account = f.account and t.stripe = pg_backend_pid() % 64 and t.remaining >= f.asked and not allotting
           for no key update skip locked;
        if not found and not allotting then
            select t.stripe, t.remaining into s
              from led.fund_stripe t
             where t.account = f.account and t.remaining >= f.asked
             order by (t.stripe + pg_backend_pid()) % 64
             limit 1
               for no key update skip locked;
        end if;
        if not found then
            select null::smallint as stripe, sum(t.remaining)::bigint as remaining into s
              from (select t.remaining from led.fund_stripe t where t.account = f.account
                     order by t.stripe for no key update) t;
        end if;
        f_account := f_account || f.account;
        f_left := f_left || s.remaining;
        f_stripe := f_stripe || s.stripe;
    end loop;
end
$$;

create procedure led.settle_funds(f_account bigint[], f_change bigint[], f_stripe smallint[])
    language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    j int;
    total bigint;
    stripes int;
begin
    for j in 1 .. cardinality(f_account) loop
        continue when f_change[j] = 0;
        if f_stripe[j] is not null then
            update led.fund_stripe set remaining = remaining + f_change[j]
             where account = f_account[j] and stripe = f_stripe[j];
        else
            -- All stripes are ours. What is left goes to as many as can each serve many such calls; near its end a
            -- budget is in few of them, so that what is left is not scattered in pieces too small to use.
            select sum(remaining) + f_change[j] into total from led.fund_stripe where account = f_account[j];
            stripes := case when f_change[j] > 0 then 64 else greatest(1, least(64, total / 32 / -f_change[j])) end;
            update led.fund_stripe t set remaining = s.share
              from (select g as stripe, case when g < stripes then total / stripes + (g < total % stripes)::int else 0 end
                      from generate_series(0, 63) g) s (stripe, share)
             where t.account = f_account[j] and t.stripe = s.stripe and t.remaining <> s.share;
        end if;
    end loop;
end
$$;
