/**
 * The list as it changes. Rows change where they stand, at once. Rows come, go and move only while
 * nobody's hand is on the list: else they wait behind "3 new" until the hand is gone or asks.
 */
import {
  blocks,
  isNear,
  listTable,
  measureBlocks,
  putRow,
  takeRow,
  watchBlocks,
} from './blocks.js';
import { whenIdle } from './idle.js';
import { byId, onPicks, picks, rows, showCount, showPick } from './picks.js';
import { showTimes } from './times.js';

/** A pointer that has not moved for this long is a parked one, and holds nothing. */
const PARKED_MS = 30_000;

/** The longest time for rows at once: then keys, the pointer and the screen have their turn. */
const SLICE_MS_MAX = 8;
const SLICE_GAP_MS = 16;
/** With more new rows than this in the time for which one is lit, none lights up any more. */
const LIT_MAX = 8;
const LIT_MS = 2_500;

/**
 * @typedef {object} Tick
 * @property {string[]} [order] all rows, of a whole page
 * @property {string[]} [gone]
 * @property {[at: number, id: string][]} [put] rows that came or moved, by rising place
 * @property {number} [size] rows on the page after that
 * @property {Record<string, string>} [rows]
 * @property {Record<string, string>} [left]
 * @property {Record<string, string>} [figures]
 * @property {string} [next]
 */

/** The order that is, or should be, shown; undefined until the first tick. */
/** @type {string[] | undefined} */
let order;
/** The same without an order. @type {Set<string>} */
let onPage = new Set();
/** What differs from what is shown, and can be: rows that stand elsewhere, or are drawn. */
/** @type {Set<string>} */
const moved = new Set();
/** On the page and not drawn yet. @type {Set<string>} */
const awaited = new Set();
/** Shown, and no longer on the page. @type {Set<string>} */
const gone = new Set();
/** Rows that are to come, as they were drawn last. @type {Map<string, HTMLTableRowElement>} */
const coming = new Map();
/** Rows that were told and are not drawn yet: of the page, or shown. */
/** @type {Map<string, { markup: string, leaving: boolean }>} */
const told = new Map();
let sliced = 0;
let isUnseenDue = false;
let pointerAt = -Infinity;
let touched = -Infinity;

/** @param {string} markup @returns {HTMLTableRowElement | undefined} */
function rowFrom(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  const row = template.content.querySelector('tr') ?? undefined;
  if (row) easeButtons(row);
  return row;
}

/**
 * A button that sends the form makes the browser go through all controls of the form whenever it
 * comes or goes: 2 ms each time among 2,000 rows. Here scripts send (acts.js).
 * @param {ParentNode} among @param {() => boolean} [isOver]
 * @returns {boolean} whether some are left
 */
function easeButtons(among, isOver = () => false) {
  for (const button of among.querySelectorAll('button[name="one"]:not([type])')) {
    if (isOver()) return true;
    button.setAttribute('type', 'button');
  }
  return false;
}

/** Those that came with the page, when there is time. @param {() => boolean} isOver */
function easeWhenIdle(isOver) {
  const list = listTable();
  if (list && easeButtons(list, isOver)) whenIdle(easeWhenIdle);
}

/** @param {string} id @returns {HTMLTableRowElement | null} */
const shownRow = (id) => /** @type {HTMLTableRowElement | null} */ (byId(`a-${id}`));

/** Someone is about to click, has chosen something, or moves through the list by keys. */
function handIsOn() {
  const now = performance.now();
  if (picks.size > 0) return true;
  if (now - pointerAt < PARKED_MS && blocks().some((block) => block.matches(':hover'))) return true;
  return now - touched < 3_000;
}

/**
 * Puts what changed into the row that stands there, cell by cell, so that focus, the ticked box
 * and the place stay.
 * @param {HTMLTableRowElement} old @param {HTMLTableRowElement} fresh
 */
