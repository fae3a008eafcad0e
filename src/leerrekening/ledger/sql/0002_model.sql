set local role llr_owner;

-- ---------------------------------------------------------------------------------------------------------------
-- Account numbers carry their unit. A lot is positive, an account of the house is negative, and in both the last
-- three bits are the unit. So "debit and credit have the same unit" is a CHECK on one row: no trigger, no join.
--   lot    = (right * 2^20 + days since 1900-01-01 of the first day of the period) * 8 + unit
--   house  = -(number * 8 + unit)
-- A person's lot of a right and a period therefore has one possible number: uniqueness is the primary key itself.
-- ---------------------------------------------------------------------------------------------------------------
create function led.lot_number(p_right int, p_from date, p_unit int) returns bigint
    language sql immutable strict parallel safe
    return ((p_right::bigint << 20) + (p_from - date '1900-01-01')) * 8 + p_unit;

create table led.unit (
    unit smallint primary key check (unit between 1 and 7),
    code text not null unique
);
insert into led.unit values (1, 'cent'), (2, 'minute'), (3, 'voucher');

-- Accounts of the house. They have no running balance: a row that every citizen's transfer would have to update
-- would make them wait for each other. Their balance is summed: sealed totals plus what came since (led.account_sum).
create table led.account (
    account bigint primary key check (account < 0),
    scheme text not null check (scheme ~ '^[a-z][a-z0-9_]{1,62}$'),
    kind text not null check (kind in ('issuer', 'fund', 'consumption', 'expiry', 'clearing')),
    unit smallint not null references led.unit,
    capped boolean not null default false check (not capped or kind = 'fund'),
    unique (scheme, kind, unit),
    unique (account, unit),
    check ((-account) % 8 = unit)
);
create sequence led.account_number as int;

-- What is left of a fund that may never be overdrawn, spread over stripes so that grants do not queue for one row.
create table led.fund_stripe (
    account bigint not null references led.account,
    stripe smallint not null,
    remaining bigint not null check (remaining >= 0),
    primary key (account, stripe)
) with (fillfactor = 20);

create table led.right_type (
    right_id int primary key check (right_id between 1 and 1048575),
    code text not null unique check (code ~ '^[a-z][a-z0-9_]{1,62}$'),
    unit smallint not null references led.unit,
    period_kind text not null check (period_kind in ('calendar_year', 'school_year', 'career', 'rolling')),
    period_years smallint not null default 1 check (period_years between 1 and 99),
    carry_cap bigint not null default 0 check (carry_cap >= 0),         -- the most that goes to the next period
    is_claim boolean not null default false,                           -- lots of it are owed BY the person
    claim_right int references led.right_type,
    fund bigint not null,
    consumption bigint not null,
    expiry bigint not null,
    foreign key (fund, unit) references led.account (account, unit),
    foreign key (consumption, unit) references led.account (account, unit),
    foreign key (expiry, unit) references led.account (account, unit),
    check (is_claim = (claim_right is null))
);
create sequence led.right_number as int;

create table led.party (
    party bigint primary key check (party > 0)                         -- a pseudonym; who it is stands elsewhere
);

-- The balance of one right of one person in one period. The two CHECKs are the promise: nothing below zero, nothing
-- reserved that is not there. Right, period and unit are read off the number. state: 1 = frozen, 2 = closed, 3 = both.
create table led.lot (
    party bigint not null,
    lot bigint not null check (lot > 0),
    posted bigint not null default 0 check (posted <= 1000000000000000),
    reserved bigint not null default 0 check (reserved >= 0),
    usable_from date not null,
    usable_to date,
    right_id int not null generated always as ((lot >> 23)::int) stored,
    period_from date not null generated always as (date '1900-01-01' + ((lot >> 3) & 1048575)::int) stored,
    unit smallint not null generated always as ((lot & 7)::smallint) stored,
    state smallint not null default 0 check (state between 0 and 3),
    primary key (party, lot),
    constraint lot_never_negative check (posted >= reserved),
    check (usable_to is null or usable_to >= usable_from)
) with (fillfactor = 85);

-- Which rule a row of the journal breaks; null: none. Rows that fail are refused by the check transfer_is_whole.
create function led.what_is_wrong(
    party bigint, op smallint, reason smallint, unit smallint, debit bigint, credit bigint, amount bigint, ref uuid,
    ref_amount bigint
) returns text language plpgsql immutable parallel safe
    as $$
