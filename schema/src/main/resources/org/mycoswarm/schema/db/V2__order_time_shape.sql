-- What jobs, tasks and nodes have said since the second version of their events: order, time and
-- shape. Tables of version 1 hold no such events, so that the defaults are the truth about them.

alter table jobs add column submitter varchar default 'anyone' not null;
alter table jobs add column priority tinyint default 4 not null;
alter table jobs add column batch varchar;
alter table jobs add column paused boolean default false not null;
alter table jobs add column reason varchar;
alter table jobs add column blocked int default 0 not null;
create index blob_refs_of_job on blob_refs (job);
create index jobs_of_batch on jobs (batch, submitted desc);

-- missing: how many tasks a blocked one still waits for; all that are not `last` count as one, and
-- waits_all says that they do.
alter table tasks add column cost bigint default 1 not null;
alter table tasks add column limit_key varchar;
alter table tasks add column deadline_millis bigint;
alter table tasks add column start_millis bigint;
alter table tasks add column is_last boolean default false not null;
alter table tasks add column waits_all boolean default false not null;
alter table tasks add column missing int default 0 not null;

-- A task that comes after others has a row for each of them.
create table task_after (
  job          varchar(40) not null,
  number       int         not null,
  after_number int         not null,
  primary key (job, number, after_number)
);
create index task_after_by_first on task_after (job, after_number, number);

-- Reports that came when the lease was not held any more, and were refused.
alter table attempts add column late int default 0 not null;

alter table nodes add column mode varchar(10) default 'active' not null;
alter table nodes add column cpu int default 0 not null;
alter table nodes add column ram_mib bigint default 0 not null;
alter table nodes add column vram_mib bigint default 0 not null;
alter table nodes add column submitters clob default '[]' not null;
