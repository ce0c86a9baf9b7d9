// A broker in the network takes its token for the key. Arguments: the broker's URL, the token.
import assert from 'node:assert/strict';
import OpenAI, { AuthenticationError } from 'openai';

const [url, token] = process.argv.slice(2);
const client = (apiKey) => new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
await assert.rejects(client('sk-another').models.list(), (e) => e instanceof AuthenticationError && e.code === 'invalid_api_key');
assert.ok((await client(token).models.list()).data.length > 0);
console.log('token ok');
