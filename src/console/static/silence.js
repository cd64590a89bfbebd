/** What a silence would keep quiet, said while it is being written. */
import { tellAt } from './telling.js';

const PAUSE_MS = 250;

export function listenToSilence() {
  const field = document.querySelector('textarea[data-counts]');
  const says = document.getElementById('hides');
  if (!(field instanceof HTMLTextAreaElement) || !says) return;
  const question = () => ({
    url: `${field.dataset.counts}?matchers=${encodeURIComponent(field.value)}`,
  });
  const { ask, askSoon } = tellAt(says, question, {
    pauseMs: PAUSE_MS,
    afterTrouble: 'The button below asks again.',
  });
  field.addEventListener('input', askSoon);
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
