/** The list without a mouse. `?` shows the keys. */
import { act, arm, disarm, targetOf } from './acts.js';
import { handOn, settleIfFree } from './list.js';
import { byId, pickByHand, pickNone, picks, rows } from './picks.js';

/** @type {HTMLTableRowElement | undefined} */
let here;

/** @param {HTMLTableRowElement | undefined} row */
function goTo(row) {
  if (!row) return;
  here?.classList.remove('here');
  here = row;
  row.classList.add('here');
  row.scrollIntoView({ block: 'nearest' });
  row.querySelector('a')?.focus({ preventScroll: true });
  handOn();
}

const hereNow = () => (here?.isConnected ? here : undefined);

/** @param {number} by */
function move(by) {
  const all = rows();
  const at = all.indexOf(/** @type {HTMLTableRowElement} */ (hereNow()));
  goTo(
    all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))],
  );
}

/** @param {boolean} range */
function toggle(range) {
  const row = hereNow();
  const id = row?.dataset.id;
  if (row && id) pickByHand(row, !picks.has(id), range);
}

/** On the page of one alarm there are no rows: the form itself names it. @param {string} verb */
function doHere(verb) {
  const one = byId('rows') ? targetOf(hereNow()) : '';
  if (byId('rows') && picks.size === 0 && one === '') return;
  if (verb === 'acknowledge' || verb === 'unshelve') act(verb, picks.size === 0 ? one : '');
  else arm(verb, one);
}

/** The page on which one writes down what was decided about this alarm. */
function decide() {
  const link = byId('decide');
  const id = hereNow()?.dataset.id;
  if (link) link.click();
  else if (id) goPage(`/alarms/${id}/decide`);
}

/** @param {string} path */
const goPage = (path) => {
  location.href = `${document.body.dataset.prefix ?? ''}${path}`;
};

/**
 * Each key, what it does in words, and that.
 * @type {Record<string, [string, (event: KeyboardEvent) => void]>}
 */
const KEYS = {
  j: ['next alarm', () => move(1)],
  k: ['alarm before', () => move(-1)],
  g: ['first alarm', () => goTo(rows()[0])],
  G: ['last alarm', () => goTo(rows().at(-1))],
  x: ['choose it, or not', () => toggle(false)],
  X: ['choose from the last choice to here', () => toggle(true)],
  a: ['acknowledge what is chosen, or this one', () => doHere('acknowledge')],
  m: ['comment', () => doHere('comment')],
  s: ['shelve, with a reason', () => doHere('shelve')],
  c: ['close', () => doHere('close')],
  d: ['write down what was decided', () => decide()],
  n: ['show what waits', () => byId('news')?.click()],
  '/': ['filter', () => byId('filter')?.focus()],
  l: ['all alarms', () => goPage('/')],
  '?': ['these keys', () => showKeys()],
};

function showKeys() {
  const dialog = document.createElement('dialog');
  const title = document.createElement('h2');
  title.textContent = 'Keys';
  const list = document.createElement('dl');
  list.className = 'keys';
  const lines = Object.entries(KEYS).map(([name, [says]]) => [name, says]);
  for (const [name, says] of [
    ...lines,
    ['Enter', 'open it, or do what was asked for'],
    ['Esc', 'leave a field; then choose nothing'],
  ]) {
    const [term, said, cap] = [
      document.createElement('dt'),
      document.createElement('dd'),
      document.createElement('kbd'),
    ];
    cap.textContent = name ?? '';
    said.textContent = says ?? '';
    term.append(cap);
    list.append(term, said);
  }
  const shut = document.createElement('button');
  shut.textContent = 'Done';
  shut.addEventListener('click', () => dialog.close());
  dialog.append(title, list, shut);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function leave() {
  const field = document.activeElement;
  if (field instanceof HTMLInputElement && field.type !== 'checkbox') field.blur();
  else pickNone();
  disarm();
  settleIfFree();
}

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement &&
  target.matches('input:not([type="checkbox"]), select, textarea, dialog *');

export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && !document.querySelector('dialog[open]')) return leave();
    if (isTyping(event.target)) return;
    const found = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : undefined;
    if (!found) return;
    event.preventDefault();
    found[1](event);
  });
}
