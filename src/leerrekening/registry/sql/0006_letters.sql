-- Letters on their way out: a PDF is made by the worker, letters are taken out together as a batch, printed, and sent; one
-- may come back. Whoever prints sees the letters of the batch that is out, each written into the journal of its person,
-- and nothing else of anybody. Nothing goes out twice: a letter is in one batch, and one batch is out at a time.
set local role llr_owner;

-- B-000123-45: stands on the letter, so that one that comes back is found without a name. The last two digits check the rest.
create sequence registry.letter_sequence as bigint;
create function registry.new_letter_number() returns text language sql volatile security definer
    set search_path = pg_catalog, pg_temp
    as $$ select format('B-%s-%s', lpad(n::text, 6, '0'), lpad((97 - n % 97)::text, 2, '0'))
            from nextval('registry.letter_sequence') n $$;

-- The mail room, or a run at the command line.
create function registry.handles_letters() returns boolean language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$ select pg_has_role(session_user, 'llr_batch', 'member')
              or coalesce(registry.staff_capacity() = 'mailroom', false) $$;
create function registry.check_letters() returns void language plpgsql as $$
begin
    if not registry.handles_letters() then
        perform registry.refuse('not for you');
    end if;
end
$$;
-- What the mail room did: among the acts of staff. At the command line nobody has signed in.
create function registry.note_letters(p_what text, p_about text, p_why text) returns void language plpgsql as $$
begin
    if registry.staff_capacity() = 'mailroom' then
        perform registry.note_staff_act(p_what, p_about, p_why);
    end if;
end
$$;
-- A line in the journal of the person of each of these letters; `p_by_program` is its code when nobody has signed in.
create function registry.journal_letters(p_deliveries uuid[], p_what text, p_by_program text) returns void language sql as $$
    insert into registry.journal (party, actor, actor_name, capacity, organisation_name, what, detail)
    select d.party, a.actor, coalesce(a.name, ''), coalesce(a.capacity, 'program'), coalesce(a.organisation_name, ''),
           case when a.actor is null then p_by_program else p_what end, jsonb_build_object('letter', d.letter)
      from registry.delivery d
      left join registry.actor a on a.actor = registry.actor() and a.capacity = registry.staff_capacity()
     where d.delivery = any (p_deliveries) order by d.letter
$$;

-- Take the letters that wait, the oldest first, at most so many; the batch that is out already when there is one. Null: none.
create function registry.take_letters(p_most int) returns bigint language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    taken uuid[];
    made bigint;
begin
    perform registry.check_letters();
    perform pg_advisory_xact_lock(hashtextextended('registry.letters', 0));
    select b.batch into made from registry.letter_batch b where b.closed_at is null;
    if made is not null then
        return made;
    end if;
    select array_agg(w.delivery) into taken from (
        select d.delivery from registry.delivery d join registry.notice n on n.notice = d.notice
         where d.state = 'made' order by n.at, d.letter limit p_most for update of d) w;
    if taken is null then
        return null;
    end if;
    insert into registry.letter_batch (actor, letters)
        values (case when registry.staff_capacity() = 'mailroom' then registry.actor() end, cardinality(taken))
        returning batch into made;
    update registry.delivery d set state = 'taken', batch = made, tried_at = now() where d.delivery = any (taken);
    perform registry.note_letters('letters_taken', 'batch ' || made, format('%s', cardinality(taken)));
    return made;
end
$$;

-- The letters of the batch that is out. Each look stands in the journal of each person.
create function registry.letters_of(p_batch bigint) returns table (letter text, document bytea) language plpgsql
    security definer
    set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
begin
    perform registry.check_letters();
    perform registry.journal_letters(array(select d.delivery from registry.delivery d where d.batch = p_batch and d.state = 'taken'),
                                     'letter_printed', 'letter_exported');
    return query select d.letter, d.document from registry.delivery d
                  where d.batch = p_batch and d.state = 'taken' order by d.letter;
    if found then
        perform registry.note_letters('letters_fetched', 'batch ' || p_batch, 'print');
    end if;
end
$$;

-- The batch went to the post, or it was not printed and its letters wait again. Whether it was still out.
create function registry.close_letters(p_batch bigint, p_sent boolean) returns boolean language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
begin
    perform registry.check_letters();
    perform pg_advisory_xact_lock(hashtextextended('registry.letters', 0));
    update registry.letter_batch b set closed_at = now(), outcome = case when p_sent then 'sent' else 'put_back' end
     where b.batch = p_batch and b.closed_at is null;
    if not found then
        return false;
    end if;
    update registry.delivery d
       set state = case when p_sent then 'sent' else 'made' end, tries = d.tries + p_sent::int, tried_at = now(),
           batch = case when p_sent then d.batch end
     where d.batch = p_batch and d.state = 'taken';
    perform registry.note_letters(case when p_sent then 'letters_sent' else 'letters_put_back' end, 'batch ' || p_batch,
                                  case when p_sent then 'sent' else 'not printed' end);
    return true;
