-- Corrections, contacts, notices, consent, copies of all data, deletion. Every way in is a function that checks who asks;
-- nobody but the owner writes a row, and staff read a case only through the function that writes it into the journal.
grant usage on schema registry to llr_administrator, llr_mailroom;
set local role llr_owner;

-- May this transaction do this for that person? The login decides what kind of user it is.
create function registry.acts_for(p_party bigint, p_scope text) returns boolean language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select coalesce(case
        when pg_has_role(session_user, 'llr_batch', 'member') then true
        when pg_has_role(session_user, 'llr_citizen', 'member') then p_party = registry.own_party()
        when pg_has_role(session_user, 'llr_helper', 'member') then registry.holds_mandate(p_party, p_scope)
        else false end, false)
    $$;
-- The organisation of a caseworker who may work now; null for everybody else.
create function registry.own_organisation() returns text language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select a.organisation from registry.actor a
     where a.actor = registry.actor() and a.capacity = 'caseworker' and a.locked_at is null
       and pg_has_role(session_user, 'llr_caseworker', 'member')
    $$;
create function registry.refuse(p_what text) returns void language plpgsql as $$
begin
    raise exception '%', p_what using errcode = 'insufficient_privilege';
end
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- "This is wrong": a request to correct, its way, and who may take which step.
-- ---------------------------------------------------------------------------------------------------------------
create sequence registry.case_sequence as bigint;
-- K-2026-000123-cc: the last two digits check the rest, so that a number read over the telephone is not another case.
create function registry.case_number(p_year int, p_number bigint) returns text language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$ select format('K-%s-%s-%s', p_year, lpad(p_number::text, 6, '0'),
                        lpad((97 - (p_year * 1000000::bigint + p_number) % 97)::text, 2, '0')) $$;

create table registry.correction (
    correction uuid primary key default gen_random_uuid(),
    number text not null unique check (number ~ '^K-[0-9]{4}-[0-9]{6}-[0-9]{2}$'),
    party bigint not null references registry.person,
    path text not null check (path ~ '^[a-z_]+(\.[a-z_0-9]+)*$'),
    item text not null default '' check (length(item) <= 200),
    fact uuid references registry.fact,                          -- what was shown; null: something is missing
    shown jsonb,
    said text not null check (length(said) between 1 and 2000),
    source text not null check (source ~ '^[a-z][a-z0-9_]*$'),   -- who owns the data: a key of registry/owners.yaml
    handler text not null,                                       -- organisation whose caseworkers handle it
    mandate uuid references registry.mandate,                    -- of the helper who asked
    received_at timestamptz not null default now(),
    deadline date not null,
    extended boolean not null default false,
    late_told boolean not null default false,
    state text not null default 'received'
        check (state in ('received', 'sent', 'answered', 'accepted', 'refused', 'withdrawn')),
    sent_at timestamptz,
    sends int not null default 0 check (sends >= 0),
    answer_due date,                                             -- while sent: the day on which we ask again
    closed_at timestamptz,
    check ((state = 'sent') <= (answer_due is not null)),
    check ((state in ('accepted', 'refused', 'withdrawn')) = (closed_at is not null))
);
create index correction_of_person on registry.correction (party);
create index correction_open on registry.correction (handler, deadline) where closed_at is null;

create table registry.correction_step (
    step bigint generated always as identity primary key,
    correction uuid not null references registry.correction,
    party bigint not null,
    at timestamptz not null default now(),
    state text not null,
    actor bigint,
    actor_name text not null default '',
    organisation_name text not null default '',
    why text not null default '' check (length(why) <= 2000)     -- the person reads it
);
create index step_of_correction on registry.correction_step (correction, step);
create trigger steps_are_kept before update or truncate on registry.correction_step
    for each statement execute function registry.refuse_change();

create table registry.correction_move (
    from_state text not null,
    to_state text not null,
    who text not null check (who in ('person', 'caseworker', 'program')),
    primary key (from_state, to_state, who)
);
insert into registry.correction_move values
    ('received', 'sent', 'caseworker'), ('received', 'sent', 'program'),
    ('sent', 'sent', 'caseworker'), ('sent', 'sent', 'program'),          -- asked again after the time-out
    ('sent', 'answered', 'caseworker'),
    ('received', 'answered', 'caseworker'),                               -- the handler is the owner
    ('answered', 'accepted', 'caseworker'), ('answered', 'refused', 'caseworker'),
    ('received', 'withdrawn', 'person'), ('sent', 'withdrawn', 'person'), ('answered', 'withdrawn', 'person');

