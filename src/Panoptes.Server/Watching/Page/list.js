// The table of runs, with a box for each to show it.

import { element, setText } from './dom.js';
import { count, duration, figure, memory, short } from './numbers.js';

const states = { running: 'running', finished: 'finished', stopped: 'stopped', lost: 'ended unexpectedly' };

export class RunList {
  #body;
  #onChoice;
  #rows = new Map();

  /** @param onChoice told of an id and whether it is to be shown */
  constructor(body, onChoice) {
    this.#body = body;
    this.#onChoice = onChoice;
  }

  /** Shows the runs in their order. @param colors the color of each run that is shown, by id */
  show(runs, colors) {
    for (const [id, row] of this.#rows) {
      if (runs.some(run => run.id === id)) continue;
      row.element.remove();
      this.#rows.delete(id);
    }
    runs.forEach((run, i) => {
      const row = this.#rows.get(run.id) ?? this.#make(run.id);
      if (this.#body.children[i] !== row.element) this.#body.insertBefore(row.element, this.#body.children[i] ?? null);
      fill(row, run, colors.get(run.id));
    });
  }

  #make(id) {
    const row = {
      box: element('input', { type: 'checkbox', change: event => this.#onChoice(id, event.target.checked) }),
      name: element('span'), note: element('span', { class: 'note' }), state: element('span'),
      bar: element('i'), count: element('span'), left: cell('Time left'), loss: cell('Loss'), quality: cell('AP or PQ'), speed: cell('Images/s'), memory: cell('Memory'),
    };
    row.element = element('tr', {},
      element('th', { scope: 'row' }, element('label', {}, row.box, row.name), row.note),
      element('td', { class: 'text where' }, row.state),
      element('td', { class: 'text' }, element('span', { class: 'progress' }, element('span', { class: 'bar', 'aria-hidden': 'true' }, row.bar), row.count)),
      row.left, row.loss, row.quality, row.speed, row.memory);
    this.#rows.set(id, row);
    return row;
  }
}

function cell(name) {
  return element('td', { 'data-name': name });
}

function fill(row, run, color) {
  row.box.checked = color !== undefined;
  row.box.className = color ?? '';
  setText(row.name, run.name);
  setText(row.note, run.problem ?? [run.method, run.device].filter(Boolean).join(' on '));
  row.state.className = `state ${run.state}`;
  setText(row.state, states[run.state] ?? run.state);
  row.bar.style.width = `${run.iterations > 0 ? Math.min(100, 100 * run.iteration / run.iterations) : 0}%`;
  setText(row.count, run.iterations === null ? count(run.iteration) : `${count(run.iteration)} / ${count(run.iterations)}`);
  row.left.classList.toggle('none', run.state !== 'running');
  setText(row.left, run.state === 'running' && run.seconds_left !== null ? duration(run.seconds_left) : '–');
  setText(row.loss, short(run.loss ?? NaN));
  setText(row.quality, run.quality === null ? '–' : `${run.quality_name} ${figure(run.quality)}`);
  setText(row.speed, short(run.images_per_second ?? NaN));
  setText(row.memory, memory(run.memory_mib ?? NaN));
}
