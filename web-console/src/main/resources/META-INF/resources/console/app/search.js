// The search box of one collection and what it finds. The address holds the query, so that an answer can be
// sent to somebody, and the way back works.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { post } from './broker.js';
import { count } from './format.js';
import { empty, filter, problem, state, when } from './parts.js';
import { marked } from './passage.js';
import { collectionPath } from './runs.js';

const LIMIT = 20;
const MODES = { '': 'meaning and words', dense: 'meaning', text: 'words' };

export function searchSection({ id, query, go, changed, before }) {
  const asked = { query: (query.get('q') ?? '').trim(), mode: query.get('mode') ?? '' };
  const seen = { answer: before ?? null, error: null, busy: false };

  async function load() {
    if (asked.query === '') {
      seen.answer = null;
      return;
    }
    seen.busy = true;
    changed();
    try {
      seen.answer = await post(collectionPath(id, '/search'),
        { query: asked.query, limit: LIMIT, ...(asked.mode === '' ? {} : { mode: asked.mode }) });
      seen.error = null;
    } catch (error) {
      seen.error = error;
    }
    seen.busy = false;
    changed();
  }

  const ask = (part) => {
    const wanted = { ...asked, ...part };
    if (wanted.query === asked.query && wanted.mode === asked.mode) {
      return load();
    }
    return go(`#${collectionPath(id)}${search(wanted)}`);
  };
  const submit = (event) => {
    event.preventDefault();
    ask({ query: event.target.elements.q.value.trim() });
  };
  return {
    load,
    get answer() {
      return seen.answer;
    },
    template: () => html`<search class="search" @keydown=${walk}>
      <form @submit=${submit}><label class="unseen" for="q">Search in ${id}</label>
        <input id="q" name="q" type="search" maxlength="2000" required autocomplete="off" aria-describedby="q-keys"
          placeholder=${`What do you look for in ${id}?`} .value=${asked.query}>
        <button class="main">search</button></form>
      <div class="head">${filter('by', 'search-mode', ['dense', 'text'], asked.mode,
        (mode) => ask({ mode }), (mode) => MODES[mode])}
        <span class="soft keys" id="q-keys"><kbd>/</kbd> search · <kbd>↓</kbd> <kbd>↑</kbd> walk through what was found</span></div>
      ${problem(seen.error)} ${found(seen)}
    </search>`,
  };
}

function search({ query, mode }) {
  const given = [['q', query], ['mode', mode]].filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

/** From the box into the hits and between them. */
function walk(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.type === 'radio') {
    return;
  }
  const stops = [...event.currentTarget.querySelectorAll('#q, .hit')];
  const next = stops[stops.indexOf(event.target.closest('.hit') ?? event.currentTarget.querySelector('#q')) + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

/** `/` goes to the box, as on many pages, unless something is being typed. */
export function slash(event) {
  const box = document.getElementById('q');
  if (event.key === '/' && box && !event.ctrlKey && !event.metaKey && !event.altKey
    && !event.target.closest('input, textarea, dialog')) {
    event.preventDefault();
    box.focus();
    box.select();
  }
}

function found({ answer, busy, error }) {
  const says = busy ? 'searching…' : answer && !error
    ? `${count(answer.hits.length)} documents in ${count(answer.millis)} ms` : '';
  return html`<p class="soft found" aria-live="polite">${says}</p>
    ${answer?.note ? html`<p class="note">${answer.note}</p>` : nothing}
    ${answer && answer.hits.length === 0 && !busy ? empty('Nothing was found.') : nothing}
    ${answer ? html`<ol class="hits">${repeat(answer.hits, ({ path }) => path, hit)}</ol>` : nothing}`;
}

function hit(one) {
  const [first, ...others] = one.passages;
  return html`<li class="hit" tabindex="-1" data-path=${one.path}>
    <h3><bdi>${one.title ?? one.path.split('/').at(-1)}</bdi>
      <span class="score" title=${scores(one)}>score ${one.score.toFixed(2)}</span></h3>
    <p class="facts"><bdi class="where" title=${`SHA-256 ${one.sha256}`}>${one.path}</bdi>
      ${one.modifiedAt ? html`<span>of ${when(one.modifiedAt)}</span>` : nothing} ${badges(one)}</p>
    ${first ? passage(first) : nothing}
    ${others.length > 0 ? html`<details><summary>${count(others.length)} more of this document</summary>
      ${others.map(passage)}</details>` : nothing}
  </li>`;
}

function scores({ denseScore, textScore }) {
  const shown = (value) => (value === undefined || value === null ? 'not found' : value.toFixed(3));
  return `by meaning: ${shown(denseScore)}, by words: ${shown(textScore)}`;
}

function badges(one) {
  return html`
    ${one.source === 'changed' ? html`<span title="the file was changed after it was indexed">${state('changed')} since</span>` : nothing}
    ${one.source === 'gone' ? html`<span title="the file is not there any more">${state('gone')}</span>` : nothing}
    ${one.mark ? html`<span class="why">${state('older form')} <bdi>${one.mark}</bdi></span>` : nothing}`;
}

function passage(one) {
  const place = [one.heading, one.page ? `page ${one.page}` : null].filter(Boolean);
  return html`${place.length === 0 ? nothing
    : html`<p class="place"><bdi>${place.join(' · ')}</bdi></p>`}${marked(one.text, one.highlights)}`;
}
