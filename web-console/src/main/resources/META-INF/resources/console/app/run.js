// The report of one run, for the morning after: a picture of what became of the files, what failed and why,
// who did the work, and every file that is not as it was.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { coalesced } from './coalesced.js';
import { runMoves } from './collections.js';
import { get } from './broker.js';
import { count, duration } from './format.js';
import { changesPicture } from './changes.js';
import { fileList } from './outcomes.js';
import { download, problem, state, when } from './parts.js';
import { collectionPath, isRunning, runPath, runProgress } from './runs.js';

export function runView({ id, run, query, go, changed }) {
  const own = { collection: id, run };
  const seen = { run: null, report: null, error: null };
  const failures = fileList({ name: 'failures', changed });
  const files = fileList({ name: 'files', changed, change: query.get('change') ?? '',
    pick: (change) => go(`#${runPath(own)}${change ? `?change=${change}` : ''}`) });

  async function load() {
    try {
      seen.run = await get(runPath(own));
      seen.error = null;
      if (seen.report === null && hasReport(seen.run)) {
        seen.report = await get(runPath(own, '/report'));
      }
    } catch (error) {
      seen.error = error;
    }
    changed();
  }

  const failed = (error) => {
    seen.error = error;
    changed();
  };
  const touch = coalesced(1000, load);
  return {
    title: `Report of ${id}`,
    refresh: load,
    requery(asked) {
      files.choose(asked.get('change') ?? '');
    },
    hear: (entry) => isRunning(seen.run) && runMoves(entry, true) && touch(run),
    tickSlow: () => isRunning(seen.run) && touch(run),
    template: () => html`
      <p class="path"><a href="#/collections">Collections</a> /
        <a href=${`#${collectionPath(id)}`}>${id}</a> /</p>
      <div class="head"><h1 tabindex="-1">Report of ${id}</h1>
        ${seen.run ? state(seen.run.state) : nothing}
        ${seen.report ? html`<span class="push">${download(runPath(own, '/report'), `${id}-${run}.json`, 'report as JSON', failed)}</span>` : nothing}</div>
      ${problem(seen.error)}
      ${seen.run ? head(seen.run) : html`<p class="empty">Reading the report…</p>`}
      ${seen.report ? body(seen.report, failures, files) : nothing}`,
  };
}

/** A run that failed as a whole changed nothing, and has nothing to report but its reason. */
function hasReport(run) {
  return !isRunning(run) && run.state !== 'failed';
}

function head(run) {
  return html`<p class="facts"><code>${run.run}</code> <span>began ${when(run.startedAt)}</span>
      ${run.endedAt ? html`<span>ended ${when(run.endedAt)}</span>
        <span>took ${duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))}</span>` : nothing}
      <span>generation ${run.generation}</span></p>
    ${run.reason ? html`<p class="note bad">${run.reason}</p>` : nothing}
    ${runProgress(run)}`;
}

function body(report, failures, files) {
  const failed = report.files.filter((file) => file.change === 'failed');
  return html`
    ${changesPicture(report.counts)}
    <dl class="tiles">${tiles(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${failed.length === 0 ? nothing : html`<section aria-labelledby="failed"><h2 id="failed">What failed</h2>
      ${failures.template(failed)}</section>`}
    ${shares(report.nodes)}
    <section aria-labelledby="all-files"><h2 id="all-files">Files</h2>
      ${files.template(report.files, report.counts)}</section>`;
}

function tiles(report) {
  return [
    ['documents now', count(report.documents)], ['chunks now', count(report.chunks)],
    ['chunks embedded', count(report.chunksEmbedded)], ['index writes', count(report.indexWrites)],
    ['nodes', count(report.nodes.length)],
  ];
}

function shares(nodes) {
  const done = nodes.reduce((sum, node) => sum + node.tasks, 0);
  return nodes.length === 0 ? nothing : html`<section aria-labelledby="shares"><h2 id="shares">Nodes that worked on it</h2>
    <table role="table" class="stack"><thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">node</th><th role="columnheader" scope="col">share of the tasks</th>
      <th role="columnheader" scope="col" class="number">tasks</th>
      <th role="columnheader" scope="col" class="number">chunks</th>
      <th role="columnheader" scope="col" class="number">vectors</th></tr></thead>
    <tbody role="rowgroup">${nodes.map((node) => share(node, done))}</tbody></table></section>`;
}

function share(node, done) {
  const part = done === 0 ? 0 : Math.round((100 * node.tasks) / done);
  return html`<tr role="row">
    <th role="rowheader" scope="row" class="name">${node.name} <small>${node.node}</small></th>
    <td role="cell" class="wide"><span class="share"><meter min="0" max="100" value=${part}
      aria-label=${`share of ${node.name}`}>${part} %</meter> ${part} %</span></td>
    <td role="cell" class="number" data-label="tasks">${count(node.tasks)}</td>
    <td role="cell" class="number" data-label="chunks">${count(node.totals.chunks)}</td>
    <td role="cell" class="number" data-label="vectors">${count(node.totals.vectors)}</td></tr>`;
}
