/** Where the keyboard is: the row it stands on, and the range it draws (`v`). */
import { handOn } from './list.js';
import { byId, pickEach, picks, rows } from './picks.js';

/** @type {HTMLTableRowElement | undefined} */
let here;

/** The alarms; on pages without a list, the rows of their tables that are to be seen. */
const all = () =>
  byId('rows')
    ? rows()
    : [
        .../** @type {NodeListOf<HTMLTableRowElement>} */ (
          document.querySelectorAll('main .table tbody tr')
        ),
      ].filter((row) => row.checkVisibility());

export const hereNow = () => (here?.isConnected ? here : undefined);

/** @typedef {{ anchor: string, before: ReadonlySet<string>, drawn: Set<string> }} Range */
/** A range that is being drawn. @type {Range | undefined} */
let range;

/** @param {HTMLTableRowElement | undefined} row */
export function goTo(row) {
  if (!row) return;
  here?.classList.remove('here');
  here = row;
  row.classList.add('here');
  row.scrollIntoView({ block: 'nearest' });
  // Enter opens what is in focus: where a row leads, or what is folded in it, never a deed.
  /** @type {HTMLElement | null} */ (row.querySelector('a[href], summary'))?.focus({
    preventScroll: true,
  });
  handOn();
  drawRange();
}

/** @param {number} by */
export function move(by) {
  const list = all();
  const at = list.indexOf(/** @type {HTMLTableRowElement} */ (hereNow()));
  const last = list.length - 1;
  const to = at < 0 ? (by > 0 ? by - 1 : list.length + by) : at + by;
  goTo(list[Math.min(last, Math.max(0, to))]);
}

/** The n-th row, from 1; the last without a number. @param {number} [n] */
export function goToNumber(n) {
  const list = all();
  goTo(list[Math.min(list.length, n ?? list.length) - 1]);
}

/** Half a screen of rows. @param {1 | -1} way */
export function movePage(way) {
  const height = all()[0]?.getBoundingClientRect().height || 38;
  move(way * Math.max(1, Math.floor(innerHeight / 2 / height)));
}

/** `v`: from here on moving chooses; a second `v` keeps what it chose. */
export function toggleRange() {
  if (endRange()) return;
  if (!hereNow()) move(1);
  const id = hereNow()?.dataset.id;
  if (!id) return;
  range = { anchor: id, before: new Set(picks.keys()), drawn: new Set() };
  byId('acts')?.setAttribute('data-range', '');
  drawRange();
}

/** @returns {boolean} whether a range was being drawn */
export function endRange() {
  const was = range !== undefined;
  range = undefined;
  byId('acts')?.removeAttribute('data-range');
  return was;
}

/** Chooses from the anchor to here; what the range left again is as it was before. */
function drawRange() {
  if (!range) return;
  const list = all();
  const from = list.findIndex((row) => row.dataset.id === range?.anchor);
  const to = list.indexOf(/** @type {HTMLTableRowElement} */ (hereNow()));
  if (from < 0 || to < 0) return void endRange();
  const inside = list.slice(Math.min(from, to), Math.max(from, to) + 1);
  const ids = new Set(inside.map((row) => row.dataset.id ?? ''));
  const { drawn, before } = range;
  const outside = list.filter(({ dataset: { id = '' } }) => drawn.has(id) && !ids.has(id));
  const wasPicked = (/** @type {HTMLElement} */ row) => before.has(row.dataset.id ?? '');
  pickEach(outside.filter(wasPicked), true);
  pickEach(
    outside.filter((row) => !wasPicked(row)),
    false,
  );
  pickEach(
    inside.filter((row) => !picks.has(row.dataset.id ?? '')),
    true,
  );
  range.drawn = ids;
}
