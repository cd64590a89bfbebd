/** What a silence would hide, said while it is being written. */
import { ask as askDesk, inOneLine } from './asking.js';

const PAUSE_MS = 250;

export function listenToSilence() {
  const field = document.querySelector('textarea[data-counts]');
  const says = document.getElementById('hides');
  if (!(field instanceof HTMLTextAreaElement) || !says) return;
  let asking = new AbortController();
  let pause = 0;
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const path = `${field.dataset.counts}?matchers=${encodeURIComponent(field.value)}`;
      const { said, trouble } = await askDesk(path, { signal });
      /** @type {{ says?: string, fault?: string }} */
      const answer = trouble
        ? { fault: `Not counted: ${inOneLine(trouble)} The button below asks again.` }
        : JSON.parse(said);
      says.textContent = answer.says ?? answer.fault ?? '';
      says.classList.toggle('bad', answer.says === undefined);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  });
  // What is to be silenced came with the page: what is missing is why.
  const why = document.querySelector('#silence input[name="comment"]');
  const filled = field.value.trim() !== '' && !document.querySelector('#silence .fault');
  if (why instanceof HTMLInputElement && why.value === '' && filled) {
    // Going to the fragment of the address takes the focus once more, at the end of the load.
    addEventListener('load', () => setTimeout(() => why.focus({ preventScroll: true })));
  }
  // The button's own answer stands on the page until the text is changed.
  if (field.value.trim() !== '' && !document.querySelector('.preview')) void ask();
}