create function registry.ask_correction(
    p_party bigint, p_path text, p_item text, p_fact uuid, p_said text, p_source text, p_handler text, p_deadline date,
    p_year int, p_actor_name text, p_organisation_name text, p_mandate uuid
) returns table (correction uuid, number text) language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    f registry.fact;
    made registry.correction;
begin
    if not registry.acts_for(p_party, 'correct') then
        perform registry.refuse('no correction for this person');
    end if;
    if p_fact is not null then
        select * into f from registry.fact t where t.fact = p_fact and t.party = p_party;
        if f.fact is null or (f.path, f.item) is distinct from (p_path, p_item) then
            perform registry.refuse('no such fact of this person');
        end if;
    end if;
    -- one open case about one fact: asking twice is asking once
    perform pg_advisory_xact_lock(hashtextextended('registry.correction ' || p_party, 0));
    select * into made from registry.correction c
     where c.party = p_party and (c.path, c.item) = (p_path, p_item) and c.closed_at is null order by c.received_at limit 1;
    if made.correction is null then
        insert into registry.correction (number, party, path, item, fact, shown, said, source, handler, mandate, deadline)
        values (registry.case_number(p_year, nextval('registry.case_sequence')), p_party, p_path, p_item, p_fact, f.value,
                p_said, p_source, p_handler, p_mandate, p_deadline)
        returning * into made;
    end if;
    if not exists (select from registry.correction_step s where s.correction = made.correction and s.why = p_said) then
        insert into registry.correction_step (correction, party, state, actor, actor_name, organisation_name, why)
        values (made.correction, p_party, made.state, registry.actor(), p_actor_name, p_organisation_name, p_said);
    end if;
    return query select made.correction, made.number;
end
$$;

-- One step on. p_answer_due: when sent, the day on which we ask again. Refused: a step that is not there, another's case.
create function registry.move_correction(
    p_correction uuid, p_to text, p_why text, p_actor_name text, p_organisation_name text, p_answer_due date default null
) returns registry.correction language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    c registry.correction;
    mover text;
begin
    select * into c from registry.correction t where t.correction = p_correction for no key update;
    mover := case
        when pg_has_role(session_user, 'llr_batch', 'member') then 'program'
        when c.handler = registry.own_organisation() then 'caseworker'
        when pg_has_role(session_user, 'llr_caseworker', 'member') then null
        when registry.acts_for(c.party, 'correct') then 'person' end;
    if c.correction is null or mover is null then
        perform registry.refuse('no such case');
    end if;
    if not exists (select from registry.correction_move m where (m.from_state, m.to_state, m.who) = (c.state, p_to, mover)) then
        raise exception 'a case does not go from % to % by %', c.state, p_to, mover using errcode = 'check_violation',
            hint = 'Somebody may have moved it meanwhile: look at it again.';
    end if;
    update registry.correction t
       set state = p_to,
           sent_at = case when p_to = 'sent' then now() else t.sent_at end,
           sends = t.sends + (p_to = 'sent')::int,
           answer_due = case when p_to = 'sent' then p_answer_due end,
           closed_at = case when p_to in ('accepted', 'refused', 'withdrawn') then now() end
     where t.correction = p_correction returning * into c;
    insert into registry.correction_step (correction, party, state, actor, actor_name, organisation_name, why)
    values (p_correction, c.party, p_to, registry.actor(), p_actor_name, p_organisation_name, p_why);
    return c;
end
$$;

-- Two months more, once, with the reason, before the first month is over (GDPR art. 12(3)).
create function registry.extend_correction(p_correction uuid, p_today date, p_until date, p_why text, p_actor_name text,
                                           p_organisation_name text)
    returns bigint language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    c registry.correction;
begin
    update registry.correction t set deadline = p_until, extended = true
     where t.correction = p_correction and t.handler = registry.own_organisation() and t.closed_at is null
       and not t.extended and t.deadline >= p_today and p_until > t.deadline returning * into c;
    if c.correction is null then
        perform registry.refuse('this case cannot get more time');
    end if;
    insert into registry.correction_step (correction, party, state, actor, actor_name, organisation_name, why)
    values (p_correction, c.party, c.state, registry.actor(), p_actor_name, p_organisation_name, p_why);
    return c.party;
end
$$;

