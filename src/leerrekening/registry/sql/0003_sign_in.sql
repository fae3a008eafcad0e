-- Signing in. What the browser holds is a random key, kept here as hash. The gate has no rights on any table: it can ask
-- for the one session whose key it was given, and for the one person who signs in; it cannot list either.
grant usage on schema registry, led to llr_administrator;
set local role llr_owner;

create table registry.session (
    key_hash bytea primary key check (octet_length(key_hash) = 32),
    data text not null,                                          -- signed by the program
    actor bigint references registry.actor,                      -- null: somebody who has not finished signing in
    started_at timestamptz not null default now(),
    expires_at timestamptz not null,                             -- moves on with use
    ends_at timestamptz not null check (ends_at >= expires_at)   -- however much it is used
);
create index session_expiry on registry.session (expires_at);
create index session_of_actor on registry.session (actor);

-- Each takes the hash of a key that cannot be guessed, and reads the clock of the database.

-- False when the key is in use.
create function registry.begin_session(
    p_key_hash bytea, p_data text, p_actor bigint, p_idle interval, p_longest interval
) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into registry.session (key_hash, data, actor, expires_at, ends_at)
        values (p_key_hash, p_data, p_actor, now() + p_idle, now() + p_longest)
        on conflict (key_hash) do nothing;
    return found;
end
$$;

-- What the session of this key holds; its end moves on, at most once in p_seldom. Of one that is over only whose it was
-- (data null); no row for a key of nobody.
create function registry.use_session(p_key_hash bytea, p_idle interval, p_seldom interval)
    returns table (data text, actor bigint)
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    s registry.session;
begin
    select * into s from registry.session t where t.key_hash = p_key_hash;
    if not found then
        return;
    end if;
    if s.expires_at <= now() then
        s.data := null;
    elsif s.actor is not null and s.expires_at < least(now() + p_idle - p_seldom, s.ends_at) then
        update registry.session t set expires_at = least(now() + p_idle, t.ends_at) where t.key_hash = p_key_hash;
    end if;
    return query select s.data, s.actor;
end
$$;

-- False when there is no such session any more.
create function registry.keep_session(p_key_hash bytea, p_data text, p_actor bigint, p_idle interval)
    returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update registry.session t set data = p_data, actor = p_actor, expires_at = least(now() + p_idle, t.ends_at)
     where t.key_hash = p_key_hash and t.expires_at > now();
    return found;
end
$$;

create function registry.end_session(p_key_hash bytea) returns void
    language sql security definer set search_path = pg_catalog, pg_temp as $$
    delete from registry.session t where t.key_hash = p_key_hash
$$;

-- The pseudonym of who signs in, made at the first time; the names are those of the last one. Null when this subject came
-- with another account before.
create function registry.enter_actor(
    p_subject text, p_capacity text, p_organisation text, p_organisation_name text, p_name text, p_party bigint
) returns bigint language sql security definer set search_path = pg_catalog, pg_temp as $$
    insert into registry.actor as a (actor, subject, capacity, organisation, organisation_name, name, party)
        values (nextval('registry.actor_number'), p_subject, p_capacity, p_organisation, p_organisation_name, p_name, p_party)
        on conflict (subject, capacity, organisation)
            do update set name = excluded.name, organisation_name = excluded.organisation_name
            where a.party is not distinct from excluded.party
        returning a.actor
$$;

grant execute on function registry.begin_session, registry.use_session, registry.keep_session, registry.end_session,
    registry.enter_actor to llr_gate;
