/**
 * The list as it changes. Rows change where they stand, at once. Rows come, go and move only while
 * nobody's hand is on the list: else they wait behind "3 new" until the hand is gone or asks.
 */
import { byId, onPicks, picks, rows, showCount, showPick } from './picks.js';
import { showTimes } from './times.js';

/** A pointer that has not moved for this long is a parked one, and holds nothing. */
const PARKED_MS = 30_000;

/**
 * @typedef {object} Tick
 * @property {string[]} [order]
 * @property {Record<string, string>} rows
 * @property {Record<string, string>} [left]
 * @property {Record<string, string>} [figures]
 * @property {string} [next]
 */

/** The order that should be shown; undefined when it is. @type {string[] | undefined} */
let waiting;
/** Rows that are to come, as they were drawn last. @type {Map<string, HTMLTableRowElement>} */
const coming = new Map();
let pointerAt = -Infinity;
let touched = -Infinity;

const body = () => /** @type {HTMLTableSectionElement | null} */ (byId('rows'));

/** @param {string} markup @returns {HTMLTableRowElement | undefined} */
function rowFrom(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content.querySelector('tr') ?? undefined;
}

/** @param {string} id @returns {HTMLTableRowElement | null} */
const shownRow = (id) => /** @type {HTMLTableRowElement | null} */ (byId(`a-${id}`));

/** Someone is about to click, has chosen something, or moves through the list by keys. */
function handIsOn() {
  const now = performance.now();
  if (picks.size > 0) return true;
  if (now - pointerAt < PARKED_MS && body()?.matches(':hover')) return true;
  return now - touched < 3_000;
}

/**
 * Puts what changed into the row that stands there, cell by cell, so that focus, the ticked box
 * and the place stay.
 * @param {HTMLTableRowElement} old @param {HTMLTableRowElement} fresh
 */
function redraw(old, fresh) {
  const flags = ['picked', 'here', 'new'].filter((c) => old.classList.contains(c));
  old.className = fresh.className;
  for (const name of ['since', 'caution']) {
    const said = fresh.dataset[name];
    if (said === undefined) delete old.dataset[name];
    else old.dataset[name] = said;
  }
  old.classList.add(...flags);
  [...fresh.cells].forEach((cell, i) => {
    const was = old.cells[i];
    if (!was) return;
    if (i === 0) {
      const [box, next] = [was.querySelector('input'), cell.querySelector('input')];
      if (box && next) box.value = next.value; // a tick already made keeps the episode it saw
      return;
    }
    showTimes(cell);
    if (was.innerHTML === cell.innerHTML) return;
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
  showTimes(old);
  showPick(old);
}

/** @param {Record<string, string>} drawn @param {boolean} leaving */
function take(drawn, leaving) {
  for (const [id, markup] of Object.entries(drawn)) {
    const fresh = rowFrom(markup);
    if (!fresh) continue;
    const shown = shownRow(id);
    if (shown) {
      redraw(shown, fresh);
      shown.classList.toggle('leaving', leaving);
    } else if (!leaving) coming.set(id, fresh);
  }
}

/** Shows the order that waits: rows come, go and move. */
function settle() {
  const list = body();
  if (!list || !waiting) return;
  const order = waiting;
  waiting = undefined;
  const wanted = new Set(order);
  const focused = document.activeElement;
  for (const row of rows()) if (!wanted.has(row.dataset.id ?? '')) row.remove();
  /** @type {Element | null} */
  let at = list.firstElementChild;
  for (const id of order) {
    const row = shownRow(id) ?? coming.get(id);
    if (!row) continue;
    if (row === at) {
      at = at.nextElementSibling;
      continue;
    }
    if (!row.isConnected) {
      row.classList.add('new');
      showTimes(row);
      showPick(row);
    }
    list.insertBefore(row, at);
  }
  coming.clear();
  if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) {
    focused.focus({ preventScroll: true });
  }
  const none = byId('none');
  if (none) none.hidden = order.length > 0;
  showCount();
}

/** Shows what may be shown now, and says what waits. */
export function settleIfFree() {
  if (waiting && !handIsOn()) settle();
  const news = byId('news');
  if (!(news instanceof HTMLButtonElement)) return;
  const shown = new Set(rows().map((row) => row.dataset.id ?? ''));
  const wanted = new Set(waiting);
  const fresh = waiting?.filter((id) => !shown.has(id)).length ?? 0;
  const gone = waiting ? [...shown].filter((id) => !wanted.has(id)).length : 0;
  const parts = [fresh > 0 ? `${fresh} new` : '', gone > 0 ? `${gone} gone` : ''].filter(Boolean);
  const text = waiting ? `${parts.join(', ') || 'New order'}: show` : '';
  news.hidden = text === '';
  if (news.textContent !== text) news.textContent = text;
}

/** @param {Tick} tick */
export function takeTick(tick) {
  take(tick.rows, false);
  if (tick.left) take(tick.left, true);
  if (tick.order) waiting = tick.order;
  if (tick.figures) showFigures(tick.figures);
  const next = byId('next');
  if (next instanceof HTMLAnchorElement && tick.next !== undefined) {
    next.hidden = tick.next === '';
    if (tick.next !== '') next.href = tick.next;
  }
  settleIfFree();
}

/** @param {Record<string, string>} figures */
export function showFigures(figures) {
  for (const tag of document.querySelectorAll('[data-count]')) {
    const text = tag instanceof HTMLElement ? figures[tag.dataset.count ?? ''] : undefined;
    if (text !== undefined && tag.textContent !== text) tag.textContent = text;
  }
}

/** The keyboard is on the list: for a moment nothing moves under it. */
export const handOn = () => {
  touched = performance.now();
};

export function listenToHand() {
  const list = body();
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
}
