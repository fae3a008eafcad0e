-- Sessions on the server. Only the gate reads or writes them; what the browser holds is a random key, kept here as hash.
set local role llr_owner;
create table registry.session (
    key_hash bytea primary key check (octet_length(key_hash) = 32),
    data text not null,
    actor bigint references registry.actor,
    expires_at timestamptz not null
);
create index session_expiry on registry.session (expires_at);
