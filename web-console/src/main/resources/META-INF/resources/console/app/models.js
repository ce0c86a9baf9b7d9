// The registered models: what each is, where it runs now, and how the swarm as it is would run it.

import { html, nothing } from '../lib/lit-html/lit-html.js';
import { repeat } from '../lib/lit-html/directives/repeat.js';
import { get } from './broker.js';
import { count, digest, size } from './format.js';
import { empty, problem, when } from './parts.js';
import { pipelinePicture, planPicture, verdict } from './plan.js';

/** A plan reads the model's graph anew, so that it is asked for less often than what runs. */
const PLANS_EVERY = 6;

export function modelsView({ changed }) {
  const seen = { items: null, pipelines: [], plans: new Map(), error: null };
  let ticks = 0;

  async function load(plans) {
    try {
      const [models, pipelines] = await Promise.all([get('/models'), get('/pipelines')]);
      Object.assign(seen, { items: models.items, pipelines: pipelines.items, error: null });
      changed();
      const wanted = models.items.filter((model) => plans || !seen.plans.has(model.digest));
      await Promise.all(wanted.map(async (model) => seen.plans.set(model.digest, await plan(model))));
    } catch (error) {
      seen.error = error;
    }
    changed();
  }

  return {
    title: 'Models',
    refresh: () => load(true),
    tick: changed,
    tickSlow: () => load((ticks += 1) % PLANS_EVERY === 0),
    template: () => html`<div class="head"><h1 tabindex="-1">Models</h1></div>
      ${problem(seen.error)} ${list(seen)}`,
  };
}

/** A model whose files are damaged says so in its own place, and the others are shown. */
async function plan(model) {
  try {
    return { made: await get(`/models/${encodeURIComponent(model.digest)}/plan`) };
  } catch (error) {
    return { error };
  }
}

function list({ items, pipelines, plans }) {
  if (items === null) {
    return html`<p class="empty">Reading the models…</p>`;
  }
  if (items.length === 0) {
    return empty('No model yet. Add a folder with an ONNX model:', './mycoswarm models add DIR');
  }
  return repeat(items, (model) => model.name, (model) =>
    one(model, plans.get(model.digest), pipelines.filter((pipeline) => pipeline.model === model.name)));
}

function one(model, plan, running) {
  const id = `model-${digest(model.digest)}`;
  return html`<article class="panel model" data-model=${model.name} aria-labelledby=${id}>
    <header class="head"><h2 id=${id}>${model.name}</h2> ${plan?.made ? verdict(plan.made) : nothing}</header>
    <p class="facts"><span>${model.kind}</span> <code>${digest(model.digest)}</code> <span>added ${when(model.added)}</span></p>
    <dl class="tiles">${tiles(model).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <h3>Runs now</h3>
    ${running.length === 0 ? html`<p class="soft">nowhere; it begins to run when it is asked for</p>`
      : html`<p>on ${where(running)}</p> ${running.map(pipelinePicture)}`}
    <h3>Plan${running.length === 0 ? '' : ' for another start, in the memory that is free beside what runs'}</h3>
    ${planned(plan, model, id)}
  </article>`;
}

function tiles(model) {
  return [
    ['weights', size(model.weightBytes)], ['context tokens', count(model.contextTokens)],
    ['cache a token', model.cacheBytesPerToken ? size(model.cacheBytesPerToken) : 'none'],
    ['places to cut', count(model.cuts)],
  ];
}

function where(running) {
  return [...new Set(running.flatMap((pipeline) => pipeline.stages.map((stage) => stage.nodeName)))].join(', ');
}

function planned(plan, model, id) {
  if (!plan) {
    return html`<p class="soft">Planning…</p>`;
  }
  return plan.error ? problem(plan.error) : planPicture(plan.made, model, `plan-${id}`);
}