-- What a caseworker sees before opening: whose turn it is, and nothing of the person.
create function registry.case_queue() returns table (correction uuid, number text, source text, path text, state text,
        received_at timestamptz, deadline date, extended boolean, sends int, answer_due date)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select c.correction, c.number, c.source, c.path, c.state, c.received_at, c.deadline, c.extended, c.sends, c.answer_due
      from registry.correction c
     where c.handler = registry.own_organisation() and c.closed_at is null
     order by c.deadline, c.number
    $$;

-- Opening a case writes the look into the journal of the person, with the case as the reason.
create function registry.open_case(p_number text, p_actor_name text, p_organisation_name text)
    returns table (correction uuid, number text, party bigint, given_names text, family_name text, language text, path text,
        item text, fact uuid, shown jsonb, said text, source text, state text, received_at timestamptz, deadline date,
        extended boolean, sends int, answer_due date)
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c registry.correction;
begin
    select * into c from registry.correction t
     where t.number = p_number and t.handler = registry.own_organisation();
    if c.correction is null then
        return;
    end if;
    insert into registry.journal (party, actor, actor_name, capacity, organisation_name, what, detail, why)
    values (c.party, registry.actor(), p_actor_name, 'caseworker', p_organisation_name, 'case_opened',
            jsonb_build_object('case', c.number), 'correction');
    return query select c.correction, c.number, c.party, p.given_names, p.family_name, p.language, c.path, c.item, c.fact,
            c.shown, c.said, c.source, c.state, c.received_at, c.deadline, c.extended, c.sends, c.answer_due
      from registry.person p where p.party = c.party;
    -- one too many: this case is still shown, and from now on nothing more
    perform registry.watch_staff();
end
$$;
create function registry.case_steps(p_correction uuid) returns table (at timestamptz, state text, actor_name text,
        organisation_name text, why text) language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select s.at, s.state, s.actor_name, s.organisation_name, s.why
      from registry.correction_step s join registry.correction c on c.correction = s.correction
     where s.correction = p_correction and (c.handler = registry.own_organisation() or registry.acts_for(c.party, 'look'))
     order by s.step
    $$;

-- ---------------------------------------------------------------------------------------------------------------
-- Where a person is reached.
-- ---------------------------------------------------------------------------------------------------------------
create table registry.contact (
    contact uuid primary key default gen_random_uuid(),
    party bigint not null references registry.person,
    kind text not null check (kind in ('email', 'phone', 'post')),
    value text not null check (length(value) between 3 and 400),
    since timestamptz not null default now(),
    until timestamptz check (until >= since)
);
create unique index contact_now on registry.contact (party, kind) where until is null;

-- A new value, or none; answers the old one. Only the person: a helper who could change it could take the account over.
create function registry.set_contact(p_party bigint, p_kind text, p_value text) returns text language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    old text;
begin
    if not (pg_has_role(session_user, 'llr_citizen', 'member') and p_party = registry.own_party())
       and not pg_has_role(session_user, 'llr_batch', 'member') then
        perform registry.refuse('only the person changes a contact');
    end if;
    perform pg_advisory_xact_lock(hashtextextended('registry.contact ' || p_party, 0));
    select c.value into old from registry.contact c where (c.party, c.kind) = (p_party, p_kind) and c.until is null;
    if old is not distinct from p_value then
        return old;
    end if;
    update registry.contact c set until = now() where (c.party, c.kind) = (p_party, p_kind) and c.until is null;
    if p_value is not null then
        insert into registry.contact (party, kind, value) values (p_party, p_kind, p_value);
    end if;
    return old;
end
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Notices: what a person is told, once for one event, and each way it goes out.
-- ---------------------------------------------------------------------------------------------------------------
create table registry.notice (
    notice uuid primary key default gen_random_uuid(),
    party bigint not null references registry.person,
    kind text not null check (kind ~ '^[a-z][a-z0-9_]*$'),       -- its words are in registry/texts/notices.yaml
    event text not null check (length(event) between 1 and 200), -- what it is about: the same event is told once
    params jsonb not null default '{}' check (jsonb_typeof(params) = 'object'),
    at timestamptz not null default now(),
    read_at timestamptz,
    letter_owed boolean not null default false,                  -- should go by post, and no address was known or none was right
    unique (party, kind, event)
);
create index notice_owed on registry.notice (party) where letter_owed;
create index notice_of_person on registry.notice (party, at desc);

-- Letters are made, taken out together, and sent (sql/0006).
create table registry.letter_batch (
    batch bigint generated always as identity primary key,
    taken_at timestamptz not null default now(),
    actor bigint references registry.actor,                      -- null: taken at the command line
    letters int not null check (letters > 0),
    closed_at timestamptz,
    outcome text check (outcome in ('sent', 'put_back')),
    check ((closed_at is null) = (outcome is null))
);

