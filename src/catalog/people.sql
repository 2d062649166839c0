-- People who may sign in, and what they have borrowed.

create table person (
    id       integer primary key,
    name     text    not null unique,  -- the name to sign in with
    password text    not null          -- an argon2id hash, with its salt and its costs (PHC string format)
) strict;

create table loan (
    copy_id   integer primary key references copy (id),  -- a copy is lent to one person at a time
    person_id integer not null references person (id)
) strict;

create index loan_by_person on loan (person_id);

-- Attempts to sign in that have failed lately, or are still under way. `throttle.rs` slows down the next one.
create table failed_sign_in (
    subject  text    primary key,  -- 'account ann', 'address 192.0.2.7'
    failures integer not null,
    latest   integer not null      -- UTC seconds
) strict, without rowid;

-- The three people of the workshop. The sign-in page shows their passwords, so nothing here is secret.
insert into person (id, name, password) values
    (1, 'ann', '$argon2id$v=19$m=19456,t=2,p=1$duG7CetkZhYm3FZ0Y3mqkg$7MuWUt5lHfeT9ozELTqxldYU8YSzbXtSuD/Ws/cIpxw'),
    (2, 'ben', '$argon2id$v=19$m=19456,t=2,p=1$UrXvR1JX3nykkkQzdYnJXA$MOWo5LxmPY1Da9ejPl0bIthrw5PZxDR8J6Y82XHB0L4'),
    (3, 'cleo', '$argon2id$v=19$m=19456,t=2,p=1$E8CvPI4dwwMNND+d1J6Lug$HFT/Nf/Vi08h6PYXQHY3FWTOZDZEaZ230mrbLT85IEQ');

-- Each of them has borrowed some of the copies that are on loan.
insert into loan (copy_id, person_id)
    select id, 1 + id % 3 from copy where status = 'on loan' and id <= 60;
