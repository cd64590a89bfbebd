/** Acting without leaving the page. What could not be sent is said, kept and can be sent again. */
import { ask, formKey, knock, putBox, tellTrouble } from './asking.js';
import { byId, isWholeView, pickNone, picks, rows, showCount } from './picks.js';

/** Verbs that must be given words, and what is asked for. @type {Record<string, string>} */
const NEEDS_NOTE = {
  shelve: 'Why is it shelved? Enter shelves.',
  comment: 'Your comment. Enter sends.',
};
/** @type {Record<string, string>} */
const ASKS = {
  acknowledge: 'Note, if you like. Enter acknowledges.',
  close: 'What was done? Enter closes.',
  ...NEEDS_NOTE,
};
const PLAIN = 'Note, or the reason for shelving';

/** The verb that Enter does. @type {string} */
let armed = '';
/** Of the row the keyboard is on, when nothing is ticked. @type {string} */
let armedOn = '';

const form = () => /** @type {HTMLFormElement | null} */ (byId('act'));
const note = () =>
  /** @type {HTMLInputElement | null} */ (document.querySelector('#acts input[name="note"]'));

/** 96 random bits; `randomUUID` is missing where the desk is reached over plain HTTP. */
const key = () =>
  [...crypto.getRandomValues(new Uint8Array(12))]
    .map((b) => b.toString(16).padStart(2, '0'))
    .join('');

/** @param {string} verb */
function showArmed(verb) {
  armed = verb;
  for (const b of document.querySelectorAll('#acts button[name="verb"]')) {
    b.classList.toggle('armed', verb !== '' && b instanceof HTMLButtonElement && b.value === verb);
  }
  const field = note();
  if (field) field.placeholder = ASKS[verb] ?? PLAIN;
  showNoTime(verb);
}

/** What no time means for the act at hand; for any, while there is none. @param {string} verb */
function showNoTime(verb) {
  const none = document.querySelector('#acts select[name="for"] option[value=""]');
  if (!(none instanceof HTMLOptionElement)) return;
  none.dataset.any ??= none.text;
  const { any = '', shelve = '', other = '' } = none.dataset;
  none.text = verb === '' ? any : verb === 'shelve' ? shelve : other;
}

/** @param {string} markup */
function tell(markup) {
  const template = document.createElement('template');
  template.innerHTML = markup;
  undo = template.content.querySelector('form[data-undo]') ?? undefined;
  putBox(template.content);
}

/** The form that undoes what was done last; it outlives the box it came in. */
/** @type {HTMLFormElement | undefined} */
let undo;

export const canUndo = () => undo !== undefined;

/** Does the opposite to exactly what was done, once. */
export function pressUndo() {
  if (!undo) return tellNothing('There is nothing to undo.');
  const form = undo;
  undo = undefined;
  void send(form.action, new URLSearchParams(formText(form)), false, 'Undo').then((isDone) => {
    if (!isDone) undo ??= form;
  });
}

/** @param {HTMLFormElement} of */
const formText = (of) =>
  [...new FormData(of)].map(
    ([name, value]) => /** @type {[string, string]} */ ([name, `${value}`]),
  );

/** @param {string} text */
function tellNothing(text) {
  const box = document.createElement('div');
  box.className = 'answer refused';
  box.setAttribute('role', 'alert');
  box.textContent = text;
  putBox(box);
}

/** Shelve and comment are nothing without words. @param {string} verb */
function wordsMiss(verb) {
  return verb in NEEDS_NOTE && (note()?.value.trim() ?? '') === '';
}

/**
 * Gets ready to do `verb` to what is ticked, or else to one row: asks for words, Enter does it.
 * @param {string} verb @param {string} [one] `id.episode` of that row
 */
export function arm(verb, one = '') {
  const field = note();
  if (!field || !form()) return;
  armedOn = picks.size === 0 ? one : '';
  showArmed(verb);
  showChosen(armedOn);
  byId('acts')?.classList.add('busy');
  byId('acts')?.classList.remove('idle');
  field.focus();
}

/** Says beside the field which row is meant when none is ticked. @param {string} target */
function showChosen(target) {
  const says = byId('chosen');
  const row = rows().find((r) => targetOf(r) === target);
  if (!says || !row) return;
  const { caution } = row.dataset;
  const about = row.querySelector('.c-res')?.textContent ?? '';
  says.textContent = caution ? `${about}. Caution: ${caution}` : about;
}

export function disarm() {
  armedOn = '';
  showArmed('');
  showCount();
  const field = note();
  if (field && document.activeElement === field) field.blur();
}

/**
 * @param {string} verb @param {string} [one]
 * @param {Record<string, string>} [given] fields that stand for those of the form
 */
