-- The only node that may lease a task, since the fourth version of the events.
alter table tasks add column pinned_node varchar;