begin
    return case
        when op not between 1 and 8 then 'op'
        when reason not between 1 and 99 then 'reason'
        when (amount > 0) <> (op < 5) or amount < 0 or amount > 1000000000000000 then 'amount'
        when (ref is not null) <> (op > 2 and op < 6) or (ref is null) <> (ref_amount is null) then 'ref'
        when amount > ref_amount then 'more than ref'
        when (debit <> credit) <> (op < 6) then 'sides'
        when abs(debit) % 8 <> unit or abs(credit) % 8 <> unit then 'unit'
        when party < 0 or (party = 0 and (debit > 0 or credit > 0)) then 'party'
        end;
end
$$;

-- The journal. One row is one transfer: one debit, one credit, one amount, so it cannot be unbalanced.
--   op 1 move, 2 reserve, 3 post, 4 reverse, 5 void, 6 freeze, 7 unfreeze, 8 close
-- ref names the reservation that 3 and 5 resolve, or the transfer that 4 reverses; ref_amount is its amount.
-- What a row must be stands in led.what_is_wrong, the text of which is read once per connection: PostgreSQL reads the
-- text of a check again in each statement, and seven of them cost more than the rest of the insert.
-- A transfer is resolved or reversed at most once: transfer_ref_once.
-- Order: seq is taken while the lot is locked, so it orders what happened to one lot. Across lots, readers that must
-- miss nothing (seals, outbox) go by (xid, seq) below the horizon of open transactions, because a transaction with a
-- lower seq may still be open when a higher one is there to be read. No clock orders anything.
create table led.transfer (
    party bigint not null,
    id uuid not null,
    xid bigint not null,
    seq bigint generated always as identity,
    debit bigint not null,
    credit bigint not null,
    amount bigint not null,
    recorded_at timestamptz not null,                                  -- for people; nothing is ordered by it
    valid_on date not null,
    op smallint not null,
    reason smallint not null,
    unit smallint not null,
    ref_amount bigint,
    ref uuid,
    group_id uuid,
    until date,
    counterparty bigint,
    decision uuid,
    actor bigint,
    primary key (party, id),
    constraint transfer_is_whole check (led.what_is_wrong(party, op, reason, unit, debit, credit, amount, ref, ref_amount) is null)
);
create unique index transfer_ref_once on led.transfer (party, ref) where ref is not null;
create index transfer_order on led.transfer using brin (xid) with (pages_per_range = 16, autosummarize = on);

create function led.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% on %.% is refused: history is only added to', tg_op, tg_table_schema, tg_table_name
        using errcode = 'restrict_violation', hint = 'Correct with a new transfer.';
end
$$;
create trigger history_is_kept before update or delete or truncate on led.transfer
    for each statement execute function led.refuse_change();
create trigger lots_are_kept before delete or truncate on led.lot
    for each statement execute function led.refuse_change();

-- Who may see, and act for, whom. The reason and the evidence live with the mandate itself, outside the ledger.
create table led.mandate (
    party bigint not null,
    actor bigint not null,
    kind text not null check (kind in ('counsellor', 'caseworker')),
    valid daterange not null check (not isempty(valid)),
    primary key (party, actor, kind, valid)
);
create index mandate_actor on led.mandate (actor, kind);

-- Seals: a hash chain over blocks of the journal, in the order (xid, seq), made off the hot path.
create table led.seal (
    block bigint primary key,
    first_xid bigint not null, first_seq bigint not null,
    last_xid bigint not null, last_seq bigint not null,
    rows int not null check (rows > 0),
    leaves bytea not null,                                             -- per row: 8 bytes seq, 16 bytes of its hash
    previous bytea not null,
    root bytea not null check (length(root) = 32),
    sealed_at timestamptz not null,
    snapshot pg_snapshot not null                                      -- the moment, for "as known at"
);
create trigger history_is_kept before update or delete or truncate on led.seal
    for each statement execute function led.refuse_change();

-- Sealed totals of house accounts: what came in and went out, from other house accounts and from lots; what is held.
create table led.account_total (
    account bigint primary key,
    in_house numeric not null default 0, out_house numeric not null default 0,
    in_lots numeric not null default 0, out_lots numeric not null default 0,
    held numeric not null default 0
);

-- A long run: what it does, how far it is. Its cursor moves in the same transaction as its chunk.
create table led.run (
    run uuid primary key,
    kind text not null check (kind in ('grant', 'close')),
    body jsonb not null,
    cursor bigint not null default 0,
    done bigint not null default 0,
    finished boolean not null default false
);

-- Readers of the journal as an outbox: the row that moved the balance is the message. Cursor = (xid, seq).
create table led.reader (
    reader text primary key check (reader ~ '^[a-z][a-z0-9_]{1,62}$'),
    xid bigint not null default 0,
    seq bigint not null default 0
);
