// A line chart on a card: a drawing, a legend that reads values out, and the same as a table.

import { drawing, element, setText } from './dom.js';
import { linearAxis, logAxis } from './axis.js';
import { pointAt, smoothed, thinned } from './curves.js';
import { short } from './numbers.js';

const frame = { width: 560, height: 288, left: 58, right: 26, top: 12, bottom: 44 };
const plotWidth = frame.width - frame.left - frame.right;
const plotHeight = frame.height - frame.top - frame.bottom;
const tableRows = 60;

/** The place that all charts of a page read out at once. */
export class Cursor {
  x = null;
  #listeners = new Set();

  listen(listener) { this.#listeners.add(listener); }

  forget(listener) { this.#listeners.delete(listener); }

  set(x) {
    if (x === this.x) return;
    this.x = x;
    for (const listener of this.#listeners) listener();
  }
}

export class LineChart {
  #cursor;
  #svg = drawing('svg', { class: 'chart', viewBox: `0 0 ${frame.width} ${frame.height}`, 'aria-hidden': 'true' });
  #marks = drawing('g');
  #plot;
  #place = element('span', { class: 'place' });
  #title = element('b');
  #note = element('span');
  #legend = element('ul', { class: 'legend' });
  #scroll = element('div', { class: 'scroll', tabindex: '0', role: 'region' });
  #table = element('details', { class: 'values', toggle: () => this.#fillTable() }, element('summary', {}, 'Values'), this.#scroll);
  #values = [];
  #content = { series: [], x: { name: '', high: 1 }, format: short };
  #lines = [];
  #xAxis = linearAxis(0, 1, 5, false);
  #yAxis = linearAxis(0, 1, 5, true);
  #readOut = () => this.#showCursor();

  constructor(cursor) {
    this.#cursor = cursor;
    this.#plot = element('div', {
      class: 'plot', tabindex: '0', role: 'slider', 'aria-orientation': 'horizontal',
      pointermove: event => this.#point(event), pointerdown: event => this.#point(event),
      pointerleave: () => this.#cursor.set(null), keydown: event => this.#press(event), blur: () => this.#cursor.set(null),
    }, this.#svg);
    this.element = element('figure', { class: 'card' },
      element('figcaption', {}, this.#title, ' ', this.#note, this.#place), this.#plot, this.#legend, this.#table);
    cursor.listen(this.#readOut);
  }

  dispose() {
    this.#cursor.forget(this.#readOut);
    this.element.remove();
  }

  /** Draws. @param content `{title, note, format, x: {name, high}, series: [{name, color, points, dots, smoothing}], log}` */
  draw(content) {
    this.#content = content;
    setText(this.#title, content.title);
    setText(this.#note, content.note);
    this.#plot.setAttribute('aria-label', `${content.title} by ${content.x.name}`);
    this.#lines = content.series.map(series => {
      const raw = thinned(series.points);
      return { ...series, raw, shown: series.dots ? raw : smoothed(raw, series.smoothing) };
    });
    this.#layOut();
    this.#svg.replaceChildren(...this.#grid(), this.#curves(), this.#marks);
    this.#fillLegend();
    this.#fillTable();
    this.#showCursor();
  }

  #layOut() {
    this.#xAxis = linearAxis(0, this.#content.x.high || 1, 5, false);
    let high = 0;
    let low = Infinity;
    for (const line of this.#lines) {
      const shown = line.shown.map(point => point.y).filter(Number.isFinite);
      if (shown.length === 0) continue;
      const sorted = line.raw.map(point => point.y).filter(Number.isFinite).sort((a, b) => a - b);
      // An early spike must not press the rest of a curve flat: the highest two percent may leave the plot.
      high = Math.max(high, ...shown, sorted[Math.floor(0.98 * (sorted.length - 1))]);
      low = Math.min(low, ...shown, sorted[0]);
    }
    const isLog = this.#content.log && low > 0 && Number.isFinite(low);
    this.#yAxis = isLog ? logAxis(low, high) : linearAxis(Math.min(0, low), high, 5, true);
  }

  #grid() {
    const parts = [];
    for (const tick of this.#yAxis.ticks) {
      const y = this.#y(tick.value);
      parts.push(drawing('path', { class: 'grid', d: `M${frame.left} ${y}H${frame.width - frame.right}` }));
      if (tick.label) parts.push(drawing('text', { class: 'tick', x: frame.left - 8, y, dy: '.35em', 'text-anchor': 'end' }, tick.label));
    }
    const floor = frame.top + plotHeight;
    parts.push(drawing('path', { class: 'axis', d: `M${frame.left} ${floor}H${frame.width - frame.right}` }));
    parts.push(drawing('text', { class: 'tick', x: frame.width - frame.right, y: frame.height - 3, 'text-anchor': 'end' }, this.#content.x.name));
    for (const tick of this.#xAxis.ticks) {
      const x = this.#x(tick.value);
      parts.push(drawing('path', { class: 'axis', d: `M${x} ${floor}v5` }));
      parts.push(drawing('text', { class: 'tick', x, y: floor + 19, 'text-anchor': 'middle' }, tick.label));
    }
    return parts;
  }

  #curves() {
    const box = { x: frame.left, y: frame.top - 4, width: plotWidth + 8, height: plotHeight + 8 };
    const clip = drawing('svg', { ...box, viewBox: `${box.x} ${box.y} ${box.width} ${box.height}` });
    for (const line of [...this.#lines].reverse()) {
      if (line.shown !== line.raw) clip.append(drawing('path', { class: `raw ${line.color}`, d: this.#path(line.raw) }));
      clip.append(drawing('path', { class: `line ${line.color}`, d: this.#path(line.shown) }));
      const isLone = line.shown.filter(point => Number.isFinite(point.y)).length === 1;
      for (const point of line.dots || isLone ? line.shown : []) {
        if (Number.isFinite(point.y)) clip.append(drawing('circle', { class: `dot ${line.color}`, cx: this.#x(point.x), cy: this.#y(point.y), r: 4 }));
      }
    }
    return clip;
  }

  #path(points) {
    let path = '';
    let isGap = true;
    for (const point of points) {
      if (Number.isFinite(point.y)) path += `${isGap ? 'M' : 'L'}${this.#x(point.x)} ${this.#y(point.y)}`;
      isGap = !Number.isFinite(point.y);
    }
    return path;
  }

  #fillLegend() {
    this.#values = this.#lines.map(() => element('b'));
    this.#legend.replaceChildren(...this.#lines.map((line, i) => element('li', {}, element('i', { class: line.color }), `${line.name} `, this.#values[i])));
  }

  #fillTable() {
    if (!this.#table.open) return;
    const { x, format } = this.#content;
    const all = [...new Set(this.#lines.flatMap(line => line.raw.map(point => point.x)))].sort((a, b) => a - b);
    const every = Math.max(1, Math.ceil(all.length / tableRows));
    const shown = all.filter((_, i) => (all.length - 1 - i) % every === 0).reverse();
    const cell = value => element('td', {}, value === undefined ? '' : format(value));
    this.#scroll.setAttribute('aria-label', `${this.#content.title}: values`);
    this.#scroll.replaceChildren(element('table', {},
      element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, x.name), ...this.#lines.map(line => element('th', { scope: 'col' }, line.name)))),
      element('tbody', {}, ...shown.map(place => element('tr', {}, element('th', { scope: 'row' }, short(place)),
        ...this.#lines.map(line => cell(line.raw.find(point => point.x === place)?.y)))))));
  }

  #showCursor() {
    const { x } = this.#cursor;
    const { format, x: axis } = this.#content;
    const places = this.#lines.map(line => x === null ? line.shown.findLast(point => Number.isFinite(point.y)) ?? null : pointAt(line.shown, x));
    this.#values.forEach((value, i) => setText(value, places[i] ? format(places[i].y) : '–'));
    setText(this.#place, x === null ? '' : `${axis.name} ${short(x)}`);
    this.#plot.setAttribute('aria-valuemin', '0');
    this.#plot.setAttribute('aria-valuemax', String(this.#xAxis.high));
    this.#plot.setAttribute('aria-valuenow', String(x ?? this.#xAxis.high));
    const said = this.#lines.map((line, i) => `${line.name} ${places[i] ? format(places[i].y) : 'none'}`).join(', ');
    this.#plot.setAttribute('aria-valuetext', `${axis.name} ${short(x ?? this.#xAxis.high)}: ${said}`);
    this.#marks.replaceChildren();
    if (x === null || x > this.#xAxis.high) return;
    this.#marks.append(drawing('path', { class: 'cursor', d: `M${this.#x(x)} ${frame.top}v${plotHeight}` }));
    places.forEach((point, i) => {
      if (point && Number.isFinite(point.y) && this.#yAxis.position(point.y) <= 1.02) {
        this.#marks.append(drawing('circle', { class: `dot ${this.#lines[i].color}`, cx: this.#x(point.x), cy: this.#y(point.y), r: 4 }));
      }
    });
  }

  #point(event) {
    const box = this.#svg.getBoundingClientRect();
    const part = ((event.clientX - box.left) / box.width * frame.width - frame.left) / plotWidth;
    this.#cursor.set(part < -0.02 || part > 1.02 ? null : this.#nearest(Math.min(Math.max(part, 0), 1) * this.#xAxis.high));
  }

  #press(event) {
    const places = this.#places();
    if (places.length === 0) return;
    const here = this.#cursor.x === null ? places.length : places.indexOf(this.#nearest(this.#cursor.x));
    const jump = Math.max(1, Math.round(places.length / 10));
    const steps = { ArrowLeft: here - 1, ArrowRight: here + 1, PageDown: here - jump, PageUp: here + jump, Home: 0, End: places.length - 1 };
    if (event.key === 'Escape') this.#cursor.set(null);
    else if (event.key in steps) this.#cursor.set(places[Math.min(Math.max(steps[event.key], 0), places.length - 1)]);
    else return;
    event.preventDefault();
  }

  /** The places of the longest curve. */
  #places() {
    return this.#lines.reduce((most, line) => line.shown.length > most.length ? line.shown : most, []).map(point => point.x);
  }

  #nearest(x) {
    return this.#places().reduce((best, place) => best === null || Math.abs(place - x) < Math.abs(best - x) ? place : best, null);
  }

  #x(value) { return Number((frame.left + this.#xAxis.position(value) * plotWidth).toFixed(1)); }

  #y(value) { return Number((frame.top + (1 - this.#yAxis.position(value)) * plotHeight).toFixed(1)); }
}
