// What the page tells: to a screen reader quietly, and to all when something cannot be done.
import { byId, element, icon } from './dom.js';

/** Tells a screen reader. */
export function say(text) {
  byId('live').textContent = text;
}

/** Shows a notice until it is closed. */
export function notice(title, text, action) {
  const close = () => box.remove();
  const box = element('div', { class: 'notice' },
    element('div', {}, element('strong', {}, title), element('p', {}, text)),
    ...(action ? [element('button', { class: 'second', type: 'button', click: () => { close(); action.run(); } }, action.label)] : []),
    element('button', { class: 'icon', type: 'button', 'aria-label': 'Close', click: close }, icon('close')));
  byId('notices').replaceChildren(box);
}

/** Asks for an API key; null where the person would not give one. */
export function askForKey(wrong) {
  const dialog = byId('key-dialog');
  const field = byId('key');
  byId('key-fault').textContent = wrong ? 'The service does not accept this key.' : '';
  field.value = '';
  dialog.returnValue = '';
  dialog.showModal();
  field.focus();
  return new Promise(resolve => {
    byId('key-cancel').onclick = () => dialog.close('');
    byId('key-form').onsubmit = () => { dialog.returnValue = 'given'; };
    dialog.onclose = () => resolve(dialog.returnValue === 'given' && field.value ? field.value : null);
  });
}
