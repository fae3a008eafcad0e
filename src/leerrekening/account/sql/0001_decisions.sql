-- Decisions as they were made, and what was granted on them. Only added to.
create schema account authorization llr_owner;
grant usage on schema account to llr_citizen, llr_helper, llr_caseworker, llr_auditor, llr_batch;
set local role llr_owner;

-- One reading of the whole law for one person on one day: enough to read it again (rules/receipt.py), and get the same.
create table account.reading (
    reading uuid primary key,                                    -- follows from what was read: the same again is this row
    entry bigint generated always as identity,                   -- their order
    party bigint not null,
    as_of date not null,                                         -- the day on which the question was asked
    read_at timestamptz not null default now(),
    cause text not null check (cause in ('yearly_run', 'first_sight', 'changed_fact', 'changed_law', 'correction')),
    law_version text not null,
    engine text not null,
    facts bytea not null check (octet_length(facts) = 32),       -- hash of the facts without the day
    receipt bytea not null                                       -- compressed
);
create index reading_of_person on account.reading (party, entry desc);

-- What that reading says of each instrument. `grants` is what it gives in the ledger: a list of
-- {"right", "amount", "from", "to"}; empty for anything but a confirmed yes.
create table account.decision (
    decision uuid primary key,                                   -- stands on the lines of the ledger that follow from it
    reading uuid not null references account.reading,
    party bigint not null,
    instrument text not null check (instrument ~ '^[a-z][a-z0-9_]*$'),
    status text not null check (status in ('in_force', 'unconfirmed', 'proposed', 'not_yet', 'ended')),
    verdict text not null check (verdict in ('yes', 'no', 'undecided')),
    grants jsonb not null default '[]' check (jsonb_typeof(grants) = 'array'),
    unique (reading, instrument),
    check (grants = '[]' or (status = 'in_force' and verdict = 'yes'))
);
create index decision_of_person on account.decision (party, instrument);

create function account.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on %.% is refused: history is only added to', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation';
end
$$;
create trigger readings_are_kept before update or truncate on account.reading
    for each statement execute function account.refuse_change();
create trigger decisions_are_kept before update or truncate on account.decision
    for each statement execute function account.refuse_change();

-- A yearly run over everybody, in parts that are done whole or not at all.
create table account.run_part (
    run uuid not null,                                           -- follows from the day and the law
    first_party bigint not null,
    last_party bigint not null check (last_party >= first_party),
    done_at timestamptz,
    people int not null default 0,
    granted bigint not null default 0,                           -- transfers that were written
    primary key (run, first_party)
);

do $$
declare
    t text;
begin
    foreach t in array array['reading', 'decision', 'run_part'] loop
        execute format('alter table account.%I enable row level security, force row level security', t);
        execute format('create policy owner_all on account.%I to llr_owner using (true) with check (true)', t);
        execute format('create policy auditor_reads on account.%I for select to llr_auditor using (true)', t);
        execute format('create policy batch_all on account.%I to llr_batch using (true) with check (true)', t);
        execute format('grant select on account.%I to llr_auditor', t);
        execute format('grant select, insert on account.%I to llr_batch', t);
    end loop;
    grant update on account.run_part to llr_batch;
    foreach t in array array['reading', 'decision'] loop
        execute format('grant select on account.%I to llr_citizen, llr_helper, llr_caseworker', t);
        execute format('create policy citizen_own on account.%I for select to llr_citizen
                        using (party = (select registry.own_party()))', t);
        execute format('create policy helper_mandate on account.%I for select to llr_helper
                        using (party = (select registry.own_party())
                           and (select registry.holds_mandate(registry.own_party(), ''look'')))', t);
        execute format('create policy caseworker_caseload on account.%I for select to llr_caseworker
                        using (exists (select from led.mandate m where m.party = %1$I.party and m.kind = ''caseworker''
                          and m.actor = (select registry.actor()) and m.valid @> current_date))', t);
    end loop;
    -- The helper sees the ledger of who gave the mandate, and changes nothing there.
    foreach t in array array['unit', 'account', 'right_type', 'reason'] loop
        execute format('create policy helper_reads on led.%I for select to llr_helper using (true)', t);
        execute format('grant select on led.%I to llr_helper', t);
    end loop;
    foreach t in array array['lot', 'transfer'] loop
        execute format('grant select on led.%I to llr_helper', t);
        execute format('create policy helper_mandate on led.%I for select to llr_helper
                        using (party = (select registry.own_party())
                           and (select registry.holds_mandate(registry.own_party(), ''look'')))', t);
    end loop;
    grant execute on function led.period, led.lot_number, led.explain, led.balance, led.was_known, led.moment,
        led.moment_at to llr_helper;
end
$$;
