/** Only makes quicker what works without it: the pages read and act by themselves. */
import { listenToActs } from './acts.js';
import { showAges } from './ages.js';
import { listenToBrushes } from './brush.js';
import { listenToMatchers } from './complete.js';
import { listenToConfigForm } from './config-form.js';
import { listenToFeedFile } from './feed-file.js';
import { listenToForms } from './forms.js';
import { listenToKeys } from './keys.js';
import { listenToHand } from './list.js';
import { listen, reopen } from './live.js';
import { listenToPalette } from './palette.js';
import { listenToPicks } from './picks.js';
import { listenToSilence } from './silence.js';
import { listenToStrip } from './strip.js';
import { listenToTells } from './tells.js';

document.documentElement.classList.add('js');
// Where the navigation is wider than the screen, the place one is at is in view.
document
  .querySelector('.head nav [aria-current]')
  ?.scrollIntoView({ block: 'nearest', inline: 'center' });
// What scrolls sideways can be scrolled by keys too, also once the screen was turned.
const reach = new ResizeObserver((boxes) => {
  for (const { target: box } of boxes) {
    if (box.scrollWidth > box.clientWidth) box.setAttribute('tabindex', '0');
    else box.removeAttribute('tabindex');
  }
});
for (const box of document.querySelectorAll('.scroll')) reach.observe(box);
listenToPicks();
listenToHand();
showAges();
setInterval(showAges, 5_000);
listenToActs();
listenToMatchers();
listenToKeys();
listenToPalette();
listenToSilence();
listenToStrip();
listenToTells(reopen);
listenToFeedFile();
listenToForms();
listenToBrushes();
listenToConfigForm();
listen();

for (const button of document.querySelectorAll('[data-insert]')) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener('click', () => {
    const into = document.getElementById(button.dataset.into ?? '');
    if (!(into instanceof HTMLTextAreaElement)) return;
    into.setRangeText(button.dataset.insert ?? '', into.selectionStart, into.selectionEnd, 'end');
    into.focus();
  });
}

for (const button of document.querySelectorAll('[data-copy]')) {
  if (!(button instanceof HTMLButtonElement)) continue;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const text = button.parentElement?.querySelector('pre')?.textContent ?? '';
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = 'Copied';
    } catch {
      // Clipboards are for secure pages only: the text is marked, for Ctrl+C.
      const pre = button.parentElement?.querySelector('pre');
      if (pre) getSelection()?.selectAllChildren(pre);
      button.textContent = 'Now Ctrl+C';
    }
  });
}
