// The page's tie to the broker: says hello, follows the event stream, notices when either is lost, and
// heals.

import { Refused, Unreachable, get, onFailure, token } from './broker.js';
import { openStream } from './stream.js';

const RETRY_MILLIS = 1500;
const ANSWERS_WITHOUT_STREAM = 2;

/**
 * `state` is `connecting`, `open`, `lost` or `locked` (the broker wants a token; `refused` says it).
 * `opened(broker)` is called each time the stream begins or resumes, `hear(entry)` for each entry.
 */
export class Connection {
  state = 'connecting';
  refused = null;
  broker = null;
  #line = null;
  #timer = 0;
  #answers = 0;

  constructor({ opened, hear, changed }) {
    Object.assign(this, { opened, hear, changed });
    onFailure((error) => this.#notice(error));
  }

  /** Also after a token was given. */
  async begin() {
    this.#line?.close();
    this.#line = null;
    if (await this.#greet()) {
      this.#line = openStream(token(), (news) => this.#take(news));
    }
  }

  #notice(error) {
    if (error instanceof Refused && error.status === 401) {
      clearTimeout(this.#timer);
      this.refused = error;
      this.#turn('locked');
    } else if (error instanceof Unreachable) {
      this.#answers = 0;
      this.#lost();
    }
  }

  async #greet() {
    clearTimeout(this.#timer);
    try {
      const broker = await get('');
      const another = this.broker !== null && this.broker.broker !== broker.broker;
      const shorter = this.broker !== null && broker.position < this.broker.position;
      const dropped = this.broker !== null && broker.log.first > this.broker.position + 1;
      this.broker = broker;
      if (another || shorter || dropped) {
        this.#line?.restart();
      }
      return true;
    } catch (error) {
      if (this.state !== 'locked') {
        this.#lost();
      }
      return false;
    }
  }

  #lost() {
    this.#turn('lost');
    this.#greetLater();
  }

  #greetLater() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.#line ? this.#heal() : this.begin()), RETRY_MILLIS);
  }

  /**
   * The browser mends a broken stream by itself after some seconds. If the broker answers again and
   * again while the stream is silent, the stream is dead without knowing it.
   */
  async #heal() {
    if (this.state !== 'lost' || !(await this.#greet()) || this.state !== 'lost') {
      return;
    }
    this.#answers += 1;
    if (this.#answers > ANSWERS_WITHOUT_STREAM) {
      this.#answers = 0;
      this.#line.reconnect();
    }
    this.#greetLater();
  }

  async #take(news) {
    if (news.type === 'entry') {
      this.hear(news.entry);
    } else if (news.type === 'open') {
      if (await this.#greet()) {
        this.#answers = 0;
        this.#turn('open');
        this.opened(this.broker);
      }
    } else if (this.state !== 'locked') {
      this.#lost();
    }
  }

  #turn(state) {
    this.state = state;
    this.changed();
  }
}
