/** What a form would do, said while it is being written: one question at a time, the last one. */
import { ask as askDesk, inOneLine } from './asking.js';

/**
 * What is asked: the button's own question, at its address.
 * @typedef {{ url: string, given?: RequestInit }} Question
 */

/**
 * How it is asked: after nobody typed for so long; what is said not to have happened where there
 * was no answer, and what after why.
 * @typedef {{ pauseMs?: number, notDone?: string, afterTrouble?: string }} Ways
 */

/**
 * Says at `place` what the desk answers, `{ says }` or `{ fault }`.
 * @param {HTMLElement} place @param {() => Question} question @param {Ways} ways
 * @returns {{ ask: () => Promise<void>, askSoon: () => void }}
 */
export function tellAt(
  place,
  question,
  { pauseMs = 0, notDone = 'Not counted', afterTrouble = '' },
) {
  let asking = new AbortController();
  let pause = 0;
  const ask = async () => {
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const { url, given } = question();
      const { said, trouble } = await askDesk(url, { ...given, signal });
      /** @type {{ says?: string, fault?: string }} */
      const answer = trouble
        ? { fault: `${notDone}: ${inOneLine(trouble)} ${afterTrouble}`.trim() }
        : JSON.parse(said);
      place.textContent = answer.says ?? answer.fault ?? '';
      place.classList.toggle('bad', answer.says === undefined);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  };
  const askSoon = () => {
    clearTimeout(pause);
    pause = setTimeout(ask, pauseMs);
  };
  return { ask, askSoon };
}
