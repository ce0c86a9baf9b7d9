// What became of the files of a folder, as one bar with its numbers.

import { html, svg } from '../lib/lit-html/lit-html.js';
import { count } from './format.js';
import { CHANGES } from './runs.js';

/** One failed file of 11,500 must still be seen: no part is thinner than this, of 100. */
const THINNEST = 1.2;

/** Widths that add up to 100, in the order of `numbers`. Pure. */
export function widths(numbers) {
  const total = numbers.reduce((sum, number) => sum + number, 0);
  const wished = numbers.map((number) => Math.max(THINNEST, (100 * number) / total));
  const all = wished.reduce((sum, width) => sum + width, 0);
  return wished.map((width) => (100 * width) / all);
}

export function changesPicture(counts) {
  const present = CHANGES.filter((change) => counts[change] > 0);
  const total = present.reduce((sum, change) => sum + counts[change], 0);
  const says = present.map((change) => `${count(counts[change])} ${change}`).join(', ');
  return html`<figure class="changes">
    <svg viewBox="0 0 100 6" preserveAspectRatio="none" role="img"
      aria-label=${`${count(total)} files: ${says || 'none'}`}>${bars(present, counts)}</svg>
    <ul>${present.map((change) => html`<li class=${change}><strong>${count(counts[change])}</strong> ${change}</li>`)}</ul>
  </figure>`;
}

function bars(present, counts) {
  let x = 0;
  return widths(present.map((change) => counts[change])).map((width, i) => {
    const bar = svg`<rect class=${present[i]} x=${x} y="0" width=${width} height="6"></rect>`;
    x += width;
    return bar;
  });
}
