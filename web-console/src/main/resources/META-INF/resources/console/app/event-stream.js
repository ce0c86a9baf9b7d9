// One stream of log entries that heals by itself. Runs in the shared worker, or in the page where
// there is no shared worker.

import { slim } from './entries.js';

const RETRY_MILLIS = [500, 1000, 2000, 5000];

export class EventStream {
  #source = null;
  #position = 0;
  #failures = 0;
  #timer = 0;

  /** `tell` hears {type: 'open'}, {type: 'entry', entry} and {type: 'lost'}. */
  constructor(token, tell) {
    this.token = token;
    this.tell = tell;
    this.open = false;
  }

  connect() {
    const source = new EventSource(this.#address());
    this.#source = source;
    source.onopen = () => this.#opened();
    source.onerror = () => this.#failed(source);
    source.addEventListener('entry', (message) => this.#entry(message));
  }

  /** Starts at now: for a broker whose log is another one than before. */
  restart() {
    this.#position = 0;
    this.reconnect();
  }

  /** Goes on behind the last position: for a connection that looks open but is dead. */
  reconnect() {
    this.close();
    this.connect();
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.open = false;
  }

  #address() {
    const address = new URL('/api/v1/events', location.origin);
    if (this.token) {
      address.searchParams.set('access_token', this.token);
    }
    if (this.#position > 0) {
      address.searchParams.set('after', this.#position);
    }
    return address;
  }

  #opened() {
    this.open = true;
    this.#failures = 0;
    this.tell({ type: 'open' });
  }

  /** A resumed stream may repeat; what was told once is not told again. */
  #entry(message) {
    const entry = slim(JSON.parse(message.data));
    if (entry.position > this.#position) {
      this.#position = entry.position;
      this.tell({ type: 'entry', entry });
    }
  }

  /** A broken connection the browser mends itself, with Last-Event-ID; a refused one we must. */
  #failed(source) {
    this.open = false;
    this.tell({ type: 'lost' });
    if (source.readyState === EventSource.CLOSED) {
      const wait = RETRY_MILLIS[Math.min(this.#failures++, RETRY_MILLIS.length - 1)];
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.connect(), wait);
    }
  }
}
