// Where the time went: the service's stages, and what lies between it and the page.
import { byId, duration, element } from './dom.js';

const names = { wait: 'Waiting in the queue', decode: 'Decoding', network: 'Network', post: 'Masks', rest: 'Answer', travel: 'Sending and receiving' };

export function timing(session) {
  session.on('current result models active', () => {
    const result = session.result();
    byId('timing-section').hidden = !result?.timing;
    if (!result?.timing) return;
    const { total, ...stages } = result.timing;
    const rest = total - Object.values(stages).reduce((sum, t) => sum + t, 0);
    const parts = Object.entries({ ...stages, rest, travel: result.seconds * 1000 - total }).filter(([, t]) => t > 0.05);
    const whole = parts.reduce((sum, [, t]) => sum + t, 0);
    byId('timing-total').textContent = duration(whole);
    byId('timing-bar').replaceChildren(...parts.map(([key, t]) => {
      const part = element('span', { class: `part ${key}` });
      part.style.flexGrow = t / whole;
      return part;
    }));
    byId('timing').replaceChildren(...parts.map(([key, t]) => element('div', {},
      element('dt', {}, element('span', { class: `swatch part ${key}`, 'aria-hidden': 'true' }), names[key] ?? key),
      element('dd', {}, duration(t)))));
  });
}
