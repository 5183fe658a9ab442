// Which charts show some runs: a run alone has its parts in one chart, several have a chart for each part with a line for each run.

import { figure, memory, short } from './numbers.js';

const qualities = [
  { key: 'eval_panoptic_PQ', chart: 'Panoptic quality', name: 'PQ', color: 'c0' },
  { key: 'eval_panoptic_PQth', chart: 'Panoptic quality', name: 'of things', color: 'c2' },
  { key: 'eval_panoptic_PQst', chart: 'Panoptic quality', name: 'of stuff', color: 'c1' },
  { key: 'eval_segm_AP', chart: 'Average precision', name: 'mask AP', color: 'c0' },
  { key: 'eval_segm_AP50', chart: 'Average precision', name: 'mask AP50', color: 'c2' },
  { key: 'eval_bbox_AP', chart: 'Average precision', name: 'box AP', color: 'c1' },
];
const rest = [
  { key: 'learning_rate', title: 'Learning rate', note: 'warm-up, then decay', color: 'c3', format: short, isExact: true },
  { key: 'images_per_second', title: 'Throughput', note: 'training images per second', color: 'c2', format: short },
  { key: 'memory_mib', title: 'Memory', note: 'of the process, or of the device that trains', color: 'c4', format: memory, isExact: true },
];

/** The figure that says how good a run is, and its name; null where nothing was measured. */
export function qualityOf(lines) {
  const measured = lines.filter(line => 'eval_segm_AP' in line || 'eval_panoptic_PQ' in line);
  if (measured.length === 0) return null;
  const key = measured.some(line => line.eval_panoptic_PQ >= 0) ? 'eval_panoptic_PQ' : 'eval_segm_AP';
  const name = key === 'eval_panoptic_PQ' ? 'PQ' : 'Mask AP';
  const best = measured.reduce((a, b) => (b[key] ?? -1) > (a[key] ?? -1) ? b : a);
  return { name, value: measured.at(-1)[key], iteration: measured.at(-1).iteration, best: best[key], bestIteration: best.iteration };
}

/** The charts: `[{title, note, format, canBeLog, isExact, series: [{name, color, run, key, dots}]}]`; what is exact is not smoothed. */
export function plotsOf(runs) {
  return runs.length === 1 ? plotsOfOne(runs[0]) : plotsOfMany(runs);
}

function plotsOfOne(run) {
  const parts = lossesOf([run]);
  const plots = [
    { title: 'Loss', note: 'the sum that is minimized', format: short, canBeLog: true, series: [line(run, 'loss_total', 'total', 'ink')] },
    {
      title: 'Losses by name', note: 'the terms of the sum', format: short, canBeLog: true,
      series: parts.map((key, i) => line(run, key, lossName(key), colorOf(i))),
    },
  ];
  for (const title of ['Panoptic quality', 'Average precision']) {
    const measured = qualities.filter(quality => quality.chart === title && isMeasured(run, quality.key));
    plots.push({ title, note: 'on validation images', format: figure, series: measured.map(quality => line(run, quality.key, quality.name, quality.color, true)) });
  }
  for (const { key, color, ...plot } of rest) plots.push({ ...plot, series: [line(run, key, plot.title.toLowerCase(), color)] });
  return filled(plots);
}

function plotsOfMany(runs) {
  const ofEach = (key, dots = false) => runs.filter(run => isMeasured(run, key)).map(run => line(run, key, run.name, run.color, dots));
  return filled([
    { title: 'Loss', note: 'the sum that is minimized', format: short, canBeLog: true, series: ofEach('loss_total') },
    ...qualities.map(({ key, chart, name }) => ({
      title: chart === 'Panoptic quality' && name !== 'PQ' ? `PQ ${name}` : name[0].toUpperCase() + name.slice(1),
      note: 'on validation images', format: figure, series: ofEach(key, true),
    })),
    ...lossesOf(runs).map(key => ({ title: `Loss: ${lossName(key)}`, note: 'a term of the sum', format: short, canBeLog: true, series: ofEach(key) })),
    ...rest.map(({ key, ...plot }) => ({ ...plot, series: ofEach(key) })),
  ]);
}

/** The class of a color; from the seventh on they come again, as dashed lines. */
export function colorOf(index) {
  return `c${index % 6}${index >= 6 ? ' dashed' : ''}`;
}

function filled(plots) {
  return plots.filter(plot => plot.series.some(series => isMeasured(series.run, series.key)));
}

function isMeasured(run, key) {
  const isEvaluation = key.startsWith('eval_');
  return run.lines.some(line => key in line && (!isEvaluation || line[key] >= 0));
}

function line(run, key, name, color, dots = false) {
  return { run, key, name, color, dots };
}

function lossesOf(runs) {
  return [...new Set(runs.flatMap(run => run.lines.flatMap(entry => Object.keys(entry))))]
    .filter(key => key.startsWith('loss_') && key !== 'loss_total');
}

function lossName(key) {
  return key.slice('loss_'.length).replaceAll('_', ' ');
}
