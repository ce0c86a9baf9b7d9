// The collections: what can be searched, how up to date it is, and a form that makes another one.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { coalesced } from './coalesced.js';
import { get, post } from './broker.js';
import { confirmed } from './confirm.js';
import { names } from './entries.js';
import { count, size } from './format.js';
import { empty, problem, state, when } from './parts.js';
import { collectionPath, inWords, isRunning, runButtons, runProgress } from './runs.js';

export function collectionsView({ go, changed }) {
  const seen = { items: null, error: null };

  async function load() {
    try {
      seen.items = (await get('/collections')).items;
      seen.error = null;
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
    title: 'Collections',
    refresh: load,
    hear: (entry) => runMoves(entry, (seen.items ?? []).some(({ run }) => isRunning(run))) && touch('collections'),
    tickSlow: () => (seen.items ?? []).some(({ run }) => isRunning(run)) && touch('collections'),
    template: () => html`<div class="head"><h1 tabindex="-1">Collections</h1></div>
      ${problem(seen.error)} ${table(seen.items, load, failed)} ${indexForm(seen.items ?? [], go)}`,
  };
}

/** Whether an entry can have moved what is shown of collections. */
export function runMoves(entry, running) {
  return names(entry, 'record.put', 'record.removed') || (running && names(entry, 'task.succeeded', 'job.finished'));
}

function table(items, done, failed) {
  if (items === null) {
    return html`<p class="empty">Reading the collections…</p>`;
  }
  if (items.length === 0) {
    return empty('No collection yet. Index a folder below, or type:', './mycoswarm index FOLDER --into NAME');
  }
  return html`<table role="table" class="stack">
    <caption class="unseen">Collections by name</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">collection</th><th role="columnheader" scope="col">last run</th>
      <th role="columnheader" scope="col" class="number">documents</th>
      <th role="columnheader" scope="col" class="number">chunks</th>
      <th role="columnheader" scope="col" class="number">size</th>
      <th role="columnheader" scope="col" class="number">generation</th>
      <th role="columnheader" scope="col">up to date</th>
      <th role="columnheader" scope="col"><span class="unseen">what can be done</span></th>
    </tr></thead>
    <tbody role="rowgroup">${repeat(items, ({ name }) => name, (item) => row(item, done, failed))}</tbody>
  </table>`;
}

function row(item, done, failed) {
  return html`<tr role="row" data-collection=${item.name}>
    <th role="rowheader" scope="row" class="name"><a href=${`#${collectionPath(item.name)}`}>${item.name}</a>
      <small><bdi>${item.folder ?? 'uploaded'}</bdi></small></th>
    <td role="cell" class="wide">${item.run ? lastRun(item.run) : '–'}</td>
    <td role="cell" class="number" data-label="documents">${count(item.documents)}</td>
    <td role="cell" class="number" data-label="chunks">${count(item.chunks)}</td>
    <td role="cell" class="number" data-label="size">${size(item.bytes)}</td>
    <td role="cell" class="number" data-label="generation">${item.generation || '–'}</td>
    <td role="cell" data-label="up to date">${when(item.updatedAt)}</td>
    <td role="cell" class="act buttons">${runButtons(item, done, failed)}</td>
  </tr>`;
}

function lastRun(run) {
  const address = `#${collectionPath(run.collection)}/runs/${encodeURIComponent(run.run)}`;
  return html`${state(run.state)}
    ${isRunning(run) ? runProgress(run)
      : html`<small><a href=${address} aria-label=${`report of ${run.collection}`}>${inWords(run.counts)}</a></small>`}
    ${run.reason ? html`<small class="why">${run.reason}</small>` : nothing}`;
}

function indexForm(items, go) {
  return html`<section aria-labelledby="index-heading"><h2 id="index-heading">Index a folder</h2>
    <form class="panel fields" @submit=${(event) => submitted(event, items, go)}>
      <label>Folder on the broker's machine
        <input name="folder" required autocomplete="off" spellcheck="false" placeholder="/home/me/notes"></label>
      <label>Name of the collection
        <input name="name" required pattern="[a-z0-9][a-z0-9_\\-]*" maxlength="64" autocomplete="off" autocapitalize="none"
          spellcheck="false" placeholder="notes" title="lower-case letters, digits, - and _, beginning with a letter or digit"></label>
      <button class="main">index</button>
      <p class="soft" id="index-problem" role="alert"></p>
    </form></section>`;
}

/** Another folder into a collection that is there replaces what is in it: that is asked for first. */
async function submitted(event, items, go) {
  event.preventDefault();
  const form = event.target;
  const [folder, name] = ['folder', 'name'].map((field) => form.elements[field].value.trim());
  const begin = async () => {
    await post(collectionPath(name, '/runs'), { folder });
    go(`#${collectionPath(name)}`);
  };
  const there = items.find((item) => item.name === name);
  if (there && there.folder !== folder) {
    confirmed({
      question: `Replace what is in “${name}”?`,
      means: `It has ${count(there.documents)} documents of ${there.folder ?? 'an upload'}. Those that are not in ${folder} are removed from it.`,
      keep: 'leave it as it is',
      act: 'replace it',
      work: begin,
    });
    return;
  }
  await begin().catch((error) => {
    form.querySelector('[role=alert]').textContent = error.message;
  });
}
