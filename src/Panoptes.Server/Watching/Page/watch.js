// The page: which runs are shown, and what of them.

import { Board } from './board.js';
import { Feed } from './feed.js';
import { RunList } from './list.js';
import { colorOf } from './plots.js';
import { Samples } from './samples.js';
import { setText } from './dom.js';
import { showSettings } from './settings.js';
import { tilesOf } from './tiles.js';

const byId = id => document.getElementById(id);
const chosen = new Map(); // the color of each run that is shown, by id, in the order of choosing
const seen = new Set();
let isByHand = false;

const board = new Board();
const samples = new Samples();
const list = new RunList(byId('list'), choose);
const feed = new Feed(show, tellConnection);
byId('board').append(board.element);
byId('samples').append(samples.element);

function tellConnection(state) {
  const node = byId('connection');
  node.className = `connection ${state}`;
  setText(node, state === 'live' ? 'live' : 'connection lost, trying again');
}

function choose(id, isShown) {
  isByHand = true;
  if (isShown) chosen.set(id, freeColor());
  else chosen.delete(id);
  feed.want(chosen.keys());
  show();
}

function freeColor() {
  for (let i = 0; ; i++) {
    if (![...chosen.values()].includes(colorOf(i)) || i > 11) return colorOf(i);
  }
}

/** Until someone chooses: what runs, else the newest; a run that begins later is shown too. */
function chooseForThem() {
  for (const id of [...chosen.keys()]) if (!feed.list.some(run => run.id === id)) chosen.delete(id);
  if (isByHand) return;
  for (const run of feed.list) {
    if (run.state === 'running' && !seen.has(run.id)) chosen.set(run.id, freeColor());
    if (run.state === 'running') seen.add(run.id);
  }
  if (chosen.size === 0 && feed.list.length > 0) chosen.set(feed.list[0].id, freeColor());
}

function show() {
  chooseForThem();
  feed.want(chosen.keys());
  const runs = feed.list.filter(run => chosen.has(run.id) && feed.get(run.id))
    .map(run => ({ ...feed.get(run.id), id: run.id, name: run.name, color: chosen.get(run.id), entry: run }));
  byId('empty').hidden = feed.list.length > 0;
  setText(byId('empty'), 'There is no run yet. It appears here as soon as its folder does.');
  byId('list-region').hidden = feed.list.length === 0;
  list.show(feed.list, chosen);
  const tiles = runs.length === 1 ? tilesOf(runs[0].entry, runs[0]) : null;
  byId('tiles').replaceChildren(...(tiles ? [tiles] : []));
  byId('board').hidden = !runs.some(run => run.lines.length > 0);
  board.show(runs);
  samples.show(runs);
  showSettings(byId('settings'), runs);
  const running = feed.list.filter(run => run.state === 'running');
  document.title = running.length === 1 && running[0].iterations ? `${Math.floor(100 * running[0].iteration / running[0].iterations)} % · Panoptes` : 'Runs · Panoptes';
}
