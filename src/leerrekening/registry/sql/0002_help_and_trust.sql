-- Mandates of helpers, the journal of who looked, corrections, contacts and notices, consent.
set local role llr_owner;

-- A natural person in one capacity. One session has one actor.
create sequence registry.actor_number as bigint start 500001;
create table registry.actor (
    actor bigint primary key,
    subject text not null,                                       -- who it is for the access service
    capacity text not null check (capacity in
        ('citizen', 'helper', 'caseworker', 'analyst', 'auditor', 'administrator', 'mailroom')),
    organisation text not null default '',                       -- organisation code; empty for a citizen
    organisation_name text not null default '',
    name text not null,
    party bigint references registry.person,                     -- a citizen's own
    locked_at timestamptz,                                       -- mass reading: no file opens until a person looks at it
    unique (subject, capacity, organisation),
    check ((capacity = 'citizen') = (party is not null)),
    check ((capacity = 'citizen') = (organisation = ''))
);

-- A request becomes a mandate when the person says yes; until then nobody knows whose it would be. `code_hash`: keyed hash
-- of the code on the form and on each letter. It accepts the request, and afterwards ends the mandate (by telephone too).
create table registry.mandate (
    mandate uuid primary key default gen_random_uuid(),
    party bigint references registry.person,                     -- null until the person has said yes
    helper bigint not null references registry.actor,
    scopes text[] not null check (scopes <@ array['look', 'reserve', 'correct'] and 'look' = any (scopes)),
    duration text not null check (duration in ('day', 'month', 'half_year', 'year')),
    given text not null check (given in ('desk', 'paper', 'signed_in')),
    asked_at timestamptz not null default now(),
    begins_at timestamptz,
    ends_at timestamptz check (ends_at > begins_at),
    code_hash bytea not null unique default sha256(gen_random_uuid()::text::bytea) check (octet_length(code_hash) = 32),
    ended_at timestamptz,
    ended_by text check (ended_by in ('citizen', 'helper', 'phone', 'refused', 'guessed', 'renewed')),
    letter_upto bigint not null default 0,                       -- the last line of the journal that a letter told of
    check ((begins_at is null) = (ends_at is null)),
    check (begins_at is null or party is not null),
    check ((ended_at is null) = (ended_by is null))
);
create index mandate_of_helper on registry.mandate (helper);
create index mandate_of_person on registry.mandate (party);

-- On paper the helper writes down who signs. Gone as soon as the mandate begins, or the request has lapsed.
create table registry.mandate_on_paper (
    mandate uuid primary key references registry.mandate,
    insz_key bytea not null check (octet_length(insz_key) = 32),
    given_names text not null check (length(given_names) between 1 and 200),
    family_name text not null check (length(family_name) between 1 and 200),
    wrong_codes int not null default 0
);

-- A question or a barrier from a conversation, in the words of the person. Read by the person and a helper with a mandate.
create table registry.conversation (
    conversation uuid primary key default gen_random_uuid(),
    party bigint not null references registry.person,
    helper bigint not null references registry.actor,
    mandate uuid not null references registry.mandate,
    at timestamptz not null default now(),
    question text not null check (length(question) <= 2000),
    barriers text[] not null default '{}'
        check (barriers <@ array['dispositional', 'institutional', 'situational', 'informational', 'financial']),
    check (question <> '' or barriers <> '{}')
);
create index conversation_of_person on registry.conversation (party, at);

-- Too many files in too short a time: the actor is locked in the same transaction, until somebody has looked at it.
create table registry.alarm (
    alarm bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor bigint not null references registry.actor,
    kind text not null check (kind in ('many_files', 'many_paper_mandates')),
    counted int not null,
    closed_at timestamptz,
    closed_by bigint references registry.actor,
    why text not null default '',
    check ((closed_at is null) = (closed_by is null)),
    check (closed_at is null or length(why) between 3 and 2000)
);

