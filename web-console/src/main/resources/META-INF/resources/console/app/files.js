// What became of each file of a folder. The report can be long: it is read when it is opened.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { coalesced } from './coalesced.js';
import { get } from './broker.js';
import { count } from './format.js';
import { empty, filter, problem, state } from './parts.js';

/** Those that a person should look at come first. */
const ORDER = [
  'failed', 'broken', 'locked', 'timeout', 'too-large', 'unsupported', 'skipped', 'cancelled', 'empty', 'pending', 'embedded',
];
const ROWS = 200;

export function fileSection({ id, changed }) {
  const seen = { open: false, report: null, error: null, status: '', rows: ROWS };

  async function load() {
    try {
      seen.report = await get(`/jobs/${encodeURIComponent(id)}/report`);
      seen.report.files.sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
      seen.error = null;
    } catch (error) {
      seen.error = error;
    }
    changed();
  }

  const touch = coalesced(3000, load);
  const set = (part) => {
    Object.assign(seen, part);
    changed();
  };
  const toggled = (event) => {
    seen.open = event.target.open;
    if (seen.open) {
      touch('report');
    }
  };
  return {
    hear() {
      if (seen.open) {
        touch('report');
      }
    },
    template: () => html`<details class="files" @toggle=${toggled}>
      <summary><h2>Files</h2> <span class="soft">what became of each, with the reason</span></summary>
      ${problem(seen.error)} ${seen.report ? report(seen, set) : html`<p class="empty">Reading the report…</p>`}
    </details>`,
  };
}

function report(seen, set) {
  const { counts, files } = seen.report;
  const present = ORDER.filter((status) => counts[status] > 0);
  const shown = files.filter((file) => seen.status === '' || file.status === seen.status);
  return html`
    <p class="facts">${present.map((status) => html`<span>${state(status)} ${count(counts[status])}</span>`)}</p>
    ${filter('status', 'file-status', present, seen.status, (status) => set({ status, rows: ROWS }))}
    ${shown.length === 0 ? empty('The folder had no file like that.') : table(shown.slice(0, seen.rows))}
    ${shown.length > seen.rows ? html`<p class="pager"><button @click=${() => set({ rows: seen.rows + ROWS })}>
      ${count(Math.min(ROWS, shown.length - seen.rows))} more of ${count(shown.length)} files</button></p>` : nothing}`;
}

function table(files) {
  return html`<table role="table" class="stack"><thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">status</th><th role="columnheader" scope="col">file</th>
      <th role="columnheader" scope="col" class="number">chunks</th>
      <th role="columnheader" scope="col" class="number">vectors</th>
      <th role="columnheader" scope="col">why</th></tr></thead>
    <tbody role="rowgroup">${files.map((file) => html`<tr role="row">
      <td role="cell">${state(file.status)}</td>
      <th role="rowheader" scope="row" class="name" title=${file.sha256 ?? ''}>${file.path}</th>
      <td role="cell" class="number" data-label="chunks">${count(file.chunks)}</td>
      <td role="cell" class="number" data-label="vectors">${count(file.vectors)}</td>
      <td role="cell" class="why wide">${[file.reason, file.note].filter(Boolean).join(' ') || '–'}</td>
    </tr>`)}</tbody></table>`;
}
