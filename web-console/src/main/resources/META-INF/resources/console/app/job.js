// One job: how far it is, who does the work, what came out, and below it its tasks and its files.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { cancelButton } from './cancel.js';
import { coalesced } from './coalesced.js';
import { get } from './broker.js';
import { jobsIn } from './entries.js';
import { chunkRate, count, duration, rate } from './format.js';
import { download, problem, progress, state, when } from './parts.js';
import { fileSection } from './files.js';
import { taskSection } from './tasks.js';

export function jobView({ id, query, go, changed }) {
  const path = `/jobs/${encodeURIComponent(id)}`;
  const seen = { job: null, error: null };
  let tasks = taskSection({ id, query, go, changed });
  const files = fileSection({ id, changed });

  async function load() {
    try {
      seen.job = await get(path);
      seen.error = null;
    } catch (error) {
      seen.error = error;
    }
    changed();
  }

  const touch = coalesced(250, load);
  const take = (job) => {
    seen.job = job;
    changed();
  };
  return {
    get title() {
      return seen.job?.name ?? 'Job';
    },
    refresh: () => Promise.all([load(), tasks.refresh()]),
    requery(search) {
      tasks = taskSection({ id, query: search, go, changed, items: tasks.items() });
      return tasks.refresh();
    },
    hear(entry) {
      if (jobsIn(entry).has(id)) {
        touch(id);
        tasks.hear(entry);
        files.hear();
      }
    },
    template: () => html`
      <p class="path"><a href="#/jobs">Jobs</a> /</p>
      <div class="head"><h1 tabindex="-1">${seen.job?.name ?? `Job ${id}`}</h1>
        ${seen.job ? html`${state(seen.job.state)} <span class="push">${cancelButton(seen.job, take)}</span>` : nothing}</div>
      ${problem(seen.error)}
      ${seen.job ? found(seen, changed) : nothing}
      ${seen.job ? html`${shares(seen.job)} ${tasks.template()}
        ${seen.job.kind === 'embed-folder' ? files.template() : nothing}` : nothing}`,
  };
}

function found(seen, changed) {
  const { job } = seen;
  const failed = (error) => {
    seen.error = error;
    changed();
  };
  return html`
    <p class="facts"><code>${job.job}</code> <span>${job.kind}</span>
      <span>submitted ${when(job.submittedAt)}</span> ${job.paused ? state('paused') : nothing}
      ${job.reason ? html`<span class="why">${job.reason}</span>` : nothing}
      ${job.finishedAt ? html`<span>ended ${when(job.finishedAt)}</span>
        <span>took ${duration(Date.parse(job.finishedAt) - Date.parse(job.submittedAt))}</span>` : nothing}</p>
    <div class="large">${progress(job.tasks)}</div>
    <dl class="tiles">${tiles(job).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${downloads(job, failed)}`;
}

function tiles(job) {
  const { tasks, totals } = job;
  return [
    ['ready', count(tasks.ready)], ['waiting', count(tasks.waiting)],
    ...(tasks.blocked ? [['blocked', count(tasks.blocked)]] : []), ['leased', count(tasks.leased)],
    ['succeeded', count(tasks.succeeded)], ['buried', count(tasks.buried)],
    ...(tasks.cancelled ? [['cancelled', count(tasks.cancelled)]] : []),
    ['files', count(totals.files)], ['chunks', count(totals.chunks)], ['vectors', count(totals.vectors)],
    ['tokens', count(totals.tokens)], ['chunks/s', rate(chunkRate(totals, job.nodes))],
  ];
}

function downloads(job, failed) {
  if (job.kind !== 'embed-folder') {
    return nothing;
  }
  const path = `/jobs/${encodeURIComponent(job.job)}`;
  const partial = job.state === 'running' ? '&partial=true' : '';
  const results = (format, end, text) =>
    download(`${path}/results?format=${format}${partial}`, `${job.job}.${end}`, text, failed);
  return html`<p class="downloads"><span>${partial ? 'Results so far' : 'Results'}:</span>
    ${results('jsonl', 'jsonl', 'JSON lines')} ${results('npy', 'npy', 'NumPy matrix')}
    ${results('index', 'index.jsonl', 'index of its rows')}
    ${download(`${path}/report`, `${job.job}.report.json`, 'report', failed)}</p>`;
}

function shares(job) {
  if (job.nodes.length === 0) {
    return nothing;
  }
  const done = job.nodes.reduce((sum, share) => sum + share.tasks, 0);
  return html`<section aria-labelledby="shares"><h2 id="shares">Nodes that worked on it</h2>
    <table role="table" class="stack"><thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">node</th><th role="columnheader" scope="col">share of the tasks</th>
      <th role="columnheader" scope="col" class="number">tasks</th>
      <th role="columnheader" scope="col" class="number">chunks</th>
      <th role="columnheader" scope="col" class="number">vectors</th>
      <th role="columnheader" scope="col" class="number">chunks/s</th>
      <th role="columnheader" scope="col">first lease</th><th role="columnheader" scope="col">last report</th>
    </tr></thead><tbody role="rowgroup">${job.nodes.map((share) => shareRow(share, done))}</tbody></table></section>`;
}

function shareRow(share, done) {
  const part = done === 0 ? 0 : Math.round((100 * share.tasks) / done);
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="name">${share.name} <small>${share.node}</small></th>
    <td role="cell" class="wide"><span class="share"><meter min="0" max="100" value=${part}
      aria-label=${`share of ${share.name}`}>${part} %</meter> ${part} %</span></td>
    <td role="cell" class="number" data-label="tasks">${count(share.tasks)}</td>
    <td role="cell" class="number" data-label="chunks">${count(share.totals.chunks)}</td>
    <td role="cell" class="number" data-label="vectors">${count(share.totals.vectors)}</td>
    <td role="cell" class="number" data-label="chunks/s">${rate(chunkRate(share.totals, [share]))}</td>
    <td role="cell" data-label="first lease">${when(share.firstAt)}</td>
    <td role="cell" data-label="last report">${when(share.lastAt)}</td>
  </tr>`;
}
