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
