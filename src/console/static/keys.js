/** The desk without a mouse. `?` shows the keys, `:` or Ctrl+K everything by its name. */
import { act, arm, disarm, pressUndo, targetOf } from './acts.js';
import { say } from './announce.js';
import { endRange, goToNumber, hereNow, move, movePage, toggleRange } from './cursor.js';
import { settleIfFree } from './list.js';
import { openPalette } from './palette.js';
import { byId, pickByHand, pickNone, picks } from './picks.js';

/** A second key must follow within this time, or the first is forgotten. */
const SEQUENCE_MS_MAX = 2_500;
/** `500j` is meant; more is a hand resting on the keyboard. */
const COUNT_MAX = 9_999;

/** @param {boolean} range */
function toggle(range) {
  const row = hereNow();
  const id = row?.dataset.id;
  if (row && id) pickByHand(row, !picks.has(id), range);
}

/** On the page of one alarm there are no rows: the form itself names it. @param {string} verb */
function doHere(verb) {
  endRange();
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

/** What `g` leads to: the navigation says it. @returns {HTMLAnchorElement[]} */
const goLinks = () =>
  [...document.querySelectorAll('.head a[data-go]')].filter(
    (link) => link instanceof HTMLAnchorElement,
  );

/** @typedef {[string, (count: number | undefined) => void]} Key what it does in words, and that */

/** @type {Record<string, Key>} */
const MOVES = {
  j: ['next row; 5j five on', (n = 1) => move(n)],
  k: ['row before', (n = 1) => move(-n)],
  'g g': ['first row; 5gg the fifth', (n = 1) => goToNumber(n)],
  G: ['last row', (n) => goToNumber(n)],
  'Ctrl+d': ['half a screen on', () => movePage(1)],
  'Ctrl+u': ['half a screen back', () => movePage(-1)],
  '>': ['next page of a long table', () => turn('next')],
  '<': ['page before', () => turn('prev')],
  x: ['choose it, or not', () => toggle(false)],
  X: ['choose from the last choice to here', () => toggle(true)],
  v: ['choose by moving, until v or Esc', () => toggleRange()],
};

/** Tables show their pages' links: the keys follow them. @param {'next' | 'prev'} way */
const turn = (way) => {
  const link = document.querySelector(`main a[rel="${way}"]`);
  if (link instanceof HTMLAnchorElement) link.click();
};

/** @type {Record<string, Key>} */
const ACTS = {
  a: ['acknowledge what is chosen, or this one', () => doHere('acknowledge')],
  A: ['acknowledge for a time', () => openPalette('ack 1h ')],
  m: ['comment', () => doHere('comment')],
  s: ['shelve, with a reason', () => doHere('shelve')],
  c: ['close', () => doHere('close')],
  '@': ['assign', () => openPalette('assign ')],
  t: ['ticket', () => openPalette('ticket ')],
  z: ['silence: opens its page, filled in; what is chosen stays so', () => silence()],
  d: ['write down what was decided: opens its page', () => decide()],
  u: ['undo what was just done', () => pressUndo()],
};

/** @type {Record<string, Key>} */
const PLACES = {
  ':': ['everything by its name: pages, acts, alarms, people', () => openPalette()],
  '/': ['filter', () => toFilter()],
  f: ['filter', () => toFilter()],
  n: ['show what waits', () => byId('news')?.click()],
  l: ['all alarms', () => goPage('/?show=open')],
  '?': ['these keys', () => showKeys()],
};

/** @type {Record<string, Key>} */
const KEYS = {
  ...MOVES,
  ...ACTS,
  ...PLACES,
  ArrowDown: MOVES.j ?? ['', () => {}],
  ArrowUp: MOVES.k ?? ['', () => {}],
  'Ctrl+k': PLACES[':'] ?? ['', () => {}],
};

const toFilter = () => {
  const field = byId('filter') ?? document.querySelector('main input[type="search"]');
  if (field instanceof HTMLElement) field.focus();
};

function silence() {
  const lead = document.querySelector('#acts [formaction$="/silences/from"]');
  const id =
    hereNow()?.dataset.id ?? location.pathname.match(/\/alarms\/([0-9a-f]{16}(~\d)?)$/)?.[1];
  const isChosen = lead instanceof HTMLButtonElement && picks.size > 0;
  if (!isChosen && !id) return;
  say('The page of a new silence opens.');
  if (isChosen) lead.click();
  else goPage(`/silences?alarm=${id}#silence`);
}

/** @param {string} name @param {string} says */
function keyLine(name, says) {
  const [term, said] = [document.createElement('dt'), document.createElement('dd')];
  for (const part of name.split(' ')) {
    const cap = document.createElement('kbd');
    cap.textContent = part;
    term.append(cap, ' ');
  }
  said.textContent = says;
  return [term, said];
}

/** @param {string} title @param {(readonly [string, string])[]} lines */
function keyGroup(title, lines) {
  const [group, head, list] = [
    document.createElement('section'),
    document.createElement('h3'),
    document.createElement('dl'),
  ];
  head.textContent = title;
  list.className = 'keys';
  list.append(...lines.flatMap(([name, says]) => keyLine(name, says)));
  group.append(head, list);
  return group;
}

/** @param {Record<string, Key>} keys @returns {(readonly [string, string])[]} */
const linesOf = (keys) => Object.entries(keys).map(([name, [says]]) => [name, says]);

function showKeys() {
  const dialog = document.createElement('dialog');
  dialog.className = 'all-keys';
  dialog.setAttribute('aria-labelledby', 'keys-title');
  const title = document.createElement('h2');
  title.id = 'keys-title';
  title.textContent = 'Keys';
  const groups = document.createElement('div');
  groups.className = 'key-groups';
  groups.append(
    keyGroup('Move and choose', linesOf(MOVES)),
    ...(byId('acts') ? [keyGroup('Act', linesOf(ACTS))] : []),
    keyGroup('Find', [
      ...linesOf(PLACES),
      ['Ctrl+k', 'the same as :'],
      ['Enter', 'open it, or do what was asked for'],
      ['Esc', 'leave a field; end a range; then choose nothing'],
    ]),
    keyGroup(
      'Go to',
      goLinks().map((link) => [`g ${link.dataset.go}`, link.textContent ?? '']),
    ),
  );
  const shut = document.createElement('button');
  shut.textContent = 'Done';
  shut.autofocus = true;
  shut.addEventListener('click', () => dialog.close());
  dialog.append(title, groups, shut);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

function leave() {
  const field = document.activeElement;
  if (pending.text !== '') forget();
  else if (field instanceof HTMLInputElement && field.type !== 'checkbox') field.blur();
  else if (!endRange()) pickNone();
  disarm();
  settleIfFree();
}

/** Keys that wait for the next one: a number, `g`. */
const pending = { text: '', count: '', until: 0 };

function forget() {
  pending.text = '';
  pending.count = '';
  showPending();
}

/** What was typed so far, in a corner, with where it may lead. */
function showPending() {
  byId('keys-so-far')?.remove();
  if (pending.text === '') return;
  const box = document.createElement('div');
  box.id = 'keys-so-far';
  box.setAttribute('role', 'status');
  box.append(
    keyGroup(`${pending.text} …`, [
      ['g', 'first row'],
      ...goLinks().map(
        (link) => /** @type {const} */ ([link.dataset.go ?? '', link.textContent ?? '']),
      ),
    ]),
  );
  document.body.append(box);
}

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement &&
  target.matches('input:not([type="checkbox"]), select, textarea, dialog *, [contenteditable]');

/** A name as in the tables: `j`, `Ctrl+d`. @param {KeyboardEvent} event */
const nameOf = (event) => (event.ctrlKey ? `Ctrl+${event.key.toLowerCase()}` : event.key);

/** @param {KeyboardEvent} event @returns {boolean} whether it was a key of ours */
function press(event) {
  const name = nameOf(event);
  if (pending.until < performance.now()) forget();
  pending.until = performance.now() + SEQUENCE_MS_MAX;
  if (pending.text === '' && /^[1-9]$|^0$/.test(name) && (name !== '0' || pending.count !== '')) {
    pending.count = `${Math.min(COUNT_MAX, Number(pending.count + name))}`;
    return true;
  }
  if (pending.text === '' && name === 'g') {
    pending.text = 'g';
    showPending();
    setTimeout(() => {
      if (pending.until <= performance.now()) forget();
    }, SEQUENCE_MS_MAX + 50);
    return true;
  }
  if (name.startsWith('Arrow') && !byId('rows')) return false; // there they scroll
  const count = pending.count === '' ? undefined : Number(pending.count);
  const whole = pending.text === '' ? name : `${pending.text} ${name}`;
  const led = pending.text === 'g' && goLinks().find((link) => link.dataset.go === name);
  forget();
  if (led) {
    led.click();
    return true;
  }
  const found = Object.hasOwn(KEYS, whole) ? KEYS[whole] : undefined;
  found?.[1](count);
  return found !== undefined;
}

export function listenToKeys() {
  document.addEventListener('keydown', (event) => {
    if (event.metaKey || event.altKey || event.isComposing) return;
    const inDialog = document.querySelector('dialog[open]') !== null;
    if (event.key === 'Escape' && !inDialog) return leave();
    if (inDialog) return;
    if (event.ctrlKey && event.key.toLowerCase() !== 'k' && isTyping(event.target)) return;
    if (!event.ctrlKey && isTyping(event.target)) return;
    if (event.key === 'Shift' || event.key === 'Control') return;
    if (press(event)) event.preventDefault();
  });
}
