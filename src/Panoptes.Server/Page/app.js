// The page: puts its parts together.
import { getModels, onKeyNeeded } from './api.js';
import { byId, element } from './dom.js';
import { downloads } from './downloads.js';
import { PageImage } from './images.js';
import { listen, sample, samples } from './intake.js';
import { legend } from './legend.js';
import { askForKey, notice, say } from './messages.js';
import { Requests } from './requests.js';
import { Session } from './session.js';
import { Stage } from './stage.js';
import { strip } from './strip.js';
import { summary } from './summary.js';
import { ObjectTable } from './table.js';
import { timing } from './timing.js';

const session = new Session();
const requests = new Requests(session);
const stage = new Stage(session, requests, say, remove);
const table = new ObjectTable(session, object => stage.reveal(object));
summary(session, say);
legend(session);
timing(session);
downloads(session, notice);
strip(session, remove);
onKeyNeeded(askForKey);
listen(take, notice);

session.on('images current', () => {
  const any = session.images.length > 0;
  byId('main').classList.toggle('empty', !any);
  byId('welcome').hidden = any;
  for (const id of ['panes', 'tools', 'panel']) byId(id).hidden = !any;
});
session.on('current', () => {
  for (const image of session.images) if (image !== session.current) image.release();
});
session.on('pins', () => {
  const last = [...session.result()?.pins ?? []].at(-1);
  if (last) table.scrollTo(last);
});

showSamples();
await connect();

async function take(files) {
  const images = files.map(f => new PageImage(f.file, f.name));
  session.images.push(...images);
  session.tell('images');
  session.show(images[0]);
  requests.fill();
  // Thumbnails one after the other, so that many large photographs do not fill the memory at once.
  for (const image of images) {
    await image.load();
    if (image !== session.current) image.release();
    session.tell('images', image);
  }
}

function remove(image) {
  const at = session.images.indexOf(image);
  image.removed.abort();
  image.release();
  session.images.splice(at, 1);
  if (image === session.current) session.show(session.images[Math.min(at, session.images.length - 1)] ?? null);
  session.tell('images');
  say(`${image.name} removed`);
  const next = byId('thumbs').querySelector('[aria-current="true"]') ?? document.querySelector('#welcome [data-pick]');
  next.focus();
}

function showSamples() {
  byId('samples').replaceChildren(...samples.map(s => element('li', {}, element('button', {
    type: 'button',
    'aria-label': s.title,
    title: s.title,
    click: async () => {
      try {
        take([await sample(s)]);
      } catch {
        notice('The service does not answer', 'The sample could not be loaded. Check that the service is running and try again.');
      }
    },
  }, element('img', { src: s.file, alt: '', width: '120', height: '120', loading: 'lazy' })))));
}

async function connect() {
  try {
    const { models, isDocumented } = await getModels();
    session.models = models;
    byId('docs').hidden = !isDocumented;
  } catch (error) {
    notice(error.title ?? 'The page could not start', error.text ?? String(error), { label: 'Try again', run: connect });
    return;
  }
  if (session.models.length === 0) {
    notice('The service has no model', 'Start it with one, such as: panoptes serve --model person');
    return;
  }
  chooseModels();
}

function chooseModels() {
  const { models } = session;
  const main = byId('model');
  const other = byId('compare');
  const option = (m, text) => element('option', { value: m.name, title: about(m) }, text);
  main.replaceChildren(...models.map(m => option(m, m.error ? `${m.name} (cannot be loaded)` : m.name)));
  main.value = (models.find(m => m.default) ?? models[0]).name;
  byId('compare-field').hidden = models.length < 2;
  const choose = () => {
    const others = models.filter(m => m.name !== main.value);
    const kept = others.some(m => m.name === other.value) ? other.value : '';
    other.replaceChildren(element('option', { value: '' }, 'none'), ...others.map(m => option(m, m.name)));
    other.value = kept;
    byId('about').textContent = about(models.find(m => m.name === main.value));
    session.choose(main.value, other.value || null);
    requests.fill();
  };
  main.addEventListener('change', choose);
  other.addEventListener('change', choose);
  choose();
}

// What a model is for, in a line.
function about(model) {
  if (model.description) return model.description;
  const names = model.classes.slice(0, 6).join(', ');
  return model.classes.length > 6 ? `${names} and ${model.classes.length - 6} more` : names;
}
