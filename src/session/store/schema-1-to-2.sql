-- A session table of version 1 gains the two columns that schema.sql explains.

alter table session add column saved integer not null default 0;
alter table session add column person integer
    as (case when json_valid(data) then data ->> '$._person' end) virtual;
create index session_by_person on session (person) where person is not null;
