-- Decisions as they were made, and what was granted on them. Only added to.
create schema account authorization llr_owner;
grant usage on schema account to llr_citizen, llr_helper, llr_caseworker, llr_auditor, llr_batch;
set local role llr_owner;

create table account.decision (
    decision uuid primary key,                                   -- stands on the lines of the ledger that follow from it
    party bigint not null,
    instrument text not null check (instrument ~ '^[a-z][a-z0-9_]*$'),
    as_of date not null,                                         -- the day on which the question was asked
    decided_at timestamptz not null default now(),
    cause text not null check (cause in ('yearly_run', 'first_sight', 'changed_fact', 'changed_law', 'correction')),
    law_version text not null,
    engine text not null,
    status text not null,
    verdict text not null check (verdict in ('yes', 'no', 'undecided')),
    amount bigint check (amount >= 0),                           -- of the right, in the unit of the instrument; null: none or not known
    period_from date,
    period_to date,
    receipt bytea not null                                       -- enough to run it again (rules/receipt.py), compressed
);
create index decision_of_person on account.decision (party, instrument, as_of);

alter table account.decision enable row level security;
alter table account.decision force row level security;
create policy owner_all on account.decision to llr_owner using (true) with check (true);