-- How much one person may open or begin: the last row. An administrator adds one, with a reason. It stands here and not
-- with the program, so that whoever has the login of a helper cannot choose it.
create table registry.reading_limit (
    reading_limit bigint generated always as identity primary key,
    files_an_hour int not null default 15 check (files_an_hour between 1 and 1000),        -- people a helper opens
    files_a_day int not null default 60 check (files_a_day between files_an_hour and 10000),
    paper_a_day int not null default 5 check (paper_a_day between 0 and 1000),             -- mandates on paper a helper begins
    cases_an_hour int not null default 30 check (cases_an_hour between 1 and 1000)         -- people a caseworker opens
);
insert into registry.reading_limit default values;
create function registry.limits_now() returns registry.reading_limit language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    select l.* from registry.reading_limit l order by l.reading_limit desc limit 1 $$;

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

-- The names on a line are those under which the actor signed in, whatever the program wrote.
create function registry.name_actor() returns trigger language plpgsql security definer
    set search_path = pg_catalog, pg_temp as $$
begin
    select coalesce(max(a.name), new.actor_name), coalesce(max(a.organisation_name), new.organisation_name)
      into new.actor_name, new.organisation_name from registry.actor a where a.actor = new.actor;
    return new;
end
$$;
create trigger journal_names_its_actor before insert on registry.journal
    for each row when (new.actor is not null) execute function registry.name_actor();

-- ---------------------------------------------------------------------------------------------------------------
-- Asking for a mandate, saying yes, ending it. Every way in is a function; nobody but the owner writes a mandate.
-- ---------------------------------------------------------------------------------------------------------------
create function registry.mandate_length(p_duration text) returns interval language sql immutable
    set search_path = pg_catalog, pg_temp as $$
    select case p_duration when 'day' then interval '1 day' when 'month' then interval '31 days'
                           when 'half_year' then interval '6 months' when 'year' then interval '1 year' end $$;
-- When somebody last looked after an alarm about this actor: what came before it counts no more.
create function registry.looked_after(p_actor bigint, p_kind text) returns timestamptz language sql stable
    set search_path = pg_catalog, pg_temp as $$
    select coalesce(max(a.closed_at), '-infinity') from registry.alarm a where a.actor = p_actor and a.kind = p_kind $$;
-- A request lapses: at the desk after a day, else after a month.
create function registry.may_be_accepted(m registry.mandate) returns boolean language sql stable
    set search_path = pg_catalog, pg_temp as $$
    select m.begins_at is null and m.ended_at is null
       and now() < m.asked_at + case m.given when 'desk' then interval '1 day' else interval '31 days' end $$;

-- The helper asks; on paper the form names who signs.
create function registry.ask_mandate(p_mandate uuid, p_scopes text[], p_duration text, p_given text, p_code_hash bytea,
        p_insz_key bytea default null, p_given_names text default null, p_family_name text default null) returns void
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from registry.actor a where a.actor = registry.actor() and a.capacity = 'helper'
                      and a.locked_at is null) then
        raise exception 'this helper may not ask now' using errcode = 'insufficient_privilege';
    end if;
    if (p_given = 'paper') <> (p_insz_key is not null) then
        raise exception 'a mandate on paper names who signs, and no other does' using errcode = 'check_violation';
    end if;
    insert into registry.mandate (mandate, helper, scopes, duration, given, code_hash)
        values (p_mandate, registry.actor(), p_scopes, p_duration, p_given, p_code_hash);
    if p_given = 'paper' then
        insert into registry.mandate_on_paper values (p_mandate, p_insz_key, p_given_names, p_family_name);
    end if;
end
$$;

-- What a code asks for: to the person who typed it. No row for any code that cannot be accepted now.
create function registry.asked_with(p_code_hash bytea)
    returns table (mandate uuid, helper text, organisation text, scopes text[], duration text, given text)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.mandate, a.name, a.organisation_name, m.scopes, m.duration, m.given
      from registry.mandate m join registry.actor a on a.actor = m.helper
     where m.code_hash = p_code_hash and m.given <> 'paper' and registry.may_be_accepted(m) and a.locked_at is null
$$;

