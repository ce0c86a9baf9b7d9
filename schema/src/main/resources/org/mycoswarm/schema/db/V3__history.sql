-- Where these tables began, when the start of the log was gone by then: 0 is with the first entry.
-- Jobs submitted before are not in them.
alter table projection add column begins bigint default 0 not null;
alter table projection add column begun_millis bigint default 0 not null;

-- Jobs that ended long ago are looked for every few minutes.
create index jobs_by_end on jobs (finished_millis);
