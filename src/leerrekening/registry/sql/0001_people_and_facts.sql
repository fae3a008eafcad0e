-- People, and what is known of them. Only added to: a correction is a new row that supersedes an old one.
do $$
declare
    kind text;
begin
    foreach kind in array array['llr_helper', 'llr_gate', 'llr_administrator', 'llr_mailroom'] loop
        if not exists (select from pg_roles where rolname = kind) then
            execute format('create role %I nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole', kind);
        end if;
    end loop;
end
$$;

create schema registry authorization llr_owner;
grant usage on schema registry to llr_citizen, llr_helper, llr_gate, llr_caseworker, llr_auditor, llr_batch;
grant usage on schema led to llr_helper, llr_gate;
set local role llr_owner;

-- For whom and by whom the transaction acts. The program sets both for one transaction (database/access.py).
create function registry.actor() returns bigint language sql stable parallel safe
    as $$ select nullif(pg_catalog.current_setting('llr.actor', true), '')::bigint $$;
create function registry.own_party() returns bigint language sql stable parallel safe
    as $$ select nullif(pg_catalog.current_setting('llr.party', true), '')::bigint $$;

create function registry.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on %.% is refused: history is only added to', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation';
end
$$;

-- A person by pseudonym (the party of the ledger). The national number is kept twice: as a keyed hash, to find the
-- person at sign-in, and sealed with a key outside the database, to ask the authentic sources.
create sequence registry.party_number as bigint start 100001;
create table registry.person (
    party bigint primary key check (party > 0),
    insz_key bytea not null unique check (octet_length(insz_key) = 32),
    insz_sealed bytea,                                          -- null: begun on paper, nobody has proven the number yet
    given_names text not null check (length(given_names) between 1 and 200),
    family_name text not null check (length(family_name) between 1 and 200),
    language text not null default 'nl' check (language in ('nl', 'fr', 'de', 'en')),
    proven boolean generated always as (insz_sealed is not null) stored,
    since timestamptz not null default now()
);

-- One dated fact with its source. `path` is a fact of the contract without indexes (person.birth_date), or a whole
-- list item (jobs, guidance, used, person.residence, person.benefits) with `item` telling which one. `value` is as the contract writes it.
create table registry.fact (
    fact uuid primary key default gen_random_uuid(),
    entry bigint generated always as identity,                  -- the order in which facts came
    party bigint not null references registry.person,
    path text not null check (path ~ '^[a-z_]+(\.[a-z_0-9]+)*$'),
    item text not null default '' check (length(item) <= 200),
    value jsonb not null,                                       -- json null: the source says that it does not know
    source text not null check (source ~ '^[a-z][a-z0-9_]*$'),
    certified boolean not null,                                 -- false: the person says so
    received_at timestamptz not null default now(),
    valid_from date,
    valid_to date check (valid_to >= valid_from),
    supersedes uuid unique references registry.fact,
    withdrawn boolean not null default false                    -- the source takes back what it supersedes
);
create index fact_of_person on registry.fact (party, path, item);
create trigger facts_are_kept before update or delete or truncate on registry.fact
    for each statement execute function registry.refuse_change();

-- A statement follows the one it supersedes: same person, same fact, same source; and never one that was superseded
-- before (the unique constraint), so that history is a set of chains.
create function registry.check_supersession() returns trigger language plpgsql as $$
begin
    if new.withdrawn and new.supersedes is null then
        raise exception 'only a statement that is there can be withdrawn' using errcode = 'check_violation';
    end if;
    if new.supersedes is not null and not exists (
        select from registry.fact f where f.fact = new.supersedes and f.party = new.party and f.path = new.path
           and f.item = new.item and f.source = new.source and f.certified = new.certified) then
        raise exception 'a statement supersedes one of the same person, fact and source' using errcode = 'check_violation';
    end if;
    return new;
end
$$;
create trigger supersession_is_sound before insert on registry.fact
    for each row when (new.supersedes is not null or new.withdrawn) execute function registry.check_supersession();

-- How the last question to each authentic source went, so that a page can say how old an answer is.
create table registry.source_state (
    party bigint not null references registry.person,
    source text not null check (source ~ '^[a-z][a-z0-9_]*$'),
    asked_at timestamptz not null,
    answered_at timestamptz,                                     -- of the last good answer
    first_answered_at timestamptz,                               -- of the first one
    outcome text not null check (outcome in ('answered', 'nobody', 'timeout', 'unreachable', 'malformed', 'other_person')),
    covers_from date,                                            -- first day the last good answer speaks of; null: all
    primary key (party, source)
);

-- Files of a register: how far the reading of one has come (it can be stopped and go on), and what its rows say. Rows of
-- all files of a register stay, one per name: what is known of a person follows from all of them together.
create table registry.import_run (
    source text not null check (source ~ '^[a-z][a-z0-9_]*$'),
    file bytea not null check (octet_length(file) = 32),         -- SHA-256 of its content
    begun_at timestamptz not null default now(),
    lines_read bigint not null default 0,
    rows_kept bigint not null default 0,
    rows_bad bigint not null default 0,
    people_done bigint not null default 0,
    applied_to bigint not null default 0,                        -- people up to this one have their facts
    finished_at timestamptz,
    primary key (source, file)
);
create table registry.import_line (
    party bigint not null references registry.person,
    source text not null,
    name text not null check (length(name) <= 200),
    content jsonb not null,
    file bytea not null,
    primary key (party, source, name)
);
create index import_line_of_file on registry.import_line (source, file, party);

