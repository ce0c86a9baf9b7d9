// Small pieces that several views show the same way.

import { html, nothing, svg } from '../lib/lit-html/lit-html.js';
import { Unreachable, bytes, token } from './broker.js';
import { count, local } from './format.js';

/** The colour of a state is never its only sign: the word stands beside it. */
const TONES = {
  running: 'busy', leased: 'busy', pending: 'busy',
  succeeded: 'good', online: 'good', embedded: 'good',
  'succeeded-with-failures': 'warn', waiting: 'warn', blocked: 'warn', paused: 'warn', expired: 'warn', unsupported: 'warn',
  'too-large': 'warn', broken: 'warn', locked: 'warn', timeout: 'warn',
  added: 'good', changed: 'busy', gone: 'bad', 'older form': 'warn',
  failed: 'bad', buried: 'bad',
};

export function state(word, tone = TONES[word] ?? 'calm') {
  return html`<span class="state ${tone}">${word}</span>`;
}

export function when(iso) {
  return iso ? html`<time datetime=${iso} title=${iso}>${local(iso)}</time>` : '–';
}

/** That nobody answers is said once, at the top of the page. */
export function problem(error) {
  return error && !(error instanceof Unreachable)
    ? html`<div class="problem" role="alert"><strong>${error.title ?? 'This page failed'}.</strong>
        ${error.message}</div>`
    : nothing;
}

export function empty(text, command) {
  return html`<p class="empty">${text} ${command ? html`<code>${command}</code>` : nothing}</p>`;
}

const SEGMENTS = ['succeeded', 'leased', 'waiting', 'blocked', 'buried', 'cancelled'];

/** The tasks of a job as one bar; `total` can still grow, for results may ask for more tasks. */
export function progress(tasks) {
  const done = tasks.succeeded + tasks.buried + tasks.cancelled;
  const text = `${count(done)} of ${count(tasks.total)} tasks done`;
  return html`<div class="progress" role="progressbar" aria-valuemin="0" aria-valuenow=${done}
      aria-valuemax=${tasks.total} aria-valuetext=${text} aria-label="tasks done"
      title=${`${text}, ${tasks.leased} leased, ${tasks.buried} buried`}>
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">${bars(tasks)}</svg>
    <span class="of">${count(done)}/${count(tasks.total)}</span>
  </div>`;
}

function bars(tasks) {
  let x = 0;
  return SEGMENTS.map((word) => {
    const width = tasks.total === 0 ? 0 : (100 * (tasks[word] ?? 0)) / tasks.total;
    const bar = svg`<rect class="bar ${word}" x=${x} y="0" width=${width} height="6"></rect>`;
    x += width;
    return bar;
  });
}

/** Radio buttons that read as one choice. `pick(value)`; the empty value means all; `says(value)` is its text. */
export function filter(label, name, values, chosen, pick, says = (value) => value || 'all') {
  return html`<fieldset class="filter"><legend>${label}</legend>
    ${['', ...values].map((value) => html`<label><input type="radio" name=${name} .checked=${value === chosen}
      @change=${() => pick(value)}><span>${says(value)}</span></label>`)}
  </fieldset>`;
}

export function pager(listing) {
  if (listing.first && !listing.next) {
    return nothing;
  }
  return html`<nav class="pager" aria-label="pages">
    <button ?disabled=${listing.first} @click=${() => listing.back()}>← back</button>
    <span>page ${listing.number}</span>
    <button ?disabled=${!listing.next} @click=${() => listing.forward()}>more →</button>
  </nav>`;
}

/** A download: a plain link, unless it needs the token, which must not stand in an address. */
export function download(path, file, text, failed) {
  return html`<a class="download" href=${`/api/v1${path}`} download=${file}
    @click=${(click) => token() && save(click, path, file, failed)}>${text}</a>`;
}

async function save(click, path, file, failed) {
  click.preventDefault();
  try {
    const address = URL.createObjectURL(await bytes(path));
    const link = Object.assign(document.createElement('a'), { href: address, download: file });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    failed(error);
  }
}
