// The tasks of a job in the order of their numbers; each opens to show its attempts.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { coalesced } from './coalesced.js';
import { names, tasksIn } from './entries.js';
import { count, duration } from './format.js';
import { Listing } from './listing.js';
import { empty, filter, pager, problem, state, when } from './parts.js';

const STATES = ['ready', 'waiting', 'blocked', 'leased', 'succeeded', 'buried', 'cancelled'];
const KINDS = ['chunk', 'embed'];
const EVERYTHING = Symbol('everything');

export function taskSection({ id, query, go, changed, items }) {
  const chosen = { state: query.get('state') ?? '', kind: query.get('kind') ?? '' };
  const opened = new Set();
  const listing = new Listing({
    path: `/jobs/${encodeURIComponent(id)}/tasks${search(chosen)}`,
    keyOf: (task) => task.task,
    rowPath: (task) => `/tasks/${encodeURIComponent(task)}`,
    items,
    changed,
  });
  const touch = coalesced(250, (keys) =>
    keys.has(EVERYTHING) ? listing.load() : listing.refetch(keys));
  const pick = (part) => go(`#/jobs/${encodeURIComponent(id)}${search({ ...chosen, ...part })}`);
  const toggle = (task) => {
    opened.delete(task) || opened.add(task);
    changed();
  };
  return {
    items: () => listing.items,
    refresh: () => listing.load(),
    hear(entry) {
      const moved = chosen.state !== '' || names(entry, 'tasks.added', 'job.cancelled');
      if (moved) {
        touch(EVERYTHING);
      }
      tasksIn(entry).forEach(touch);
    },
    template: () => html`<section aria-labelledby="tasks">
      <div class="head"><h2 id="tasks">Tasks</h2>
        ${filter('state', 'task-state', STATES, chosen.state, (value) => pick({ state: value }))}
        ${filter('kind', 'task-kind', kinds(listing, chosen), chosen.kind, (value) => pick({ kind: value }))}
      </div>
      ${problem(listing.error)} ${table(listing, opened, toggle)} ${pager(listing)}
    </section>`,
  };
}

function search(chosen) {
  const given = Object.entries(chosen).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/** Anyone may add a kind of task: what this page shows can be chosen too. */
function kinds(listing, chosen) {
  const shown = (listing.items ?? []).map((task) => task.kind);
  return [...new Set([...KINDS, ...shown, chosen.kind])].filter((kind) => kind !== '');
}

function table(listing, opened, toggle) {
  if (listing.items === null) {
    return html`<p class="empty">Reading the tasks…</p>`;
  }
  if (listing.items.length === 0) {
    return empty('No task is like that now.');
  }
  return html`<table role="table" class="tasks stack">
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col" class="number">number</th><th role="columnheader" scope="col">kind</th>
      <th role="columnheader" scope="col">task</th><th role="columnheader" scope="col">state</th>
      <th role="columnheader" scope="col">node</th><th role="columnheader" scope="col" class="number">took</th>
      <th role="columnheader" scope="col">attempts</th>
    </tr></thead>
    <tbody role="rowgroup">${repeat(listing.items, (task) => task.task, (task) => rows(task, opened.has(task.task), toggle))}</tbody>
  </table>`;
}

function rows(task, open, toggle) {
  const last = task.attempts.at(-1);
  return html`<tr role="row" data-task=${task.task}>
      <td role="cell" class="number" data-label="number">${task.number}</td>
      <td role="cell" data-label="kind">${task.kind}</td>
      <th role="rowheader" scope="row" class="name">${task.label} ${task.reason ? html`<small class="why">${task.reason}</small>` : nothing}
        ${task.waitingUntil ? html`<small>ready at ${when(task.waitingUntil)}</small>` : nothing}</th>
      <td role="cell">${state(task.state)}</td>
      <td role="cell" data-label="node">${last ? last.nodeName : '–'}</td>
      <td role="cell" class="number" data-label="took">${last?.endedAt ? span(last) : '–'}</td>
      <td role="cell" data-label="attempts">${attemptsButton(task, open, toggle)}</td>
    </tr>
    ${open ? html`<tr role="row" class="below"><td role="cell" colspan="7" id=${`attempts-${task.task}`}>${attempts(task)}</td></tr>` : nothing}`;
}

function attemptsButton(task, open, toggle) {
  const used = `${task.attempts.length} of ${task.maxAttempts}`;
  return task.attempts.length === 0
    ? html`<span class="soft">none yet</span>`
    : html`<button class="quiet" aria-expanded=${open} aria-controls=${`attempts-${task.task}`}
        aria-label=${`${used} attempts at ${task.label}`} @click=${() => toggle(task.task)}>${used}</button>`;
}

function attempts(task) {
  return html`<table role="table" class="attempts stack"><caption>Attempts at <code>${task.task}</code></caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="number">attempt</th>
      <th role="columnheader" scope="col">state</th><th role="columnheader" scope="col">node</th>
      <th role="columnheader" scope="col">leased</th><th role="columnheader" scope="col">ended</th>
      <th role="columnheader" scope="col">reason</th></tr></thead>
    <tbody role="rowgroup">${task.attempts.map(attemptRow)}</tbody></table>
    ${task.result ? html`<details class="result"><summary>result</summary>
      <pre>${JSON.stringify(task.result, null, 2)}</pre></details>` : nothing}
    <p class="soft">${task.model ? html`needs model <code>${task.model}</code>` : nothing}
      ${task.node ? html`only on node <code>${task.node}</code>` : nothing}
      ${task.parent === undefined ? nothing : html`asked for by task ${count(task.parent)}`}</p>`;
}

function attemptRow(attempt) {
  return html`<tr role="row">
    <td role="cell" class="number" data-label="attempt">${attempt.attempt}</td>
    <td role="cell">${state(attempt.state)}</td>
    <td role="cell" data-label="node" title=${attempt.node}>${attempt.nodeName}</td>
    <td role="cell" data-label="leased">${when(attempt.leasedAt)}</td>
    <td role="cell" data-label="ended">${when(attempt.endedAt)}</td>
    <td role="cell" class="why wide">${attempt.reason ?? '–'}</td></tr>`;
}

function span(attempt) {
  return duration(Date.parse(attempt.endedAt) - Date.parse(attempt.leasedAt));
}
