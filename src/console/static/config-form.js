/** What a form of the configuration would do, said in its place. */
import { tellAt } from './telling.js';

const PAUSE_MS = 400;

export function listenToConfigForm() {
  const form = document.querySelector('form.config-form');
  if (!(form instanceof HTMLFormElement)) return;
  const would = document.getElementById('would');
  if (would) {
    const { askSoon } = tellAt(would, () => questionOf(form, 'count'), { pauseMs: PAUSE_MS });
    form.addEventListener('input', askSoon);
  }
  const [button, sent] = [form.querySelector('[value="send"]'), document.getElementById('sent')];
  if (button instanceof HTMLButtonElement && sent) listenToSend(form, button, sent);
}

/** What stands in the form now. @param {HTMLFormElement} form @param {string} does */
function questionOf(form, does) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string') body.append(name, value);
  }
  body.set('do', does);
  return { url: form.action, given: { method: 'POST', body } };
}

/**
 * The answer stands beside the button, and secrets stay in their fields.
 * @param {HTMLFormElement} form @param {HTMLButtonElement} button @param {HTMLElement} sent
 */
function listenToSend(form, button, sent) {
  const { ask } = tellAt(sent, () => questionOf(form, 'send-line'), { notDone: 'Not sent' });
  let isSending = false;
  button.addEventListener('click', async (event) => {
    event.preventDefault();
    if (isSending) return;
    isSending = true;
    button.setAttribute('aria-disabled', 'true');
    sent.classList.remove('bad');
    sent.textContent = 'Sending …';
    await ask().finally(() => {
      isSending = false;
      button.removeAttribute('aria-disabled');
    });
  });
}
