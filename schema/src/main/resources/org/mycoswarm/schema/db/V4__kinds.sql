-- Queries that have ended are looked for every minute, beside any number of other jobs.
create index jobs_of_kind on jobs (kind, finished_millis);
