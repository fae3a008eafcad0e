-- Signing in. Only the gate reads or writes sessions; what the browser holds is a random key, kept here as hash.
grant usage on schema registry, led to llr_administrator;
set local role llr_owner;

create table registry.session (
    key_hash bytea primary key check (octet_length(key_hash) = 32),
    data text not null,
    actor bigint references registry.actor,                      -- null: somebody who has not finished signing in
    started_at timestamptz not null default now(),
    expires_at timestamptz not null,                             -- moves on with use
    ends_at timestamptz not null check (ends_at >= expires_at)   -- however much it is used
);
create index session_expiry on registry.session (expires_at);
create index session_of_actor on registry.session (actor);
grant select, insert, delete, update (data, actor, expires_at) on registry.session to llr_gate;
create policy gate_all on registry.session to llr_gate using (true) with check (true);

-- The gate knows who may come in, in which capacity.
grant usage on sequence registry.actor_number to llr_gate;
grant select, insert, update (name, organisation_name) on registry.actor to llr_gate;
create policy gate_all on registry.actor to llr_gate using (true) with check (true);