-- e-mail: queued, sent. A letter: queued; made (its PDF waits); taken (in a batch); sent; failed (it came back).
create table registry.delivery (
    delivery uuid primary key default gen_random_uuid(),
    notice uuid not null references registry.notice on delete cascade,
    party bigint not null,
    channel text not null check (channel in ('email', 'letter')),
    address text,                                                -- taken away when it is no longer needed
    state text not null default 'queued' check (state in ('queued', 'made', 'taken', 'sent', 'failed')),
    tries int not null default 0,
    tried_at timestamptz not null default now(),                 -- when it came into this state
    letter text unique,                                          -- the number on a letter, by which one that came back is found
    document bytea,                                              -- of a letter: the PDF; leaves with the address
    batch bigint references registry.letter_batch,
    reason text check (reason in ('unknown_address', 'moved', 'refused', 'not_collected', 'damaged')),
    unique (notice, channel, address),
    check (channel = 'letter' or (state in ('queued', 'sent') and document is null and letter is null)),
    check ((state = 'failed') = (reason is not null)),
    check (state not in ('made', 'taken') or (document is not null and letter is not null)),
    check (state <> 'taken' or batch is not null)
);
create index delivery_open on registry.delivery (state) where state in ('queued', 'made', 'taken', 'failed');
create index delivery_of_batch on registry.delivery (batch);

-- Tell somebody something, once. p_also: addresses besides the present ones (the old e-mail after a change). p_letter: by
-- post too, now or as soon as there is an address. Answers the deliveries that must go out now; null when it was told before.
create function registry.tell(p_party bigint, p_kind text, p_event text, p_params jsonb, p_also jsonb, p_letter boolean)
    returns uuid[] language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not (registry.acts_for(p_party, 'look') or pg_has_role(session_user, 'llr_gate', 'member')
            or (registry.own_organisation() is not null and exists (select from registry.correction c
                    where c.party = p_party and c.handler = registry.own_organisation()))) then
        perform registry.refuse('no notice to this person');
    end if;
    return registry.put_notice(p_party, p_kind, p_event, p_params, p_also, p_letter);
end
$$;
-- The same, for our own functions: whoever calls it has looked at who asks. p_letter null: never by post.
create function registry.put_notice(p_party bigint, p_kind text, p_event text, p_params jsonb, p_also jsonb,
                                    p_letter boolean) returns uuid[] language plpgsql
    set search_path = pg_catalog, pg_temp
    as $$
declare
    made uuid;
    outgoing uuid[];
begin
    insert into registry.notice (party, kind, event, params, letter_owed)
        values (p_party, p_kind, p_event, p_params, coalesce(p_letter, false) and not exists (
            select from registry.contact c where c.party = p_party and c.kind = 'post' and c.until is null))
        on conflict do nothing returning notice into made;
    if made is null then
        return null;
    end if;
    with queued as (
    insert into registry.delivery (notice, party, channel, address)
    select distinct made, p_party, a.channel, a.address from (
        select 'email' as channel, c.value as address from registry.contact c
         where c.party = p_party and c.kind = 'email' and c.until is null
        union all
        -- by post where it matters and nothing else reaches the person
        select 'letter', c.value from registry.contact c
         where c.party = p_party and c.kind = 'post' and c.until is null
           and (p_letter or p_letter is not null and not exists (select from registry.contact e
                                         where e.party = p_party and e.kind = 'email' and e.until is null))
        union all
        select e.value ->> 'channel', e.value ->> 'address' from jsonb_array_elements(p_also) e) a
    returning delivery)
    select array_agg(q.delivery) into outgoing from queued q;
    return coalesce(outgoing, '{}');
end
$$;
-- Whether we know where post reaches a person: to the person, and to a helper under a mandate.
create function registry.has_address(p_party bigint) returns boolean language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select registry.acts_for(p_party, 'look') and exists (
        select from registry.contact c where c.party = p_party and c.kind = 'post' and c.until is null)
    $$;
-- There is an address now, or another: letters about help that still runs go out after all. Answers what must go out now.
create function registry.send_owed_letters(p_party bigint) returns uuid[] language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not registry.acts_for(p_party, 'look') then
        perform registry.refuse('no letter to this person');
    end if;
    return registry.queue_owed_letters(p_party);
