// The page's end of the event stream: shared with the other tabs, or its own where it must be.

import { EventStream } from './event-stream.js';

const WORKER = '/console/app/stream-worker.js';

/** Answers {restart, reconnect, close}; `hear` gets what EventStream tells. */
export function openStream(token, hear) {
  return 'SharedWorker' in globalThis ? sharedStream(token, hear) : ownStream(token, hear);
}

function ownStream(token, hear) {
  const stream = new EventStream(token, hear);
  stream.connect();
  return stream;
}

function sharedStream(token, hear) {
  const worker = new SharedWorker(WORKER, { type: 'module', name: 'mycoswarm-events' });
  const send = (order) => worker.port.postMessage(order);
  const join = () => send({ type: 'join', token });
  const leave = () => send({ type: 'leave' });
  let line = {
    restart: () => send({ type: 'restart' }),
    reconnect: () => send({ type: 'reconnect' }),
    close() {
      leave();
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', join);
      worker.port.close();
    },
  };
  worker.onerror = () => {
    line.close();
    line = ownStream(token, hear);
  };
  worker.port.onmessage = ({ data }) => hear(data);
  join();
  // A port does not say when its tab goes away; pageshow is a tab that came back from the cache.
  addEventListener('pagehide', leave);
  addEventListener('pageshow', join);
  return {
    restart: () => line.restart(),
    reconnect: () => line.reconnect(),
    close: () => line.close(),
  };
}
