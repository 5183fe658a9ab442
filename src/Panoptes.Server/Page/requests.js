// Sends images to the service, a few at a time, the current one first.
import { segment, ServiceError } from './api.js';
import { Result } from './result.js';

const atOnce = 2;

export class Requests {
  #session;
  #running = 0;

  constructor(session) {
    this.#session = session;
    session.on('models current', () => this.#fill());
  }

  /** Takes up new images. */
  fill() {
    this.#fill();
  }

  /** Asks again for what failed. */
  retry(image, model) {
    image.answers.delete(model);
    this.#changed(image);
    this.#fill();
  }

  #fill() {
    while (this.#running < atOnce) {
      const next = this.#next();
      if (!next) return;
      this.#run(next.image, next.model);
    }
  }

  #next() {
    const { current, images, shown } = this.#session;
    for (const image of current ? [current, ...images] : images) {
      for (const model of shown) {
        if (!image.answers.has(model)) return { image, model };
      }
    }
    return null;
  }

  async #run(image, model) {
    this.#running++;
    const answer = { state: 'running' };
    image.answers.set(model, answer);
    this.#changed(image);
    const started = performance.now();
    try {
      const onWait = seconds => {
        Object.assign(answer, { state: 'waiting', seconds });
        this.#changed(image);
        setTimeout(() => { if (answer.state === 'waiting') { answer.state = 'running'; this.#changed(image); } }, seconds * 1000);
      };
      const json = await segment(image, model, { signal: image.removed.signal, onWait });
      const result = new Result(json, (performance.now() - started) / 1000);
      Object.assign(answer, { state: 'done', result });
    } catch (error) {
      if (image.removed.signal.aborted) return;
      const known = error instanceof ServiceError ? error
        : new ServiceError('The page could not read the answer', String(error.message ?? error), 'Reload the page and try again.');
      Object.assign(answer, { state: 'failed', error: known });
      if (!(error instanceof ServiceError)) console.error(error);
    } finally {
      this.#running--;
      if (!image.removed.signal.aborted) this.#changed(image);
      this.#fill();
    }
  }

  #changed(image) {
    this.#session.tell('images', image);
    if (image === this.#session.current) this.#session.tell('result');
  }
}
