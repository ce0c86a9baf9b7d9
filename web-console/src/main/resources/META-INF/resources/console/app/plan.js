// How the swarm would run a model, and how it runs one: each as a picture, with the same figures in a table.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { count, rate, size } from './format.js';
import { state, when } from './parts.js';
import { stagesPicture } from './stages.js';

const PLAN_HEIGHT = 132;
const PIPELINE_HEIGHT = 100;
const TONES = { leasing: 'warn', moving: 'warn', loading: 'busy', starting: 'busy', ready: 'good' };
const VERDICTS = { whole: ['runs whole on one node', 'good'], no: ['does not fit', 'bad'] };

const millis = (stage) => `${rate(stage.millisPerToken)} ms a token`;
const memory = (stage) => `${size(stage.weightBytes)} weights + ${size(stage.cacheBytes)} cache`;

/** In words: `runs in 3 stages`, `runs whole on one node`, `does not fit`. */
export function verdict(plan) {
  const [word, tone] = VERDICTS[plan.fits] ?? [`runs in ${plan.stages.length} stages`, 'good'];
  return state(word, tone);
}

export function planPicture(plan, model, id) {
  return html`<figure class="plan" data-plan=${plan.fits}>
    <p class="note ${plan.fits === 'no' ? 'bad' : ''}">${plan.fits === 'no'
      ? html`<strong>Does not fit, ${size(plan.missingBytes)} missing.</strong> ` : nothing}${plan.reason}</p>
    ${plan.fits === 'no' ? noRoom(plan, model, id) : stages(plan, id)}
  </figure>`;
}

function stages(plan, id) {
  const cut = plan.stages.length > 1;
  const boxes = plan.stages.map((stage, i) => ({
    title: cut ? `stage ${i + 1}` : 'the whole model',
    badge: cut && i === plan.narrowest ? 'narrowest' : null,
    tone: cut && i === plan.narrowest ? 'narrowest' : '',
    name: stage.nodeName,
    used: stage.weightBytes,
    cache: stage.cacheBytes,
    free: stage.freeBytes,
    lines: [memory(stage), `of ${size(stage.freeBytes)} free`, millis(stage)],
    sends: size(stage.sendsBytes),
  }));
  const title = cut ? `${plan.model} in ${boxes.length} stages` : `${plan.model} whole on ${boxes[0].name}`;
  const desc = boxes.map((box) => `${box.title}${box.badge ? `, the ${box.badge}` : ''}, on ${box.name}: ${box.lines.join(', ')}`);
  return html`<div class="drawn">${stagesPicture({ id, title, desc: `${desc.join('; ')}.`, boxes, height: PLAN_HEIGHT })}</div>
    <figcaption><span class="key weights">weights</span><span class="key cache">cache</span><span class="key room">free</span>
      <span>${rate(plan.tokensPerSecond)} tokens/s alone, ${rate(plan.tokensPerSecondMany)} with many sessions (predicted)</span>
      ${demand(plan)}</figcaption>
    ${planTable(plan)}`;
}

function demand(plan) {
  return html`<span>memory counted for ${count(plan.sessions)} sessions of ${count(plan.contextTokens)} tokens</span>`;
}

function planTable(plan) {
  return html`<table role="table" class="stack"><caption class="unseen">The plan of ${plan.model}, by stage</caption>
    <thead role="rowgroup"><tr role="row">
      <th role="columnheader" scope="col">stage</th><th role="columnheader" scope="col">node</th>
      ${['weights', 'cache', 'free', 'ms a token', 'sends a token'].map((name) =>
        html`<th role="columnheader" scope="col" class="number">${name}</th>`)}</tr></thead>
    <tbody role="rowgroup">${plan.stages.map((stage, i) => html`<tr role="row">
      <td role="cell" data-label="stage">${i + 1}${plan.stages.length > 1 && i === plan.narrowest ? html` <strong>narrowest</strong>` : nothing}</td>
      <th role="rowheader" scope="row" class="name">${stage.nodeName}</th>
      <td role="cell" class="number" data-label="weights">${size(stage.weightBytes)}</td>
      <td role="cell" class="number" data-label="cache">${size(stage.cacheBytes)}</td>
      <td role="cell" class="number" data-label="free">${size(stage.freeBytes)}</td>
      <td role="cell" class="number" data-label="ms a token">${rate(stage.millisPerToken)}</td>
      <td role="cell" class="number" data-label="sends a token">${stage.sendsBytes ? size(stage.sendsBytes) : '–'}</td>
    </tr>`)}</tbody></table>`;
}

