// One image with the masks of one model: three canvases on top of each other, so that pointing redraws the uppermost alone.
import { element } from './dom.js';
import { follow } from './gestures.js';
import { HitMap } from './hit-map.js';
import { paintLabel, paintMasks, paintRaised } from './painter.js';

export class Pane {
  #session;
  #viewport;
  #layers;
  #dirty = new Set();
  #hits = null;
  #hitsOf = null;
  #hitsStale = true;

  constructor(session, viewport, model) {
    this.#session = session;
    this.#viewport = viewport;
    this.model = model;
    this.#layers = ['image', 'masks', 'raised'].map(name => element('canvas', { class: `layer ${name}`, 'aria-hidden': 'true' }));
    // What can be done with it is told by the page's keyboard help; the objects themselves are in the table.
    this.surface = element('div', { class: 'surface', tabindex: '0', role: 'application', 'aria-roledescription': 'image with masks' },
      ...this.#layers);
    this.title = element('p', { class: 'pane-title', 'aria-hidden': 'true' });
    this.state = element('div', { class: 'pane-state', hidden: '' });
    this.root = element('div', { class: 'pane' }, this.title, this.surface, this.state);

    this.#sizes = new ResizeObserver(() => {
      viewport.setPane(this.surface.clientWidth, this.surface.clientHeight);
      this.redraw();
    });
    this.#sizes.observe(this.surface);
    follow(this.surface, viewport, {
      hover: (x, y) => this.#point(x, y),
      leave: () => session.point(null),
      click: (x, y) => {
        session.active = this.model;
        const object = this.#objectAt(x, y);
        if (object) session.pin(object, this.model);
      },
    });
  }

  #sizes;

  close() {
    this.#sizes.disconnect();
    this.root.remove();
  }

  /** The hit map follows what is shown when it is asked next. */
  filterChanged() {
    this.#hitsStale = true;
    this.redraw('masks', 'raised');
  }

  /** Draws layers with the next frame; without names, all. */
  redraw(...names) {
    if (this.#dirty.size === 0) requestAnimationFrame(() => this.#draw());
    for (const name of names.length ? names : ['image', 'masks', 'raised']) this.#dirty.add(name);
  }

  get #result() {
    return this.#session.result(this.model);
  }

  #objectAt(x, y) {
    const result = this.#result;
    if (!result || !this.#session.masks) return null;
    if (this.#hitsOf !== result) {
      this.#hits = new HitMap(result);
      this.#hitsOf = result;
      this.#hitsStale = true;
    }
    if (this.#hitsStale) this.#hits.show(this.#session.visible(result));
    this.#hitsStale = false;
    const place = this.#viewport.toImage(x, y);
    return this.#hits.at(place.x, place.y);
  }

  #point(x, y) {
    const object = this.#objectAt(x, y);
    this.surface.classList.toggle('over', object !== null);
    this.#session.point(object, this.model);
  }

  #draw() {
    const names = [...this.#dirty];
    this.#dirty.clear();
    const [image, masks, raised] = this.#layers;
    if (names.includes('image')) this.#drawImage(image);
    if (names.includes('masks')) this.#drawMasks(masks);
    if (names.includes('raised')) this.#drawRaised(raised, masks);
  }

  // Clears a layer, in the size of the pane, and lets it draw in pixels of the image.
  #begin(canvas) {
    const ratio = devicePixelRatio || 1;
    const width = Math.round(this.surface.clientWidth * ratio);
    const height = Math.round(this.surface.clientHeight * ratio);
    const context = canvas.getContext('2d');
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, height);
    const { scale, origin } = this.#viewport;
    context.setTransform(scale * ratio, 0, 0, scale * ratio, origin.x * ratio, origin.y * ratio);
    return context;
  }

  #drawImage(canvas) {
    const context = this.#begin(canvas);
    const { image, scale } = this.#viewport;
    const levels = this.#session.current?.levels ?? [];
    const shown = image.width * scale * (devicePixelRatio || 1);
    const level = levels.find(l => l.width >= shown) ?? levels.at(-1);
    if (level) {
      context.imageSmoothingEnabled = scale < 4;
      context.imageSmoothingQuality = 'medium';
      context.drawImage(level, 0, 0, image.width, image.height);
    } else if (this.#session.current?.unreadable && this.#result) {
      context.fillStyle = 'rgb(128 128 128 / .25)';
      context.fillRect(0, 0, image.width, image.height);
    }
  }

  #drawMasks(canvas) {
    const context = this.#begin(canvas);
    const result = this.#result;
    if (!result || !this.#session.masks) return;
    const visible = this.#session.visible(result);
    paintMasks(context, result.largestFirst.filter(o => visible.has(o) && this.#inView(o)), 1 / this.#viewport.scale);
  }

  #drawRaised(canvas, masks) {
    const context = this.#begin(canvas);
    const result = this.#result;
    const { hover } = this.#session;
    const visible = result && this.#session.masks ? this.#session.visible(result) : new Set();
    const raised = new Set([...(result?.pins ?? [])].filter(o => visible.has(o)));
    const pointed = hover?.model === this.model && visible.has(hover.object) ? hover.object : null;
    if (pointed) raised.add(pointed);
    else if (hover) for (const match of counterpart(hover.object, visible)) raised.add(match);
    masks.classList.toggle('dimmed', raised.size > 0);

    const pixel = 1 / this.#viewport.scale;
    for (const object of raised) paintRaised(context, object, pixel);
    const { scale, origin, pane } = this.#viewport;
    const view = { x: -origin.x / scale, y: -origin.y / scale, width: pane.width / scale, height: pane.height / scale };
    for (const object of raised) if (this.#inView(object)) paintLabel(context, object, pixel, view);
  }

  #inView({ box: [x, y, width, height] }) {
    const { scale, origin, pane } = this.#viewport;
    return (x + width) * scale + origin.x > 0 && (y + height) * scale + origin.y > 0
      && x * scale + origin.x < pane.width && y * scale + origin.y < pane.height;
  }
}

// The object that another model's object most probably is: the one whose box overlaps it most, by half at least.
function counterpart({ box: [x, y, width, height] }, objects) {
  let best = [];
  let most = 0.5;
  for (const object of objects) {
    const [left, top, w, h] = object.box;
    const common = Math.max(0, Math.min(x + width, left + w) - Math.max(x, left)) * Math.max(0, Math.min(y + height, top + h) - Math.max(y, top));
    const overlap = common / (width * height + w * h - common);
    if (overlap < most) continue;
    most = overlap;
    best = [object];
  }
  return best;
}