end
$$;
create function registry.queue_owed_letters(p_party bigint) returns uuid[] language sql
    set search_path = pg_catalog, pg_temp
    as $$
    with owed as (
        select n.notice, c.value as address
          from registry.notice n
          join registry.contact c on c.party = n.party and c.kind = 'post' and c.until is null
          join registry.mandate m on m.mandate::text = n.params ->> 'mandate' and m.party = n.party
         where n.party = p_party and n.letter_owed and m.ended_at is null and m.ends_at > now()
    ), queued as (
        insert into registry.delivery (notice, party, channel, address)
        select o.notice, p_party, 'letter', o.address from owed o on conflict do nothing returning notice, delivery
    ), no_more as (
        update registry.notice n set letter_owed = false from queued q where q.notice = n.notice
    )
    select coalesce(array_agg(q.delivery), '{}') from queued q
    $$;
create function registry.read_notices(p_party bigint) returns bigint language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    marked bigint;
begin
    if not (pg_has_role(session_user, 'llr_citizen', 'member') and p_party = registry.own_party()) then
        perform registry.refuse('only the person reads');
    end if;
    update registry.notice set read_at = now() where party = p_party and read_at is null;
    get diagnostics marked = row_count;
    return marked;
end
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Consent, where it is the ground; each answer is kept. And copies of all data.
-- ---------------------------------------------------------------------------------------------------------------
create table registry.consent (
    consent bigint generated always as identity primary key,
    party bigint not null references registry.person,
    purpose text not null check (purpose in ('helper_reads_notices', 'research')),
    given boolean not null,
    at timestamptz not null default now(),
    text_version int not null check (text_version > 0)
);
create index consent_of_person on registry.consent (party, purpose, consent desc);
create function registry.consents(p_party bigint, p_purpose text) returns boolean language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select coalesce((select c.given from registry.consent c where c.party = p_party and c.purpose = p_purpose
                      order by c.consent desc limit 1), false)
    $$;
create function registry.answer_consent(p_party bigint, p_purpose text, p_given boolean, p_version int) returns void
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if not (pg_has_role(session_user, 'llr_citizen', 'member') and p_party = registry.own_party()) then
        perform registry.refuse('only the person consents');
    end if;
    perform pg_advisory_xact_lock(hashtextextended('registry.consent ' || p_party, 0));
    if registry.consents(p_party, p_purpose) <> p_given then
        insert into registry.consent (party, purpose, given, text_version) values (p_party, p_purpose, p_given, p_version);
    end if;
end
$$;

create table registry.download (
    download uuid primary key default gen_random_uuid(),
    party bigint not null references registry.person,
    asked_at timestamptz not null default now(),
    made_at timestamptz,
    content bytea
);
create index download_of_person on registry.download (party, asked_at desc);
create function registry.ask_download(p_party bigint, p_actor_name text) returns uuid language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    found_download uuid;
begin
    if not (pg_has_role(session_user, 'llr_citizen', 'member') and p_party = registry.own_party()) then
        perform registry.refuse('only the person asks for all data');
    end if;
    perform pg_advisory_xact_lock(hashtextextended('registry.download ' || p_party, 0));
    select d.download into found_download from registry.download d where d.party = p_party and d.made_at is null;
    if found_download is null then
        insert into registry.download (party) values (p_party) returning download into found_download;
        insert into registry.journal (party, actor, actor_name, capacity, what)
        values (p_party, registry.actor(), p_actor_name, 'citizen', 'data_copied');
    end if;
    return found_download;
end
$$;
create function registry.keep_download(p_download uuid, p_content bytea) returns void language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    update registry.download set content = p_content, made_at = now()
     where download = p_download and party = registry.own_party() and made_at is null
       and pg_has_role(session_user, 'llr_citizen', 'member');
end
$$;

-- Every row of ours that carries a person's pseudonym, whatever table is added later. Only for the person.
create function registry.everything_of(p_party bigint) returns table (part text, name text, rows jsonb) language plpgsql
    stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    t record;
begin
    if not (pg_has_role(session_user, 'llr_citizen', 'member') and p_party = registry.own_party()) then
        perform registry.refuse('only the person gets all data');
    end if;
    for t in
        select n.nspname as part, c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          join pg_attribute a on a.attrelid = c.oid and a.attname = 'party' and not a.attisdropped
         where n.nspname in ('registry', 'led', 'account') and c.relkind in ('r', 'p') order by 1, 2
    loop
        return query execute format(
            'select %L, %L, coalesce(jsonb_agg(to_jsonb(x) - array[''insz_key'', ''insz_sealed'', ''code_hash'', ''content'',
                    ''document'', ''xid'', ''seq'']), ''[]'') from (select * from %I.%I where party = $1) x',
            t.part, t.name, t.part, t.name) using p_party;
    end loop;
