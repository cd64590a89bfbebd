/**
 * Asking the desk for something, and what is said where that did not work: what was not done, why,
 * under which reference an admin finds it in the log, and how to try again. Nothing that was typed
 * goes away meanwhile.
 */

/**
 * @typedef {object} Trouble
 * @property {string} says a sentence or two
 * @property {string} reference of the desk's log; '' where it has none
 * @property {boolean} isSure it was not done; else that is not known
 * @property {boolean} isSignedOut
 * @property {boolean} isStale the form's key is of an older session
 */

const prefix = () => document.body.dataset.prefix ?? '';

/** Stands on every answer of the desk, and in its log. */
const REFERENCE = 'tocsin-reference';

/** @type {Trouble} */
const NO_ANSWER = {
  says: 'The desk did not answer.',
  reference: '',
  isSure: false,
  isSignedOut: false,
  isStale: false,
};

/**
 * What the desk said, or why it said nothing.
 * @typedef {{ said: string, isOk: boolean, trouble?: undefined } |
 *   { said?: undefined, isOk?: undefined, trouble: Trouble }} Asked
 */

/**
 * @param {string} url @param {RequestInit} [given]
 * @returns {Promise<Asked>}
 * @throws what an aborted request throws
 */
export async function ask(url, given = {}) {
  const headers = { accept: 'application/json', ...given.headers };
  try {
    const response = await fetch(url, { redirect: 'error', ...given, headers });
    if (!response.headers.has(REFERENCE)) return { trouble: notTheDesk(response) };
    // The desk's refusals are problem documents; what else it answers it meant to say.
    const isSaid = !response.headers.get('content-type')?.startsWith('application/problem');
    if (isSaid) return { said: await response.text(), isOk: response.ok };
    return { trouble: await troubleOf(response) };
  } catch (error) {
    if (given.signal?.aborted) throw error;
    return { trouble: NO_ANSWER };
  }
}

/**
 * A gateway, or the page of a network that wants one to sign in first.
 * @param {Response} response
 */
const notTheDesk = ({ status }) => ({
  ...NO_ANSWER,
  says: `Something other than the desk answered, with status ${status}.`,
});

/** @param {Response} response @returns {Promise<Trouble>} */
async function troubleOf(response) {
  const { status } = response;
  const problem = await response.json().catch(() => ({}));
  const says =
    status === 401
      ? 'You are signed out. Sign in in another tab, then try again here: what you typed stays.'
      : (problem.title ?? `The desk answered with status ${status}.`);
  return {
    says,
    reference: status === 401 ? '' : (problem.reference ?? response.headers.get(REFERENCE) ?? ''),
    isSure: status < 500,
    isSignedOut: status === 401,
    isStale: problem.code === 'CSRF_FAILED',
  };
}

/** In one line, where there is no room for a box. @param {Trouble} trouble */
export const inOneLine = ({ says, reference }) =>
  reference === '' ? says : `${says} Reference ${reference}.`;

/**
 * Looks whether the desk answers and the session holds, and gives every form of the page the key
 * that is wanted now: who signed in again in another tab goes on here.
 * @returns {Promise<Trouble | undefined>} undefined: forms can be sent
 */
export async function knock() {
  const { said, trouble } = await ask(`${prefix()}/form-key`);
  if (trouble) return { ...trouble, isSure: true }; // nothing was asked for yet
  /** @type {{ reader: string, key: string }} */
  const { reader, key } = JSON.parse(said);
  const was = document.body.dataset.reader;
  if (was !== undefined && reader !== was) {
    const says = `${reader} is signed in on this browser now, not ${was}: load the page again.`;
    return { ...NO_ANSWER, says, isSure: true };
  }
  for (const field of document.querySelectorAll('input[name="csrf"]')) {
    if (field instanceof HTMLInputElement) field.value = key;
  }
  return undefined;
}

/** The key that the page's forms have now. */
export const formKey = () => {
  const field = document.querySelector('input[name="csrf"]');
  return field instanceof HTMLInputElement ? field.value : '';
};

/**
 * The box that says it, where what came of acts is said.
 * @param {string} what `Acknowledge, 3 alarms` @param {Trouble} trouble
 * @param {() => void} again
 */
export function tellTrouble(what, { says, reference, isSure, isSignedOut }, again) {
  const [box, head, why, verbs] = [
    document.createElement('div'),
    document.createElement('p'),
    document.createElement('p'),
    document.createElement('div'),
  ];
  box.className = 'answer refused trouble-box';
  box.setAttribute('role', 'alert');
  const bold = document.createElement('b');
  bold.textContent = isSure ? `Not done: ${what}.` : `Not known whether this was done: ${what}.`;
  head.append(bold);
  why.textContent = isSure ? says : `${says} Trying again does it at most once.`;
  box.append(head, why);
  if (reference !== '') {
    const line = document.createElement('p');
    line.className = 'quiet small';
    const code = document.createElement('code');
    code.textContent = reference;
    line.append('Reference ', code, ': an admin finds it in the log of the desk.');
    box.append(line);
  }
  verbs.className = 'verbs';
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try again';
  button.addEventListener('click', again, { once: true });
  verbs.append(button);
  if (isSignedOut) verbs.append(linkTo(`${prefix()}/sign-in`, 'Sign in, in another tab'));
  const shut = linkTo('', 'Dismiss');
  shut.className = 'shut';
  shut.dataset.shut = '';
  verbs.append(shut);
  box.append(verbs);
  putBox(box);
}

/** @param {string} href @param {string} words */
function linkTo(href, words) {
  const link = document.createElement('a');
  link.textContent = words;
  link.href = href || location.href;
  if (href) link.target = '_blank';
  return link;
}

/**
 * One box at a time. Who pressed a button in the last one finds the focus in the new one.
 * @param {Node} box
 */
export function putBox(box) {
  const place = document.getElementById('told');
  if (!place) return;
  const hadFocus = Boolean(document.activeElement?.closest('.answer'));
  document.querySelector('main > .answer')?.remove();
  place.replaceChildren(box);
  const shown = place.querySelector('.answer');
  if (!hadFocus || !(shown instanceof HTMLElement)) return;
  shown.tabIndex = -1;
  shown.focus();
}

/** It is over by itself. */
export const dropTrouble = () => document.querySelector('#told > .trouble-box')?.remove();
