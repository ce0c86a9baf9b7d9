// The nodes: what each has proved it can do, what it lacks and why, and what it leases now.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { coalesced } from './coalesced.js';
import { digest, rate, spaced, words } from './format.js';
import { Listing } from './listing.js';
import { empty, pager, problem, state, when } from './parts.js';

const HARDWARE = ['cpu', 'memory', 'disk', 'gpus', 'os', 'java'];

export function nodeListing(changed) {
  return new Listing({
    path: '/nodes', keyOf: (node) => node.node, rowPath: () => '/nodes', limit: 50, changed,
  });
}

/** A node that goes offline makes no entry: beside the entries somebody must ask now and then. */
export function followNodes(listing) {
  const touch = coalesced(250, () => listing.load());
  return () => touch('nodes');
}

export function nodesView({ changed }) {
  const listing = nodeListing(changed);
  return {
    title: 'Nodes',
    refresh: () => listing.load(),
    tickSlow: () => listing.load(),
    hear: followNodes(listing),
    template: () => html`<div class="head"><h1 tabindex="-1">Nodes</h1></div>
      ${problem(listing.error)} ${cards(listing)} ${pager(listing)}`,
  };
}

function cards(listing) {
  if (listing.items === null) {
    return html`<p class="empty">Reading the nodes…</p>`;
  }
  if (listing.items.length === 0) {
    return empty('No node yet. Start one on any machine:', './mycoswarm node');
  }
  return html`<div class="cards">${repeat(listing.items, (node) => node.node, card)}</div>`;
}

function card(node) {
  return html`<article class="card" data-node=${node.node} aria-labelledby=${`node-${node.node}`}>
    <header><h2 id=${`node-${node.node}`}>${node.name}</h2> ${state(node.state)}</header>
    <p class="facts"><code>${node.node}</code> <span>registered ${when(node.registeredAt)}</span>
      ${node.state === 'offline' ? html`<span>last seen ${when(node.lastSeenAt)}</span>` : nothing}</p>
    <h3>Leases now</h3> ${leases(node)}
    <h3>Capabilities</h3> ${capabilities(node)}
    ${hardware(node.detail ?? {})} ${missing(node.detail?.missing ?? [])}
  </article>`;
}

function leases(node) {
  return node.leases.length === 0
    ? html`<p class="soft">none</p>`
    : html`<ul class="leases">${repeat(node.leases, (lease) => lease.lease, (lease) => html`<li>
        <span class="kind">${lease.kind}</span> <a href=${`#/jobs/${encodeURIComponent(lease.lease.split('.')[0])}`}
          title=${lease.lease}>${lease.label}</a> <span class="soft">since ${when(lease.leasedAt)}</span></li>`)}</ul>`;
}

function capabilities(node) {
  return node.capabilities.length === 0
    ? html`<p class="soft">none proved: it gets no task</p>`
    : html`<table><thead><tr><th scope="col">kind</th><th scope="col">model</th><th scope="col">device</th>
        <th scope="col" class="number">measured</th></tr></thead>
      <tbody>${node.capabilities.map((able) => html`<tr><th scope="row">${able.kind}</th>
        <td title=${able.model ?? ''}>${able.model ? html`${able.modelName ?? ''} <code>${digest(able.model)}</code>` : '–'}</td>
        <td>${able.device}</td>
        <td class="number">${able.rate > 0 ? `${rate(able.rate)} ${able.unit ?? ''}/s` : '–'}</td></tr>`)}</tbody></table>`;
}

function hardware(detail) {
  const present = HARDWARE.filter((name) => detail[name] !== undefined);
  return present.length === 0 ? nothing : html`<h3>Hardware</h3>
    <dl class="hardware">${present.map((name) => html`<dt>${spaced(name)}</dt><dd>${words(detail[name], name)}</dd>`)}</dl>`;
}

function missing(list) {
  return list.length === 0 ? nothing : html`<h3>Missing</h3>
    <ul class="missing">${list.map((item) => html`<li>${lack(item)}</li>`)}</ul>`;
}

/** A sentence, or an object with the thing and its reason. */
function lack(item) {
  if (typeof item === 'string') {
    return item;
  }
  const { reason, ...what } = item;
  return html`<strong>${Object.values(what).map((value) => words(value)).join(' ')}</strong> ${reason ?? ''}`;
}
