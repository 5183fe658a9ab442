// Thumbnails of all images, with what became of each.
import { byId, element, icon } from './dom.js';

const words = { running: 'being segmented', waiting: 'waiting for the service', failed: 'failed', done: 'done' };

/** @param {(image: object) => void} remove */
export function strip(session, remove) {
  const tiles = new Map();

  session.on('images current models active filter', changed => {
    byId('strip').hidden = session.images.length === 0;
    for (const [image, tile] of tiles) {
      if (session.images.includes(image)) continue;
      tile.root.remove();
      tiles.delete(image);
    }
    for (const image of session.images) {
      if (!tiles.has(image)) {
        const made = tile(session, image, remove);
        tiles.set(image, made);
        byId('thumbs').append(made.root);
      }
      update(session, image, tiles.get(image));
    }
    if (!changed) tiles.get(session.current)?.root.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  });
}

function tile(session, image, remove) {
  const badge = element('span', { class: 'badge', 'aria-hidden': 'true' });
  const frame = element('span', { class: 'thumb' });
  const open = element('button', { type: 'button', class: 'open', click: () => session.show(image) }, frame, badge);
  const name = `Remove ${image.name}`;
  const close = element('button', { type: 'button', class: 'remove', 'aria-label': name, click: () => remove(image) }, icon('close'));
  return { root: element('li', {}, open, close), open, badge, frame };
}

function update(session, image, { root, open, badge, frame }) {
  if (image.thumb && !frame.firstChild) frame.append(image.thumb);
  else if (image.unreadable && !frame.firstChild) frame.append(icon('image'));
  const answer = image.answers.get(session.active);
  const state = answer?.state ?? 'queued';
  root.dataset.state = state;
  open.setAttribute('aria-current', String(image === session.current));
  const number = answer?.result ? session.visible(answer.result).size : null;
  badge.textContent = number ?? (state === 'failed' ? '!' : '');
  open.setAttribute('aria-label', `${image.name}, ${number === null ? words[state] ?? 'queued' : `${number} found`}`);
  open.title = image.name;
}