-- The only ways to get from a national number to a person. They take the keyed hash: the number stays with the program.
create function registry.find_person(p_key bytea) returns bigint
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select p.party from registry.person p where p.insz_key = p_key
$$;
-- Whether two names are the same but for capitals, accents, spaces and signs: of the given names the first counts.
create function registry.bare_name(p_name text) returns text language sql immutable set search_path = pg_catalog, pg_temp
    as $$ select regexp_replace(lower(normalize(p_name, NFD)), '[^[:alpha:]]|[\u0300-\u036f]', '', 'g') $$;
create function registry.first_and_family(p_given text, p_family text) returns text language sql immutable
    set search_path = pg_catalog, pg_temp as $$
    select registry.bare_name(split_part(trim(p_given), ' ', 1)) || '/' || registry.bare_name(p_family)
$$;
-- On paper a helper writes down a name and a number, and nobody proves that they belong together. Who begins so is kept
-- below the two of them, without the number: no register is asked about them, no file and no sign-in reaches them by the
-- number alone, and a number with another name is somebody else. When a sign-in or a register brings the same number with
-- the same name, the number is proven (prove_person).
create function registry.unproven_key(p_key bytea, p_given text, p_family text) returns bytea language sql immutable
    set search_path = pg_catalog, pg_temp as $$
    select sha256(p_key || convert_to(registry.first_and_family(p_given, p_family), 'UTF8'))
$$;
create function registry.prove_person(p_key bytea, p_sealed bytea, p_given text, p_family text) returns bigint
    language sql security definer set search_path = pg_catalog, pg_temp as $$
    update registry.person p set insz_key = p_key, insz_sealed = p_sealed, given_names = p_given, family_name = p_family
     where p.insz_sealed is null and p.insz_key = registry.unproven_key(p_key, p_given, p_family)
    returning p.party
$$;
-- `p_sealed` null: on paper, the number is not proven.
create function registry.add_person(p_key bytea, p_sealed bytea, p_given text, p_family text, p_language text)
    returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    found_party bigint;
begin
    select p.party into found_party from registry.person p where p.insz_key = p_key;
    if found_party is not null then
        -- who signs in brings the names that the access service certifies: they replace what a form or a file said
        if pg_has_role(session_user, 'llr_gate', 'member') then
            update registry.person p set given_names = p_given, family_name = p_family
             where p.party = found_party and (p.given_names, p.family_name) is distinct from (p_given, p_family);
        end if;
        return found_party;
    end if;
    if p_sealed is not null then
        found_party := registry.prove_person(p_key, p_sealed, p_given, p_family);
        if found_party is not null then
            return found_party;
        end if;
    end if;
    loop  -- a number that the ledger knows already belongs to somebody: a newcomer must not get their balances
        found_party := nextval('registry.party_number');
        insert into led.party values (found_party) on conflict do nothing;
        exit when found;
    end loop;
    insert into registry.person (party, insz_key, insz_sealed, given_names, family_name, language)
        values (found_party, p_key, p_sealed, p_given, p_family, p_language)
        on conflict (insz_key) do nothing;
    if not found then  -- somebody else added the same person a moment ago
        select p.party into found_party from registry.person p where p.insz_key = p_key;
    end if;
    return found_party;
end
$$;
-- Seal a number with the current key; for the rotation of keys.
create function registry.reseal_person(p_party bigint, p_sealed bytea) returns void
    language sql security definer set search_path = pg_catalog, pg_temp as $$
    update registry.person set insz_sealed = p_sealed where party = p_party
$$;
-- The same for many at once. People who are known already are left as they are; gives the person of each key.
create function registry.find_people(p_keys bytea[]) returns table (insz_key bytea, party bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select p.insz_key, p.party from registry.person p where p.insz_key = any (p_keys)
$$;
create function registry.add_people(
    p_keys bytea[], p_sealed bytea[], p_given text[], p_family text[], p_language text[]
) returns table (insz_key bytea, party bigint, added boolean)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock(hashtextextended('registry.add_people', 0));
    -- numbers that the ledger knows already belong to somebody
    perform setval('registry.party_number', m.highest) from (select max(party) as highest from led.party) m
      where m.highest > (select last_value from registry.party_number);
    if exists (select from registry.person p where p.insz_sealed is null) then
        perform registry.prove_person(n.k, n.s, n.g, n.f) from unnest(p_keys, p_sealed, p_given, p_family) as n (k, s, g, f)
          where not exists (select from registry.person p where p.insz_key = n.k);
    end if;
    return query
    with fresh as (
        insert into registry.person (party, insz_key, insz_sealed, given_names, family_name, language)
        select nextval('registry.party_number'), n.k, n.s, n.g, n.f, n.l
          from unnest(p_keys, p_sealed, p_given, p_family, p_language) as n (k, s, g, f, l)
         where not exists (select from registry.person p where p.insz_key = n.k)
        on conflict (insz_key) do nothing returning insz_key, party
    ), in_ledger as (
        insert into led.party select fresh.party from fresh
    )
    select fresh.insz_key, fresh.party, true from fresh
    union all
    select p.insz_key, p.party, false from registry.person p where p.insz_key = any (p_keys);
end
$$;
