// A passage with the matched words marked. Offsets count Unicode code points, JavaScript's strings do not.

import { html } from '../lib/lit-html/lit-html.js';

/** Pieces of the text in its order: `{ text, hit }`. Pure. */
export function pieces(text, spans) {
  const points = Array.from(text);
  const cut = (from, to) => points.slice(from, to).join('');
  const found = [];
  let at = 0;
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    const from = Math.max(at, start);
    if (end > from) {
      found.push({ text: cut(at, from), hit: false }, { text: cut(from, end), hit: true });
      at = end;
    }
  }
  found.push({ text: cut(at), hit: false });
  return found.filter((piece) => piece.text !== '');
}

/** The document's text stays text: nothing in it is read as HTML, and its direction does not leave it. */
export function marked(text, spans) {
  return html`<p class="passage" dir="auto">${pieces(text, spans).map((piece) =>
    (piece.hit ? html`<mark>${piece.text}</mark>` : piece.text))}</p>`;
}