-- It begins now. The newest yes replaces what this helper might do for this person before: nobody has two at once.
create function registry.begin_mandate(p_mandate uuid, p_helper bigint, p_party bigint) returns void
    language sql security definer set search_path = pg_catalog, pg_temp as $$
    update registry.mandate m set ended_at = now(), ended_by = 'renewed'
     where m.helper = p_helper and m.party = p_party and m.mandate <> p_mandate and m.ended_at is null and m.ends_at > now();
    update registry.mandate m set party = p_party, begins_at = now(), ends_at = now() + registry.mandate_length(m.duration)
     where m.mandate = p_mandate;
$$;

-- The person, signed in, says yes or no; the mandate that began, or null.
create function registry.answer_mandate(p_code_hash bytea, p_yes boolean) returns uuid
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    m registry.mandate;
begin
    select * into m from registry.mandate t where t.code_hash = p_code_hash for no key update;
    if m.mandate is null or m.given = 'paper' or not registry.may_be_accepted(m) or registry.own_party() is null then
        return null;
    end if;
    if p_yes then
        perform registry.begin_mandate(m.mandate, m.helper, registry.own_party());
    else
        update registry.mandate t set ended_at = now(), ended_by = 'refused' where t.mandate = m.mandate;
    end if;
    return m.mandate;
end
$$;

