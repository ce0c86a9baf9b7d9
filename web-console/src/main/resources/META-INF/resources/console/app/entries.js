// What a log entry touches. A task id is `job.number`, a lease id is `job.number.attempt`.

/** Only what this page reads: the entry of a submission carries every task, and can be megabytes. */
export function slim({ position, at, events }) {
  return { position, at, events: events.map(({ event, job, task, lease, result }) =>
    ({ event, job, task, lease, counts: result?.counts })) };
}

export function jobsIn(entry) {
  return new Set(entry.events.map(jobOf).filter(Boolean));
}

export function tasksIn(entry) {
  return new Set(entry.events.map(taskOf).filter(Boolean));
}

export function names(entry, ...wanted) {
  return entry.events.some((event) => wanted.includes(event.event));
}

/** How many chunks were embedded by the results in this entry. */
export function vectorsIn(entry) {
  return entry.events
    .filter((event) => event.event === 'task.succeeded')
    .reduce((sum, event) => sum + (event.counts?.vectors ?? 0), 0);
}

function jobOf(event) {
  return event.job ?? taskOf(event)?.split('.')[0];
}

function taskOf(event) {
  return event.task ?? event.lease?.split('.').slice(0, 2).join('.');
}
