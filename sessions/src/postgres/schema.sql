-- Sessions in PostgreSQL. Read them with psql:
--     select encode(key, 'hex'), data, expires from session;

create table session (
    key     bytea       primary key, -- SHA-256 of the session id: who reads this table cannot use it to log in
    -- The dictionary, as a JSON object. Why json and not jsonb? jsonb has no place for the character \u0000, which a
    -- visitor may well send, and keeps numbers and order as it likes. json gives back what it was given, and
    -- `data->>'num_visits'` reads it as well.
    data    json        not null,
    expires timestamptz not null,    -- when it ends; moves with each save
    created timestamptz not null,    -- when it began; never moves, for the absolute limit
    version bigint      not null,    -- how often it was saved: tells a save that another one came first
    writer  bigint      not null,    -- which load the last save came from: it may save again
    saved   timestamptz not null default now(), -- when it was last stored, for a list of somebody's sessions
    person  bigint                   -- who is signed in: the number that the data has under '_person'
)
-- There is no index by expiry, and each page of the table keeps some room: so PostgreSQL can put a row's next state
-- beside its last one and need not touch an index at all (a "heap-only tuple" update).
with (fillfactor = 70);

create index session_by_person on session (person) where person is not null;

-- One row: which of these shapes the tables have.
create table session_schema (version integer not null);
