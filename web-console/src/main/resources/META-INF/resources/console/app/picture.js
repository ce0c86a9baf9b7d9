// The swarm as a picture: the broker in the middle, the nodes around it, a thread to each. A thread is
// lit while its node holds leases.

import { html, nothing, svg } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { count } from './format.js';

const SHAPES = {
  wide: { width: 720, height: 360, rx: 250, ry: 122, nodes: 12 },
  narrow: { width: 360, height: 400, rx: 118, ry: 142, nodes: 6 },
};

/** `tasks` counts the tasks of all running jobs by state. */
export function picture(nodes, tasks, narrow) {
  const shape = narrow ? SHAPES.narrow : SHAPES.wide;
  const shown = [...nodes].sort(byName).slice(0, shape.nodes);
  const places = shown.map((node, i) => place(node, i, shown.length, shape));
  return html`<svg class="picture" viewBox="0 0 ${shape.width} ${shape.height}" role="img" aria-label=${inWords(nodes, tasks)}>
    <g class="threads">${repeat(places, ({ node }) => node.node, (at) => thread(at, shape))}</g>
    ${repeat(places, ({ node }) => node.node, body)}
    ${broker(tasks, shape)}
    ${nodes.length > shown.length
      ? svg`<text class="more" x=${shape.width - 12} y=${shape.height - 10}>and ${nodes.length - shown.length} more</text>`
      : nothing}
  </svg>`;
}

/** Always in the same order, so that a node keeps its place while leases come and go. */
function byName(a, b) {
  return a.name.localeCompare(b.name) || a.node.localeCompare(b.node);
}

/** From the left, clockwise; turned where a node would else stand right above the broker. */
function place(node, i, of, shape) {
  const turn = of % 4 === 0 ? 0.5 : 0;
  const angle = Math.PI + (2 * Math.PI * (i + turn)) / of;
  const rise = shape.ry * Math.sin(angle);
  return {
    node,
    above: rise < -20,
    x: shape.width / 2 + shape.rx * Math.cos(angle),
    y: shape.height / 2 + rise,
    bend: i % 2 === 0 ? 26 : -26,
  };
}

function thread({ node, x, y, bend }, shape) {
  const [cx, cy] = [shape.width / 2, shape.height / 2];
  const [dx, dy] = [x - cx, y - cy];
  const long = Math.hypot(dx, dy) || 1;
  const [mx, my] = [cx + dx / 2 - (bend * dy) / long, cy + dy / 2 + (bend * dx) / long];
  const lit = node.leases.length > 0;
  return svg`<path class="thread ${lit ? 'lit' : ''} ${node.state}" d="M${cx} ${cy} Q${mx} ${my} ${x} ${y}"></path>`;
}

function body({ node, x, y, above }) {
  const leases = node.leases.length;
  const foot = above ? y - 46 : y + 41;
  return svg`<a href="#/nodes" aria-label=${`${node.name}, ${node.state}, ${leases} leases`}>
    <g class="node ${node.state} ${leases > 0 ? 'lit' : ''}">
      <circle cx=${x} cy=${y} r="23"></circle>
      <text class="leases" x=${x} y=${y + 5.5}>${count(leases)}</text>
      <text class="label" x=${x} y=${foot}>${short(node.name)}</text>
      <text class="note" x=${x} y=${foot + 15}>${node.state === 'online' ? devices(node) : node.state}</text>
    </g></a>`;
}

function broker(tasks, shape) {
  const [cx, cy] = [shape.width / 2, shape.height / 2];
  return svg`<g class="broker"><circle cx=${cx} cy=${cy} r="46"></circle>
    <text class="label" x=${cx} y=${cy - 8}>broker</text>
    <text class="leases" x=${cx} y=${cy + 13}>${count(tasks.ready)}</text>
    <text class="note" x=${cx} y=${cy + 29}>ready</text></g>`;
}

function devices(node) {
  return [...new Set(node.capabilities.map((able) => able.device))].join(', ') || 'no capability';
}

function short(name) {
  return name.length > 18 ? `${name.slice(0, 17)}…` : name;
}

function inWords(nodes, tasks) {
  const each = nodes.map((node) => `${node.name} ${node.state} with ${node.leases.length} leases`);
  return `The broker has ${tasks.ready} tasks ready. ${each.length === 0 ? 'No node yet' : each.join('; ')}.`;
}
