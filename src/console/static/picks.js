/** What is ticked, by alarm and not by place: it survives whatever happens to the rows. */

import { blocks, listTable, rowAfter } from './blocks.js';
import { deskNow } from './times.js';

/** Alarm id to what its box said when it was ticked: id and the episode that was seen. */
/** @type {Map<string, string>} */
export const picks = new Map();

/** Where ticks are kept while another page of this tab loads: a fold, a facet, the way back. */
const KEPT = 'tocsin.picks';
/** Nobody remembers for longer what they ticked. */
const KEPT_MS_MAX = 600_000;
/** A group that is unfolded so as to be ticked. */
const UNFOLDED = 'tocsin.pick-group';

/** @param {string} name */
export const byId = (name) => document.getElementById(name);

/** @returns {HTMLTableRowElement[]} */
export const rows = () => blocks().flatMap((block) => [...block.rows]);

/** @param {Element} row @returns {HTMLInputElement | null} */
export const boxOf = (row) => row.querySelector('input[name="on"]');

/** @param {Element} row */
const idOf = (row) => (row instanceof HTMLElement ? (row.dataset.id ?? '') : '');

/** Marks a row as its pick says; called for every row that is drawn. @param {Element} row */
export function showPick(row) {
  const box = boxOf(row);
  const picked = picks.has(idOf(row));
  if (box && box.checked !== picked) box.checked = picked;
  row.classList.toggle('picked', picked);
}

function keep() {
  try {
    const said = JSON.stringify({ at: Date.now(), picks: [...picks] });
    if (picks.size === 0) sessionStorage.removeItem(KEPT);
    else sessionStorage.setItem(KEPT, said);
  } catch {
    // A browser that keeps nothing: ticks end with the page, as without this.
  }
}

/** @returns {[id: string, said: string][]} */
function kept() {
  try {
    const said = JSON.parse(sessionStorage.getItem(KEPT) ?? 'null');
    return said && Date.now() - said.at < KEPT_MS_MAX ? said.picks : [];
  } catch {
    return [];
  }
}

/** The rows of a roll-up line that are on the page. @param {Element} line */
function rowsOf(line) {
  const found = [];
  let row = rowAfter(line);
  for (; row && !row.classList.contains('group'); row = rowAfter(row)) found.push(row);
  return { found, more: row?.classList.contains('more') ? row : undefined };
}

/** Looked for only where there are some: a long plain list has thousands of boxes. */
/** @returns {HTMLInputElement[]} */
const groupBoxes = () => {
  const list = listTable();
  if (!list?.hasAttribute('data-grouped')) return [];
  return [...list.querySelectorAll('input.group-pick')].flatMap((box) =>
    box instanceof HTMLInputElement ? [box] : [],
  );
};

/** Ticks what is shown of a group; a folded one is unfolded for it. */
/** @param {Element} line @param {boolean} on */
function pickGroup(line, on) {
  const fold = line.querySelector('a.fold');
  if (fold instanceof HTMLAnchorElement && fold.getAttribute('aria-expanded') === 'false') {
    if (on && line instanceof HTMLElement) {
      try {
        sessionStorage.setItem(UNFOLDED, line.dataset.id ?? '');
      } catch {
        // It is unfolded, and not ticked.
      }
    }
    fold.click();
    return;
  }
  pickEach(rowsOf(line).found, on);
}

/** Each says whether all of it is ticked. @returns {number} alarms of them that are not shown */
function showGroups() {
  let missing = 0;
  for (const box of groupBoxes()) {
    const line = box.closest('tr');
    if (!line) continue;
    const { found, more } = rowsOf(line);
    const chosen = picks.size === 0 ? 0 : found.filter((row) => picks.has(idOf(row))).length;
    box.checked = chosen > 0 && chosen === found.length;
    box.indeterminate = chosen > 0 && !box.checked;
    if (box.checked && more instanceof HTMLElement) missing += Number(more.dataset.more ?? 0);
  }
  return missing;
}

/** @param {Element} row @param {boolean} on */
export const pick = (row, on) => pickEach([row], on);

/** @param {readonly Element[]} some @param {boolean} on */
export function pickEach(some, on) {
  for (const row of some) {
    const box = boxOf(row);
    if (!box) continue;
    if (on) picks.set(idOf(row), box.value);
    else picks.delete(idOf(row));
    showPick(row);
  }
  keep();
  showCount(); // once: it looks at every row
}

export function pickNone() {
  picks.clear();
  keep();
  for (const row of rows()) showPick(row);
  showCount();
}

/** @type {() => void} */
let changed = () => {};
/** @param {() => void} listener */
export const onPicks = (listener) => {
  changed = listener;
};

/** What to know before touching what is chosen; '' when there is nothing. */
const cautions = () => {
  const said = rows().flatMap((row) =>
    picks.has(idOf(row)) && row.dataset.caution ? [row.dataset.caution] : [],
  );
  return said.length === 0 ? '' : `. Caution: ${[...new Set(said)].join('; ')}`;
};