end
$$;

-- A letter that was sent came back. The person is told in the account, and by e-mail when there is one, never by another
-- letter; when an address is known that it did not go to, it goes there. `found`: there is such a letter that was sent.
create function registry.letter_came_back(p_letter text, p_reason text, out is_known boolean, out deliveries uuid[])
    language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    d registry.delivery;
begin
    perform registry.check_letters();
    update registry.delivery t set state = 'failed', reason = p_reason, tried_at = now()
     where t.letter = p_letter and t.state = 'sent' returning * into d;
    is_known := d.delivery is not null;
    if not is_known then
        return;
    end if;
    perform registry.journal_letters(array[d.delivery], 'letter_returned', 'letter_came_back');
    perform registry.note_letters('letter_returned', p_letter, p_reason);
    deliveries := coalesce(registry.put_notice(d.party, 'letter_returned', p_letter || ' ' || now()::text,
                                               jsonb_build_object('reason', p_reason), '[]', null), '{}');
    update registry.notice n set letter_owed = true where n.notice = d.notice;
    deliveries := deliveries || registry.queue_owed_letters(d.party);
end
$$;

-- Send a letter that came back once more, to the same address, as it was. Whether there was one.
create function registry.send_letter_again(p_letter text) returns boolean language plpgsql security definer
    set search_path = pg_catalog, pg_temp
    as $$
declare
    d registry.delivery;
begin
    perform registry.check_letters();
    update registry.delivery t set state = 'made', reason = null, batch = null, tried_at = now()
     where t.letter = p_letter and t.state = 'failed' and t.document is not null returning * into d;
    if d.delivery is null then
        return false;
    end if;
    update registry.notice n set letter_owed = false where n.notice = d.notice;
    perform registry.note_letters('letter_again', p_letter, 'again');
    return true;
end
$$;

-- Letters that came back and that nothing has replaced: the person has not read of it, and no other address is known.
create function registry.letters_back() returns table (letter text, at timestamptz, reason text, may_go_again boolean)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select d.letter, d.tried_at, d.reason, d.document is not null from registry.delivery d
      join registry.notice n on n.notice = d.notice
     where d.state = 'failed' and n.letter_owed and registry.handles_letters()
       and not exists (select from registry.notice told where told.party = d.party and told.kind = 'letter_returned'
                          and told.event like d.letter || ' %' and told.read_at is not null)
     order by d.tried_at desc, d.letter limit 200
    $$;
create function registry.letter_batches(p_most int) returns table (batch bigint, taken_at timestamptz, name text, letters int,
        closed_at timestamptz, outcome text) language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select b.batch, b.taken_at, coalesce(a.name, ''), b.letters, b.closed_at, b.outcome
      from registry.letter_batch b left join registry.actor a on a.actor = b.actor
     where registry.handles_letters() order by b.batch desc limit p_most
    $$;

-- How many letters are where, since when, and how many of them have been there too long (periods: our choice). Numbers
-- alone. `owed`: help that runs, and no address to write to.
create function registry.letter_counts() returns table (state text, letters bigint, oldest timestamptz, stuck bigint)
    language sql stable security definer
    set search_path = pg_catalog, pg_temp
    as $$
    select w.state, count(*), min(w.since), count(*) filter (where w.since <= now() - w.patience) from (
        select d.state, d.tried_at as since,
               case d.state when 'queued' then interval '1 hour' when 'made' then interval '3 days'
                            when 'taken' then interval '2 days' else interval '0' end as patience
          from registry.delivery d join registry.notice n on n.notice = d.notice
         where d.channel = 'letter' and (d.state in ('queued', 'made', 'taken') or d.state = 'failed' and n.letter_owed
               and not exists (select from registry.notice told where told.party = d.party and told.kind = 'letter_returned'
                                  and told.event like d.letter || ' %' and told.read_at is not null))
        union all
        select 'owed', n.at, interval '100 years'
          from registry.notice n join registry.mandate m on m.mandate::text = n.params ->> 'mandate' and m.party = n.party
         where n.letter_owed and m.ended_at is null and m.ends_at > now()
           and not exists (select from registry.delivery d where d.notice = n.notice and d.channel = 'letter')) w
     group by w.state order by w.state
    $$;

revoke execute on all routines in schema registry from public;
grant execute on function registry.new_letter_number to llr_batch;
grant execute on function registry.take_letters, registry.letters_of, registry.close_letters, registry.letter_came_back,
    registry.send_letter_again, registry.letters_back, registry.letter_batches to llr_mailroom, llr_batch;
grant execute on function registry.letter_counts to llr_mailroom, llr_administrator, llr_auditor, llr_batch;
