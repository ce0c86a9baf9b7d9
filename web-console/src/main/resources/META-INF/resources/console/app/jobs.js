// The list of jobs, newest first, and the table of them that the overview shows too.

import { html } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { cancelButton } from './cancel.js';
import { coalesced } from './coalesced.js';
import { jobsIn } from './entries.js';
import { chunkRate, count, rate } from './format.js';
import { Listing } from './listing.js';
import { empty, filter, pager, problem, progress, state, when } from './parts.js';

const STATES = ['running', 'succeeded', 'succeeded-with-failures', 'failed', 'cancelled'];
const EVERYTHING = Symbol('everything');

export function jobListing(chosen, changed, { limit, items } = {}) {
  return new Listing({
    path: chosen ? `/jobs?state=${chosen}` : '/jobs',
    keyOf: (job) => job.job,
    rowPath: (job) => `/jobs/${encodeURIComponent(job)}`,
    limit,
    items,
    changed,
  });
}

/**
 * Answers what to call with each entry so that the listing stays true. `wholePage` when an entry can
 * move a job in or out of it, because it is filtered.
 */
export function follow(listing, wholePage) {
  const touch = coalesced(250, (keys) =>
    keys.has(EVERYTHING) ? listing.load() : listing.refetch(keys));
  return (entry) => {
    const jobs = [...jobsIn(entry)];
    const shown = new Set((listing.items ?? []).map(listing.keyOf));
    if (wholePage || (listing.first && !jobs.every((job) => shown.has(job)))) {
      touch(EVERYTHING);
    }
    jobs.forEach(touch);
  };
}

export function jobsView({ query, go, changed }) {
  let chosen;
  let listing;
  let heard;
  const choose = (search) => {
    chosen = search.get('state') ?? '';
    listing = jobListing(chosen, changed, { items: listing?.items });
    heard = follow(listing, chosen !== '');
  };
  choose(query);
  return {
    title: 'Jobs',
    refresh: () => listing.load(),
    requery(search) {
      choose(search);
      return listing.load();
    },
    hear: (entry) => heard(entry),
    template: () => html`
      <div class="head"><h1 tabindex="-1">Jobs</h1>
        ${filter('state', 'job-state', STATES, chosen, (value) => go(value ? `#/jobs?state=${value}` : '#/jobs'))}
      </div>
      ${problem(listing.error)}
      ${jobTable(listing, chosen ? `No job is ${chosen}.` : null)}
      ${pager(listing)}`,
  };
}

export function jobTable(listing, nothingFound) {
  if (listing.items === null) {
    return html`<p class="empty">Reading the jobs…</p>`;
  }
  if (listing.items.length === 0) {
    return nothingFound
      ? empty(nothingFound)
      : empty('No job yet. Submit a folder:', './mycoswarm embed FOLDER');
  }
  const cancelled = (job) => listing.refetch(new Set([job.job]));
  return html`<table role="table" class="jobs stack">
    <caption class="unseen">Jobs, newest first</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">state</th><th role="columnheader" scope="col">job</th>
      <th role="columnheader" scope="col">tasks</th>
      <th role="columnheader" scope="col" class="number">files</th>
      <th role="columnheader" scope="col" class="number">chunks</th>
      <th role="columnheader" scope="col" class="number">vectors</th>
      <th role="columnheader" scope="col" class="number" title="embedded chunks a second, from the first lease to the last report">chunks/s</th>
      <th role="columnheader" scope="col">submitted</th><th role="columnheader" scope="col">ended</th>
      <th role="columnheader" scope="col"><span class="unseen">cancel</span></th>
    </tr></thead>
    <tbody role="rowgroup">${repeat(listing.items, (job) => job.job, (job) => row(job, cancelled))}</tbody>
  </table>`;
}

function row(job, cancelled) {
  return html`<tr role="row" data-job=${job.job}>
    <td role="cell">${state(job.state)}</td>
    <th role="rowheader" scope="row" class="name"><a href=${`#/jobs/${encodeURIComponent(job.job)}`}>${job.name}</a>
      <small>${job.job}</small></th>
    <td role="cell" class="wide">${progress(job.tasks)}</td>
    <td role="cell" class="number" data-label="files">${count(job.totals.files)}</td>
    <td role="cell" class="number" data-label="chunks">${count(job.totals.chunks)}</td>
    <td role="cell" class="number" data-label="vectors">${count(job.totals.vectors)}</td>
    <td role="cell" class="number" data-label="chunks/s">${rate(chunkRate(job.totals, job.nodes))}</td>
    <td role="cell" data-label="submitted">${when(job.submittedAt)}</td>
    <td role="cell" data-label="ended">${when(job.finishedAt)}</td>
    <td role="cell" class="act">${cancelButton(job, cancelled)}</td>
  </tr>`;
}
