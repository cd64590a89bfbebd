/** What a route would do to the alarms open now, said while it is being written. */
import { tellAt } from './telling.js';

const PAUSE_MS = 400;

export function listenToConfigForm() {
  const form = document.querySelector('form[data-counts]');
  const says = document.getElementById('would');
  if (!(form instanceof HTMLFormElement) || !says) return;
  const question = () => {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') body.append(name, value);
    }
    body.set('do', 'count');
    return { url: form.action, given: { method: 'POST', body } };
  };
  form.addEventListener('input', tellAt(says, question, { pauseMs: PAUSE_MS }).askSoon);
}
