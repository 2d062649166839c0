-- What signing in needs beside the tables of `people.sql`.

-- Old failures are found and deleted without reading the others.
create index failed_sign_in_by_time on failed_sign_in (latest);

-- The key with which the site signs what it gives out and later believes. It is made at first use: see `secret.rs`.
create table secret (
    id  integer primary key check (id = 1),  -- there is only one
    key blob    not null
) strict;
