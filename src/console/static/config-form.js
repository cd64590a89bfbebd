/** What a route would do to the alarms open now, said while it is being written. */
import { ask as askDesk, inOneLine } from './asking.js';

const PAUSE_MS = 400;

export function listenToConfigForm() {
  const form = document.querySelector('form[data-counts]');
  const says = document.getElementById('would');
  if (!(form instanceof HTMLFormElement) || !says) return;
  let asking = new AbortController();
  let pause = 0;
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === 'string') body.append(name, value);
    }
    body.set('do', 'count');
    try {
      const { said, trouble } = await askDesk(form.action, { method: 'POST', body, signal });
      /** @type {{ says?: string, fault?: string }} */
      const answer = trouble ? { fault: `Not counted: ${inOneLine(trouble)}` } : JSON.parse(said);
      says.textContent = answer.says ?? answer.fault ?? '';
      says.classList.toggle('bad', answer.says === undefined);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  form.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  });
}
