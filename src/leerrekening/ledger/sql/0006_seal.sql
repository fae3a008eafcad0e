set local role llr_owner;

-- Seal what has come into the journal: rows of transactions below the horizon (all of them have ended, none with a
-- lower number can still appear), in the order (xid, seq), in blocks of at most 4096. Each block's root covers the root
-- before it. The totals of the house's accounts move on with it. Returns the number of rows sealed; call until 0.
create function led.seal(p_rows int default 409600) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set jit = off
    as $$
declare
    last record;
    b record;
    horizon bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    sealed bigint := 0;
    previous bytea; block bigint; root bytea;
begin
    perform pg_advisory_xact_lock(hashtextextended('led.seal', 0));
    select s.block, s.last_xid, s.last_seq, s.root into last from led.seal s order by s.block desc limit 1;
    block := coalesce(last.block, 0);
    previous := coalesce(last.root, sha256('leer- en loopbaanrekening'));
    if last.last_xid >= pg_current_xact_id()::text::bigint then
        raise exception 'the journal knows transaction % but this server is only at %', last.last_xid, pg_current_xact_id()
            using errcode = 'data_corrupted', hint = 'Rows were copied into a new server: see docs/operations-database.md.';
    end if;
    perform brin_summarize_new_values('led.transfer_order');
    for b in
        select (s.n - 1) / 4096 as part, count(*)::int as n,
               (array_agg(s.xid order by s.n))[1] as first_xid, (array_agg(s.seq order by s.n))[1] as first_seq,
               (array_agg(s.xid order by s.n desc))[1] as last_xid, (array_agg(s.seq order by s.n desc))[1] as last_seq,
               string_agg(s.leaf, ''::bytea order by s.n) as full_leaves,
               string_agg(int8send(s.seq) || substr(s.leaf, 1, 16), ''::bytea order by s.n) as leaves
          from (select t.xid, t.seq, row_number() over (order by t.xid, t.seq) as n,
                       sha256(convert_to(concat_ws('|', t.party, t.id, t.xid, t.seq, t.debit, t.credit, t.amount,
                           (extract(epoch from t.recorded_at) * 1000000)::bigint, t.valid_on - date '1970-01-01',
                           t.op, t.reason, t.unit, coalesce(t.ref_amount::text, '-'), coalesce(t.ref::text, '-'),
                           coalesce(t.group_id::text, '-'), coalesce((t.until - date '1970-01-01')::text, '-'),
                           coalesce(t.counterparty::text, '-'), coalesce(t.decision::text, '-'),
                           coalesce(t.actor::text, '-')), 'UTF8')) as leaf
                  from led.transfer t
                 where t.xid >= coalesce(last.last_xid, 0) and t.xid < horizon
                   and (t.xid, t.seq) > (coalesce(last.last_xid, 0), coalesce(last.last_seq, 0))
                 order by t.xid, t.seq
                 limit p_rows) s
         group by 1 order by 1
    loop
        block := block + 1;
        root := sha256(previous || b.full_leaves);
        insert into led.seal values (block, b.first_xid, b.first_seq, b.last_xid, b.last_seq, b.n, b.leaves, previous, root,
                                     clock_timestamp(), pg_current_snapshot());
        insert into led.account_total as t
        select c.account, sum(c.in_house), sum(c.out_house), sum(c.in_lots), sum(c.out_lots), sum(c.held)
          from led.house_change c
         where c.xid between b.first_xid and b.last_xid
           and (c.xid, c.seq) between (b.first_xid, b.first_seq) and (b.last_xid, b.last_seq)
         group by c.account
            on conflict (account) do update
           set in_house = t.in_house + excluded.in_house, out_house = t.out_house + excluded.out_house,
               in_lots = t.in_lots + excluded.in_lots, out_lots = t.out_lots + excluded.out_lots,
               held = t.held + excluded.held;
        previous := root;
        sealed := sealed + b.n;
    end loop;
    return sealed;
end
$$;

-- The journal as an outbox. The next rows for a reader, below the horizon and above its cursor, in order. The reader
-- moves its cursor when it has dealt with them; a row may come twice, never too late to be seen.
create function led.read_journal(p_reader text, p_limit int) returns setof led.transfer
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    set enable_seqscan = off
    as $$
declare
    c led.reader;
    horizon bigint := pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
begin
    insert into led.reader (reader) values (p_reader) on conflict do nothing;
    select * into c from led.reader r where r.reader = p_reader;
    return query
    select t.* from led.transfer t
     where t.xid >= c.xid and t.xid < horizon and (t.xid, t.seq) > (c.xid, c.seq)
     order by t.xid, t.seq limit p_limit;
end
$$;

create function led.move_reader(p_reader text, p_xid bigint, p_seq bigint) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    update led.reader set xid = p_xid, seq = p_seq
     where reader = p_reader and (xid, seq) < (p_xid, p_seq)
       and p_xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint;
    return found;
end
$$;

create function led.set_mandate(p_party bigint, p_actor bigint, p_kind text, p_valid daterange) returns void
    language sql security definer
    set search_path = pg_catalog, pg_temp
    as $$ insert into led.mandate values (p_party, p_actor, p_kind, p_valid) on conflict do nothing $$;

create function led.end_mandate(p_party bigint, p_actor bigint, p_kind text, p_last_day date) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    delete from led.mandate
     where party = p_party and actor = p_actor and kind = p_kind and lower(valid) > p_last_day;
    update led.mandate set valid = daterange(lower(valid), p_last_day, '[]')
     where party = p_party and actor = p_actor and kind = p_kind and valid @> p_last_day;
end
$$;
