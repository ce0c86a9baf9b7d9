// BullMQ as a peer of the benchmarks: node bullmq.mjs PORT
// Reads one command a line, {"do": "prepare|run", "row": ..., "seconds": ..., "tasks": ...}, and answers each with a line.
import { createInterface } from 'node:readline';
import { randomBytes } from 'node:crypto';
import { Queue, Worker } from 'bullmq';

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const payloads = Array.from({ length: 4096 }, () => randomBytes(768).toString('base64url'));
const options = { removeOnComplete: true, removeOnFail: true };
let next = 0;

const payload = () => ({ text: payloads[next++ % payloads.length].slice(0, 1013) });
const now = () => Number(process.hrtime.bigint()) / 1e6;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// One connection for each caller, as every other contender has.
async function queues(count) {
  const all = Array.from({ length: count }, () => new Queue('bench', { connection }));
  await Promise.all(all.map((queue) => queue.waitUntilReady()));
  return all;
}

const submit = (queue) => queue.add('task', payload(), options);

function submitMany(queue, tasks) {
  return queue.addBulk(Array.from({ length: tasks }, () => ({ name: 'task', data: payload(), opts: options })));
}

function outcome(operations, started, latencies) {
  const seconds = (now() - started) / 1e3;
  const sorted = Float64Array.from(latencies).sort();
  const at = (percent) => (sorted.length ? sorted[Math.floor(((sorted.length - 1) * percent) / 100)] : null);
  return { operations, seconds, p50: at(50), p99: at(99) };
}

async function submitting(callers, batch, seconds) {
  const all = await queues(callers);
  const latencies = [];
  const started = now();
  let operations = 0;
  const loop = async (queue) => {
    for (let before = now(); before - started < seconds * 1e3; before = now()) {
      await (batch === 1 ? submit(queue) : submitMany(queue, batch));
      latencies.push(now() - before);
      operations += batch;
    }
  };
  await Promise.all(all.map(loop));
  const result = outcome(operations, started, latencies);
  await Promise.all(all.map((queue) => queue.close()));
  return result;
}

// Sixteen workers of one task each: BullMQ completes a task and fetches the next in one script.
async function working(callers, seconds) {
  let operations = 0;
  let last = 0;
  const started = now();
  const done = async () => {
    operations += 1;
    last = now();
  };
  const workers = Array.from({ length: callers }, () => new Worker('bench', done, { connection }));
  await sleep(seconds * 1e3);
  const result = { operations, seconds: Math.max(last - started, 1e-3) / 1e3, p50: null, p99: null };
  await Promise.all(workers.map((worker) => worker.close()));
  return result;
}

async function handover(seconds) {
  const [queue] = await queues(1);
  let arrived;
  const worker = new Worker('bench', async () => arrived(), { connection });
  await worker.waitUntilReady();
  await sleep(200);
  const latencies = [];
  const started = now();
  while (now() - started < seconds * 1e3) {
    await sleep(5);
    const before = now();
    const taken = new Promise((resolve) => (arrived = resolve));
    await Promise.all([submit(queue), taken.then(() => latencies.push(now() - before))]);
  }
  const result = outcome(latencies.length, started, latencies);
  await worker.close();
  await queue.close();
  return result;
}

async function prepare(tasks) {
  const [queue] = await queues(1);
  for (let left = tasks; left > 0; left -= 1000) await submitMany(queue, 1000);
  await queue.close();
  return {};
}

const rows = {
  BULK: (seconds) => submitting(4, 1000, seconds),
  SINGLE: (seconds) => submitting(16, 1, seconds),
  WORK_ONE: (seconds) => working(16, seconds),
  HANDOVER: (seconds) => handover(seconds),
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  const answer = command.do === 'prepare' ? await prepare(command.tasks) : await rows[command.row](command.seconds);
  console.log(JSON.stringify(answer));
}
process.exit(0);
