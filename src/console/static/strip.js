/** What lies under the pointer on a strip, in the reader's zone, without a wait. */
import { spanText } from './times.js';

/** @param {EventTarget | null} target */
const spanAt = (target) =>
  target instanceof Element
    ? /** @type {SVGElement | null} */ (target.closest('.strip [data-from]'))
    : null;

/** @param {string} text */
function say(text) {
  const place = document.querySelector('.strip-says');
  if (place instanceof HTMLElement && place.textContent !== text) place.textContent = text;
}

/** An episode that stands on this page needs no new one. @param {MouseEvent} event */
function jump(event) {
  const link = event.target instanceof Element ? event.target.closest('.strip a, #strip a') : null;
  const hash = link?.getAttribute('href')?.split('#')[1] ?? '';
  if (!/^e\d+$/.test(hash) || !document.getElementById(hash)) return;
  event.preventDefault();
  location.hash = hash;
}

export function listenToStrip() {
  document.addEventListener('click', jump);
  document.addEventListener('pointerover', (event) => {
    const span = spanAt(event.target);
    const strip = event.target instanceof Element ? event.target.closest('.strip') : null;
    if (span) say(spanText(span));
    else if (!strip) say('');
  });
}
