// The objects as a table: sortable, and tied to the canvas both ways.
import { byId, element } from './dom.js';
import { percent } from './painter.js';

const columns = [
  { key: 'name', title: 'Object', value: o => o.class, descending: false },
  { key: 'score', title: 'Score', value: o => o.score ?? -1, descending: true },
  { key: 'area', title: 'Pixels', value: o => o.area, descending: true },
];

export class ObjectTable {
  #session;
  #reveal;
  #rows = new Map();
  #sort = { key: 'score', descending: true };
  #heads = new Map();
  #pointed = null;

  /** @param {(object: object) => void} reveal brings an object into view */
  constructor(session, reveal) {
    this.#session = session;
    this.#reveal = reveal;
    this.#head();
    session.on('current result models active', () => this.#build());
    session.on('filter', () => this.#update());
    session.on('pins', () => this.#pinned());
    session.on('hover', () => this.#hovered());
    byId('unpin').addEventListener('click', () => {
      session.unpin();
      this.#stop()?.focus();
    });
    byId('objects-body').addEventListener('keydown', event => this.#key(event));
  }

  #head() {
    byId('objects-head').replaceChildren(...columns.map(column => {
      const button = element('button', { type: 'button', click: () => this.#sortBy(column) }, column.title);
      const head = element('th', { scope: 'col', class: column.key }, button);
      this.#heads.set(column.key, head);
      return head;
    }));
  }

  #sortBy({ key, descending }) {
    this.#sort = { key, descending: this.#sort.key === key ? !this.#sort.descending : descending };
    this.#order();
  }

  #build() {
    const result = this.#session.result();
    byId('objects-section').hidden = !result || result.objects.length === 0;
    byId('objects-title').textContent = result?.kind === 'panoptic' ? 'Segments' : 'Objects';
    this.#pointed = null;
    this.#rows = new Map((result?.objects ?? []).map(o => [o, this.#row(o)]));
    this.#order();
    this.#update();
    this.#pinned();
  }

  #row(object) {
    const session = this.#session;
    const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
    swatch.style.backgroundColor = object.color;
    const button = element('button', {
      type: 'button',
      tabindex: '-1',
      'aria-pressed': 'false',
      focus: () => {
        session.point(object);
        this.#reveal(object);
        this.#makeStop(button);
      },
      blur: () => session.point(null),
    }, swatch, object.name);
    const root = element('tr', {
      click: () => session.pin(object),
      pointerenter: event => { if (event.pointerType === 'mouse') session.point(object); },
      pointerleave: event => { if (event.pointerType === 'mouse') session.point(null); },
    },
    element('th', { scope: 'row' }, button),
    element('td', {}, object.score === null ? '–' : percent(object.score)),
    element('td', {}, object.area.toLocaleString('en')));
    return { root, button };
  }

  #order() {
    const { key, descending } = this.#sort;
    const { value } = columns.find(c => c.key === key);
    const compare = (a, b) => (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0);
    const objects = [...this.#rows.keys()].sort((a, b) => (descending ? compare(b, a) : compare(a, b)) || a.id - b.id);
    this.#rows = new Map(objects.map(o => [o, this.#rows.get(o)]));
    byId('objects-body').replaceChildren(...[...this.#rows.values()].map(r => r.root));
    for (const [name, head] of this.#heads) {
      head.setAttribute('aria-sort', name !== key ? 'none' : descending ? 'descending' : 'ascending');
    }
  }

  #update() {
    const result = this.#session.result();
    if (!result) return;
    const visible = this.#session.visible(result);
    for (const [object, { root }] of this.#rows) root.hidden = !visible.has(object);
    if (!this.#stop() || this.#stop().closest('tr').hidden) this.#makeStop(this.#buttons()[0]);
  }

  #pinned() {
    const pins = this.#session.result()?.pins ?? new Set();
    byId('unpin').hidden = pins.size === 0;
    for (const [object, { root, button }] of this.#rows) {
      button.setAttribute('aria-pressed', String(pins.has(object)));
      root.classList.toggle('pinned', pins.has(object));
    }
  }

  #hovered() {
    this.#pointed?.classList.remove('pointed');
    const { hover, active } = this.#session;
    this.#pointed = hover?.model === active ? this.#rows.get(hover.object)?.root ?? null : null;
    this.#pointed?.classList.add('pointed');
  }

  // One row is a stop of the Tab key; the arrow keys move it.
  #stop() {
    return byId('objects-body').querySelector('button[tabindex="0"]');
  }

  #makeStop(button) {
    this.#stop()?.setAttribute('tabindex', '-1');
    button?.setAttribute('tabindex', '0');
  }

  #buttons() {
    return [...this.#rows.values()].filter(r => !r.root.hidden).map(r => r.button);
  }

  #key(event) {
    const buttons = this.#buttons();
    const at = buttons.indexOf(event.target);
    const last = buttons.length - 1;
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: last }[event.key];
    if (next === undefined || at < 0) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(next, last))].focus();
  }

  /** Scrolls the panel to an object that was pinned on the canvas; never the page, which would move the canvas away. */
  scrollTo(object) {
    const scroller = byId('objects-section').parentElement;
    const row = this.#rows.get(object)?.root;
    if (row && getComputedStyle(scroller).overflowY === 'auto') row.scrollIntoView({ block: 'nearest' });
  }
}
