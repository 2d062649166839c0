-- Sessions. Read them with any SQLite client:
--     select hex(key), data, datetime(expires, 'unixepoch') from session;

create table session (
    key     blob    primary key,  -- SHA-256 of the session id: nobody who reads this table can log in with it
    data    text    not null,     -- the dictionary, as a JSON object
    expires integer not null,     -- when it ends, in UTC seconds; moves with each save
    created integer not null,     -- when it began, in UTC seconds; never moves, for the absolute limit
    saved   integer not null,     -- when it was last stored, in UTC seconds
    version integer not null,     -- how often its data was changed; tells a save whether another one came first
    writer  integer not null,     -- which load the last save came from, since that one may save again
    -- Who is signed in. It is computed from the data, so that it can be searched for; null for strangers and damaged data.
    person  integer as (case when json_valid(data) then data ->> '$._person' end) virtual
) strict, without rowid;

create index session_by_person on session (person) where person is not null;