export function act(verb, one = '', given = {}) {
  const element = form();
  if (!element) return;
  const data = new URLSearchParams();
  for (const [name, value] of new FormData(element)) {
    if (name !== 'on' && typeof value === 'string') data.append(name, value);
  }
  for (const [name, value] of Object.entries(given)) data.set(name, value);
  data.set('once', key());
  let count = 1;
  if (one) data.set('one', `${verb}.${one}`);
  else if (isWholeView()) {
    data.set('verb', verb);
    count = Number(data.get('whole')?.toString().split('.')[1]);
  } else {
    data.set('verb', verb);
    const chosen = byId('rows')
      ? [...picks.values()]
      : new FormData(element).getAll('on').map(String);
    for (const value of chosen) data.append('on', value);
    count = chosen.length;
  }
  const what = `${verbWord(verb)}, ${count === 1 ? '1 alarm' : `${count} alarms`}`;
  void send(element.action, data, one === '', what);
}

/** As its button says it. @param {string} verb */
const verbWord = (verb) =>
  document.querySelector(`#acts button[value="${verb}"]`)?.textContent?.trim() || verb;

/**
 * @param {string} url @param {URLSearchParams} data @param {boolean} bulk
 * @param {string} what in words, for when it is not done
 * @returns {Promise<boolean>} whether the desk answered
 */
async function send(url, data, bulk, what) {
  const { said, isOk, trouble } = await post(url, data);
  if (trouble) {
    const again = () => void send(url, data, bulk, what); // the same key: it is done at most once
    tellTrouble(what, trouble, again);
    return false;
  }
  tell(said);
  if (isOk) done(bulk);
  else if (wordsMiss(data.get('verb') ?? '')) note()?.focus();
  return true;
}

/** Who signed in again in another tab acts with the key of that session. */
/** @param {string} url @param {URLSearchParams} data */
async function post(url, data) {
  const given = { method: 'POST', body: data, headers: { 'x-part': 'answer' } };
  const asked = await ask(url, given);
  if (!asked.trouble?.isStale) return asked;
  const trouble = await knock();
  if (trouble) return { trouble };
  data.set('csrf', formKey());
  return ask(url, given);
}

/** @param {boolean} bulk */
function done(bulk) {
  const field = note();
  if (field) field.value = '';
  if (bulk && byId('rows')) pickNone();
  disarm();
  void refreshTour();
}

/** The checklist of a newcomer ticks itself. */
async function refreshTour() {
  const box = byId('tour');
  if (!box) return;
  const response = await fetch(`${document.body.dataset.prefix ?? ''}/tour`).catch(() => undefined);
  if (!response?.ok) return;
  const template = document.createElement('template');
  template.innerHTML = await response.text();
  box.replaceWith(template.content);
}

/** What the button of a row says. @param {HTMLButtonElement} button */
function actOne({ value }) {
  const [verb = '', ...target] = value.split('.');
  act(verb, target.join('.'));
}

export function listenToActs() {
  document.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-shut]')) {
      event.preventDefault();
      document.querySelector('.answer')?.remove();
    }
  });
  undo = document.querySelector('.answer form[data-undo]') ?? undefined;
  document.addEventListener('submit', (event) => {
    if (!(event.target instanceof HTMLFormElement) || !event.target.matches('[data-undo]')) return;
    event.preventDefault();
    undo = event.target;
    pressUndo();
  });
  form()?.addEventListener('click', ({ target }) => {
    const button = target instanceof Element && target.closest('button[name="one"]');
    // One that still sends the form comes by its way, below.
    if (button instanceof HTMLButtonElement && button.type === 'button') actOne(button);
  });
  form()?.addEventListener('submit', (event) => {
    const { submitter } = event;
    if (submitter?.hasAttribute('data-leaves')) return; // leads to a page of its own
    event.preventDefault();
    const button = submitter instanceof HTMLButtonElement ? submitter : undefined;
    // Enter in a field presses the first button of the form: what is armed goes before.
    const byEnter = event.isTrusted && document.activeElement === note();
    if (byEnter && armed !== '') {
      if (!wordsMiss(armed)) act(armed, armedOn);
      return;
    }
    if (byEnter && picks.size === 0 && byId('rows')) return;
    if (button?.name === 'one') return actOne(button);
    const verb = button?.value ?? '';
    if (byId('rows') && picks.size === 0) {
      tellNothing('Nothing was done. Tick the rows it is for first.');
      return;
    }
    if (wordsMiss(verb)) arm(verb);
    else act(verb);
  });
}

/** What the keyboard acts on when nothing is ticked. @param {Element | undefined} row */
export const targetOf = (row) =>
  row?.querySelector('input[name="on"]')?.getAttribute('value') ?? boxValue(row);

/** @param {Element | undefined} row */
function boxValue(row) {
  const shown = rows().find((r) => r === row);
  return shown?.querySelector('input')?.value ?? '';
}
