// Numbers, times and sizes as people read them. Pure.

const COUNT = new Intl.NumberFormat();
const RATE = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export function count(number) {
  return number === undefined || number === null ? '–' : COUNT.format(number);
}

export function rate(perSecond) {
  if (perSecond === null || !Number.isFinite(perSecond)) {
    return '–';
  }
  return perSecond >= 1000 ? COUNT.format(Math.round(perSecond)) : RATE.format(perSecond);
}

/** The time alone for today, else the day with it. */
export function local(iso) {
  const at = new Date(iso);
  const today = at.toDateString() === new Date().toDateString();
  return (today ? TIME : DAY).format(at);
}

export function duration(millis) {
  const seconds = Math.max(0, millis) / 1000;
  if (seconds < 1) {
    return `${Math.round(seconds * 1000)} ms`;
  }
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 60) {
    return `${Math.round(seconds)} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${Math.floor(seconds % 60)} s`;
  }
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function size(bytes) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  let left = bytes;
  while (left >= 1024 && power < units.length - 1) {
    left /= 1024;
    power += 1;
  }
  return `${RATE.format(left)} ${units[power]}`;
}

/** Enough of a digest to tell two models apart. */
export function digest(text) {
  return text.replace(/^sha256:/, '').slice(0, 12);
}

/**
 * Embedded chunks a second: vectors from the first lease to the last report. Null while nothing is
 * embedded.
 */
export function chunkRate(totals, shares) {
  if (!totals.vectors || shares.length === 0) {
    return null;
  }
  const from = Math.min(...shares.map((share) => Date.parse(share.firstAt)));
  const to = Math.max(...shares.map((share) => Date.parse(share.lastAt)));
  return to > from ? totals.vectors / ((to - from) / 1000) : null;
}

/** A piece of a node's own words about itself, whatever its shape. */
export function words(value, name = '') {
  if (typeof value === 'number') {
    return /bytes$/i.test(name) ? size(value)
      : /hertz$/i.test(name) ? `${RATE.format(value / 1e9)} GHz` : count(value);
  }
  if (Array.isArray(value)) {
    return value.length === 0 ? 'none' : value.map((item) => words(item, name)).join('; ');
  }
  if (value !== null && typeof value === 'object') {
    return Object.entries(value).map(([key, item]) => pair(key, item)).join(', ');
  }
  return String(value);
}

function pair(key, item) {
  const text = words(item, key);
  return key === 'name' || key === 'model' ? text : `${spaced(key)} ${text}`;
}

/** `totalBytes` reads `total`, `logicalCores` reads `logical cores`. */
export function spaced(key) {
  return key.replace(/(Bytes|Hertz)$/, '').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
