// OpenAI's client in a conversation: what docs/reference/openai.md promises. Arguments: the broker's URL, the name of a model
// whose answers are "You said: " and what was said last, a word a token.
import assert from 'node:assert/strict';
import OpenAI, { BadRequestError, NotFoundError } from 'openai';

const [url, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any', maxRetries: 0 });
const messages = [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Grüß Gott, wood' }];
const create = (body) => client.chat.completions.create({ model, messages, ...body });

const whole = await create({ temperature: 0, seed: 7 });
assert.equal(whole.object, 'chat.completion');
assert.deepEqual(whole.choices[0].message, { role: 'assistant', content: 'You said: Grüß Gott, wood', refusal: null });
assert.equal(whole.choices[0].finish_reason, 'stop');
assert.deepEqual(whole.usage, { prompt_tokens: 3, completion_tokens: 5, total_tokens: 8 });

const cut = await create({ max_completion_tokens: 3 });
assert.equal(cut.choices[0].message.content, 'You said: Grüß ');
assert.equal(cut.choices[0].finish_reason, 'length');
assert.equal((await create({ stop: ['Gott'] })).choices[0].message.content, 'You said: Grüß ');

let text = '';
let finish = null;
let usage = null;
for await (const chunk of await create({ stream: true, stream_options: { include_usage: true } })) {
  text += chunk.choices[0]?.delta.content ?? '';
  finish = chunk.choices[0]?.finish_reason ?? finish;
  usage = chunk.usage ?? usage;
}
assert.deepEqual([text, finish, usage.total_tokens], ['You said: Grüß Gott, wood', 'stop', 8]);

const helper = client.chat.completions.stream({ model, messages });
assert.equal((await helper.finalChatCompletion()).choices[0].message.content, 'You said: Grüß Gott, wood');

const ids = (await client.models.list()).data.map((one) => one.id);
assert.ok(ids.includes(model));
await assert.rejects(create({ model: 'gpt' }), (e) => e instanceof NotFoundError && e.code === 'model_not_found');
await assert.rejects(create({ n: 2 }), (e) => e instanceof BadRequestError && e.param === 'n');
await assert.rejects(create({ stream: true, temperature: 9 }), BadRequestError);
console.log('chat ok');
