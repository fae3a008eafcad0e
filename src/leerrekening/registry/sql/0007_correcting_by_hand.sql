-- What a caseworker enters after the owner of a datum confirmed it. It is a statement of the office, which stands beside
-- what was said before and counts instead of it, and names the case it follows from.
set local role llr_owner;

-- Written by the function below alone: the column is not among those that anybody may insert.
alter table registry.fact add column case_number text
    check (case_number is null or case_number ~ '^K-[0-9]{4}-[0-9]{6}-[0-9]{2}$' and certified and source = 'office');

-- The corrected fact of a case that was just accepted; the statement that now holds. p_value: as the contract writes it;
-- json null: it is not so. Refused: a case of another organisation, one that is not accepted, another fact than its own.
create function registry.correct_fact(
    p_correction uuid, p_path text, p_value jsonb, p_actor_name text, p_organisation_name text
) returns uuid language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    c registry.correction;
    named text;
    before uuid;
    made uuid;
begin
    select * into c from registry.correction t where t.correction = p_correction and t.handler = registry.own_organisation();
    if c.correction is null or c.state <> 'accepted' or not (c.path = p_path or starts_with(c.path, p_path || '.')) then
        perform registry.refuse('no such case');
    end if;
    named := case
        when p_path not in ('person.residence', 'person.benefits', 'jobs', 'guidance', 'used') then ''
        when c.item = '' then 'case/' || c.number
        else c.item end;
    perform pg_advisory_xact_lock(hashtextextended('registry.fact', c.party));
    select f.fact into before from registry.fact f
     where f.party = c.party and (f.path, f.item, f.source) = (p_path, named, 'office')
       and not exists (select from registry.fact n where n.supersedes = f.fact);
    insert into registry.fact (party, path, item, value, source, certified, supersedes, case_number)
    values (c.party, p_path, named, p_value, 'office', true, before, c.number) returning fact into made;
    insert into registry.journal (party, actor, actor_name, capacity, organisation_name, what, detail, why)
    values (c.party, registry.actor(), p_actor_name, 'caseworker', p_organisation_name, 'fact_corrected',
            jsonb_build_object('case', c.number, 'path', p_path), 'correction');
    return made;
end
$$;
revoke execute on function registry.correct_fact from public;
grant execute on function registry.correct_fact to llr_caseworker;
