// One collection: searched at the top; below it what it is made of, and its runs.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { coalesced } from './coalesced.js';
import { runMoves } from './collections.js';
import { get } from './broker.js';
import { count, digest, duration, size } from './format.js';
import { problem, state, when } from './parts.js';
import { collectionPath, inWords, isRunning, runButtons, runPath, runProgress } from './runs.js';
import { searchSection, slash } from './search.js';

export function collectionView({ id, query, go, changed }) {
  const seen = { collection: null, runs: [], error: null };
  let search = searchSection({ id, query, go, changed });

  async function load() {
    try {
      const [collection, runs] = await Promise.all([get(collectionPath(id)), get(collectionPath(id, '/runs'))]);
      Object.assign(seen, { collection, runs: runs.items, error: null });
    } catch (error) {
      seen.error = error;
    }
    changed();
  }

  const failed = (error) => {
    seen.error = error;
    changed();
  };
  const running = () => isRunning(seen.collection?.run);
  const touch = coalesced(1000, load);
  return {
    title: id,
    refresh: () => Promise.all([load(), search.load()]),
    requery(asked) {
      search = searchSection({ id, query: asked, go, changed, before: search.answer });
      return search.load();
    },
    hear: (entry) => runMoves(entry, running()) && touch(id),
    tickSlow: () => running() && touch(id),
    key: slash,
    template: () => html`
      <p class="path"><a href="#/collections">Collections</a> /</p>
      <div class="head"><h1 tabindex="-1">${id}</h1>
        ${seen.collection ? html`<span class="push buttons">${runButtons(seen.collection, load, failed)}</span>` : nothing}</div>
      ${problem(seen.error)}
      ${seen.collection ? about(seen.collection, search, seen.runs) : nothing}`,
  };
}

function about(collection, search, runs) {
  return html`
    <p class="facts"><bdi>${collection.folder ?? 'uploaded'}</bdi>
      ${collection.updatedAt ? html`<span>up to date ${when(collection.updatedAt)}</span>` : nothing}</p>
    ${collection.run ? runProgress(collection.run) : nothing}
    ${collection.generation > 0 ? search.template() : html`<p class="empty">It can be searched when its first run has ended.</p>`}
    <dl class="tiles">${tiles(collection).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    ${table(runs)}`;
}

function tiles(collection) {
  return [
    ['documents', count(collection.documents)], ['chunks', count(collection.chunks)], ['size', size(collection.bytes)],
    ['generation', collection.generation || '–'], ['tokens a chunk', `≤ ${count(collection.chunkTokens)}`],
    ['model', html`<span class="small" title=${collection.model}>${collection.modelName ?? digest(collection.model)}</span>`],
  ];
}

function table(runs) {
  return runs.length === 0 ? nothing : html`<section aria-labelledby="runs"><h2 id="runs">Runs</h2>
    <table role="table" class="stack"><thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">state</th><th role="columnheader" scope="col">began</th>
      <th role="columnheader" scope="col">what became of the files</th>
      <th role="columnheader" scope="col" class="number">generation</th>
      <th role="columnheader" scope="col" class="number">took</th></tr></thead>
    <tbody role="rowgroup">${runs.map(row)}</tbody></table></section>`;
}

function row(run) {
  return html`<tr role="row" data-run=${run.run}>
    <td role="cell">${state(run.state)}</td>
    <th role="rowheader" scope="row" class="name"><a href=${`#${runPath(run)}`}>${when(run.startedAt)}</a></th>
    <td role="cell" class="why wide">${run.reason ?? (isRunning(run) ? 'it goes on' : inWords(run.counts))}</td>
    <td role="cell" class="number" data-label="generation">${run.generation}</td>
    <td role="cell" class="number" data-label="took">${run.endedAt
      ? duration(Date.parse(run.endedAt) - Date.parse(run.startedAt)) : '–'}</td></tr>`;
}
