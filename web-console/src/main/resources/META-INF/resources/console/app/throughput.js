// How many chunks the swarm embeds, counted from the log's entries in buckets of two seconds.

import { vectorsIn } from './entries.js';

const BUCKET_MILLIS = 2000;
const BUCKETS = 60;
const RATE_BUCKETS = 5;

export class Throughput {
  #counts = new Map();

  /** `at` in milliseconds: the entry's own time for history, the time of arrival for news. */
  add(entry, at) {
    const vectors = vectorsIn(entry);
    if (vectors > 0) {
      const bucket = Math.floor(at / BUCKET_MILLIS);
      this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + vectors);
    }
  }

  /** Chunks a second in each bucket of the last two minutes, oldest first. */
  history(now) {
    const last = Math.floor(now / BUCKET_MILLIS);
    for (const bucket of this.#counts.keys()) {
      if (bucket <= last - BUCKETS) {
        this.#counts.delete(bucket);
      }
    }
    return Array.from({ length: BUCKETS }, (_, i) =>
      (this.#counts.get(last - BUCKETS + 1 + i) ?? 0) / (BUCKET_MILLIS / 1000));
  }

  /** Over the last ten whole seconds; the bucket that still fills is left out. */
  rate(now) {
    const full = this.history(now).slice(-RATE_BUCKETS - 1, -1);
    return full.reduce((sum, each) => sum + each, 0) / RATE_BUCKETS;
  }
}