end
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Deletion. What may go stands in registry/retention.yaml; here is how each class goes.
-- ---------------------------------------------------------------------------------------------------------------
create table registry.deletion (
    deletion bigint generated always as identity primary key,
    class text not null,
    on_day date not null,
    before timestamptz not null,
    rows bigint not null check (rows >= 0)
);
drop trigger journal_is_kept on registry.journal;
create trigger journal_is_kept before update or truncate on registry.journal
    for each statement execute function registry.refuse_change();
-- Nobody but the owner may delete at all; the setting keeps a mistake of the owner's own functions out.
create function registry.refuse_deletion() returns trigger language plpgsql as $$
begin
    if coalesce(current_setting('llr.retention', true), '') <> 'on' then
        raise exception 'only what is past its period leaves %.%', tg_table_schema, tg_table_name
            using errcode = 'restrict_violation';
    end if;
    return null;
end
$$;
create trigger journal_is_not_deleted before delete on registry.journal
    for each statement execute function registry.refuse_deletion();

create function registry.delete_past(p_class text, p_before timestamptz, p_today date) returns bigint language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    gone bigint;
begin
    perform set_config('llr.retention', 'on', true);
    case p_class
        when 'sessions' then
            delete from registry.session where expires_at < p_before;
        when 'downloads' then
            delete from registry.download where asked_at < p_before;
        when 'delivery_addresses' then
            update registry.delivery set address = null, document = null
             where address is not null and state in ('sent', 'failed') and tried_at < p_before;
        when 'notices' then
            delete from registry.notice where at < p_before;
        when 'old_contacts' then
            delete from registry.contact where until < p_before;
        when 'corrections' then
            delete from registry.correction_step s using registry.correction c
             where c.correction = s.correction and c.closed_at < p_before;
            delete from registry.correction where closed_at < p_before;
        when 'withdrawn_consent' then
            delete from registry.consent c where c.at < p_before
               and (not c.given or exists (select from registry.consent n where n.party = c.party and n.purpose = c.purpose
                                              and n.consent > c.consent and n.at < p_before));
        when 'journal' then
            delete from registry.journal where at < p_before;
        when 'paper_requests' then
            delete from registry.mandate_on_paper p using registry.mandate m
             where m.mandate = p.mandate and m.asked_at < p_before;
        else
            raise exception 'no class % is deleted here', p_class using errcode = 'invalid_parameter_value';
    end case;
    get diagnostics gone = row_count;
    perform set_config('llr.retention', '', true);
    insert into registry.deletion (class, on_day, before, rows) values (p_class, p_today, p_before, gone);
    return gone;
end
$$;

-- ---------------------------------------------------------------------------------------------------------------
-- Staff: what they did besides looking at people, alarms over those who look at too many, and who they are.
-- ---------------------------------------------------------------------------------------------------------------
create table registry.staff_act (
    act bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor bigint not null,
    actor_name text not null,
    capacity text not null check (capacity in ('caseworker', 'administrator', 'auditor', 'mailroom')),
    what text not null check (what ~ '^[a-z][a-z0-9_]*$'),
    about text not null default '' check (length(about) <= 200), -- a case, a job, an alarm, a letter; never a person
    why text not null check (length(why) between 1 and 500)
);
create trigger acts_are_kept before update or delete or truncate on registry.staff_act
    for each statement execute function registry.refuse_change();

-- Who signed in as staff in this transaction, when the login fits and nobody locked them; null otherwise.
create function registry.staff_capacity() returns text language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select a.capacity from registry.actor a
     where a.actor = registry.actor() and a.locked_at is null
       and a.capacity in ('caseworker', 'administrator', 'auditor', 'mailroom')
       and pg_has_role(session_user, 'llr_' || a.capacity, 'member')
    $$;
create function registry.note_staff_act(p_what text, p_about text, p_why text) returns void language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    insert into registry.staff_act (actor, actor_name, capacity, what, about, why)
    select a.actor, a.name, a.capacity, p_what, p_about, p_why from registry.actor a
     where a.actor = registry.actor() and a.capacity = registry.staff_capacity();
    if not found then
        perform registry.refuse('not for you');
    end if;
end
$$;

