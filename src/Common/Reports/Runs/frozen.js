// A run's report: the charts and samples of a run that is over, from the data in the page.

import { Board } from './board.js';
import { Samples } from './samples.js';

const run = { id: 'run', color: 'c0', ...JSON.parse(document.getElementById('run').textContent) };
const board = new Board();
const samples = new Samples();
const still = document.getElementById('curves');
if (still) {
  // Drawn without scripts so far; now with controls and values to point at.
  still.replaceWith(board.element);
  board.show([run]);
  board.element.closest('section').after(samples.element);
  samples.show([run]);
}
