// The classes that were found, with their colors: a legend that filters.
import { byId, element } from './dom.js';

export function legend(session) {
  const list = byId('legend');
  let rows = new Map();

  const build = () => {
    const result = session.result();
    byId('legend-section').hidden = !result || result.objects.length === 0;
    rows = new Map((result?.classes ?? []).map(found => [found, row(session, found)]));
    list.replaceChildren(...[...rows.values()].map(r => r.root));
    update();
  };
  const update = () => {
    const result = session.result();
    if (!result) return;
    const visible = session.visible(result);
    for (const [found, { box, number, root }] of rows) {
      const shown = found.objects.filter(o => visible.has(o)).length;
      box.checked = !session.hidden.has(found.name);
      number.textContent = shown === found.objects.length ? shown : `${shown} / ${found.objects.length}`;
      root.classList.toggle('none', shown === 0);
    }
    byId('legend-all').hidden = rows.size < 2;
    byId('legend-all').textContent = allHidden() ? 'Show all' : 'Hide all';
  };
  const allHidden = () => [...rows.keys()].every(found => session.hidden.has(found.name));

  byId('legend-all').addEventListener('click', () => session.setHidden(allHidden() ? [] : [...rows.keys()].map(f => f.name)));
  session.on('current result models active', build);
  session.on('filter', update);
}

function row(session, found) {
  const box = element('input', {
    type: 'checkbox',
    change: () => {
      const hidden = new Set(session.hidden);
      if (box.checked) hidden.delete(found.name);
      else hidden.add(found.name);
      session.setHidden(hidden);
    },
  });
  // Objects of a class may have colors of their own; up to three of them stand for it.
  const colors = found.objects.slice(0, 3).map(o => o.color);
  const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.background = `linear-gradient(to right, ${colors.map((c, i) => `${c} ${i / colors.length * 100}% ${(i + 1) / colors.length * 100}%`).join(', ')})`;
  const number = element('span', { class: 'number' });
  const label = element('label', {}, box, swatch, element('span', { class: 'name' }, found.name), number);
  return { root: element('li', {}, label), box, number };
}
