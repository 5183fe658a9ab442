// The panes side by side, their tools and their keys.
import { byId, duration, element, nouns } from './dom.js';
import { Pane } from './pane.js';
import { percent } from './painter.js';
import { Viewport } from './viewport.js';

export class Stage {
  #session;
  #requests;
  #say;
  #remove;
  #viewport = new Viewport();
  #panes = [];

  /**
   * @param {(text: string) => void} say tells a screen reader
   * @param {(image: object) => void} remove
   */
  constructor(session, requests, say, remove) {
    this.#session = session;
    this.#requests = requests;
    this.#say = say;
    this.#remove = remove;
    this.#viewport.addEventListener('change', () => this.#moved());
    session.on('models', () => this.#build());
    session.on('current', () => this.#show());
    session.on('result', () => this.#answered());
    session.on('filter', () => { for (const pane of this.#panes) pane.filterChanged(); this.#titles(); });
    session.on('hover pins', () => this.#redraw('raised'));
    session.on('active', () => this.#titles());
    session.on('masks', () => {
      byId('masks').setAttribute('aria-pressed', String(session.masks));
      this.#redraw('masks', 'raised');
    });
    this.#tools();
  }

  /** Brings an object into view. */
  reveal(object) {
    this.#viewport.reveal(object.box);
  }

  #tools() {
    const view = this.#viewport;
    byId('zoom-in').addEventListener('click', () => view.zoom(1.5));
    byId('zoom-out').addEventListener('click', () => view.zoom(1 / 1.5));
    byId('zoom-fit').addEventListener('click', () => view.fit());
    byId('zoom-one').addEventListener('click', () => this.#one());
    byId('masks').addEventListener('click', () => this.#session.toggleMasks());
    byId('keys').addEventListener('click', () => byId('keys-dialog').showModal());
  }

  // One pixel of the image as one pixel of the screen.
  #one() {
    const target = 1 / (devicePixelRatio || 1);
    if (target > this.#viewport.fitScale || this.#viewport.scale !== target) this.#viewport.zoom(target / this.#viewport.scale);
  }

  #build() {
    for (const pane of this.#panes) pane.close();
    this.#panes = this.#session.shown.map(model => new Pane(this.#session, this.#viewport, model));
    byId('panes').replaceChildren(...this.#panes.map(p => p.root));
    byId('panes').classList.toggle('two', this.#panes.length === 2);
    for (const pane of this.#panes) {
      pane.surface.addEventListener('keydown', event => this.#key(event, pane));
      pane.surface.addEventListener('focus', () => { this.#session.active = pane.model; });
      pane.surface.addEventListener('blur', () => this.#session.point(null));
    }
    this.#answered();
  }

  async #show() {
    const { current } = this.#session;
    this.#answered();
    if (!current) return;
    await current.load();
    if (current === this.#session.current) this.#answered();
  }

  #answered() {
    // The service's size is the one that masks are in; the browser's will do until it is known.
    const result = this.#panes.map(p => this.#session.result(p.model)).find(Boolean);
    const size = result ?? this.#session.current?.size;
    if (size) {
      this.#viewport.setImage(size.width, size.height);
      byId('panes').style.setProperty('--aspect', size.width / size.height);
    }
    for (const pane of this.#panes) {
      pane.filterChanged();
      this.#state(pane);
    }
    this.#titles();
    this.#redraw();
  }

  #state(pane) {
    const { current } = this.#session;
    const answer = this.#session.answer(pane.model);
    const failed = answer?.state === 'failed';
    pane.root.classList.toggle('busy', Boolean(current) && !failed && answer?.state !== 'done');
    pane.state.hidden = !failed && answer?.state !== 'waiting' && !(answer?.state === 'done' && current?.unreadable);
    pane.state.classList.toggle('failed', failed);
    if (failed) {
      pane.state.replaceChildren(
        element('h2', {}, answer.error.title),
        element('p', {}, answer.error.text),
        answer.error.mayPass
          ? element('button', { class: 'second', type: 'button', click: () => this.#requests.retry(current, pane.model) }, 'Try again')
          : element('button', { class: 'second', type: 'button', click: () => this.#remove(current) }, 'Remove this file'));
    } else if (answer?.state === 'waiting') {
      pane.state.replaceChildren(element('p', {}, `The service is busy. Trying again in ${Math.ceil(answer.seconds)} s.`));
    } else if (answer?.state === 'done') {
      pane.state.replaceChildren(element('p', {}, 'Your browser cannot show this kind of image. The masks come from the service.'));
    }
  }

  #titles() {
    const { current, shown, active } = this.#session;
    for (const pane of this.#panes) {
      const result = this.#session.result(pane.model);
      const found = result ? nouns(result, this.#session.visible(result).size) : '';
      const two = shown.length === 2;
      pane.title.hidden = !two;
      pane.root.classList.toggle('active', two && pane.model === active);
      pane.title.replaceChildren(element('strong', {}, pane.model), result ? `  ${found}, ${duration(result.timing.total)}` : '');
      pane.surface.setAttribute('aria-label', [current?.name, two && pane.model, found].filter(Boolean).join(', ')
        + '. Keys: N and P for the next and previous object, Enter to pin, plus and minus to zoom.');
    }
  }

  #redraw(...names) {
    for (const pane of this.#panes) pane.redraw(...names);
  }

  #moved() {
    byId('zoom-one').textContent = `${Math.round(this.#viewport.scale * (devicePixelRatio || 1) * 100)} %`;
    byId('zoom-one').setAttribute('aria-label', `Zoom ${byId('zoom-one').textContent}. Show the image at 100 %`);
    // An image that fits leaves swipes up and down to the page.
    byId('panes').classList.toggle('fitted', this.#viewport.fitted);
    this.#redraw();
  }

  #key(event, pane) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const view = this.#viewport;
    const step = 60;
    const actions = {
      '+': () => view.zoom(1.25), '=': () => view.zoom(1.25), '-': () => view.zoom(0.8),
      0: () => view.fit(), 1: () => this.#one(),
      ArrowLeft: () => view.move(step, 0), ArrowRight: () => view.move(-step, 0),
      ArrowUp: () => view.move(0, step), ArrowDown: () => view.move(0, -step),
      n: () => this.#walk(pane, 1), p: () => this.#walk(pane, -1),
      Enter: () => this.#pin(pane), ' ': () => this.#pin(pane),
      Escape: () => this.#session.unpin(),
      m: () => this.#session.toggleMasks(),
    };
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  }

  #walk(pane, step) {
    const result = this.#session.result(pane.model);
    if (!result) return;
    const visible = this.#session.visible(result);
    const objects = result.objects.filter(o => visible.has(o));
    if (objects.length === 0) return;
    const at = objects.indexOf(this.#session.hover?.object);
    const object = objects[at < 0 ? (step > 0 ? 0 : objects.length - 1) : (at + step + objects.length) % objects.length];
    this.#session.point(object, pane.model);
    this.reveal(object);
    const score = object.score === null ? '' : `, ${percent(object.score)}`;
    this.#say(`${object.name}${score}, ${objects.indexOf(object) + 1} of ${objects.length}${result.pins.has(object) ? ', pinned' : ''}`);
  }

  #pin(pane) {
    const { hover } = this.#session;
    if (hover?.model !== pane.model) return;
    this.#session.pin(hover.object, pane.model);
    this.#say(`${hover.object.name} ${this.#session.result(pane.model).pins.has(hover.object) ? 'pinned' : 'no longer pinned'}`);
  }
}
