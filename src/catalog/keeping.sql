-- What is kept of people beyond their sessions: their baskets, and the browsers in which they stay signed in.

create table basket (
    person_id integer not null references person (id) on delete cascade,
    book_id   integer not null references book (id),
    primary key (person_id, book_id)            -- a book is there once, however often it was put there
) strict, without rowid;

-- A browser that stays signed in when its session has ended. `remember` in `src/people` says what its cookie is worth.
create table remembered (
    id        integer primary key autoincrement, -- sessions name it, so no number is given out twice
    person_id integer not null references person (id) on delete cascade,
    auth_hash text    not null,                  -- the password with which it began
    device    text    not null,                  -- in words
    selector  text    not null unique,           -- the half of the cookie that finds the row
    proof     text    not null,                  -- a keyed hash of the other half
    previous  text,                              -- the proof before this one
    created   integer not null,                  -- when the person signed in, in UTC seconds; never moves
    rotated   integer not null                   -- when it was last used
) strict;

create index remembered_by_person on remembered (person_id);
create index remembered_by_time on remembered (rotated);
