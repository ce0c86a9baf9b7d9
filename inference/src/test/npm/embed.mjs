// Embeds texts with Hugging Face's own library. Standard input: one JSON object a line,
// {"folder", "name", "pooling", "texts"}; standard output: for each a line with the vectors.
// Nothing is loaded from the network.
import { env, pipeline } from '@huggingface/transformers';
import { createInterface } from 'node:readline';

env.allowRemoteModels = false;
for await (const line of createInterface({ input: process.stdin })) {
  const { folder, name, pooling, texts } = JSON.parse(line);
  env.localModelPath = folder;
  const embed = await pipeline('feature-extraction', name, { dtype: 'fp32', device: 'cpu' });
  const vectors = [];
  for (const text of texts) {
    vectors.push([...(await embed(text, { pooling, normalize: true })).data]);
  }
  process.stdout.write(JSON.stringify(vectors) + '\n');
  await embed.dispose();
}
