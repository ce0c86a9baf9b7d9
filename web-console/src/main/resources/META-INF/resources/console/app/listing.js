// One page of a listing of the broker, with the way back, and single rows that can be refetched.

import { get } from './broker.js';

/** More rows than this are cheaper as one page. */
const SINGLE_ROWS_MAX = 4;

export class Listing {
  #cursors = [null];
  #asked = 0;

  /**
   * `path` of the listing with its filters; `rowPath(key)` of one row; `changed` after each news;
   * `items` to show until the first load. */
  constructor({ path, keyOf, rowPath, limit = 50, changed, items = null }) {
    Object.assign(this, { path, keyOf, rowPath, limit, changed });
    this.items = items;
    this.next = null;
    this.error = null;
  }

  get first() {
    return this.#cursors.length === 1;
  }

  get number() {
    return this.#cursors.length;
  }

  async load() {
    const asked = ++this.#asked;
    try {
      const page = await get(this.#pagePath());
      if (asked === this.#asked) {
        this.items = page.items;
        this.next = page.next ?? null;
        this.error = null;
      }
    } catch (error) {
      this.error = error;
    }
    this.changed();
  }

  forward() {
    this.#cursors.push(this.next);
    return this.load();
  }

  back() {
    this.#cursors.pop();
    return this.load();
  }

  /** Refetches those of the keys that are on this page. */
  async refetch(keys) {
    const here = (this.items ?? []).map(this.keyOf).filter((key) => keys.has(key));
    if (here.length > SINGLE_ROWS_MAX) {
      return this.load();
    }
    try {
      const rows = await Promise.all(here.map((key) => get(this.rowPath(key))));
      const fresh = new Map(rows.map((row) => [this.keyOf(row), row]));
      this.items = this.items.map((row) => fresh.get(this.keyOf(row)) ?? row);
      this.error = null;
    } catch (error) {
      this.error = error;
    }
    return this.changed();
  }

  #pagePath() {
    const cursor = this.#cursors.at(-1);
    const url = new URL(this.path, location.origin);
    url.searchParams.set('limit', this.limit);
    if (cursor) {
      url.searchParams.set('cursor', cursor);
    }
    return url.pathname + url.search;
  }
}
