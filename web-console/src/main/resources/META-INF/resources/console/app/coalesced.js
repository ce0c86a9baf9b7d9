// Many events, few calls: gathers keys and works on them together.

/** Tables are behind for some tenths of a second as a rule, and for seconds when there is much to write. */
const SETTLE_MILLIS = [800, 3_000, 10_000];

/**
 * Answers a function that notes a key. `work(keys)` runs soon after the first, at most once in `gap`
 * milliseconds, never twice at once, and not while the tab is hidden. When it grows quiet, `work` runs
 * again, three times with growing pauses: entries can arrive before the tables that answer us know them.
 */
export function coalesced(gap, work) {
  let keys = new Set();
  let unsettled = new Set();
  let busy = false;
  let last = -Infinity;
  let settling = [];

  function schedule() {
    if (busy || keys.size === 0) {
      return;
    }
    busy = true;
    setTimeout(run, Math.max(0, last + gap - performance.now()));
  }

  async function run() {
    await visible();
    const taken = keys;
    keys = new Set();
    last = performance.now();
    try {
      await work(taken);
    } finally {
      busy = false;
      schedule();
    }
  }

  function settle(isLast) {
    unsettled.forEach((key) => keys.add(key));
    if (isLast) {
      unsettled = new Set();
    }
    schedule();
  }

  return (key) => {
    keys.add(key);
    unsettled.add(key);
    settling.forEach(clearTimeout);
    settling = SETTLE_MILLIS.map((millis, i) => setTimeout(settle, millis, i === SETTLE_MILLIS.length - 1));
    schedule();
  };
}

function visible() {
  if (document.visibilityState !== 'hidden') {
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    document.addEventListener('visibilitychange', resolve, { once: true });
  });
}
