// Files of a report, one page of them at a time: a night can have touched ten thousand.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { count } from './format.js';
import { empty, filter, pager, state } from './parts.js';
import { CHANGES } from './runs.js';

const ROWS = 100;

/** `pick(change)` makes it a list that can be filtered, by what became of a file and by its path. */
export function fileList({ name, changed, change = '', pick = null }) {
  const shown = { change, part: '', page: 0 };
  const set = (part) => {
    Object.assign(shown, { page: 0 }, part);
    changed();
  };
  return {
    choose: (wanted) => set({ change: wanted }),
    template(files, counts = {}) {
      const wanted = files.filter((file) => fits(file, shown));
      const rows = wanted.slice(shown.page * ROWS, (shown.page + 1) * ROWS);
      return html`${pick ? filters(name, counts, shown, pick, set) : nothing}
        ${rows.length === 0 ? empty(nothingLike(shown, counts)) : table(name, rows)}
        ${pager(paged(shown, wanted.length, set))}`;
    },
  };
}

function fits(file, { change, part }) {
  return (change === '' || file.change === change) && (part === '' || file.path.toLowerCase().includes(part));
}

function filters(name, counts, shown, pick, set) {
  const present = CHANGES.filter((change) => counts[change] > 0);
  return html`<div class="head">${filter('change', `${name}-change`, present, shown.change, pick)}
    <label class="part">path has <input type="search" autocomplete="off" spellcheck="false" .value=${shown.part}
      @input=${(event) => set({ part: event.target.value.trim().toLowerCase() })}></label></div>`;
}

/** Files that are as they were are only counted by a report. */
function nothingLike({ change, part }, counts) {
  const unchanged = counts.unchanged ?? 0;
  return change === 'unchanged' || (change === '' && part === '' && unchanged > 0)
    ? `${count(unchanged)} files are as they were; the report does not list them.`
    : 'No file is like that.';
}

function paged({ page }, total, set) {
  return {
    first: page === 0,
    next: (page + 1) * ROWS < total,
    number: `${page + 1} of ${Math.max(1, Math.ceil(total / ROWS))}`,
    back: () => set({ page: page - 1 }),
    forward: () => set({ page: page + 1 }),
  };
}

function table(name, files) {
  return html`<table role="table" class="stack" data-list=${name}><thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">change</th><th role="columnheader" scope="col">file</th>
      <th role="columnheader" scope="col" class="number">chunks</th>
      <th role="columnheader" scope="col">what is to be said</th></tr></thead>
    <tbody role="rowgroup">${files.map(row)}</tbody></table>`;
}

function row(file) {
  return html`<tr role="row" data-file=${file.path}>
    <td role="cell">${state(file.change)}</td>
    <th role="rowheader" scope="row" class="name" title=${file.sha256 ?? ''}><bdi>${file.path}</bdi></th>
    <td role="cell" class="number" data-label="chunks">${count(file.chunks)}</td>
    <td role="cell" class="why wide">${file.from ? html`from <bdi>${file.from}</bdi> ` : nothing}${file.note ?? ''}
      ${file.failure ? failure(file.failure) : file.from || file.note ? nothing : '–'}</td>
  </tr>`;
}

function failure({ stage, error, type, message, retryable, servesOlder }) {
  return html`<bdi>${message}</bdi>
    <small>${stage}: ${error}${type ? ` (${type})` : ''} · ${retryable ? 'the next run tries it again' : 'tried again when the file changes'}${
      servesOlder ? ' · its older form is still found' : ''}</small>`;
}
