set local role llr_owner;

-- Who sees what. Row-level security is on and forced for every table of led: without a policy nobody, not even the
-- owner, sees a row. Writing goes through functions only; no role but the owner has a write privilege on a table, and
-- triggers refuse to change history even to the owner.
do $$
declare
    t record;
begin
    for t in select c.relname as name from pg_class c
              where c.relnamespace = 'led'::regnamespace and c.relkind in ('r', 'p') loop
        execute format('alter table led.%I enable row level security, force row level security', t.name);
        execute format('create policy owner_all on led.%I to llr_owner using (true) with check (true)', t.name);
        execute format('create policy auditor_reads on led.%I for select to llr_auditor using (true)', t.name);
        execute format('create policy batch_reads on led.%I for select to llr_batch using (true)', t.name);
        execute format('grant select on led.%I to llr_auditor, llr_batch', t.name);
    end loop;
    -- what is the same for everybody
    foreach t.name in array array['unit', 'account', 'right_type', 'reason'] loop
        execute format('create policy everybody_reads on led.%I for select
                        to llr_citizen, llr_provider, llr_counsellor, llr_caseworker using (true)', t.name);
        execute format('grant select on led.%I to llr_citizen, llr_provider, llr_counsellor, llr_caseworker', t.name);
    end loop;
end
$$;
grant select on led.house_change to llr_auditor, llr_batch;

grant select on led.lot, led.transfer to llr_citizen, llr_counsellor, llr_caseworker;
create policy citizen_own on led.lot for select to llr_citizen using (party = (select led.own_party()));
create policy citizen_own on led.transfer for select to llr_citizen using (party = (select led.own_party()));
create policy counsellor_mandate on led.lot for select to llr_counsellor using (exists (
    select from led.mandate m where m.party = lot.party and m.kind = 'counsellor' and m.actor = (select led.actor())
       and m.valid @> current_date));
create policy counsellor_mandate on led.transfer for select to llr_counsellor using (exists (
    select from led.mandate m where m.party = transfer.party and m.kind = 'counsellor' and m.actor = (select led.actor())
       and m.valid @> current_date));
create policy caseworker_caseload on led.lot for select to llr_caseworker using (exists (
    select from led.mandate m where m.party = lot.party and m.kind = 'caseworker' and m.actor = (select led.actor())
       and m.valid @> current_date));
create policy caseworker_caseload on led.transfer for select to llr_caseworker using (exists (
    select from led.mandate m where m.party = transfer.party and m.kind = 'caseworker' and m.actor = (select led.actor())
       and m.valid @> current_date));
-- a provider sees the reservations and payments at its own address, and no balance
grant select on led.transfer to llr_provider;
create policy provider_own on led.transfer for select to llr_provider using (counterparty = (select led.actor()));
-- who holds a mandate, to the citizen it concerns and to the holder
grant select on led.mandate to llr_citizen, llr_counsellor, llr_caseworker;
create policy citizen_own on led.mandate for select to llr_citizen using (party = (select led.own_party()));
create policy counsellor_own on led.mandate for select to llr_counsellor
    using (kind = 'counsellor' and actor = (select led.actor()) and valid @> current_date);
create policy caseworker_own on led.mandate for select to llr_caseworker
    using (kind = 'caseworker' and actor = (select led.actor()) and valid @> current_date);

-- Functions: nothing for everybody, then what each needs.
revoke execute on all routines in schema led from public;
grant execute on function
    led.lot_number, led.actor, led.own_party, led.moment, led.moment_at, led.was_known, led.explain, led.balance, led.period
    to llr_citizen, llr_provider, llr_counsellor, llr_caseworker, llr_auditor, llr_batch;
grant execute on function led.apply_batch to llr_citizen, llr_provider, llr_counsellor, llr_caseworker, llr_batch;
grant execute on function led.house_totals, led.budgets to llr_auditor, llr_batch;
grant execute on function
    led.add_parties, led.house_account, led.define_right, led.open_lots, led.start_run, led.finish_run, led.grant_chunk,
    led.close_chunk, led.release_lapsed, led.correct, led.entitlement, led.seal, led.read_journal, led.move_reader,
    led.set_mandate, led.end_mandate
    to llr_batch;
alter default privileges for role llr_owner in schema led revoke execute on routines from public;
