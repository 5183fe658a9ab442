// The newest figures of a run that is shown alone.

import { element } from './dom.js';
import { count, duration, figure, memory, short } from './numbers.js';
import { qualityOf } from './plots.js';

/** The row of figures. @param entry the run in the list @param run what was fetched of it */
export function tilesOf(entry, run) {
  const last = run.lines.findLast(line => 'loss_total' in line);
  if (!last) return null;
  const quality = qualityOf(run.lines);
  const tiles = quality
    ? [[quality.name, figure(quality.value), `at iteration ${count(quality.iteration)}`], [`Best ${quality.name}`, figure(quality.best), `at iteration ${count(quality.bestIteration)}`],
      ['Loss', short(last.loss_total), `at iteration ${count(last.iteration)}`]]
    : [['Loss', short(last.loss_total), `at iteration ${count(last.iteration)}`]];
  tiles.push(['Learning rate', short(last.learning_rate), `epoch ${short(last.epoch)}`]);
  tiles.push(['Throughput', `${short(last.images_per_second)}/s`, `images, ${memory(last.memory_mib)} of memory`]);
  tiles.push(entry.state === 'running' && entry.seconds_left !== null
    ? ['Time left', duration(entry.seconds_left), `${duration(last.seconds)} so far`]
    : ['Training', duration(last.seconds), count(entry.iteration) + ' iterations']);
  return element('section', { class: 'tiles', 'aria-label': 'Newest figures' }, ...tiles.map(([name, value, note], i) =>
    element('div', { class: i === 0 ? 'tile main' : 'tile' },
      element('p', { class: 'name' }, name), element('p', { class: 'value' }, value), element('p', { class: 'note' }, note))));
}
