// What the page is about at the moment. Views read it, and hear of changes as events; nothing else is shared between them.
import { passes } from './result.js';

/**
 * Events: `models`, `images` (the list or the state of one), `current`, `result` (of the current image), `filter` (score or classes),
 * `hover`, `pins`, `active` (the model whose objects are listed), `masks`.
 */
export class Session extends EventTarget {
  models = [];
  images = [];
  current = null;
  score = 0.3;
  hidden = new Set();
  hover = null;
  masks = true;
  #model = null;
  #other = null;
  #active = null;
  #visible = new WeakMap();

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  on(types, listener) {
    for (const type of types.split(' ')) this.addEventListener(type, e => listener(e.detail));
  }

  /** The models side by side: one, or two to compare. */
  get shown() {
    return [this.#model, this.#other].filter(Boolean);
  }

  /** The model whose objects the panel lists. */
  get active() {
    return this.shown.includes(this.#active) ? this.#active : this.#model;
  }

  set active(name) {
    if (name === this.active) return;
    this.#active = name;
    this.tell('active');
  }

  choose(model, other) {
    this.#model = model;
    this.#other = other === model ? null : other;
    this.#visible = new WeakMap();
    this.hover = null;
    this.tell('models');
  }

  show(image) {
    if (this.current === image) return;
    this.current = image;
    this.hover = null;
    this.tell('current');
  }

  /** The state of a model's answer to the current image: queued, running, waiting, done or failed; undefined before. */
  answer(model = this.active) {
    return this.current?.answers.get(model);
  }

  result(model = this.active) {
    return this.answer(model)?.result ?? null;
  }

  /** The objects of a result that pass score and classes. */
  visible(result) {
    let set = this.#visible.get(result);
    if (!set) {
      set = new Set(result.objects.filter(o => passes(o, this)));
      this.#visible.set(result, set);
    }
    return set;
  }

  setScore(score) {
    this.score = score;
    this.#filter();
  }

  setHidden(names) {
    this.hidden = new Set(names);
    this.#filter();
  }

  #filter() {
    this.#visible = new WeakMap();
    this.tell('filter');
  }

  /** Points at an object of a model, or at none. */
  point(object, model = this.active) {
    if (this.hover?.object === object || (!object && !this.hover)) return;
    this.hover = object ? { object, model } : null;
    this.tell('hover');
  }

  pin(object, model = this.active) {
    const pins = this.result(model)?.pins;
    if (!pins) return;
    if (!pins.delete(object)) pins.add(object);
    this.tell('pins');
  }

  unpin() {
    for (const model of this.shown) this.result(model)?.pins.clear();
    this.tell('pins');
  }

  toggleMasks() {
    this.masks = !this.masks;
    this.tell('masks');
  }
}