create table registry.staff_alarm (
    alarm uuid primary key default gen_random_uuid(),
    actor bigint not null references registry.actor,
    raised_at timestamptz not null default now(),
    opened int not null,                                         -- people in the last hour
    resolved_at timestamptz,
    resolved_by text not null default '',
    unlocked boolean
);
create unique index staff_alarm_open on registry.staff_alarm (actor) where resolved_at is null;

-- More people in an hour than somebody can help: the account is locked until a person has looked at it.
create function registry.watch_staff() returns void language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    many int;
begin
    select count(distinct j.party) into many from registry.journal j
     where j.actor = registry.actor() and j.at > now() - interval '1 hour' and j.what = 'case_opened';
    if many <= (select l.cases_an_hour from registry.limits_now() l) then
        return;
    end if;
    insert into registry.staff_alarm (actor, opened) values (registry.actor(), many) on conflict do nothing;
    update registry.actor set locked_at = now() where actor = registry.actor() and locked_at is null;
end
$$;
create function registry.staff_alarms() returns table (alarm uuid, name text, organisation_name text, raised_at timestamptz,
        opened int, resolved_at timestamptz, resolved_by text, unlocked boolean) language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select s.alarm, a.name, a.organisation_name, s.raised_at, s.opened, s.resolved_at, s.resolved_by, s.unlocked
      from registry.staff_alarm s join registry.actor a on a.actor = s.actor
     where registry.staff_capacity() in ('administrator', 'auditor')
     order by s.resolved_at is not null, s.raised_at desc limit 200
    $$;
-- Nobody resolves an alarm over themselves.
create function registry.resolve_staff_alarm(p_alarm uuid, p_unlock boolean, p_why text) returns boolean language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    about bigint;
begin
    if registry.staff_capacity() is distinct from 'administrator' then
        perform registry.refuse('not for you');
    end if;
    update registry.staff_alarm s
       set resolved_at = now(), unlocked = p_unlock,
           resolved_by = (select a.name from registry.actor a where a.actor = registry.actor())
     where s.alarm = p_alarm and s.resolved_at is null and s.actor <> registry.actor() returning s.actor into about;
    if about is null then
        return false;
    end if;
    if p_unlock then
        update registry.actor set locked_at = null where actor = about;
    end if;
    perform registry.note_staff_act(case when p_unlock then 'alarm_unlocked' else 'alarm_kept' end, p_alarm::text, p_why);
    return true;
end
$$;
-- The limits over those who open accounts, and changing them.
create function registry.reading_limits() returns table (files_an_hour int, files_a_day int, paper_a_day int, cases_an_hour int)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select l.files_an_hour, l.files_a_day, l.paper_a_day, l.cases_an_hour from registry.limits_now() l
     where registry.staff_capacity() in ('administrator', 'auditor')
    $$;
create function registry.set_reading_limits(p_files_an_hour int, p_files_a_day int, p_paper_a_day int, p_cases_an_hour int,
                                            p_why text) returns void language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    if registry.staff_capacity() is distinct from 'administrator' then
        perform registry.refuse('not for you');
    end if;
    insert into registry.reading_limit (files_an_hour, files_a_day, paper_a_day, cases_an_hour)
        values (p_files_an_hour, p_files_a_day, p_paper_a_day, p_cases_an_hour);
    perform registry.note_staff_act('limits_set', format('%s %s %s %s', p_files_an_hour, p_files_a_day, p_paper_a_day,
                                                         p_cases_an_hour), p_why);
end
$$;
create function registry.staff_roles() returns table (name text, organisation_name text, capacity text, locked boolean,
        last_act timestamptz) language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select a.name, a.organisation_name, a.capacity, a.locked_at is not null,
           greatest((select max(j.at) from registry.journal j where j.actor = a.actor),
                    (select max(s.at) from registry.staff_act s where s.actor = a.actor))
      from registry.actor a
     where a.capacity <> 'citizen' and registry.staff_capacity() in ('administrator', 'auditor')
     order by a.capacity, a.organisation_name, a.name
    $$;
-- For the auditor: everything staff and helpers did, without who it was about.
create function registry.acts_of_staff(p_most int) returns table (at timestamptz, name text, organisation_name text,
        capacity text, what text, about text, why text) language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select u.* from (
        (select s.at, s.actor_name, '', s.capacity, s.what, s.about, s.why from registry.staff_act s order by s.act desc limit p_most)
        union all
        (select j.at, j.actor_name, j.organisation_name, j.capacity, j.what, coalesce(j.detail ->> 'case', ''), j.why
           from registry.journal j where j.capacity not in ('citizen', 'program') and j.actor is not null
          order by j.entry desc limit p_most)) u
     where registry.staff_capacity() = 'auditor'
     order by 1 desc limit p_most
    $$;

