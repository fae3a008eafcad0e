-- Mandates of helpers, the journal of who looked, corrections, contacts and notices, consent.
set local role llr_owner;

-- A natural person in one capacity. One session has one actor.
create sequence registry.actor_number as bigint start 500001;
create table registry.actor (
    actor bigint primary key,
    subject text not null,                                       -- who it is for the access service
    capacity text not null check (capacity in ('citizen', 'helper', 'caseworker', 'analyst', 'auditor', 'administrator')),
    organisation text not null default '',                       -- organisation code; empty for a citizen
    organisation_name text not null default '',
    name text not null,
    party bigint references registry.person,                     -- a citizen's own
    locked_at timestamptz,                                       -- mass reading: no file opens until a person looks at it
    unique (subject, capacity, organisation),
    check ((capacity = 'citizen') = (party is not null)),
    check ((capacity = 'citizen') = (organisation = ''))
);

create table registry.mandate (
    mandate uuid primary key default gen_random_uuid(),
    party bigint references registry.person,                     -- null until the paper or code names the person
    helper bigint not null references registry.actor,
    scopes text[] not null check (scopes <@ array['look', 'reserve', 'correct'] and 'look' = any (scopes)),
    duration text not null check (duration in ('day', 'month', 'half_year', 'year')),
    given text not null check (given in ('desk', 'paper', 'signed_in')),
    asked_at timestamptz not null default now(),
    begins_at timestamptz,
    ends_at timestamptz check (ends_at > begins_at),
    code_hash bytea,                                             -- of the code on the paper; ends it by phone, too
    ended_at timestamptz,
    ended_by text check (ended_by in ('citizen', 'helper', 'phone', 'caseworker', 'refused')),
    check ((begins_at is null) = (ends_at is null)),
    check (begins_at is null or party is not null)
);
create index mandate_of_helper on registry.mandate (helper);
create index mandate_of_person on registry.mandate (party);

-- May this transaction's helper do this for that person, now?
create function registry.holds_mandate(p_party bigint, p_scope text) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select exists (
        select from registry.mandate m join registry.actor a on a.actor = m.helper
         where m.party = p_party and m.helper = registry.actor() and p_scope = any (m.scopes)
           and now() between m.begins_at and m.ends_at and m.ended_at is null and a.locked_at is null)
$$;

-- Who looked at or did what, for whom, when and why. Never edited; written in the transaction of the look itself.
create table registry.journal (
    entry bigint generated always as identity primary key,
    party bigint not null,
    at timestamptz not null default now(),
    actor bigint,                                                -- null: the program itself
    actor_name text not null,
    capacity text not null,
    organisation_name text not null default '',
    mandate uuid references registry.mandate,
    what text not null check (what ~ '^[a-z][a-z0-9_]*$'),       -- a code with its own sentence in four languages
    detail jsonb not null default '{}',
    why text not null default ''
);
create index journal_of_person on registry.journal (party, entry desc);
create index journal_of_actor on registry.journal (actor, at desc);
create trigger journal_is_kept before update or delete or truncate on registry.journal
    for each statement execute function registry.refuse_change();
