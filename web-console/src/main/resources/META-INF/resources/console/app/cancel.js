// Asks before it cancels a job, for what is cancelled does not come back.

import { html, nothing, render } from '../lib/lit-html/lit-html.js';
import { post } from './broker.js';
import { count } from './format.js';
import { problem } from './parts.js';

/** Answers the button; `done(job)` gets the job as it is afterwards. */
export function cancelButton(job, done) {
  return job.state === 'running'
    ? html`<button class="quiet" aria-label=${`cancel job ${job.name}`} @click=${() => ask(job, done)}>cancel</button>`
    : nothing;
}

function ask(job, done) {
  const dialog = document.createElement('dialog');
  const open = job.tasks.total - job.tasks.succeeded - job.tasks.buried - job.tasks.cancelled;
  dialog.setAttribute('aria-labelledby', 'cancel-heading');
  dialog.addEventListener('close', () => dialog.remove());
  const show = (error) => render(question(job, open, error, () => cancel(job, dialog, done, show)), dialog);
  show(null);
  document.body.append(dialog);
  dialog.showModal();
}

function question(job, open, error, confirmed) {
  return html`<h2 id="cancel-heading">Cancel “${job.name}”?</h2>
    <p>Its ${count(open)} open tasks end now. What has succeeded stays, and the results so far can
      still be downloaded.</p>
    ${problem(error)}
    <form method="dialog"><button autofocus>keep it running</button>
      <button type="button" class="danger" @click=${confirmed}>cancel the job</button></form>`;
}

async function cancel(job, dialog, done, show) {
  try {
    done(await post(`/jobs/${encodeURIComponent(job.job)}/cancel`));
    dialog.close();
  } catch (error) {
    show(error);
  }
}
