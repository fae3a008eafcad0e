-- Who may use the queue, and how. Only the worker sees the rows; everybody else has functions that do one thing each.
do $$
declare
    kind text;
begin
    foreach kind in array array['llr_worker', 'llr_administrator'] loop
        if not exists (select from pg_roles where rolname = kind) then
            execute format('create role %I nologin noinherit nosuperuser nobypassrls nocreatedb nocreaterole', kind);
        end if;
    end loop;
end
$$;
set local role llr_owner;

-- Which task was planned for which day or hour: each of them is put in the queue once, however many workers there are.
create table jobs.planned (
    task text not null,
    slot text not null check (length(slot) <= 40),
    at timestamptz not null default now(),
    primary key (task, slot)
);
-- Why a job failed: the kind of fault and the lines of code it went through. Never its message, which may hold answers.
create table jobs.failure (
    failure bigint generated always as identity primary key,
    job bigint not null references jobs.procrastinate_jobs on delete cascade,
    at timestamptz not null default now(),
    kind text not null check (kind ~ '^[A-Za-z_][A-Za-z0-9_]*$'),
    place text not null check (length(place) <= 2000)
);
create index failure_of_job on jobs.failure (job, failure desc);

-- What a job may be told: pseudonyms, keys, days and codes, under names from this list. Nothing else fits.
create function jobs.holds_no_person(p_args jsonb) returns boolean language sql immutable
    set search_path = pg_catalog, pg_temp
    as $$
    select jsonb_typeof(p_args) = 'object' and coalesce(bool_and(coalesce(case
        when a.key in ('party', 'actor', 'year', 'number') then jsonb_typeof(a.value) = 'number'
            and a.value::text ~ '^[0-9]{1,10}$'
        when a.key in ('correction', 'decision', 'delivery', 'download', 'fact', 'mandate', 'notice', 'run')
            then a.value #>> '{}' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
        when a.key = 'day' then a.value #>> '{}' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        when a.key in ('source', 'right', 'instrument', 'cause') then a.value #>> '{}' ~ '^[a-z][a-z_]{0,62}$'
        else false end, false)), true)
      from jsonb_each(case when jsonb_typeof(p_args) = 'object' then p_args else '{}' end) a
    $$;
alter table jobs.procrastinate_jobs add constraint args_hold_no_person check (jobs.holds_no_person(args));

-- Put a job in the queue, in the caller's transaction. With a key: not beside one that waits with the same key.
-- Answers the number of the job; null when one waits already.
create function jobs.defer(p_task text, p_args jsonb, p_key text default null, p_at timestamptz default null)
    returns bigint language plpgsql security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$
declare
    made bigint[];
begin
    if p_task is null or p_task !~ '^[a-z][a-z0-9_]{1,62}$' or p_key ~ '[^a-z0-9_:-]' or length(p_key) > 120 then
        raise exception 'not a task, or not a key of one' using errcode = 'invalid_parameter_value';
    end if;
    if not jobs.holds_no_person(p_args) then
        raise exception 'a job holds pseudonyms, keys, days and codes only' using errcode = 'invalid_parameter_value',
            hint = 'The task looks up what it needs.';
    end if;
    if p_key is not null then
        -- two callers at once: the second waits here and then finds the job of the first
        perform pg_advisory_xact_lock(hashtextextended('jobs.defer ' || p_task || ' ' || p_key, 0));
        if exists (select from jobs.procrastinate_jobs where queueing_lock = p_task || ' ' || p_key and status = 'todo') then
            return null;
        end if;
    end if;
    made := jobs.procrastinate_defer_jobs_v1(array[row('default', p_task, 0, p_task || ' ' || p_key,
        p_task || ' ' || p_key, p_args, p_at)::jobs.procrastinate_job_to_defer_v1]);
    return made[1];
end
$$;

-- The same for what comes round: once for a slot (a day, an hour), whoever asks.
create function jobs.plan(p_task text, p_slot text, p_args jsonb) returns bigint language plpgsql security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$
begin
    insert into jobs.planned (task, slot) values (p_task, p_slot) on conflict do nothing;
    if not found then
        return null;
    end if;
    delete from jobs.planned where task = p_task and at < now() - interval '60 days';
    return jobs.defer(p_task, p_args);
end
$$;

-- Jobs of workers that are gone go back into the queue, or fail when they were tried too often; then the workers are
-- forgotten. One transaction, so that no job is left behind by a worker that was pruned first.
create function jobs.sweep(p_seconds int, p_most int) returns table (requeued bigint, failed bigint) language plpgsql
    security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('jobs.sweep', 0));
    with gone as (
        select j.id, j.attempts + 1 >= p_most as spent
          from jobs.procrastinate_jobs j left join jobs.procrastinate_workers w on w.id = j.worker_id
         where j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - make_interval(secs => p_seconds))
           for update of j skip locked
    ), noted as (
        insert into jobs.failure (job, kind, place) select g.id, 'WorkerGone', 'the worker ended before the job did' from gone g
    ), moved as (
        update jobs.procrastinate_jobs j
           set status = (case when g.spent then 'failed' else 'todo' end)::jobs.procrastinate_job_status,
               attempts = j.attempts + 1, worker_id = null, abort_requested = false, scheduled_at = null,
               -- a later job with the same key may wait already: then this one needs no key of its own
               queueing_lock = case when exists (select from jobs.procrastinate_jobs o
                    where o.queueing_lock = j.queueing_lock and o.status = 'todo') then null else j.queueing_lock end
          from gone g where j.id = g.id returning g.spent
    )
    select count(*) filter (where not spent), count(*) filter (where spent) into requeued, failed from moved;
    delete from jobs.procrastinate_workers where last_heartbeat < now() - make_interval(secs => p_seconds);
    return next;
