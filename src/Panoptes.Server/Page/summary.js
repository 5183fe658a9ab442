// How much was found, the score slider, and which of two models the panel is about.
import { byId, element, nouns } from './dom.js';

export function summary(session, say) {
  const draw = () => {
    const answer = session.answer();
    const result = session.result();
    byId('panel').classList.toggle('pending', !result);
    byId('summary-title').replaceChildren(...title(session, answer, result));
    byId('summary-detail').textContent = detail(session, result);
    const warnings = result?.warnings ?? [];
    byId('warnings').hidden = warnings.length === 0;
    byId('warnings').replaceChildren(...warnings.map(w => element('li', {}, w)));
    which(session);
  };
  session.on('current result filter models active', draw);

  const slider = byId('score');
  const showScore = () => {
    byId('score-value').textContent = `${slider.value} %`;
    slider.setAttribute('aria-valuetext', `${slider.value} percent`);
    slider.style.setProperty('--filled', `${(slider.value - slider.min) / (slider.max - slider.min) * 100}%`);
  };
  slider.value = Math.round(session.score * 100);
  slider.addEventListener('input', () => {
    showScore();
    session.setScore(slider.value / 100);
  });
  showScore();

  // A screen reader hears what is found, and what a filter leaves once it rests.
  let spoken = null;
  let timer = 0;
  session.on('result current active', () => {
    const { current } = session;
    const answer = session.answer();
    if (!current || answer === spoken) return;
    if (answer?.state === 'done') say(announcement(session, session.result()));
    else if (answer?.state === 'failed') say(`${current.name}: ${answer.error.title}. ${answer.error.text}`);
    else return;
    spoken = answer;
  });
  session.on('filter', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const result = session.result();
      if (result) say(`${session.visible(result).size} of ${nouns(result, result.objects.length)} shown`);
    }, 400);
  });
}

function title(session, answer, result) {
  if (answer?.state === 'failed') return ['No result'];
  if (!result) return [answer?.state === 'waiting' ? 'Waiting for the service…' : 'Segmenting…'];
  const shown = session.visible(result).size;
  if (result.objects.length === 0) return ['Nothing found'];
  const all = result.objects.length;
  const total = element('span', { class: 'soft' }, ` of ${all.toLocaleString('en')}`);
  return shown === all ? [nouns(result, shown)] : [nouns(result, shown), total];
}

function detail(session, result) {
  const { current } = session;
  if (!current) return '';
  const size = result ?? current.size;
  const parts = [current.name];
  if (size) parts.push(`${size.width} × ${size.height}`);
  if (result?.objects.length === 0) parts.push(`no score reached ${byId('score').min} %`);
  return parts.join(' · ');
}

function announcement(session, result) {
  const visible = session.visible(result);
  const classes = result.classes
    .map(c => ({ name: c.name, number: c.objects.filter(o => visible.has(o)).length }))
    .filter(c => c.number > 0)
    .map(c => `${c.number} ${c.name}`);
  const few = classes.length > 8 ? [...classes.slice(0, 8), 'and more'] : classes;
  if (result.objects.length === 0) return `${result.model} found nothing in ${session.current.name}.`;
  return `${result.model} found ${nouns(result, visible.size)} in ${session.current.name}${few.length ? `: ${few.join(', ')}` : ''}.`;
}

function which(session) {
  const field = byId('which');
  field.hidden = session.shown.length < 2;
  const legend = field.querySelector('legend');
  const focused = field.contains(document.activeElement);
  field.replaceChildren(legend, ...session.shown.map(model => {
    const input = element('input', { type: 'radio', name: 'which', value: model, change: () => { session.active = model; } });
    input.checked = model === session.active;
    return element('label', {}, input, element('span', {}, model));
  }));
  if (focused) field.querySelector(':checked')?.focus();
}
