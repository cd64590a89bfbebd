/** What a silence would hide, said while it is being written. */

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
      const response = await fetch(path, { signal });
      if (!response.ok) throw new Error(`status ${response.status}`);
      /** @type {{ says?: string, fault?: string }} */
      const answer = await response.json();
      says.textContent = answer.says ?? answer.fault ?? '';
      says.classList.toggle('bad', answer.says === undefined);
    } catch {
      if (!signal.aborted)
        says.textContent = 'What it would hide cannot be said now: the button below asks again.';
    }
  };
  field.addEventListener('input', () => {
    clearTimeout(pause);
    pause = setTimeout(ask, PAUSE_MS);
  });
  // The button's own answer stands on the page until the text is changed.
  if (field.value.trim() !== '' && !document.querySelector('.preview')) void ask();
}
