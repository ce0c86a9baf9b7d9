// Shares one event stream among all tabs of a browser: over plain HTTP a browser opens six
// connections to a host, and a stream in each tab would leave the sixth tab without any.

import { EventStream } from './event-stream.js';

/** By token, for tabs may have been given different ones. */
const shared = new Map();

addEventListener('connect', ({ ports: [port] }) => {
  port.onmessage = ({ data }) => orders[data.type](port, data);
});

const orders = {
  join(port, { token }) {
    const place = shared.get(token) ?? begin(token);
    place.ports.add(port);
    if (place.stream.open) {
      port.postMessage({ type: 'open' });
    }
  },
  leave(port) {
    for (const [token, place] of shared) {
      place.ports.delete(port);
      if (place.ports.size === 0) {
        place.stream.close();
        shared.delete(token);
      }
    }
  },
  restart: (port) => of(port)?.restart(),
  reconnect: (port) => of(port)?.reconnect(),
};

function of(port) {
  return [...shared.values()].find((place) => place.ports.has(port))?.stream;
}

function begin(token) {
  const ports = new Set();
  const stream = new EventStream(token, (news) => ports.forEach((port) => port.postMessage(news)));
  const place = { ports, stream };
  shared.set(token, place);
  stream.connect();
  return place;
}
