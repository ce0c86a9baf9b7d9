-- What the log says about jobs, tasks and nodes, as rows to ask. Everything here can be rebuilt from
-- the log, and is, whenever the file is missing or wrong. Times are milliseconds since 1970, UTC.

-- One row: the last entry of the log that these tables have seen, and its cause, by which a foreign
-- log is recognised.
create table projection (
  id       tinyint primary key check (id = 1),
  position bigint  not null,
  cause    varchar not null,
  probes   bigint  not null
);
insert into projection (id, position, cause, probes) values (1, 0, '', 0);

-- The counts are kept by the projection, so that a progress bar costs one row and not a scan.
create table jobs (
  job              varchar(40) primary key,
  name             varchar     not null,
  kind             varchar     not null,
  detail           clob        not null,
  state            varchar(30) not null,
  submitted        bigint      not null,
  submitted_millis bigint      not null,
  finished_millis  bigint,
  position         bigint      not null,
  total            int         not null,
  ready            int         not null,
  waiting          int         not null,
  leased           int         not null,
  succeeded        int         not null,
  buried           int         not null,
  cancelled        int         not null
);
create unique index jobs_newest on jobs (submitted desc, job);

-- root: the parent's number, or the task's own when it has none. position: of the last change.
create table tasks (
  job          varchar(40) not null,
  number       int         not null,
  parent       int,
  root         int         not null,
  kind         varchar     not null,
  model        varchar,
  label        varchar     not null,
  payload      clob        not null,
  attempts_max int         not null,
  state        varchar(10) not null,
  position     bigint      not null,
  retry_millis bigint,
  reason       varchar,
  result       clob,
  primary key (job, number)
);
create index tasks_by_state on tasks (job, state, number);
create index tasks_by_root on tasks (job, root, number);

create table attempts (
  job           varchar(40) not null,
  number        int         not null,
  attempt       int         not null,
  node          varchar(64) not null,
  state         varchar(10) not null,
  leased_millis bigint      not null,
  ended_millis  bigint,
  reason        varchar,
  primary key (job, number, attempt)
);

-- The attempts that run now.
create table leases (
  job           varchar(40) not null,
  number        int         not null,
  attempt       int         not null,
  node          varchar(64) not null,
  leased_millis bigint      not null,
  primary key (job, number)
);

create table nodes (
  node              varchar(64) primary key,
  name              varchar     not null,
  registered_millis bigint      not null,
  capabilities      clob        not null,
  detail            clob        not null
);

-- What one node did for one job.
create table job_node (
  job          varchar(40) not null,
  node         varchar(64) not null,
  tasks        int         not null,
  first_millis bigint      not null,
  last_millis  bigint      not null,
  primary key (job, node)
);

-- What the results counted. node is '' in the row for the whole job.
create table job_totals (
  job    varchar(40) not null,
  node   varchar(64) not null,
  unit   varchar     not null,
  amount bigint      not null,
  primary key (job, node, unit)
);

create table blob_refs (
  hash binary(32)  not null,
  job  varchar(40) not null,
  primary key (hash, job)
);