-- The helper has the signed form and types its code. What is answered, counted and written down is the same whether the
-- number is known here, is known by another name, or is not known: who is not known by number and name together begins
-- with an empty account of their own (registry.unproven_key). The line of the journal and the notice, with its letter, are
-- made here, so that no mandate begins without them.
-- Answers: begun, with the letters and e-mails that go out now; wrong_code; closed (no such request, lapsed, answered
-- before); too_many (a day's number is reached, or an alarm about that is open).
create function registry.confirm_paper(p_mandate uuid, p_code_hash bytea, p_language text,
        out outcome text, out party bigint, out deliveries uuid[])
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    m registry.mandate;
    a registry.actor;
    who registry.mandate_on_paper;
    counted int;
begin
    select * into m from registry.mandate t where t.mandate = p_mandate and t.helper = registry.actor()
       for no key update;
    select * into who from registry.mandate_on_paper p where p.mandate = p_mandate;
    -- one at a time for one helper, so that the day's number is exact
    select * into a from registry.actor t where t.actor = m.helper for no key update;
    if m.mandate is null or who.mandate is null or not registry.may_be_accepted(m) or a.locked_at is not null then
        outcome := 'closed';
        return;
    end if;
    if m.code_hash <> p_code_hash then
        outcome := 'wrong_code';
        update registry.mandate_on_paper p set wrong_codes = wrong_codes + 1 where p.mandate = p_mandate
            returning p.wrong_codes into counted;
        if counted >= 5 then
            update registry.mandate t set ended_at = now(), ended_by = 'guessed' where t.mandate = p_mandate;
            delete from registry.mandate_on_paper p where p.mandate = p_mandate;
        end if;
        return;
    end if;
    if exists (select from registry.alarm t where t.actor = m.helper and t.kind = 'many_paper_mandates'
                  and t.closed_at is null) then
        outcome := 'too_many';
        return;
    end if;
    select count(*) into counted from registry.mandate t
     where t.helper = m.helper and t.given = 'paper' and t.begins_at > now() - interval '1 day'
       and t.begins_at > registry.looked_after(m.helper, 'many_paper_mandates');
    if counted >= (select l.paper_a_day from registry.limits_now() l) then
        outcome := 'too_many';
        insert into registry.alarm (actor, kind, counted) values (m.helper, 'many_paper_mandates', counted + 1);
        return;
    end if;
    select p.party into party from registry.person p
     where p.insz_key = who.insz_key
       and registry.first_and_family(p.given_names, p.family_name)
         = registry.first_and_family(who.given_names, who.family_name);
    if party is null then
        party := registry.add_person(registry.unproven_key(who.insz_key, who.given_names, who.family_name), null,
                                     who.given_names, who.family_name, p_language);
    end if;
    perform registry.begin_mandate(p_mandate, m.helper, party);
    delete from registry.mandate_on_paper p where p.mandate = p_mandate;
    insert into registry.journal (party, actor, actor_name, capacity, organisation_name, mandate, what)
        values (party, a.actor, a.name, a.capacity, a.organisation_name, m.mandate, 'mandate_given_on_paper');
    deliveries := registry.tell(party, 'mandate_given', m.mandate::text,
        jsonb_build_object('helper', registry.helper_words(m.helper), 'mandate', m.mandate), '[]', true);
    outcome := 'begun';
end
$$;
-- A helper with the organisation, as notices name them.
create function registry.helper_words(p_helper bigint) returns text language sql stable security definer
    set search_path = pg_catalog, pg_temp as $$
    select a.name || case when a.organisation_name <> '' then ' (' || a.organisation_name || ')' else '' end
      from registry.actor a where a.actor = p_helper
$$;

-- The person or the helper ends it; whether it still ran (or was still asked).
create function registry.end_mandate(p_mandate uuid) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    who text := case when pg_has_role(session_user, 'llr_citizen', 'member') then 'citizen' else 'helper' end;
begin
    update registry.mandate m set ended_at = now(), ended_by = who
     where m.mandate = p_mandate and m.ended_at is null and (m.ends_at is null or m.ends_at > now())
       and case who when 'citizen' then m.party = registry.own_party() else m.helper = registry.actor() end;
    if not found then
        return false;
    end if;
    delete from registry.mandate_on_paper p where p.mandate = p_mandate;
    return true;
end
$$;

-- By telephone: who knows the code ends it. Says which mandate, and nothing of who it was.
create function registry.end_by_code(p_code_hash bytea) returns uuid
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    m registry.mandate;
begin
    update registry.mandate t set ended_at = now(), ended_by = 'phone'
     where t.code_hash = p_code_hash and t.ended_at is null and (t.ends_at is null or t.ends_at > now())
    returning * into m;
    delete from registry.mandate_on_paper p where p.mandate = m.mandate;
    if m.party is not null then
        insert into registry.journal (party, actor_name, capacity, mandate, what)
            values (m.party, '', 'program', m.mandate, 'mandate_ended_by_phone');
    end if;
    return m.mandate;
end
$$;

-- Whose account a mandate opens to this transaction's helper for this purpose, now; no row for any other reason. Writes
-- the look into the journal of the person, counts the people opened, and locks a helper who opens too many.
create function registry.open_by_mandate(p_mandate uuid, p_scope text, p_page text)
    returns table (party bigint, name text, scopes text[])
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    m registry.mandate;
    a registry.actor;
    most registry.reading_limit;
    in_an_hour int;
    in_a_day int;
begin
    select * into m from registry.mandate t where t.mandate = p_mandate and t.helper = registry.actor();
    if m.mandate is null or not registry.holds_mandate(m.party, p_scope) or not p_scope = any (m.scopes)
       or not now() between m.begins_at and m.ends_at or m.ended_at is not null then
        return;
    end if;
    -- one at a time for one helper, so that many at once count as many
    select * into a from registry.actor t where t.actor = m.helper for no key update;
    if a.locked_at is not null then
        return;
    end if;
    most := registry.limits_now();
    insert into registry.journal (party, actor, actor_name, capacity, organisation_name, mandate, what, detail)
        values (m.party, a.actor, a.name, a.capacity, a.organisation_name, m.mandate, 'looked',
                jsonb_build_object('page', p_page));
    select count(distinct j.party) filter (where j.at > now() - interval '1 hour'), count(distinct j.party)
      into in_an_hour, in_a_day
      from registry.journal j where j.actor = a.actor and j.what = 'looked' and j.at > now() - interval '1 day'
       and j.at > registry.looked_after(a.actor, 'many_files');
    if in_an_hour > most.files_an_hour or in_a_day > most.files_a_day then
        update registry.actor t set locked_at = now() where t.actor = a.actor;
        insert into registry.alarm (actor, kind, counted)
            values (a.actor, 'many_files', greatest(in_an_hour, in_a_day));
        return;
    end if;
    return query select m.party, p.given_names || ' ' || p.family_name, m.scopes
      from registry.person p where p.party = m.party;
end
$$;

-- Lines of the journal since the last letter about a mandate, and the mark that they are told now. For the run that
-- tells the person, and nobody else: a helper who could mark lines as told could keep them from the person.
create function registry.take_letter(p_mandate uuid) returns setof registry.journal
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    m registry.mandate;
begin
    select * into m from registry.mandate t where t.mandate = p_mandate for no key update;
    return query select * from registry.journal j where j.mandate = p_mandate and j.entry > m.letter_upto order by j.entry;
    update registry.mandate t set letter_upto = coalesce((select max(j.entry) from registry.journal j
                                                           where j.mandate = p_mandate), t.letter_upto)
     where t.mandate = p_mandate;
end
$$;

-- Mandates of which something is not told yet, untouched for so long.
create function registry.letters_due(p_quiet interval) returns table (mandate uuid, party bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select m.mandate, m.party from registry.mandate m join registry.journal j on j.mandate = m.mandate
     where j.entry > m.letter_upto group by m.mandate having max(j.at) < now() - p_quiet order by m.mandate
$$;

-- How many people met each barrier in a quarter that is over: for policy, as counts alone. Quarters do not overlap and do
-- not grow, so that no two questions tell about one person between them. A count below `p_least` is not told; when that is
-- one barrier alone, the next smallest is not told either, so that no total elsewhere gives it away.
create function registry.barrier_counts(p_year int, p_quarter int, p_least int)
    returns table (barrier text, people bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with quarter as (select make_date(p_year, p_quarter * 3 - 2, 1) as first_day),
    counted as (
        select b.barrier, count(distinct c.party) as people
          from unnest(array['dispositional', 'institutional', 'situational', 'informational', 'financial']) b (barrier)
          cross join quarter q
          left join registry.conversation c on b.barrier = any (c.barriers)
               and c.at >= q.first_day and c.at < q.first_day + interval '3 months'
         where q.first_day + interval '3 months' <= current_date
         group by b.barrier),
    ranked as (select *, row_number() over (order by people, barrier) as place,
                      count(*) filter (where people < p_least) over () as small from counted)
    select barrier, case when people >= p_least and not (small = 1 and place = 2) then people end from ranked order by barrier
$$;

-- An administrator opens a lock again, with the reason.
create function registry.close_alarm(p_alarm bigint, p_why text) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    a registry.alarm;
begin
    update registry.alarm t set closed_at = now(), closed_by = registry.actor(), why = p_why
     where t.alarm = p_alarm and t.closed_at is null and t.actor <> registry.actor() returning * into a;
    if a.alarm is null then
        return false;
    end if;
    if not exists (select from registry.alarm t where t.actor = a.actor and t.closed_at is null) then
        update registry.actor t set locked_at = null where t.actor = a.actor;
    end if;
    return true;
end
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Who sees what. (Row-level security is switched on for every table in 0004.)
-- ---------------------------------------------------------------------------------------------------------------
do $$
declare
    t text;
begin
    foreach t in array array['mandate', 'conversation', 'journal'] loop
        execute format('create policy citizen_own on registry.%I for select to llr_citizen
                        using (party = (select registry.own_party()))', t);
        execute format('create policy auditor_reads on registry.%I for select to llr_auditor using (true)', t);
        execute format('create policy batch_reads on registry.%I for select to llr_batch using (true)', t);
    end loop;
end
$$;
grant select (mandate, party, helper, scopes, duration, given, asked_at, begins_at, ends_at, ended_at, ended_by)
    on registry.mandate to llr_citizen, llr_helper, llr_auditor, llr_batch;
create policy helper_own on registry.mandate for select to llr_helper using (helper = (select registry.actor()));
grant select (mandate, given_names, family_name) on registry.mandate_on_paper to llr_helper;
create policy helper_own on registry.mandate_on_paper for select to llr_helper using (exists (
    select from registry.mandate m where m.mandate = mandate_on_paper.mandate and m.helper = (select registry.actor())
       and m.ended_at is null and m.asked_at > now() - interval '31 days'));
-- a conversation stays in the file: the auditor reads no words of it
grant select on registry.conversation to llr_citizen, llr_helper, llr_batch;
create policy helper_mandate on registry.conversation for select to llr_helper
    using (party = (select registry.own_party()) and (select registry.holds_mandate(registry.own_party(), 'look')));
grant insert (party, helper, mandate, question, barriers) on registry.conversation to llr_helper;
create policy helper_writes on registry.conversation for insert to llr_helper
    with check (party = (select registry.own_party()) and helper = (select registry.actor())
                and (select registry.holds_mandate(registry.own_party(), 'look'))
                and exists (select from registry.mandate m where m.mandate = conversation.mandate
                               and m.party = conversation.party and m.helper = conversation.helper));

grant select on registry.journal to llr_citizen, llr_helper, llr_auditor, llr_batch;
create policy own_acts on registry.journal for select to llr_helper
    using (actor = (select registry.actor()) and party = (select registry.own_party())
           and (select registry.holds_mandate(registry.own_party(), 'look')));
-- nobody writes in another's name, about another person, or at another moment than now
grant insert (party, actor, actor_name, capacity, organisation_name, mandate, what, detail, why) on registry.journal
    to llr_citizen, llr_helper, llr_caseworker, llr_auditor, llr_administrator, llr_batch;
create policy citizen_acts on registry.journal for insert to llr_citizen
    with check (party = (select registry.own_party()) and actor = (select registry.actor()) and capacity = 'citizen');
create policy helper_acts on registry.journal for insert to llr_helper
    with check (party = (select registry.own_party()) and actor = (select registry.actor()) and capacity = 'helper'
                and (select registry.holds_mandate(registry.own_party(), 'look'))
                and exists (select from registry.mandate m where m.mandate = journal.mandate and m.party = journal.party
                               and m.helper = journal.actor));
create policy caseworker_acts on registry.journal for insert to llr_caseworker
    with check (actor = (select registry.actor()) and capacity = 'caseworker');
create policy auditor_acts on registry.journal for insert to llr_auditor
    with check (actor = (select registry.actor()) and capacity = 'auditor');
create policy administrator_acts on registry.journal for insert to llr_administrator
    with check (actor = (select registry.actor()) and capacity = 'administrator');
create policy program_acts on registry.journal for insert to llr_batch with check (true);

-- names of helpers: to the person they help; everybody sees themselves
-- (who they are for the access service is for the gate alone)
grant select (actor, capacity, organisation, organisation_name, name, party, locked_at) on registry.actor
    to llr_citizen, llr_helper, llr_caseworker, llr_auditor, llr_administrator, llr_batch;
create policy own_helpers on registry.actor for select to llr_citizen
    using (actor = (select registry.actor()) or exists (select from registry.mandate m
            where m.helper = actor.actor and m.party = (select registry.own_party())));
create policy oneself on registry.actor for select to llr_helper, llr_caseworker using (actor = (select registry.actor()));
create policy staff_of_the_house on registry.actor for select to llr_auditor, llr_batch using (true);
-- who works with the program; a citizen's name and account are none of an administrator's business
create policy staff_alone on registry.actor for select to llr_administrator using (party is null);
grant select on registry.alarm to llr_auditor, llr_administrator, llr_batch;
create policy those_who_look_after_it on registry.alarm for select to llr_auditor, llr_administrator, llr_batch using (true);

revoke execute on function registry.ask_mandate, registry.asked_with, registry.answer_mandate, registry.confirm_paper,
    registry.end_mandate, registry.end_by_code, registry.open_by_mandate, registry.take_letter, registry.letters_due,
    registry.barrier_counts, registry.close_alarm, registry.name_actor, registry.helper_words, registry.limits_now,
    registry.begin_mandate from public;
grant execute on function registry.ask_mandate, registry.confirm_paper, registry.open_by_mandate to llr_helper;
grant execute on function registry.asked_with, registry.answer_mandate to llr_citizen;
grant execute on function registry.end_mandate to llr_citizen, llr_helper;
grant execute on function registry.end_by_code to llr_gate;
grant execute on function registry.take_letter, registry.letters_due, registry.helper_words to llr_batch;
grant execute on function registry.barrier_counts to llr_batch, llr_auditor;
grant execute on function registry.close_alarm to llr_administrator;
