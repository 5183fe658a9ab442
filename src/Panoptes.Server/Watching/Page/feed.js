// The runs as the service tells them: a stream says what changed, requests fetch what is new of the runs that are shown.

const silence = 45_000; // the service says something every 15 seconds
const retry = 3_000;

export class Feed {
  #onChange;
  #onConnection;
  #stream = null;
  #heard = 0;
  #wanted = new Set();
  #runs = new Map();
  #isFetching = false;
  #isStale = false;

  /** @param onChange told of the list of runs, whenever something is new @param onConnection told `live`, `lost` */
  constructor(onChange, onConnection) {
    this.#onChange = onChange;
    this.#onConnection = onConnection;
    this.list = [];
    this.#open();
    setInterval(() => this.#check(), retry);
    // A machine that slept, or a page that was put aside, asks at once.
    document.addEventListener('visibilitychange', () => { if (!document.hidden) this.#check(); });
  }

  /** Fetches these runs and keeps them up to date. */
  want(ids) {
    this.#wanted = new Set(ids);
    this.#update();
  }

  /** A run that was fetched: `{lines, samples, config, environment}`; null while it was not. */
  get(id) {
    const run = this.#runs.get(id);
    return run?.isWhole ? run : null;
  }

  #open() {
    this.#stream?.close();
    this.#heard = Date.now();
    this.#stream = new EventSource('v1/runs/events');
    this.#stream.addEventListener('runs', event => {
      this.#hear();
      this.list = JSON.parse(event.data).runs;
      this.#onChange();
      this.#update();
    });
    this.#stream.addEventListener('alive', () => this.#hear());
    this.#stream.addEventListener('error', () => this.#onConnection('lost'));
  }

  #hear() {
    this.#heard = Date.now();
    this.#onConnection('live');
  }

  #check() {
    if (this.#stream.readyState === EventSource.CLOSED || Date.now() - this.#heard > silence) this.#open();
  }

  async #update() {
    this.#isStale = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        const changed = await Promise.all(this.list.filter(entry => this.#wanted.has(entry.id)).map(entry => this.#fetch(entry)));
        if (changed.some(Boolean)) this.#onChange();
      }
    } catch {
      // Gone for a moment: the stream comes back with the whole list, and this is tried again.
      this.#onConnection('lost');
    } finally {
      this.#isFetching = false;
    }
  }

  /** Fetches what is new of a run. @returns whether there was something */
  async #fetch(entry) {
    const run = this.#runs.get(entry.id) ?? { lines: [], samples: [], generation: -1, sampleCount: -1, setup: null };
    this.#runs.set(entry.id, run);
    const address = `v1/runs/${entry.id}`;
    let isNew = !run.isWhole;
    if (run.setup !== entry.setup) {
      const details = await get(address);
      if (!details) return false;
      Object.assign(run, { config: details.config, environment: details.environment, setup: entry.setup });
      isNew = true;
    }
    if (run.generation < entry.generation || (run.generation === entry.generation && run.lines.length < entry.lines)) {
      const answer = await get(`${address}/metrics?from=${run.lines.length}&generation=${run.generation}`);
      if (!answer) return false;
      run.lines.length = answer.from;
      // Not push(...lines): a long run has more lines than a call may have arguments.
      for (const line of answer.lines) run.lines.push(line);
      run.generation = answer.generation;
      isNew = true;
    }
    if (run.sampleCount !== entry.samples) {
      const answer = await get(`${address}/samples`);
      if (!answer) return false;
      run.samples = answer.samples.map(({ iteration, images }) => ({
        iteration, images: images.map(name => ({ name: name.replace(/\.png$/, ''), url: `${address}/samples/${iteration}/${encodeURIComponent(name)}` })),
      }));
      run.sampleCount = entry.samples;
      isNew = true;
    }
    run.isWhole = true;
    return isNew;
  }
}

/** An answer; null for a run that is gone. */
async function get(address) {
  const response = await fetch(address);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return response.json();
}
