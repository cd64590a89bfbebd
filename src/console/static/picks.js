/** What is ticked, by alarm and not by place: it survives whatever happens to the rows. */

/** Alarm id to what its box said when it was ticked: id and the episode that was seen. */
/** @type {Map<string, string>} */
export const picks = new Map();

/** @param {string} name */
export const byId = (name) => document.getElementById(name);

/** @returns {HTMLTableRowElement[]} */
export const rows = () => {
  const body = byId('rows');
  return body instanceof HTMLTableSectionElement ? [...body.rows] : [];
};

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
  showCount(); // once: it looks at every row
}

export function pickNone() {
  picks.clear();
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

export function showCount() {
  if (!byId('rows')) return; // the page of one alarm: nothing is chosen there
  const bar = byId('acts');
  const says = byId('chosen');
  if (says) {
    const shown = picks.size && rows().filter((row) => picks.has(idOf(row))).length;
    const hidden = picks.size - shown;
    const text =
      picks.size === 0
        ? 'Tick rows, then act'
        : `${picks.size} chosen${hidden > 0 ? `, ${hidden} not shown` : ''}${cautions()}`;
    if (says.textContent !== text) says.textContent = text;
  }
  bar?.classList.toggle('idle', picks.size === 0);
  bar?.classList.toggle('busy', picks.size > 0);
  const all = byId('pick-all');
  if (all instanceof HTMLInputElement) {
    const shown = picks.size === 0 ? [] : rows().filter((row) => boxOf(row)); // no roll-up lines
    all.checked = shown.length > 0 && shown.every((row) => picks.has(idOf(row)));
    all.indeterminate = !all.checked && picks.size > 0;
  }
  changed();
}

/** The last row ticked by hand, for ranges with shift. */
let anchor = '';

/** @param {Element} row @param {boolean} on @param {boolean} range */
export function pickByHand(row, on, range) {
  const all = rows();
  const from = all.findIndex((r) => r.dataset.id === anchor);
  const to = all.indexOf(/** @type {HTMLTableRowElement} */ (row));
  if (range && from >= 0 && to >= 0) {
    pickEach(all.slice(Math.min(from, to), Math.max(from, to) + 1), on);
  } else pick(row, on);
  anchor = idOf(row);
}

export function listenToPicks() {
  byId('rows')?.addEventListener('click', (event) => {
    const { target } = event;
    if (!(target instanceof HTMLInputElement) || target.name !== 'on') return;
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
  pickEach(
    rows().filter((row) => boxOf(row)?.checked),
    true,
  );
}
