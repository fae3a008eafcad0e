-- Row-level security, on and forced for every table: without a policy nobody, not even the owner, sees a row.
do $$
declare
    t record;
begin
    for t in select c.relname as name from pg_class c
              where c.relnamespace = 'registry'::regnamespace and c.relkind in ('r', 'p') loop
        execute format('alter table registry.%I enable row level security, force row level security', t.name);
        execute format('create policy owner_all on registry.%I to llr_owner using (true) with check (true)', t.name);
    end loop;
end
$$;

-- What is known of a person: by the person, by a helper under a living mandate, by a caseworker who has the file, by
-- runs, by the auditor. The gate gets at a person only through the two functions at the end.
grant select (party, given_names, family_name, language, proven, since) on registry.person
    to llr_citizen, llr_helper, llr_caseworker, llr_auditor, llr_batch;
grant select (insz_key, insz_sealed) on registry.person to llr_batch;
grant select on registry.fact, registry.source_state
    to llr_citizen, llr_helper, llr_caseworker, llr_auditor, llr_batch;
-- received_at is not among the columns that may be written: nobody dates a statement back.
grant insert (fact, party, path, item, value, source, certified, valid_from, valid_to, supersedes, withdrawn)
    on registry.fact to llr_citizen, llr_helper, llr_batch;
grant insert, update on registry.source_state to llr_batch;
grant select, insert, update on registry.import_run, registry.import_line to llr_batch;
create policy batch_all on registry.import_run to llr_batch using (true) with check (true);
create policy batch_all on registry.import_line to llr_batch using (true) with check (true);

do $$
declare
    t text;
begin
    foreach t in array array['person', 'fact', 'source_state'] loop
        execute format('create policy auditor_reads on registry.%I for select to llr_auditor using (true)', t);
        execute format('create policy batch_reads on registry.%I for select to llr_batch using (true)', t);
        execute format('create policy citizen_own on registry.%I for select to llr_citizen
                        using (party = (select registry.own_party()))', t);
        execute format('create policy caseworker_caseload on registry.%I for select to llr_caseworker
                        using (exists (select from led.mandate m where m.party = %1$I.party and m.kind = ''caseworker''
                          and m.actor = (select registry.actor()) and m.valid @> current_date))', t);
    end loop;
    -- Facts are many: whether the helper may look is asked once for the one person the transaction is about.
    foreach t in array array['fact', 'source_state'] loop
        execute format('create policy helper_mandate on registry.%I for select to llr_helper
                        using (party = (select registry.own_party())
                           and (select registry.holds_mandate(registry.own_party(), ''look'')))', t);
    end loop;
end
$$;
create policy helper_mandate on registry.person for select to llr_helper using (registry.holds_mandate(party, 'look'));

create policy batch_writes on registry.fact for insert to llr_batch with check (true);
create policy citizen_declares on registry.fact for insert to llr_citizen
    with check (party = (select registry.own_party()) and not certified and source = 'person');
create policy helper_declares on registry.fact for insert to llr_helper
    with check (party = (select registry.own_party()) and not certified and source = 'person'
                and (select registry.holds_mandate(registry.own_party(), 'correct')));
create policy batch_writes on registry.source_state for insert to llr_batch with check (true);
create policy batch_changes on registry.source_state for update to llr_batch using (true) with check (true);

-- Functions: nothing for everybody, then what each needs.
revoke execute on all routines in schema registry from public;
grant execute on function registry.actor, registry.own_party, registry.holds_mandate
    to llr_citizen, llr_helper, llr_gate, llr_caseworker, llr_auditor, llr_batch;
grant execute on function registry.find_person, registry.add_person to llr_gate, llr_batch;
grant execute on function registry.reseal_person, registry.find_people, registry.add_people to llr_batch;
