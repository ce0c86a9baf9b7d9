// Asks before it cancels a job, for what is cancelled does not come back.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { post } from './broker.js';
import { confirmed } from './confirm.js';
import { count } from './format.js';

/** Answers the button; `done(job)` gets the job as it is afterwards. */
export function cancelButton(job, done) {
  return job.state === 'running'
    ? html`<button class="quiet" aria-label=${`cancel job ${job.name}`} @click=${() => ask(job, done)}>cancel</button>`
    : nothing;
}

function ask(job, done) {
  const open = job.tasks.total - job.tasks.succeeded - job.tasks.buried - job.tasks.cancelled;
  confirmed({
    question: `Cancel “${job.name}”?`,
    means: `Its ${count(open)} open tasks end now. What has succeeded stays, and the results so far can still be downloaded.`,
    keep: 'keep it running',
    act: 'cancel the job',
    work: async () => done(await post(`/jobs/${encodeURIComponent(job.job)}/cancel`)),
  });
}