end
$$;

create function jobs.note_failure(p_job bigint, p_kind text, p_place text) returns void language sql security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$ insert into jobs.failure (job, kind, place) values (p_job, p_kind, left(p_place, 2000)) $$;

-- What became of every job. state: waiting, planned (for later), doing, stuck (its worker is gone, or it waits for more than
-- ten minutes), failed, done.
create function jobs.list() returns table (job bigint, task text, state text, args jsonb, attempts int, planned_for timestamptz,
                                           since timestamptz, failure_kind text, failure_place text)
    language sql stable security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$
    select j.id, j.task_name, case
             when j.status = 'failed' then 'failed'
             when j.status = 'todo' and j.scheduled_at > now() then 'planned'
             when j.status = 'todo' and coalesce(j.scheduled_at, e.at) < now() - interval '10 minutes' then 'stuck'
             when j.status = 'todo' then 'waiting'
             when j.status = 'doing' and (w.id is null or w.last_heartbeat < now() - interval '1 minute') then 'stuck'
             when j.status = 'doing' then 'doing'
             else 'done' end,
           j.args, j.attempts, j.scheduled_at, e.at, f.kind, f.place
      from jobs.procrastinate_jobs j
      left join jobs.procrastinate_workers w on w.id = j.worker_id
      left join lateral (select max(v.at) as at from jobs.procrastinate_events v
                          where v.job_id = j.id and v.type <> 'scheduled') e on true
      left join lateral (select l.kind, l.place from jobs.failure l where l.job = j.id order by l.failure desc limit 1) f on true
     order by j.id desc
    $$;

create function jobs.counts() returns table (task text, state text, jobs bigint, oldest timestamptz)
    language sql stable security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$ select l.task, l.state, count(*), min(l.since) from jobs.list() l group by l.task, l.state order by l.task, l.state $$;

-- When a worker last said that it is alive; null: none.
create function jobs.heartbeat() returns timestamptz language sql stable security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$ select max(last_heartbeat) from jobs.procrastinate_workers $$;

-- Try a failed job once more, from the beginning of its patience. True when there was one.
create function jobs.retry(p_job bigint) returns boolean language plpgsql security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$
begin
    update jobs.procrastinate_jobs j
       set status = 'todo', attempts = 0, scheduled_at = null, worker_id = null,
           queueing_lock = case when exists (select from jobs.procrastinate_jobs o
                where o.queueing_lock = j.queueing_lock and o.status = 'todo') then null else j.queueing_lock end
     where j.id = p_job and j.status = 'failed';
    if found then
        perform pg_notify('procrastinate_any_queue_v1', json_build_object('type', 'job_inserted', 'job_id', p_job)::text);
        return true;
    end if;
    return false;
end
$$;

-- Jobs that are done, older than that, leave. Failed ones stay until somebody looked at them.
create function jobs.forget(p_days int) returns bigint language plpgsql security definer
    set search_path = pg_catalog, jobs, pg_temp
    as $$
declare
    gone bigint;
begin
    delete from jobs.procrastinate_jobs j
     where j.status in ('succeeded', 'cancelled', 'aborted')
       and (select max(e.at) from jobs.procrastinate_events e where e.job_id = j.id) < now() - make_interval(days => p_days);
    get diagnostics gone = row_count;
    return gone;
end
$$;

do $$
declare
    t record;
begin
    for t in select c.relname as name from pg_class c
              where c.relnamespace = 'jobs'::regnamespace and c.relkind in ('r', 'p') loop
        execute format('alter table jobs.%I enable row level security, force row level security', t.name);
        execute format('create policy owner_all on jobs.%I to llr_owner using (true) with check (true)', t.name);
    end loop;
    -- whoever fires its triggers, they find its tables
    for t in select p.oid::regprocedure::text as name from pg_proc p
              where p.pronamespace = 'jobs'::regnamespace and p.proname like 'procrastinate%' loop
        execute format('alter function %s set search_path = jobs, pg_catalog, pg_temp', t.name);
    end loop;
    -- the worker is procrastinate: it reads and writes the tables of procrastinate, and only those
    foreach t.name in array array['jobs', 'workers', 'events', 'periodic_defers'] loop
        execute format('create policy worker_all on jobs.procrastinate_%s to llr_worker using (true) with check (true)', t.name);
        execute format('grant select, insert, update, delete on jobs.procrastinate_%s to llr_worker', t.name);
    end loop;
end
$$;
grant usage on all sequences in schema jobs to llr_worker;
revoke execute on all routines in schema jobs from public;
alter default privileges for role llr_owner in schema jobs revoke execute on routines from public;
grant execute on all functions in schema jobs to llr_worker;
grant usage on schema jobs to llr_citizen, llr_helper, llr_gate, llr_caseworker, llr_auditor, llr_administrator, llr_mailroom, llr_batch,
    llr_worker;
grant execute on function jobs.defer, jobs.holds_no_person
    to llr_citizen, llr_helper, llr_gate, llr_caseworker, llr_administrator, llr_mailroom, llr_batch;
grant execute on function jobs.heartbeat to llr_gate, llr_administrator, llr_auditor, llr_batch;
grant execute on function jobs.list, jobs.counts to llr_administrator, llr_auditor, llr_batch;
grant execute on function jobs.retry to llr_administrator, llr_batch;
grant execute on function jobs.forget, jobs.plan, jobs.sweep, jobs.note_failure to llr_batch;
