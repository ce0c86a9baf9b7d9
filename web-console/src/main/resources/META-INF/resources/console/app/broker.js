// How the page talks to the broker: JSON calls under /api/v1, the token, and what a refusal says.

const TOKEN = 'mycoswarm.token';

/** The broker answered, but with a problem document. `message` is its `detail`. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail);
    this.status = problem.status;
    this.title = problem.title;
  }
}

/** No answer at all: the broker is stopped, or the network is. */
export class Unreachable extends Error {
  constructor(cause) {
    super('Expected an answer from the broker, but none came; the page tries again by itself. '
      + 'Is it running? Start it with ./mycoswarm up', { cause });
    this.title = 'Connection lost';
  }
}

let failed = () => {};

/** Any call may find out first that the broker is gone, or wants a token: the listener hears of it. */
export function onFailure(listener) {
  failed = listener;
}

export function token() {
  return sessionStorage.getItem(TOKEN);
}

/** Takes a token, or the whole join text `myco1.BROKER-ID.TOKEN` that `up --lan` prints. */
export function keepToken(text) {
  const pasted = text.trim();
  const joined = /^myco1\.[^.]+\.(.+)$/.exec(pasted);
  sessionStorage.setItem(TOKEN, joined ? joined[1] : pasted);
}

export async function get(path) {
  return (await answer(path, 'GET')).json();
}

export async function post(path, body) {
  return (await answer(path, 'POST', body)).json();
}

/** The body as bytes; only for downloads that need the token, which a plain link cannot carry. */
export async function bytes(path) {
  return (await answer(path, 'GET')).blob();
}

async function answer(path, method, body) {
  try {
    return await ask(path, method, body);
  } catch (error) {
    failed(error);
    throw error;
  }
}

async function ask(path, method, body) {
  const headers = { Accept: 'application/json, */*;q=0.5' };
  if (token()) {
    headers.Authorization = `Bearer ${token()}`;
  }
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const response = await reach(`/api/v1${path}`,
    { method, headers, cache: 'no-store', body: body === undefined ? null : JSON.stringify(body) });
  if (!response.ok) {
    throw new Refused(await problemOf(response));
  }
  return response;
}

async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (failure) {
    throw new Unreachable(failure);
  }
}

/** Not everything that refuses speaks problem+json: a proxy in between may not. */
async function problemOf(response) {
  const type = response.headers.get('Content-Type') ?? '';
  if (type.includes('json')) {
    return response.json();
  }
  return {
    status: response.status,
    title: response.statusText || `HTTP ${response.status}`,
    detail: `Expected a problem document, but the answer was HTTP ${response.status} `
      + 'without one. Something between this page and the broker may have answered.',
  };
}
