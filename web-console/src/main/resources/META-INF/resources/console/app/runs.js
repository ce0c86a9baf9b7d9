// Runs of a collection: how far one is, the buttons that start and end one, and in words what it did.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { post } from './broker.js';
import { confirmed } from './confirm.js';
import { count, duration } from './format.js';

/** What became of a file, in the order of the picture: what asks for a look comes last there. */
export const CHANGES = ['added', 'changed', 'moved', 'removed', 'unchanged', 'skipped', 'pending', 'failed'];

export function collectionPath(name, rest = '') {
  return `/collections/${encodeURIComponent(name)}${rest}`;
}

export function runPath(run, rest = '') {
  return collectionPath(run.collection, `/runs/${encodeURIComponent(run.run)}${rest}`);
}

export function isRunning(run) {
  return run?.state === 'running';
}

/** `3 added, 1 failed`; the unchanged ones only where nothing else is to be said. */
export function inWords(counts) {
  const present = CHANGES.filter((change) => counts[change] > 0);
  const moved = present.filter((change) => change !== 'unchanged');
  return (moved.length === 0 ? present : moved)
    .map((change) => `${count(counts[change])} ${change}`).join(', ') || 'no file';
}

const STAGES = { scan: 'looking through the folder', work: 'reading and embedding', commit: 'writing the index' };

export function runProgress(run) {
  const { progress } = run;
  if (!isRunning(run) || !progress) {
    return nothing;
  }
  const left = progress.secondsLeft;
  return html`<div class="run-progress">
    <p class="soft">${STAGES[progress.stage] ?? progress.stage}${left === undefined || left === null
      ? '' : `, about ${duration(left * 1000)} left`}</p>
    ${progress.stage === 'scan' ? nothing : html`
      ${bar('documents read', progress.documentsRead, progress.documents)}
      ${bar('chunks embedded', progress.chunksEmbedded, progress.chunksToEmbed)}`}
  </div>`;
}

/** There is nothing to show a share of while nothing is to be done. */
function bar(label, done, total) {
  return total === 0 ? nothing : html`<div class="progress" role="progressbar" aria-label=${label} aria-valuemin="0"
      aria-valuenow=${done} aria-valuemax=${total} aria-valuetext=${`${count(done)} of ${count(total)} ${label}`}>
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar succeeded" width=${(100 * done) / total} height="6"></rect></svg>
    <span class="of">${count(done)}/${count(total)} ${label}</span></div>`;
}

/** Buttons of a collection. `done()` after each that the broker took, `failed(error)` otherwise. */
export function runButtons(collection, done, failed) {
  const { name, run } = collection;
  if (isRunning(run)) {
    return html`<button class="quiet" aria-label=${`cancel the run of ${name}`}
      @click=${() => askToCancel(run, done)}>cancel</button>`;
  }
  const start = async (audit) => {
    try {
      await post(collectionPath(name, '/runs'), audit ? { audit } : {});
      done();
    } catch (error) {
      failed(error);
    }
  };
  return html`
    <button class="quiet" aria-label=${`run ${name} again`} @click=${() => start(false)}>run again</button>
    <button class="quiet" aria-label=${`read every file of ${name} again`} title="trusts neither size nor time of a file"
      @click=${() => start(true)}>audit</button>
    ${collection.previous ? html`<button class="quiet" aria-label=${`roll ${name} back`}
      @click=${() => askToRollBack(collection, done)}>roll back</button>` : nothing}`;
}

function askToCancel(run, done) {
  confirmed({
    question: `Cancel the run of “${run.collection}”?`,
    means: 'It ends now. Documents that are in the index already stay there; the next run does the rest.',
    keep: 'keep it running',
    act: 'cancel the run',
    work: async () => done(await post(runPath(run, '/cancel'))),
  });
}

function askToRollBack({ name, generation, previous }, done) {
  confirmed({
    question: `Roll “${name}” back?`,
    means: `Searches are answered by generation ${previous} again, as it was when generation ${generation} took its place. `
      + 'The next run brings it up to date.',
    keep: `keep generation ${generation}`,
    act: `roll back to ${previous}`,
    work: async () => done(await post(collectionPath(name, '/rollback'))),
  });
}