function redraw(old, fresh) {
  showTimes(fresh);
  easeButtons(old);
  const flags = ['picked', 'here', 'new'].filter((c) => old.classList.contains(c));
  fresh.classList.add(...flags);
  if (old.className !== fresh.className) old.className = fresh.className;
  for (const name of ['since', 'caution', 'more']) {
    const said = fresh.dataset[name];
    if (said === undefined) delete old.dataset[name];
    else old.dataset[name] = said;
  }
  [...fresh.cells].forEach((cell, i) => {
    const was = old.cells[i];
    if (!was) return;
    if (i === 0) {
      const [box, next] = [was.querySelector('input'), cell.querySelector('input')];
      if (box && next) box.value = next.value; // a tick already made keeps the episode it saw
      return;
    }
    if (was.isEqualNode(cell)) return;
    const focused = was.contains(document.activeElement);
    was.replaceChildren(...cell.childNodes);
    was.title = cell.title;
    was.dataset.h = cell.dataset.h ?? '';
    if (cell.dataset.h === undefined) delete was.dataset.h;
    if (focused)
      /** @type {HTMLElement | null} */ (
        was.querySelector('a, button') ?? old.querySelector('a')
      )?.focus();
  });
  showPick(old);
}

/** @param {string} id */
function drawTold(id) {
  const one = told.get(id);
  if (!one) return;
  told.delete(id);
  const fresh = rowFrom(one.markup);
  if (!fresh) return;
  const shown = shownRow(id);
  if (shown) {
    redraw(shown, fresh);
    shown.classList.toggle('leaving', one.leaving);
  } else if (onPage.has(id)) {
    coming.set(id, fresh);
    awaited.delete(id);
    moved.add(id);
  }
}

/** @param {string} id */
function isUnseen(id) {
  const row = shownRow(id);
  return row !== null && !isNear(row);
}

/** Draws what somebody waits for, in slices when it is much; the rest when there is time. */
function drawAll() {
  clearTimeout(sliced);
  sliced = 0;
  if (document.hidden) return; // until somebody looks again
  const until = performance.now() + SLICE_MS_MAX;
  for (const id of told.keys()) {
    if (isUnseen(id)) continue;
    if (performance.now() > until) {
      sliced = setTimeout(drawAll, SLICE_GAP_MS);
      break;
    }
    drawTold(id);
  }
  settleIfFree();
  drawUnseenLater();
}

function drawUnseenLater() {
  if (told.size === 0 || isUnseenDue || document.hidden) return;
  isUnseenDue = true;
  whenIdle((isOver) => {
    isUnseenDue = false;
    for (const id of told.keys()) {
      if (isOver()) break;
      drawTold(id);
    }
    settleIfFree();
    drawUnseenLater();
  });
}

/** Puts a row behind the nearest one before it that is shown. */
/** @param {HTMLTableRowElement} row @param {number} at */
function place(row, at) {
  let before = null;
  for (let i = at - 1; i >= 0 && !before; i--) before = shownRow(order?.[i] ?? '');
  if (row.isConnected) row.classList.remove('new');
  putRow(row, before ?? undefined);
}

/** @type {number[]} */
let cameAt = [];

/** A few new rows catch the eye; where they come all the time there is nothing to catch. */
function mayLight(/** @type {number} */ many) {
  const now = performance.now();
  cameAt = cameAt.filter((at) => now - at < LIT_MS).slice(-LIT_MAX);
  for (let n = 0; n < Math.min(many, LIT_MAX + 1); n++) cameAt.push(now);
  return cameAt.length <= LIT_MAX;
}

/** Shows the order that waits: rows come, go and move, and only those. */
function settle() {
  if (!order) return;
  const focused = document.activeElement;
  for (const id of gone) {
    const row = shownRow(id);
    if (row) takeRow(row);
  }
  gone.clear();
  const lit = mayLight(coming.size);
  for (let at = 0; moved.size > 0 && at < order.length; at++) {
    const id = order[at] ?? '';
    if (!moved.delete(id)) continue;
    const row = shownRow(id) ?? coming.get(id);
    if (!row) continue;
    if (coming.delete(id) && !row.isConnected) {
      if (lit) row.classList.add('new');
      showTimes(row);
      showPick(row);
    }
    place(row, at);
  }
  measureBlocks();
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
  const none = byId('none');
  if (none) none.hidden = order.length > 0;
  if (picks.size > 0) showCount();
}

/** What waits, in words; '' when nothing does. */
function waitingText() {
  const parts = [
    coming.size > 0 ? `${coming.size} new` : '',
    gone.size > 0 ? `${gone.size} gone` : '',
  ];
  const words = parts.filter(Boolean).join(', ');
  if (words !== '') return `${words}: show`;
  return moved.size > 0 ? 'New order: show' : '';
}

