-- The kinds of user, as group roles. Nobody logs in as one of these: a login role is made a member of exactly one.
-- llr_owner owns the tables and runs the functions; it cannot log in and cannot bypass row-level security.
do $$
declare
    kind text;
begin
    foreach kind in array array['llr_owner', 'llr_citizen', 'llr_provider', 'llr_counsellor',
                                'llr_caseworker', 'llr_auditor', 'llr_batch'] loop
        if not exists (select from pg_roles where rolname = kind) then
            execute format('create role %I nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole', kind);
        end if;
    end loop;
    execute format('grant llr_owner to %I', current_user);
    execute format('grant create on database %I to llr_owner', current_database());
end
$$;

create schema led authorization llr_owner;
revoke all on schema public from public;
grant usage on schema led to llr_citizen, llr_provider, llr_counsellor, llr_caseworker, llr_auditor, llr_batch;
