// Stages as a picture: a box for each, in a row, with arrows between them. Rows are as long as the page is wide.

import { nothing, svg } from '../lib/lit-html/lit-html.js';

const BOX = { width: 252, gap: 92, row: 46, inside: 14 };
const COLUMNS_MAX = 4;

/** How many boxes stand beside each other in a window of this width. Pure. */
export function columns(windowWidth) {
  const room = windowWidth - 90 + BOX.gap;
  return Math.max(1, Math.min(COLUMNS_MAX, Math.floor(room / (BOX.width + BOX.gap))));
}

/**
 * `boxes` have a `title`, a `name`, a `tone` and `lines`; `used`, `cache` and `free` where they have a bar;
 * `badge` for a word at the top, and `sends` for what goes on to the next one.
 */
export function stagesPicture({ id, title, desc, boxes, height }) {
  const across = Math.min(boxes.length, columns(innerWidth));
  const rows = Math.ceil(boxes.length / across);
  const width = across * BOX.width + (across - 1) * BOX.gap + 4;
  const tall = rows * height + (rows - 1) * BOX.row + 4;
  const places = boxes.map((box, i) => ({
    box,
    height,
    x: 2 + (i % across) * (BOX.width + BOX.gap),
    y: 2 + Math.floor(i / across) * (height + BOX.row),
  }));
  return svg`<svg class="stages" viewBox="0 0 ${width} ${tall}" width=${width} height=${tall} role="img"
      aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${title}</title><desc id="${id}-desc">${desc}</desc>
    ${places.map((at, i) => (places[i + 1] ? arrow(at, places[i + 1]) : nothing))}
    ${places.map(body)}
  </svg>`;
}

function body({ box, x, y, height }) {
  const left = x + BOX.inside;
  const first = box.free === undefined ? y + 64 : y + 88;
  return svg`<g class="stage ${box.tone}" data-stage=${box.title}>
    <rect class="box" x=${x} y=${y} width=${BOX.width} height=${height} rx="9"></rect>
    <text class="note" x=${left} y=${y + 21}>${box.title}</text>
    ${box.badge ? svg`<text class="badge" x=${x + BOX.width - BOX.inside} y=${y + 21}>${box.badge}</text>` : nothing}
    <text class="label" x=${left} y=${y + 42}>${short(box.name)}</text>
    ${box.free === undefined ? nothing : bar(box, left, y + 54)}
    ${box.lines.map((line, i) => svg`<text class="line" x=${left} y=${first + 17 * i}>${line}</text>`)}
  </g>`;
}

/** Of the memory that is free: weights, then caches. What does not fit is cut by the edge. */
function bar({ used, cache, free }, x, y) {
  const width = BOX.width - 2 * BOX.inside;
  const all = Math.max(free, used + cache, 1);
  const [weights, caches] = [used, cache].map((bytes) => (width * bytes) / all);
  return svg`<rect class="room" x=${x} y=${y} width=${width} height="14" rx="3"></rect>
    <rect class="weights" x=${x} y=${y} width=${weights} height="14"></rect>
    <rect class="cache" x=${x + weights} y=${y} width=${caches} height="14"></rect>`;
}

/** To the right, or down to the row below; what is sent stands beside it. */
function arrow({ box, x, y, height }, to) {
  const beside = to.y === y;
  const from = beside ? [x + BOX.width, y + height / 2] : [x + BOX.width / 2, y + height];
  const end = beside ? [to.x, to.y + height / 2] : [to.x + BOX.width / 2, to.y];
  const half = from[1] + BOX.row / 2;
  const line = beside ? `M${from} H${end[0] - 7}` : `M${from} V${half} H${end[0]} V${end[1] - 7}`;
  const head = beside ? `M${end} l-9 -5 v10 z` : `M${end} l-5 -9 h10 z`;
  return svg`<path class="flow" d=${line}></path><path class="head" d=${head}></path>
    ${box.sends ? says(box.sends, beside, from, half) : nothing}`;
}

function says(sends, beside, [x, y], half) {
  return beside
    ? svg`<text class="sends" x=${x + BOX.gap / 2 - 4} y=${y - 8}>${sends}</text>
        <text class="sends" x=${x + BOX.gap / 2 - 4} y=${y + 18}>a token</text>`
    : svg`<text class="sends right" x=${x + 12} y=${half - 7}>${sends} a token</text>`;
}

function short(name) {
  return name.length > 26 ? `${name.slice(0, 25)}…` : name;
}
