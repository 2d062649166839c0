-- What a site needs that keeps its sessions in cookies, although it has no session store.

-- The keys of `keys.rs`. The one with the highest number is the newest.
create table if not exists cookie_key (
    number integer primary key,
    key    blob    not null
) strict;

-- The ended sessions of `ended.rs`.
create table if not exists ended_session (
    id      blob    primary key,
    expires integer not null  -- UTC seconds: from then on no cookie of the session is believed anyway
) strict, without rowid;