-- ---------------------------------------------------------------------------------------------------------------
-- Who sees what.
-- ---------------------------------------------------------------------------------------------------------------
do $$
declare
    t text;
begin
    foreach t in array array['correction', 'correction_step', 'correction_move', 'contact', 'notice', 'delivery', 'consent',
                             'download', 'deletion', 'staff_act', 'staff_alarm', 'letter_batch'] loop
        execute format('alter table registry.%I enable row level security, force row level security', t);
        execute format('create policy owner_all on registry.%I to llr_owner using (true) with check (true)', t);
    end loop;
    foreach t in array array['correction', 'correction_step', 'contact', 'notice', 'consent', 'download'] loop
        execute format('create policy citizen_own on registry.%I for select to llr_citizen
                        using (party = (select registry.own_party()))', t);
        execute format('grant select on registry.%I to llr_citizen', t);
    end loop;
    foreach t in array array['correction', 'correction_step'] loop
        execute format('create policy helper_mandate on registry.%I for select to llr_helper
            using (party = (select registry.own_party()) and (select registry.holds_mandate(registry.own_party(), ''look'')))', t);
        execute format('grant select on registry.%I to llr_helper', t);
    end loop;
    foreach t in array array['correction', 'correction_step', 'notice', 'delivery', 'deletion'] loop
        execute format('create policy batch_reads on registry.%I for select to llr_batch using (true)', t);
        execute format('grant select on registry.%I to llr_batch', t);
    end loop;
end
$$;
-- a helper sees notices only while the person agrees to that
create policy helper_with_consent on registry.notice for select to llr_helper
    using (party = (select registry.own_party()) and (select registry.holds_mandate(registry.own_party(), 'look'))
           and (select registry.consents(registry.own_party(), 'helper_reads_notices')));
grant select on registry.notice to llr_helper;
create policy auditor_reads on registry.deletion for select to llr_auditor using (true);
grant select on registry.deletion to llr_auditor;
-- the program marks what it tried
grant update (state, tries, tried_at, letter, document) on registry.delivery to llr_batch;
create policy batch_writes on registry.delivery for update to llr_batch using (true) with check (true);
grant update (late_told) on registry.correction to llr_batch;
create policy batch_marks on registry.correction for update to llr_batch using (true) with check (true);

revoke execute on all routines in schema registry from public;
alter default privileges for role llr_owner in schema registry revoke execute on routines from public;
grant execute on function registry.actor, registry.own_party, registry.holds_mandate
    to llr_citizen, llr_helper, llr_gate, llr_caseworker, llr_auditor, llr_administrator, llr_mailroom, llr_batch;
grant execute on function registry.has_address to llr_citizen, llr_helper;
grant execute on function registry.send_owed_letters to llr_citizen, llr_batch;
grant execute on function registry.case_number to llr_citizen, llr_helper, llr_caseworker, llr_batch;
grant execute on function registry.ask_correction to llr_citizen, llr_helper, llr_batch;
grant execute on function registry.move_correction to llr_citizen, llr_helper, llr_caseworker, llr_batch;
grant execute on function registry.extend_correction, registry.case_queue, registry.open_case to llr_caseworker;
grant execute on function registry.own_organisation to llr_caseworker;
grant execute on function registry.case_steps to llr_citizen, llr_helper, llr_caseworker;
grant execute on function registry.set_contact to llr_citizen, llr_batch;
grant execute on function registry.tell to llr_citizen, llr_helper, llr_gate, llr_caseworker, llr_batch;
grant execute on function registry.read_notices, registry.answer_consent, registry.ask_download, registry.keep_download,
    registry.everything_of to llr_citizen;
grant execute on function registry.consents to llr_citizen, llr_helper, llr_batch;
grant execute on function registry.delete_past to llr_batch;
grant execute on function registry.staff_capacity, registry.note_staff_act
    to llr_caseworker, llr_administrator, llr_auditor, llr_mailroom;
grant execute on function registry.reading_limits to llr_administrator, llr_auditor;
grant execute on function registry.set_reading_limits to llr_administrator;
grant execute on function registry.staff_alarms, registry.staff_roles to llr_administrator, llr_auditor;
grant execute on function registry.resolve_staff_alarm to llr_administrator;
grant execute on function registry.acts_of_staff to llr_auditor;
