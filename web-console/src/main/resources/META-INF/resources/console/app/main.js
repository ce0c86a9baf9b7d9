// Starts the page: one view by the address behind the #, one connection, one render for all changes.

import { html, nothing, render } from '../lib/lit-html/lit-html.js';
import { get } from './broker.js';
import { collectionView } from './collection.js';
import { collectionsView } from './collections.js';
import { Connection } from './connection.js';
import { slim } from './entries.js';
import { jobView } from './job.js';
import { jobsView } from './jobs.js';
import { modelsView } from './models.js';
import { nodesView } from './nodes.js';
import { overview } from './overview.js';
import { runView } from './run.js';
import { Throughput } from './throughput.js';
import { tokenForm } from './token.js';

const SEED_ENTRIES = 500;
const root = document.getElementById('console');
const throughput = new Throughput();
const connection = new Connection({ opened, hear, changed });
let view = null;
let drawn = 0;
let seeded = false;

const ROUTES = [
  [/^#?\/?$/, overview, 'swarm'],
  [/^#\/jobs$/, jobsView, 'jobs'],
  [/^#\/jobs\/([^/]+)$/, jobView, 'jobs'],
  [/^#\/collections$/, collectionsView, 'collections'],
  [/^#\/collections\/([^/]+)$/, collectionView, 'collections'],
  [/^#\/collections\/([^/]+)\/runs\/([^/]+)$/, runView, 'collections'],
  [/^#\/models$/, modelsView, 'models'],
  [/^#\/nodes$/, nodesView, 'nodes'],
];

function go(address) {
  location.hash = address;
}

function open() {
  const [path, search] = location.hash.split('?');
  const query = new URLSearchParams(search);
  if (path === view?.path && view.inner.requery) {
    view.inner.requery(query);
    return;
  }
  const route = ROUTES.map(([form, make, tab]) => ({ found: form.exec(path), make, tab }))
    .find(({ found }) => found);
  view = route
    ? { path, tab: route.tab, inner: made(route, query) }
    : { path, tab: '', inner: nowhere(path) };
  if (connection.state === 'open') {
    view.inner.refresh?.();
  }
  changed();
}

function made({ found, make }, query) {
  const [id, run] = found.slice(1).map(decodeURIComponent);
  return make({ id, run, query, go, changed, throughput });
}

function nowhere(path) {
  return {
    title: 'Nothing here',
    template: () => html`<h1 tabindex="-1">Nothing here</h1>
      <p>Expected one of the pages above, but the address says <code>${path}</code>.</p>`,
  };
}

/** Many changes in one turn are drawn once. */
function changed() {
  drawn ||= requestAnimationFrame(() => {
    drawn = 0;
    render(shell(), root);
    document.title = `${view.inner.title} · mycoSwarm`;
  });
}

function opened(broker) {
  view.inner.refresh?.();
  seed(broker);
}

function hear(entry) {
  throughput.add(entry, Date.now());
  view.inner.hear?.(entry);
}

/** The sparkline begins with what the log says of the last minutes. */
async function seed(broker) {
  if (seeded) {
    return;
  }
  seeded = true;
  try {
    const after = Math.max(broker.log.first - 1, broker.position - SEED_ENTRIES);
    const page = await get(`/log?after=${after}&limit=${SEED_ENTRIES}`);
    page.items.map(slim).forEach((entry) => throughput.add(entry, Math.min(Date.parse(entry.at), Date.now())));
    changed();
  } catch (error) {
    seeded = false;
    console.warn('The sparkline begins empty, for the log could not be read:', error.message);
  }
}

const TABS = [['swarm', '#/', 'Swarm'], ['jobs', '#/jobs', 'Jobs'],
  ['collections', '#/collections', 'Collections'], ['models', '#/models', 'Models'], ['nodes', '#/nodes', 'Nodes']];

function shell() {
  return html`
    <a class="skip" href="#main" @click=${skip}>skip to the content</a>
    <header class="top">
      <a class="brand" href="#/"><img src="/console/icon.svg" alt="" width="22" height="22">mycoSwarm</a>
      <nav aria-label="main">${TABS.map(([tab, address, text]) =>
        html`<a href=${address} aria-current=${tab === view.tab ? 'page' : nothing}>${text}</a>`)}</nav>
      <p class="connection ${connection.state}" role="status" aria-live="polite">${SAYS[connection.state]}</p>
    </header>
    ${connection.state === 'lost' ? html`<p class="lost">No answer from the broker. What you see is how it was;
      the page tries again by itself. If the broker is stopped, start it: <code>./mycoswarm up</code></p>` : nothing}
    <main id="main">${connection.state === 'locked'
      ? tokenForm(connection.refused, () => connection.begin())
      : view.inner.template()}</main>
    <footer>${connection.broker
      ? html`broker <code>${connection.broker.broker}</code> · version ${connection.broker.version} ·
          <a href="/api/v1/openapi.json">the same as an API</a>`
      : nothing}</footer>`;
}

const SAYS = {
  connecting: 'connecting',
  open: 'live',
  lost: 'connection lost, trying again',
  locked: 'token needed',
};

function skip(click) {
  click.preventDefault();
  focusHeading();
}

function focusHeading() {
  root.querySelector('main h1')?.focus();
}

addEventListener('hashchange', () => {
  const before = view.path;
  open();
  // A new page is announced by its heading; a changed filter keeps the focus where it is.
  if (view.path !== before) {
    scrollTo(0, 0);
    requestAnimationFrame(() => requestAnimationFrame(focusHeading));
  }
});
addEventListener('keydown', (event) => view.inner.key?.(event));
setInterval(() => visible() && view.inner.tick?.(), 1000);
setInterval(() => visible() && connection.state === 'open' && view.inner.tickSlow?.(), 5000);

function visible() {
  return document.visibilityState === 'visible';
}

open();
connection.begin();
