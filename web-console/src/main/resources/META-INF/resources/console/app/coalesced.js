// Many events, few calls: gathers keys and works on them together.

/**
 * Answers a function that notes a key. `work(keys)` runs soon after the first, at most once in `gap`
 * milliseconds, never twice at once, and not while the tab is hidden.
 */
export function coalesced(gap, work) {
  let keys = new Set();
  let busy = false;
  let last = -Infinity;

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

  return (key) => {
    keys.add(key);
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
