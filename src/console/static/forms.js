/**
 * Forms that lead to another page. Before one is sent it is asked whether the desk answers and the
 * session holds: if not, that is said here, and what was typed stays. Where the desk then refuses
 * with a page of its own, what was typed is put back when one returns.
 */
import { ask, knock, putBox, tellTrouble } from './asking.js';

const KEPT_AS = 'tocsin.typed';
/** More is left to the browser. */
const KEPT_CHARS_MAX = 1_000_000;

/**
 * What was sent last from this tab.
 * @typedef {object} Typed
 * @property {string} at the page it was typed on
 * @property {string} action
 * @property {[string, string][]} fields
 * @property {boolean} failed the desk answered with an error instead of a page
 */

/** @param {HTMLFormElement} form */
const actionOf = (form) => form.getAttribute('action') ?? '';

/** Fields that are not the reader's, or not to be kept. */
const OWN = new Set(['csrf', 'once', 'back', 'password']);

/** @param {Typed | undefined} typed */
function keep(typed) {
  try {
    const text = typed && JSON.stringify(typed);
    if (text && text.length <= KEPT_CHARS_MAX) sessionStorage.setItem(KEPT_AS, text);
    else sessionStorage.removeItem(KEPT_AS);
  } catch {} // storage is off: the browser's own memory of forms is what is left
}

/** @returns {Typed | undefined} */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** @param {HTMLFormElement} form */
function keepTyped(form) {
  const secret = new Set(
    [...form.elements].flatMap((field) =>
      field instanceof HTMLInputElement && field.type === 'password' ? [field.name] : [],
    ),
  );
  const fields = [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === 'string' && !OWN.has(name) && !secret.has(name)
      ? [/** @type {[string, string]} */ ([name, value])]
      : [],
  );
  keep({ at: location.pathname + location.search, action: actionOf(form), fields, failed: false });
}

/** @param {HTMLFormElement} form @param {Typed} typed */
function putBack(form, { fields }) {
  const values = new Map(Map.groupBy(fields, ([name]) => name));
  for (const field of form.elements) {
    if (field instanceof HTMLInputElement && OWN.has(field.name)) continue;
    const given = 'name' in field ? (values.get(String(field.name)) ?? []) : [];
    const texts = given.map(([, value]) => value);
    if (field instanceof HTMLInputElement && /^(checkbox|radio)$/.test(field.type))
      field.checked = texts.includes(field.value);
    else if (
      field instanceof HTMLInputElement ||
      field instanceof HTMLTextAreaElement ||
      field instanceof HTMLSelectElement
    )
      field.value = texts.shift() ?? field.value;
  }
}

/** On the page of an error: the way back to what was typed. */
function offerReturn() {
  const place = document.querySelector('[data-failed]');
  const typed = kept();
  if (!place || !typed) return;
  keep({ ...typed, failed: true });
  const link = document.createElement('a');
  link.className = 'button main';
  link.href = typed.at;
  link.textContent = 'Back to what you typed';
  place.prepend(link, ' ');
}

/** What the desk refused with a page of its own stands in its form again. */
function returnTyped() {
  const typed = kept();
  if (!typed) return;
  keep(undefined);
  const isRefused = document.body.dataset.title?.startsWith('Error: ') ?? false;
  const isBack = typed.failed && typed.at === location.pathname + location.search;
  if (!isRefused && !isBack) return;
  const form = [...document.forms].find((one) => actionOf(one) === typed.action);
  if (!form) return;
  putBack(form, typed);
  for (let at = form.closest('details'); at; at = at.parentElement?.closest('details') ?? null)
    at.open = true;
  if (isRefused) return; // the page itself says what was wrong
  const box = document.createElement('div');
  box.className = 'answer';
  box.setAttribute('role', 'status');
  const says = document.createElement('p');
  says.textContent = 'What you typed stands in the form again. It was not done: send it anew.';
  const shut = document.createElement('a');
  shut.href = location.href;
  shut.className = 'shut';
  shut.dataset.shut = '';
  shut.textContent = 'Dismiss';
  box.append(says, shut);
  putBox(box);
  form.scrollIntoView({ block: 'nearest' });
}

/** Those that are asked for now, and those that may go. @type {WeakSet<HTMLFormElement>} */
const waiting = new WeakSet();
/** @type {WeakSet<HTMLFormElement>} */
const cleared = new WeakSet();

/** Forms of who is not signed in carry no key: the desk must answer, and that is all. */
async function look() {
  const { trouble } = await ask(location.href);
  return trouble && { ...trouble, isSure: true };
}

/** @param {HTMLFormElement} form @param {HTMLElement | null} submitter */
async function sendOff(form, submitter) {
  const trouble = await (form.querySelector('input[name="csrf"]') ? knock() : look());
  waiting.delete(form);
  if (trouble) {
    const what = submitter?.textContent?.trim() || 'this form';
    tellTrouble(what, trouble, () => form.requestSubmit(submitter));
    /** @type {HTMLElement | null} */ (document.querySelector('#told button'))?.focus();
    return;
  }
  keepTyped(form);
  cleared.add(form);
  form.requestSubmit(submitter);
}

export function listenToForms() {
  if (document.querySelector('[data-failed]')) offerReturn();
  else returnTyped();
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement)) return;
    if (form.method !== 'post' || cleared.delete(form)) return;
    event.preventDefault();
    if (waiting.has(form)) return;
    waiting.add(form);
    void sendOff(form, submitter);
  });
}