const PHONE = matchMedia('(max-width: 48rem)');

/** The box that takes all of the view, on whatever page they stand. */
const wholeBox = () => /** @type {HTMLInputElement | null} */ (byId('whole'));

/** All that match are chosen, not only what is ticked. */
export const isWholeView = () => wholeBox()?.checked ?? false;

/** Offered once all of the page is ticked (a phone has no box for that: once anything is). */
/** @param {boolean} isAll @param {number} shown */
function offerWhole(isAll, shown) {
  const box = wholeBox();
  const label = box?.closest('label');
  if (!box || !label) return;
  const total = Number((label.textContent ?? '').replace(/\D/g, ''));
  const isOffered = total > shown && (isAll || (PHONE.matches && picks.size > 0));
  label.hidden = !isOffered;
  if (!isOffered) box.checked = false;
}

/** What is taken is what somebody sees at this moment: what changes later is not. */
function takeWhole() {
  const box = wholeBox();
  const total = (box?.closest('label')?.textContent ?? '').replace(/\D/g, '');
  if (box?.checked) box.value = `${Math.round(deskNow())}.${total}`;
  showCount();
}

export function showCount() {
  if (!byId('rows')) return; // the page of one alarm: nothing is chosen there
  const bar = byId('acts');
  const says = byId('chosen');
  const missing = showGroups();
  const ofPage = picks.size === 0 ? [] : rows().filter(boxOf); // no roll-up lines
  const isAll = ofPage.length > 0 && ofPage.every((row) => picks.has(idOf(row)));
  offerWhole(isAll, ofPage.length);
  const beyond = missing > 0 ? `; ${missing} more of these groups are not on the page` : '';
  if (says) {
    const shown = picks.size && rows().filter((row) => picks.has(idOf(row))).length;
    const hidden = picks.size - shown;
    const text =
      picks.size === 0
        ? 'Tick rows, then act'
        : isWholeView()
          ? `Chosen${cautions()}`
          : `${picks.size} chosen${hidden > 0 ? `, ${hidden} not shown` : ''}${beyond}` +
            cautions();
    if (says.textContent !== text) says.textContent = text;
  }
  bar?.classList.toggle('idle', picks.size === 0);
  bar?.classList.toggle('busy', picks.size > 0);
  const all = byId('pick-all');
  if (all instanceof HTMLInputElement) {
    all.checked = isAll;
    all.indeterminate = !all.checked && picks.size > 0;
  }
  changed();
}

/** Is all that is shown of a group ticked? @param {Element} line */
const isWhole = (line) => {
  const { found } = rowsOf(line);
  return found.length > 0 && found.every((row) => picks.has(idOf(row)));
};

/** The last row ticked by hand, for ranges with shift. */
let anchor = '';

/** @param {Element} row @param {boolean} on @param {boolean} range */
export function pickByHand(row, on, range) {
  const group = row.querySelector('input.group-pick');
  if (group instanceof HTMLInputElement) return pickGroup(row, !isWhole(row));
  const all = rows();
  const from = all.findIndex((r) => r.dataset.id === anchor);
  const to = all.indexOf(/** @type {HTMLTableRowElement} */ (row));
  if (range && from >= 0 && to >= 0) {
    pickEach(all.slice(Math.min(from, to), Math.max(from, to) + 1), on);
  } else pick(row, on);
  anchor = idOf(row);
}

export function listenToPicks() {
  listTable()?.addEventListener('click', (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    if (target.name !== 'on' && !target.classList.contains('group-pick')) return;
    const row = target.closest('tr');
    if (row) pickByHand(row, target.checked, event.shiftKey);
  });
  const all = byId('pick-all');
  if (all instanceof HTMLInputElement) {
    all.hidden = false;
    all.addEventListener('change', () => {
      pickEach(rows(), all.checked);
    });
  }
  wholeBox()?.addEventListener('change', takeWhole);
  document.addEventListener('submit', ({ target }) => {
    const path = target instanceof HTMLFormElement ? (target.getAttribute('action') ?? '') : '';
    if (path.endsWith('/sign-out')) pickNone(); // the next one in this tab begins with nothing
  });
  // What was chosen has its silence, or its planned work: the next act is not on it unseen.
  if (new URLSearchParams(location.search).get('done') === 'made') pickNone();
  if (!byId('rows')) return;
  for (const [id, said] of kept()) picks.set(id, said);
  for (const row of rows()) if (!boxOf(row)?.checked) showPick(row);
  pickEach(
    rows().filter((row) => boxOf(row)?.checked),
    true,
  );
  pickUnfolded();
}

/** The group that was folded when somebody ticked it. */
function pickUnfolded() {
  try {
    const id = sessionStorage.getItem(UNFOLDED) ?? '';
    sessionStorage.removeItem(UNFOLDED);
    const line = id && byId(`a-${id}`);
    if (line) pickEach(rowsOf(line).found, true);
  } catch {
    // Nothing was kept.
  }
}
