// Validation images as the model saw them over time: ground truth on the left, predictions on the right.

import { element, setText } from './dom.js';
import { count } from './numbers.js';

export class Samples {
  #runs = [];
  #iterations = [];
  #chosen = null; // null follows the newest
  #slider = element('input', { type: 'range', id: 'sample-iteration', min: '0', input: () => this.#choose() });
  #output = element('output', { for: 'sample-iteration' });
  #groups = element('div');

  constructor() {
    this.element = element('section', { class: 'samples', hidden: true },
      element('h2', {}, 'What it sees over time'),
      element('p', {}, 'Validation images at each evaluation: ground truth on the left, predictions on the right.'),
      element('div', { class: 'controls' }, element('label', { for: 'sample-iteration', class: 'wide-control' }, 'Iteration', this.#slider), this.#output),
      this.#groups);
  }

  /** Shows runs: `[{id, name, color, samples: [{iteration, images: [{name, url}]}]}]`, iterations rising. */
  show(runs) {
    this.#runs = runs.filter(run => run.samples.length > 0);
    this.#iterations = [...new Set(this.#runs.flatMap(run => run.samples.map(sample => sample.iteration)))].sort((a, b) => a - b);
    this.element.hidden = this.#iterations.length === 0;
    if (this.element.hidden) return;
    this.#slider.max = String(this.#iterations.length - 1);
    const index = this.#chosen === null ? -1 : this.#iterations.findLastIndex(iteration => iteration <= this.#chosen);
    this.#slider.value = String(this.#chosen === null ? this.#iterations.length - 1 : Math.max(index, 0));
    this.#draw(runs.length > 1);
  }

  #choose() {
    const index = Number(this.#slider.value);
    this.#chosen = index === this.#iterations.length - 1 ? null : this.#iterations[index];
    this.#draw(this.#groups.children.length > 1);
  }

  #draw(isNamed) {
    const index = Number(this.#slider.value);
    const iteration = this.#iterations[index];
    const text = `${count(iteration)} (${index + 1} of ${this.#iterations.length})`;
    setText(this.#output, text);
    this.#slider.setAttribute('aria-valuetext', `iteration ${text}`);
    const groups = this.#runs.map(run => this.#group(run, iteration, isNamed));
    groups.forEach((group, i) => { if (this.#groups.children[i] !== group) this.#groups.insertBefore(group, this.#groups.children[i] ?? null); });
    while (this.#groups.children.length > groups.length) this.#groups.lastChild.remove();
  }

  #group(run, iteration, isNamed) {
    let group = [...this.#groups.children].find(candidate => candidate.dataset.run === run.id);
    if (!group) {
      group = element('div', { 'data-run': run.id }, element('h3', {}, element('i', { class: `key-line ${run.color}` }), element('span')), element('div', { class: 'sheets' }));
    }
    const [head, sheets] = group.children;
    const sample = run.samples.findLast(candidate => candidate.iteration <= iteration);
    head.hidden = !isNamed;
    head.firstChild.className = `key-line ${run.color}`;
    setText(head.lastChild, sample && sample.iteration !== iteration ? `${run.name}, iteration ${count(sample.iteration)}` : run.name);
    const images = sample?.images ?? [];
    images.forEach((image, i) => this.#sheet(sheets, i, image, sample.iteration));
    while (sheets.children.length > images.length) sheets.lastChild.remove();
    return group;
  }

  /** An image keeps its element over time, so that sliding does not flicker. */
  #sheet(sheets, i, image, iteration) {
    let sheet = sheets.children[i];
    if (!sheet) {
      sheet = element('figure', {}, element('a', { target: '_blank' }, element('img', { loading: 'lazy', decoding: 'async' })), element('figcaption'));
      sheets.append(sheet);
    }
    const [link, caption] = sheet.children;
    const shown = link.firstChild;
    if (shown.getAttribute('src') !== image.url) {
      shown.setAttribute('src', image.url);
      // A browser opens no data address in a window of its own.
      if (image.url.startsWith('data:')) link.removeAttribute('href');
      else link.setAttribute('href', image.url);
    }
    shown.setAttribute('alt', `${image.name}: ground truth on the left, predictions on the right, iteration ${count(iteration)}`);
    setText(caption, image.name);
  }
}
