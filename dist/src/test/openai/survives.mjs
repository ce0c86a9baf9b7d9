// A batch whose broker is killed. Arguments: the broker's URL, and `start N` or `check ID N`.
import assert from 'node:assert/strict';
import OpenAI, { toFile } from 'openai';

const [url, what, ...rest] = process.argv.slice(2);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'any' });

if (what === 'start') {
  const request = (i) => JSON.stringify({
    custom_id: `r${i}`, method: 'POST', url: '/v1/embeddings',
    body: { model: 'all-minilm-l6-v2-int8', input: `a text of some words with the number ${i}`, encoding_format: 'base64' },
  });
  const text = Array.from({ length: Number(rest[0]) }, (_, i) => request(i)).join('\n');
  const file = await client.files.create({ file: await toFile(Buffer.from(text), 'r.jsonl'), purpose: 'batch' });
  const batch = await client.batches.create({ input_file_id: file.id, endpoint: '/v1/embeddings', completion_window: '24h' });
  console.log(batch.id);
} else {
  const [id, count] = rest;
  let batch = await client.batches.retrieve(id);
  while (batch.status !== 'completed') {
    assert.ok(['validating', 'in_progress', 'finalizing'].includes(batch.status), batch.status);
    await new Promise((later) => setTimeout(later, 300));
    batch = await client.batches.retrieve(id);
  }
  assert.deepEqual(batch.request_counts, { total: Number(count), completed: Number(count), failed: 0 });
  const output = (await (await client.files.content(batch.output_file_id)).text()).trim().split('\n').map((one) => JSON.parse(one));
  assert.deepEqual(output.map((one) => one.custom_id), Array.from({ length: Number(count) }, (_, i) => `r${i}`));
  console.log('whole');
}
