// Downloads of what is shown.
import { byId, nouns } from './dom.js';
import { stem, toCoco, toGeoJson } from './formats.js';
import { paintMasks } from './painter.js';

/** @param {(title: string, text: string) => void} refuse tells why there is no file */
export function downloads(session, refuse) {
  const chosen = (image, model = session.active) => {
    const result = image?.answers.get(model)?.result;
    if (!result) return [];
    const visible = session.visible(result);
    const pinnedOnly = byId('pinned-only').checked && session.result()?.pins.size > 0;
    return result.objects.filter(o => visible.has(o) && (!pinnedOnly || result.pins.has(o)));
  };

  const update = () => {
    const result = session.result();
    const objects = chosen(session.current);
    byId('downloads-scope').textContent = result ? `${nouns(result, objects.length)} shown` : '';
    byId('pinned-only-field').hidden = !result || result.pins.size === 0;
    byId('all-images-field').hidden = done().length < 2;
    for (const id of ['download-png', 'download-coco', 'download-geojson']) byId(id).disabled = !result;
  };
  const done = () => session.images.filter(i => i.answers.get(session.active)?.result);

  session.on('current result filter models active pins images', update);
  byId('pinned-only').addEventListener('change', update);

  byId('download-png').addEventListener('click', async () => {
    const image = session.current;
    const blob = await toPng(image, session.result(), new Set(chosen(image)));
    if (blob) save(blob, `${stem(image.name)}.masks.png`);
    else refuse('The browser cannot make an image this large', 'Ask the service for the overlay instead: POST /v1/segment?format=overlay.');
  });
  byId('download-coco').addEventListener('click', () => {
    const all = byId('all-images').checked && done().length > 1;
    const images = all ? done() : [session.current];
    const entries = images.flatMap(i => toCoco(i.name, chosen(i)));
    save(json(entries, 'application/json'), all ? 'predictions.json' : `${stem(session.current.name)}.coco.json`);
  });
  byId('download-geojson').addEventListener('click', () => {
    save(json(toGeoJson(chosen(session.current)), 'application/geo+json'), `${stem(session.current.name)}.geojson`);
  });
}

// The image at full size with its masks, or null where the browser has no canvas of that size.
async function toPng(image, result, chosen) {
  await image.load();
  const canvas = document.createElement('canvas');
  canvas.width = result.width;
  canvas.height = result.height;
  const context = canvas.getContext('2d');
  if (!context) return null;
  const full = image.levels.at(-1);
  if (full) context.drawImage(full, 0, 0, result.width, result.height);
  // Lines as thick as they look on a screen where the image is about 1,200 pixels wide.
  const pixel = Math.max(1, Math.max(result.width, result.height) / 1200);
  paintMasks(context, result.largestFirst.filter(o => chosen.has(o)), pixel);
  return new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
}

function json(value, type) {
  return new Blob([JSON.stringify(value)], { type });
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has taken the content by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