/** Shows what may be shown now, and says what waits. */
export function settleIfFree() {
  if (gone.size + moved.size > 0 && !handIsOn()) settle();
  const news = byId('news');
  if (!(news instanceof HTMLButtonElement)) return;
  const text = waitingText();
  news.hidden = text === '';
  if (news.textContent !== text) news.textContent = text;
}

/** @param {string} id */
function leaves(id) {
  onPage.delete(id);
  moved.delete(id);
  awaited.delete(id);
  coming.delete(id);
  if (shownRow(id)) gone.add(id);
  else told.delete(id);
}

/** @param {string} id @returns {boolean} whether it was not on the page */
function comes(id) {
  gone.delete(id);
  if (shownRow(id) || coming.has(id)) moved.add(id);
  else awaited.add(id);
  if (onPage.has(id)) return false;
  onPage.add(id);
  return true;
}

/** All between the first and the last row that differ is placed anew. @param {string[]} is */
function orderAnew(is) {
  const was = order ?? [];
  const here = new Set(is);
  for (const id of [...onPage]) if (!here.has(id)) leaves(id);
  let from = 0;
  while (from < is.length && was[from] === is[from]) from++;
  let behind = 0;
  const most = Math.min(was.length, is.length) - from;
  while (behind < most && was.at(-1 - behind) === is.at(-1 - behind)) behind++;
  order = is;
  return is.slice(from, is.length - behind).filter(comes);
}

/** @param {string[]} left @param {[at: number, id: string][]} put */
function orderMoved(left, put) {
  if (left.length + put.length === 0) return [];
  const away = new Set([...left, ...put.map(([, id]) => id)]);
  const is = (order ?? []).filter((id) => !away.has(id));
  for (const [at, id] of put) is.splice(at, 0, id);
  order = is;
  for (const id of left) leaves(id);
  return put.flatMap(([, id]) => (comes(id) ? [id] : []));
}

/**
 * @param {Tick} tick
 * @returns {string[] | undefined} alarms that came; undefined when the page is not the one that
 *   the desk tells of: then all of it must be asked for
 */
export function takeTick(tick) {
  if (!order) {
    order = rows().map((row) => row.dataset.id ?? '');
    onPage = new Set(order);
  }
  const fresh = tick.order ? orderAnew(tick.order) : orderMoved(tick.gone ?? [], tick.put ?? []);
  if (tick.size !== undefined && tick.size !== order.length) return undefined;
  for (const [id, markup] of Object.entries(tick.left ?? {})) {
    if (gone.has(id)) told.set(id, { markup, leaving: true });
  }
  for (const [id, markup] of Object.entries(tick.rows ?? {})) {
    if (onPage.has(id)) told.set(id, { markup, leaving: false });
  }
  if (tick.figures) showFigures(tick.figures);
  const next = byId('next');
  if (next instanceof HTMLAnchorElement && tick.next !== undefined) {
    next.hidden = tick.next === '';
    if (tick.next !== '') next.href = tick.next;
  }
  if (sliced === 0) drawAll();
  return fresh;
}

/** Where figures stand: looked for once, for thousands of rows would be looked through. */
/** @type {Element[]} */
let places = [];

/** @param {Record<string, string>} figures */
export function showFigures(figures) {
  if (places.length === 0 || places.some((tag) => !tag.isConnected)) {
    places = [...document.querySelectorAll('[data-count]')];
  }
  for (const tag of places) {
    const text = tag instanceof HTMLElement ? figures[tag.dataset.count ?? ''] : undefined;
    if (text !== undefined && tag.textContent !== text) tag.textContent = text;
  }
}

/** The keyboard is on the list: for a moment nothing moves under it. */
export const handOn = () => {
  touched = performance.now();
};

export function listenToHand() {
  const list = listTable();
  if (!list) return;
  list.addEventListener('pointermove', (event) => {
    if (event.pointerType === 'mouse') pointerAt = performance.now();
  });
  list.addEventListener('pointerdown', handOn);
  list.addEventListener('pointerleave', () => setTimeout(settleIfFree, 150));
  onPicks(() => setTimeout(settleIfFree, 0));
  byId('news')?.addEventListener('click', () => {
    settle();
    settleIfFree();
  });
  setInterval(settleIfFree, 1_000);
  watchBlocks((block) => {
    for (const { dataset } of block.rows) drawTold(dataset.id ?? '');
    showTimes(block);
  });
  document.addEventListener('visibilitychange', drawAll);
  whenIdle(easeWhenIdle);
}