/** What it needs, and the part of it that no node has room for. */
function noRoom(plan, model, id) {
  const caches = model.cacheBytesPerToken * plan.contextTokens * plan.sessions;
  const needs = Math.max(model.weightBytes + caches, plan.missingBytes, 1);
  const lacks = Math.min(100, (100 * plan.missingBytes) / needs);
  const says = `${plan.model} needs ${size(needs)}: ${size(model.weightBytes)} of weights and ${size(caches)} of caches; ${size(plan.missingBytes)} are missing.`;
  return html`<svg class="lack" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title ${id}-desc">
      <title id="${id}-title">${plan.model} does not fit</title><desc id="${id}-desc">${says}</desc>
      <rect class="room" x="0" y="0" width=${100 - lacks} height="6"></rect>
      <rect class="missing" x=${100 - lacks} y="0" width=${lacks} height="6"></rect></svg>
    <table><caption class="unseen">What ${plan.model} needs</caption><tbody>
      <tr><th scope="row">weights</th><td class="number">${size(model.weightBytes)}</td></tr>
      <tr><th scope="row">caches</th><td class="number">${size(caches)}</td></tr>
      <tr><th scope="row">missing</th><td class="number"><strong>${size(plan.missingBytes)}</strong></td></tr>
    </tbody></table>
    <figcaption>${demand(plan)}</figcaption>`;
}

/** A pipeline: what each stage does now. */
export function pipelinePicture(pipeline) {
  const boxes = pipeline.stages.map((stage, i) => {
    const word = stageState(pipeline, stage);
    return {
      title: `stage ${i + 1}`,
      badge: word,
      tone: TONES[word] ?? '',
      name: stage.nodeName,
      lines: [`epoch ${count(stage.epoch)}`, `${count(stage.steps)} steps done`],
    };
  });
  const desc = boxes.map((box) => `${box.title} on ${box.name}: ${box.badge}, ${box.lines.join(', ')}`).join('; ');
  return html`<figure class="plan" data-pipeline=${pipeline.id}>
    <p class="facts">${state(pipeline.state, TONES[pipeline.state])} <span>${count(pipeline.sessions)} sessions open</span>
      <span>since ${when(pipeline.started)}</span></p>
    <div class="drawn">${stagesPicture({ id: `pipeline-${pipeline.id}`, title: `${pipeline.model} runs: ${pipeline.state}`,
      desc: `${desc}.`, boxes, height: PIPELINE_HEIGHT })}</div>
    ${pipelineTable(pipeline)}</figure>`;
}

/** A stage that was held before and is not ready is on its way to another node. */
function stageState(pipeline, stage) {
  return pipeline.state === 'moving' && stage.state !== 'ready' ? 'moving' : stage.state;
}

function pipelineTable(pipeline) {
  return html`<table role="table" class="stack"><caption class="unseen">The stages of ${pipeline.model} that run</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">stage</th>
      <th role="columnheader" scope="col">node</th><th role="columnheader" scope="col">state</th>
      <th role="columnheader" scope="col" class="number">epoch</th><th role="columnheader" scope="col" class="number">steps</th></tr></thead>
    <tbody role="rowgroup">${pipeline.stages.map((stage, i) => html`<tr role="row">
      <td role="cell" data-label="stage">${i + 1}</td><th role="rowheader" scope="row" class="name">${stage.nodeName}</th>
      <td role="cell">${state(stageState(pipeline, stage), TONES[stageState(pipeline, stage)])}
        ${stageState(pipeline, stage) === stage.state ? nothing : html`<small>${stage.state}</small>`}</td>
      <td role="cell" class="number" data-label="epoch">${count(stage.epoch)}</td>
      <td role="cell" class="number" data-label="steps">${count(stage.steps)}</td></tr>`)}</tbody></table>`;
}
