// What a person sees first: the swarm as a picture, how fast it works, and the latest jobs.

import { html, svg } from '../lib/lit-html/lit-html.js';
import { count, rate } from './format.js';
import { follow, jobListing, jobTable } from './jobs.js';
import { followNodes, nodeListing } from './nodes.js';
import { empty, problem } from './parts.js';
import { picture } from './picture.js';

const NARROW = matchMedia('(max-width: 640px)');

export function overview({ changed, throughput }) {
  const latest = jobListing('', changed, { limit: 6 });
  const running = jobListing('running', changed);
  const nodes = nodeListing(changed);
  const hears = [follow(latest, false), follow(running, true), followNodes(nodes)];
  return {
    title: 'Swarm',
    refresh: () => Promise.all([latest.load(), running.load(), nodes.load()]),
    tick: changed,
    tickSlow: () => nodes.load(),
    hear: (entry) => hears.forEach((hear) => hear(entry)),
    template: () => html`<h1 tabindex="-1" class="unseen">Swarm</h1>
      ${problem(latest.error ?? nodes.error ?? running.error)}
      <div class="overview">
        <section class="panel" aria-label="picture of the swarm">
          ${picture(nodes.items ?? [], tasks(running), NARROW.matches)}
          ${nodes.items?.length === 0 ? empty('No node yet. Start one on any machine:', './mycoswarm node') : ''}
        </section>
        <section class="panel figures" aria-label="figures">
          ${figures(running, nodes, throughput)} ${sparkline(throughput.history(Date.now()))}
        </section>
      </div>
      <section aria-labelledby="latest">
        <div class="head"><h2 id="latest">Latest jobs</h2> <a class="push" href="#/jobs">all jobs</a></div>
        ${jobTable(latest)}
      </section>`,
  };
}

/** The sums over the running jobs on the first page, which are all but in a very busy swarm. */
function tasks(running) {
  const sum = (word) => (running.items ?? []).reduce((all, job) => all + job.tasks[word], 0);
  return { ready: sum('ready'), waiting: sum('waiting'), leased: sum('leased') };
}

function figures(running, nodes, throughput) {
  const { ready, waiting, leased } = tasks(running);
  const online = (nodes.items ?? []).filter((node) => node.state === 'online').length;
  const jobs = `${count(running.items?.length)}${running.next ? '+' : ''}`;
  const rows = [
    ['nodes online', `${count(online)} of ${count(nodes.items?.length)}`], ['jobs running', jobs],
    ['tasks leased', count(leased)], ['tasks ready', count(ready)], ['tasks waiting', count(waiting)],
    ['chunks/s now', rate(throughput.rate(Date.now()))],
  ];
  return html`<dl class="tiles">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function sparkline(history) {
  const top = Math.max(...history, 1);
  const points = history.map((value, i) => `${i * (240 / (history.length - 1))},${46 - (42 * value) / top}`);
  return html`<figure class="sparkline">
    <svg viewBox="0 0 240 48" preserveAspectRatio="none" role="img" aria-label=${`embedded chunks a second over the last two minutes, at most ${rate(top)}`}>
      ${svg`<polygon points=${`0,48 ${points.join(' ')} 240,48`}></polygon><polyline points=${points.join(' ')}></polyline>`}
    </svg>
    <figcaption><span>chunks/s, last 2 min</span><span>peak ${rate(Math.max(...history))}</span></figcaption>
  </figure>`;
}
