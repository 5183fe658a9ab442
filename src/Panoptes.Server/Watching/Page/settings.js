// How runs were set up: what differs between them, and everything.

import { element } from './dom.js';

/** Fills the section. @param runs `[{name, color, config, environment}]` */
export function showSettings(section, runs) {
  section.hidden = runs.every(run => !run.config);
  // Filled once for a set-up: a part that someone opened stays open.
  const key = JSON.stringify(runs.map(run => [run.name, run.color, run.setup]));
  if (section.hidden || section.dataset.key === key) return;
  section.dataset.key = key;
  section.replaceChildren(element('h2', {}, runs.length > 1 ? 'Differences' : 'Setup'), ...(runs.length > 1 ? [differences(runs)] : []), ...runs.map(details));
}

function differences(runs) {
  const all = runs.map(run => flat(run.config ?? {}));
  const keys = [...new Set(all.flatMap(settings => [...settings.keys()]))].filter(key => new Set(all.map(settings => settings.get(key))).size > 1);
  if (keys.length === 0) return element('p', {}, 'None: these runs have the same configuration.');
  return element('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Settings that differ' }, element('table', {},
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Setting'),
      ...runs.map(run => element('th', { scope: 'col' }, element('i', { class: `key-line ${run.color}` }), run.name)))),
    element('tbody', {}, ...keys.map(key => element('tr', {}, element('th', { scope: 'row' }, key),
      ...all.map(settings => element('td', { class: 'differs' }, settings.get(key) ?? '–')))))));
}

function details(run) {
  const environment = run.environment ?? {};
  const machine = [environment.panoptes_version && `Panoptes ${environment.panoptes_version}`, environment.device && `device ${environment.device}`,
    environment.cores && `${environment.cores} cores`, environment.system, environment.started && `started ${environment.started.slice(0, 16).replace('T', ' ')} UTC`];
  const command = Array.isArray(environment.arguments) ? environment.arguments.join(' ') : '';
  const settings = [...flat(run.config ?? {})].map(([key, value]) => `${key}=${value}`).join('\n');
  return element('details', {}, element('summary', {}, `${run.name}: all settings`),
    element('p', { class: 'line' }, machine.filter(Boolean).join(' · ')),
    command ? element('pre', { tabindex: '0' }, command) : null,
    element('pre', { tabindex: '0' }, settings));
}

/** The settings by their whole key. */
function flat(config, prefix = '', into = new Map()) {
  for (const [key, value] of Object.entries(config)) {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) flat(value, `${prefix}${key}.`, into);
    else into.set(prefix + key, JSON.stringify(value));
  }
  return into;
}
