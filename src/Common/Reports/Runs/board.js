// The charts of some runs with their controls.

import { element } from './dom.js';
import { curveOf } from './curves.js';
import { Cursor, LineChart } from './chart.js';
import { plotsOf } from './plots.js';

const units = [{ seconds: 1, name: 's' }, { seconds: 60, name: 'min' }, { seconds: 3600, name: 'h' }];

export class Board {
  #cursor = new Cursor();
  #runs = [];
  #charts = new Map();
  #grid = element('div', { class: 'charts' });
  #smoothing = element('input', { type: 'range', id: 'smoothing', min: '0', max: '100', value: '20', input: () => this.#draw() });
  #x = element('select', { id: 'x-axis', change: () => { this.#cursor.set(null); this.#draw(); } },
    element('option', { value: 'iteration' }, 'iteration'), element('option', { value: 'seconds' }, 'time'), element('option', { value: 'epoch' }, 'epoch'));
  #log = element('input', { type: 'checkbox', id: 'log-scale', change: () => this.#draw() });

  constructor() {
    this.controls = element('div', { class: 'controls', role: 'group', 'aria-label': 'Charts' },
      element('label', { for: 'smoothing' }, 'Smoothing', this.#smoothing),
      element('label', { for: 'x-axis' }, 'Across', this.#x),
      element('label', { class: 'check', for: 'log-scale' }, this.#log, 'Losses on a logarithmic scale'));
    this.element = element('div', { class: 'board' }, this.controls, this.#grid);
  }

  /** Shows runs: `[{name, color, lines}]`. */
  show(runs) {
    this.#runs = runs;
    this.#draw();
  }

  #draw() {
    const plots = plotsOf(this.#runs);
    for (const [title, chart] of this.#charts) {
      if (plots.some(plot => plot.title === title)) continue;
      chart.dispose();
      this.#charts.delete(title);
    }
    const x = this.#axis();
    for (const [i, plot] of plots.entries()) {
      const chart = this.#charts.get(plot.title) ?? new LineChart(this.#cursor);
      this.#charts.set(plot.title, chart);
      if (this.#grid.children[i] !== chart.element) this.#grid.insertBefore(chart.element, this.#grid.children[i] ?? null);
      const log = plot.canBeLog && this.#log.checked;
      chart.draw({ ...plot, x, log, series: plot.series.map(series => this.#series(series, x, log, plot.isExact)) });
    }
    this.controls.hidden = plots.length === 0;
  }

  #series({ run, key, name, color, dots }, x, log, isExact) {
    // Figures of an evaluation stand on lines of their own; what is logged in between is not on them.
    const lines = key.startsWith('eval_') ? run.lines : run.lines.filter(line => 'loss_total' in line);
    return { name, color, dots, smoothing: isExact ? 0 : Number(this.#smoothing.value) / 1000, points: curveOf(lines, key, x.key, x.divisor, log) };
  }

  /** All charts reach as far as the longest run, so that they stand above each other. */
  #axis() {
    const key = this.#x.value;
    const high = Math.max(0, ...this.#runs.map(run => run.lines.at(-1)?.[key] ?? 0));
    if (key !== 'seconds') return { key, name: key, divisor: 1, high };
    const unit = units.findLast(candidate => high >= 2 * candidate.seconds) ?? units[0];
    return { key, name: `time (${unit.name})`, divisor: unit.seconds, high: high / unit.seconds };
  }
}
