// OpenAI's client against a broker that has a node: what docs/reference/openai.md promises. Arguments: the broker's URL.
import assert from 'node:assert/strict';
import OpenAI, { BadRequestError, ConflictError, NotFoundError, toFile } from 'openai';

const client = new OpenAI({ baseURL: `${process.argv[2]}/v1`, apiKey: 'any-key-works-on-loopback', maxRetries: 0 });
const model = 'all-minilm-l6-v2-int8';
const near = (a, b) => assert.ok(a.length === b.length && a.every((x, i) => Math.abs(x - b[i]) < 1e-6));
const create = (body) => client.embeddings.create({ model, ...body });

async function embeddings() {
  const plain = await create({ input: 'hello world' }); // the client asks for base64 by itself
  assert.equal(plain.object, 'list');
  assert.equal(plain.model, model);
  assert.equal(plain.data[0].embedding.length, 384);
  assert.deepEqual(plain.usage, { prompt_tokens: 4, total_tokens: 4 });

  const floats = await create({ input: ['a pond', 'hello world'], encoding_format: 'float' });
  assert.deepEqual(floats.data.map((one) => one.index), [0, 1]);
  near(floats.data[1].embedding, plain.data[0].embedding);

  const base64 = await create({ input: 'hello world', encoding_format: 'base64' });
  const bytes = Buffer.from(base64.data[0].embedding, 'base64');
  assert.equal(bytes.length, 4 * 384);
  near([...new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))], plain.data[0].embedding);

  const tokens = await create({ input: [7592, 2088] });
  const several = await create({ input: [[7592, 2088], [101, 7592, 2088, 102]], dimensions: 384 });
  near(tokens.data[0].embedding, plain.data[0].embedding);
  near(several.data[0].embedding, plain.data[0].embedding);
  near(several.data[1].embedding, plain.data[0].embedding);
  assert.equal(several.usage.prompt_tokens, 8);

  const many = await create({ input: Array.from({ length: 100 }, (_, i) => (i % 50 ? `text ${i}` : 'hello world')) });
  assert.deepEqual(many.data.map((one) => one.index), Array.from({ length: 100 }, (_, i) => i));
  near(many.data[50].embedding, plain.data[0].embedding);
}

async function refusals() {
  await assert.rejects(create({ input: ['short', 'long '.repeat(600)] }), (e) => {
    assert.ok(e instanceof BadRequestError);
    assert.equal(e.code, 'context_length_exceeded');
    assert.match(e.message, /maximum context length is 256 tokens, but 'input\[1\]' has 602/);
    return true;
  });
  await assert.rejects(create({ input: [99999999] }), BadRequestError);
  await assert.rejects(create({ input: '' }), BadRequestError);
  await assert.rejects(create({ input: 'a', dimensions: 128 }), (e) => e instanceof BadRequestError && e.param === 'dimensions');
  await assert.rejects(create({ model: 'gpt', input: 'a' }), (e) => e instanceof NotFoundError && e.code === 'model_not_found');
  await assert.rejects(client.files.retrieve('file-none'), NotFoundError);
  await assert.rejects(client.batches.retrieve('batch_none'), NotFoundError);
  await assert.rejects(
    client.files.create({ file: await toFile(Buffer.from('a'), 'a.txt'), purpose: 'assistants' }),
    (e) => e instanceof BadRequestError && e.param === 'purpose');
}

async function models() {
  const ids = [];
  for await (const one of client.models.list()) {
    ids.push(one.id);
  }
  assert.ok(ids.includes(model));
  assert.equal((await client.models.retrieve(model)).id, model);
  await assert.rejects(client.models.retrieve('gpt'), NotFoundError);
}

const line = (id, body) => `${JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/embeddings', body: { model, ...body } })}\n`;

async function upload(text) {
  return client.files.create({ file: await toFile(Buffer.from(text), 'requests.jsonl'), purpose: 'batch' });
}

async function ended(id) {
  for (;;) {
    const batch = await client.batches.retrieve(id);
    if (['completed', 'failed', 'expired', 'cancelled'].includes(batch.status)) {
      return batch;
    }
    await new Promise((later) => setTimeout(later, 200));
  }
}

const lines = async (id) => (await (await client.files.content(id)).text()).trim().split('\n').map((one) => JSON.parse(one));

async function files() {
  const text = line('ä', { input: 'a' });
  const file = await upload(text);
  assert.equal(file.bytes, Buffer.byteLength(text));
  assert.equal(file.filename, 'requests.jsonl');
  assert.equal((await client.files.retrieve(file.id)).purpose, 'batch');
  assert.equal(await (await client.files.content(file.id)).text(), text);
  assert.ok((await client.files.list({ limit: 1 })).data.some((one) => one.id === file.id));
  assert.equal((await client.files.delete(file.id)).deleted, true);
  await assert.rejects(client.files.retrieve(file.id), NotFoundError);
}

const start = async (text) => client.batches.create({
  input_file_id: (await upload(text)).id, endpoint: '/v1/embeddings', completion_window: '24h', metadata: { who: 'test' },
});

async function batches() {
  const batch = await start(
    line('text', { input: 'hello world', encoding_format: 'base64' })
    + line('texts', { input: Array.from({ length: 70 }, (_, i) => `text ${i}`) })
    + line('long', { input: 'long '.repeat(600) })
    + line('tokens', { input: [7592, 2088] })
    + line('unknown', { model: 'gpt', input: 'a' }));
  assert.equal(batch.object, 'batch');
  const done = await ended(batch.id);
  assert.equal(done.status, 'completed');
  assert.deepEqual(done.request_counts, { total: 5, completed: 3, failed: 2 });
  assert.deepEqual(done.metadata, { who: 'test' });
  const output = await lines(done.output_file_id);
  assert.deepEqual(output.map((one) => one.custom_id), ['text', 'texts', 'tokens']);
  const [text, texts, tokens] = output.map((one) => one.response.body);
  assert.equal(output[0].response.status_code, 200);
  assert.deepEqual(text.usage, { prompt_tokens: 4, total_tokens: 4 });
  assert.equal(typeof text.data[0].embedding, 'string');
  assert.equal(texts.data.length, 70);
  assert.equal(tokens.data[0].embedding.length, 384);
  const errors = await lines(done.error_file_id);
  assert.deepEqual(errors.map((one) => [one.custom_id, one.response.status_code]), [['long', 400], ['unknown', 404]]);
  assert.equal(errors[0].response.body.error.code, 'context_length_exceeded');
  assert.ok((await client.batches.list({ limit: 5 })).data.some((one) => one.id === batch.id));
  await assert.rejects(client.batches.cancel(batch.id), ConflictError);

  const twice = await ended((await start(line('same', { input: 'a' }) + line('same', { input: 'b' }))).id);
  assert.equal(twice.status, 'failed');
  assert.deepEqual([twice.errors.data[0].code, twice.errors.data[0].line], ['duplicate_custom_id', 2]);

  const dropped = await start(Array.from({ length: 2000 }, (_, i) => line(`r${i}`, { input: `a longer text number ${i} `.repeat(20) })).join(''));
  await client.batches.cancel(dropped.id);
  const over = await ended(dropped.id);
  assert.equal(over.status, 'cancelled');
  assert.ok((await lines(over.error_file_id)).every((one) => one.error.code === 'batch_cancelled'));
}

for (const part of [embeddings, refusals, models, files, batches]) {
  await part();
  console.log(`${part.name} ok`);
}
