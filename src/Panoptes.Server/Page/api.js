// What the page asks the service. Errors come as ServiceError, in words for the person in front of the page.

// Low enough that the slider has something to show in both directions; the page filters by itself from there.
const lowestScore = 0.05;
const longestRetry = 120_000;

const titles = {
  400: 'The service cannot use this image',
  403: 'The service does not allow this',
  404: 'The service did not find this',
  408: 'The image took too long to arrive',
  413: 'This image is too large for the service',
  415: 'This file is not an image that the service reads',
  429: 'The service is busy',
  500: 'The service failed',
  503: 'The service is not ready',
  504: 'The service took too long',
};

const advice = {
  400: 'Try another image.',
  404: 'Reload the page to see which models there are.',
  408: 'Try again, or choose a smaller image.',
  413: 'Make it smaller and try again.',
  415: 'Choose another file.',
  429: 'Wait a moment and try again.',
  503: 'Wait a moment and try again.',
  504: 'Try again, or choose a smaller image.',
};

/** Something the service refused or could not do. */
export class ServiceError extends Error {
  constructor(title, detail, hint, status = 0) {
    super(title);
    this.title = title;
    this.detail = detail;
    this.hint = hint;
    this.status = status;
  }

  /** Whether the same request may succeed later. */
  get mayPass() {
    return ![400, 413, 415].includes(this.status);
  }

  /** One sentence after the other, for a place with room for a text. */
  get text() {
    return [this.detail, this.hint].filter(Boolean).map(s => /[.!?]$/.test(s) ? s : `${s}.`).join(' ');
  }
}

let key = null;
let askForKey = null;
let asking = null;

/** Says how the page asks for an API key: `ask(wrong)` gives one, or null. */
export function onKeyNeeded(ask) {
  askForKey = ask;
}

/** The models that are served, and whether the service has a page about its API. */
export async function getModels() {
  const response = await send('v1/models', { headers: { Accept: 'application/json' } });
  const { models } = await response.json();
  return { models, isDocumented: response.headers.get('Link')?.includes('service-doc') ?? false };
}

/**
 * Segments one image.
 * @param {{file: Blob, name: string}} image the file as it is
 * @param {string} model its name
 * @param {{signal: AbortSignal, onWait: (seconds: number) => void}} options `onWait` is told of each wait for a busy service
 */
export async function segment({ file, name }, model, { signal, onWait }) {
  const query = new URLSearchParams({ model, format: 'json', masks: 'rle', score: lowestScore });
  await check(file);
  // As a form, since that carries the file's name, which the service's messages begin with.
  const body = new FormData();
  body.append('image', file, name);
  const response = await send(`v1/segment?${query}`, {
    method: 'POST',
    body,
    headers: { Accept: 'application/json' },
    signal,
  }, onWait);
  return response.json();
}

// A folder, or a file that is gone: fetch would only say that it failed.
async function check(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new ServiceError('The browser cannot read this file', 'It is a folder, or it was moved or deleted.', 'Choose it again.', 400);
  }
}

async function send(path, request, onWait = () => { }) {
  const started = performance.now();
  for (;;) {
    const used = key;
    const response = await answer(path, request, used);
    if (response.ok) return response;
    if (response.status === 401 && askForKey) {
      await newKey(used);
      continue;
    }
    const seconds = retryAfter(response);
    if (seconds === null || performance.now() + seconds * 1000 - started > longestRetry) throw await toError(response);
    onWait(seconds);
    await sleep(seconds * 1000, request.signal);
  }
}

async function answer(path, request, apiKey) {
  const headers = apiKey ? { ...request.headers, Authorization: `Bearer ${apiKey}` } : request.headers;
  try {
    return await fetch(new URL(path, document.baseURI), { ...request, headers, credentials: 'same-origin' });
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    const why = 'It was stopped, or the connection was lost.';
    throw new ServiceError('The service does not answer', why, 'Check that it is running and try again.');
  }
}

// Several requests may be refused at once; the person is asked once.
async function newKey(refused) {
  if (key !== refused) return;
  asking ??= askForKey(refused !== null).then(given => { key = given; }).finally(() => { asking = null; });
  await asking;
  if (key === null) throw new ServiceError('This service needs an API key', 'No key was given.', 'Try again to enter one.', 401);
}

function retryAfter(response) {
  if (response.status !== 429 && response.status !== 503) return null;
  const value = response.headers.get('Retry-After');
  if (value === null) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(seconds, 0.5) : null;
}

async function toError(response) {
  const { status } = response;
  let problem = {};
  if (response.headers.get('Content-Type')?.includes('json')) problem = await response.json().catch(() => ({}));
  const title = titles[status] ?? problem.title ?? `The service answered with ${status}`;
  return new ServiceError(title, problem.detail ?? '', advice[status] ?? 'Try again.', status);
}

function sleep(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
