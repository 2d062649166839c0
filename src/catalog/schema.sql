-- The catalog. `strict` makes SQLite refuse a value of the wrong type.

create table author (
    id          integer primary key,
    given_name  text    not null,   -- empty for people with one name, like Voltaire
    family_name text    not null,   -- lists of authors are sorted by it
    born        integer,            -- year; negative is BCE, null is unknown
    died        integer             -- the same
) strict;

create table book (
    id        integer primary key,
    author_id integer not null references author (id),
    title     text    not null,
    year      integer not null,     -- first publication
    language  text    not null,     -- the one that it was written in
    summary   text    not null      -- one sentence
) strict;

create index book_by_author on book (author_id);

-- A copy is a book that you can carry home; MDN's tutorial calls it BookInstance.
create table copy (
    id      integer primary key,
    book_id integer not null references book (id),
    status  text    not null check (status in ('available', 'on loan', 'reserved', 'maintenance'))
) strict;

create index copy_by_book on copy (book_id);
create index copy_by_status on copy (status);   -- the home page counts the available ones
